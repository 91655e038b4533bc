import { hostname } from 'node:os';
import { crypto } from '../lib/crypto.ts';
import { Fault } from '../lib/faults.ts';
import { now, sleep } from './clock.ts';
import { readFileIfThere } from './files.ts';
import { createFile, writeFile } from './pending-file.ts';

/** Loaded when something is locked. */
function promises() {
  return process.getBuiltinModule('node:fs/promises');
}

/** A lock's owner as it stands in the lock file. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's ticks, so that another one with the same number is not taken for it. */
  readonly started: string;
  readonly nonce: string;
}

export interface LockOptions {
  /** Milliseconds to wait for another process; 60,000 unless given. */
  readonly patience?: number;
  /** Milliseconds after which another machine's lock, or one that nobody can read, counts as left behind; 300,000 unless given. */
  readonly age?: number;
}

/** How long another process may be between judging a lock and replacing it. */
const GRACE = 300;
const POLL = 25;
const LOCK_SIZE = 4096;

/**
 * Does `work` while this process alone holds the lock file `path`. A lock whose process is dead is taken over.
 * @throws Fault `lock/busy` when a living process does not let go of it in time.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const mine = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    nonce: nonce(),
  });
  await acquire(path, mine, options);
  try {
    return await work();
  } finally {
    if ((await contentOf(path)) === mine)
      await promises()
        .unlink(path)
        .catch(() => undefined);
  }
}

/** A name for something that this process leaves behind if it is killed; each call gives another one. */
export async function processName(): Promise<string> {
  return [process.pid, (await startOf(process.pid)) || '0', hostMark(), nonce()].join('-');
}

/**
 * Whether the process that a {@link processName} stands for has ended; `undefined` when that cannot be known here: it ran
 * on another machine, or this is no such name.
 */
export async function hasEnded(name: string): Promise<boolean | undefined> {
  const [, pid, started, host] = /^(\d{1,10})-(\d+)-([0-9a-f]{8})-[0-9a-f]{16}$/.exec(name) ?? [];
  if (host !== hostMark()) return undefined;
  return !isAlive(Number(pid)) || ((await startOf(Number(pid))) || '0') !== started;
}

function hostMark(): string {
  return crypto().hash('sha256', hostname(), 'hex').slice(0, 8);
}

function nonce(): string {
  return crypto().randomBytes(8).toString('hex');
}

async function acquire(path: string, mine: string, options: LockOptions): Promise<void> {
  const deadline = now().getTime() + (options.patience ?? 60_000);
  while (!(await createFile(path, mine))) {
    const content = await contentOf(path);
    if (content === undefined) continue;
    if (await isLeftBehind(path, content, options.age ?? 300_000)) {
      if (await takeOver(path, mine)) return;
    } else if (now().getTime() > deadline) {
      throw new Fault(
        'lock/busy',
        `Another process is writing there: ${path} stays locked.`,
        'Wait for it to end; remove that file only if no such process runs.',
      );
    } else await sleep(POLL + Math.random() * POLL);
  }
}

/** Several may see the same dead owner: the last to put its name there holds the lock, once all had the time to do so. */
async function takeOver(path: string, mine: string): Promise<boolean> {
  const beside = `${path}.${nonce()}`;
  await writeFile(beside, mine, { flush: false });
  await promises().rename(beside, path);
  await sleep(GRACE);
  return (await contentOf(path)) === mine;
}

async function isLeftBehind(path: string, content: string, age: number): Promise<boolean> {
  const owner = parse(content);
  if (owner !== undefined && owner.host === hostname()) {
    return !isAlive(owner.pid) || (await startOf(owner.pid)) !== owner.started;
  }
  const written = await promises()
    .stat(path)
    .catch(() => undefined);
  return written !== undefined && now().getTime() - written.mtimeMs > age;
}

function parse(content: string): Owner | undefined {
  try {
    const owner = JSON.parse(content) as Partial<Owner> | null;
    if (typeof owner?.pid !== 'number' || typeof owner.host !== 'string') return undefined;
    return { pid: owner.pid, host: owner.host, started: String(owner.started), nonce: String(owner.nonce) };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of proc(5) `stat`; empty where there is no such file system. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFileIfThere(`/proc/${pid}/stat`, 1 << 16).catch(() => undefined);
  const text = stat?.toString('latin1') ?? '';
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function contentOf(path: string): Promise<string | undefined> {
  return (await readFileIfThere(path, LOCK_SIZE))?.toString('utf8');
}
