// What is kept of the TUF repositories that this user follows: one file each, replaced whole, and the targets beside it by their hashes.
import { z } from 'zod';
import { joinPath, listFolder, makeFolder, readFileIfThere, remove } from '../io/files.ts';
import { writeFile } from '../io/pending-file.ts';
import { userFolders } from '../io/user-folders.ts';
import { withLock } from '../io/locks.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { isoTime } from '../lib/time.ts';
import { TARGET_LIMIT } from '../tuf/find-target.ts';
import { hasMeasure } from '../tuf/listing.ts';
import type { TufState } from '../tuf/state.ts';
import type { TargetFile } from '../tuf/targets.ts';
import type { TrustPlace } from './source.ts';

export interface KeptTrust {
  readonly name: string;
  readonly from: TrustPlace;
  /** Seconds since 1970. */
  readonly fetched: number;
  readonly state: TufState;
}

const SCHEMA = 'temper/trust-state/v1';
const STATE_LIMIT = 64 << 20;

const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));
const Document = z.object({
  schema: z.literal(SCHEMA),
  from: z.object({ metadata: z.string(), targets: z.string() }),
  fetched: z.iso.datetime().transform((text) => Date.parse(text) / 1000),
  root: bytes,
  timestamp: bytes.optional(),
  snapshot: bytes.optional(),
  targets: z.array(z.tuple([z.string(), bytes])).max(10_000),
});

/** Below the state folder, for what is kept must outlive the cache: it says what was seen. */
function folder(): string {
  return joinPath(userFolders.state(), 'trust');
}

/** @throws Fault `trust/name` */
export function trustFolder(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name)) return joinPath(folder(), name);
  const hint = 'Use letters, digits, dots, underscores and hyphens.';
  throw new Fault('trust/name', `"${name.slice(0, 80)}" cannot be the name of a trust root.`, hint);
}

/** The names of all that are followed, sorted. */
export async function trustNames(): Promise<string[]> {
  const found = await listFolder(folder());
  return found.filter(({ kind, name }) => kind === 'folder' && /^[a-z0-9]/i.test(name)).map(({ name }) => name);
}

/** @throws Fault `trust/name`, `trust/state` for a file that was altered, `file/…` */
export async function readTrust(name: string): Promise<KeptTrust | undefined> {
  const path = joinPath(trustFolder(name), 'state.json');
  const content = await readFileIfThere(path, STATE_LIMIT);
  if (content === undefined) return undefined;
  const parsed = Document.safeParse(parseJson(content, path));
  if (!parsed.success) {
    const hint = 'Take it up again with `temper trust init --replace`.';
    throw new Fault('trust/state', `${path} is not what was written there.`, hint);
  }
  const { from, fetched, root, timestamp, snapshot, targets } = parsed.data;
  return { name, from, fetched, state: { root, timestamp, snapshot, targets: new Map(targets) } };
}

/**
 * Does `work` while no other process changes this trust root.
 * @throws Fault `lock/busy`, `trust/name`
 */
export async function changingTrust<T>(name: string, work: () => Promise<T>): Promise<T> {
  const place = trustFolder(name);
  await makeFolder(folder());
  return await withLock(`${place}.lock`, work);
}

/** Puts it in the place of what was kept before, at once. The targets must be there already. */
export async function writeTrust({ name, from, fetched, state }: KeptTrust): Promise<void> {
  const text = (content: Buffer | undefined): string | undefined => content?.toString('base64');
  const document = {
    schema: SCHEMA,
    from,
    fetched: isoTime(fetched),
    root: text(state.root),
    timestamp: text(state.timestamp),
    snapshot: text(state.snapshot),
    targets: [...state.targets].map(([role, content]) => [role, text(content)]),
  };
  await writeFile(joinPath(trustFolder(name), 'state.json'), JSON.stringify(document));
}

/** A target that was kept; `undefined` where it is not there or was altered. */
export async function readKept(name: string, file: TargetFile): Promise<Buffer | undefined> {
  const content = await readFileIfThere(keptPath(name, hashOf(file)), TARGET_LIMIT);
  return content !== undefined && hasMeasure(content, file) ? content : undefined;
}

export async function keep(name: string, file: TargetFile, content: Buffer): Promise<void> {
  await writeFile(keptPath(name, hashOf(file)), content);
}

/** Removes targets that are none of these. */
export async function forgetOthers(name: string, files: readonly TargetFile[]): Promise<void> {
  const kept = new Set(files.map(hashOf));
  for (const { name: file } of await listFolder(joinPath(trustFolder(name), 'targets'))) {
    if (!kept.has(file)) await remove(keptPath(name, file));
  }
}

/** Forgets a trust root whole. */
export async function forgetTrust(name: string): Promise<void> {
  await remove(trustFolder(name));
}

function hashOf({ hashes }: TargetFile): string {
  return hashes.get('sha256') ?? hashes.get('sha512') ?? '';
}

function keptPath(name: string, hash: string): string {
  return joinPath(trustFolder(name), 'targets', hash);
}
