// `temper key rotate`: a new key takes an old one's place, in every list of the policy that has the old one.
import { namedKey, parsePolicy } from '../../decide/policy.ts';
import { POLICY_LIMIT } from '../../decide/policy-limit.ts';
import { rotateTrust } from '../../decide/rotate.ts';
import { folderOf, joinPath, makeFolder, readFileIfThere, remove, resolvePath } from '../../io/files.ts';
import { createFile, writeFile } from '../../io/pending-file.ts';
import { now } from '../../io/clock.ts';
import { withLock } from '../../io/locks.ts';
import { keyFolder } from '../../keys/default.ts';
import { loadPublicKey, publicPathOf } from '../../keys/file.ts';
import type { KeyType } from '../../keys/key-type.ts';
import { type KeyOptions, openPublicKey, renewInService } from '../../keys/open.ts';
import { publicKeyPem } from '../../keys/public.ts';
import { referenceOf } from '../../keys/reference.ts';
import type { PublicKey } from '../../keys/types.ts';
import { Fault } from '../../lib/faults.ts';
import { isoTime } from '../../lib/time.ts';
import { createKey, infoOfService, type KeyInfo, keyPath } from './keys.ts';
import { defaultPolicyPath } from '../policy-path.ts';
import { policyKey } from '../verification/trust.ts';

export interface RotateOptions extends KeyOptions {
  /** The old key's kind unless given; P-256 where that is not made here. */
  readonly type?: KeyType | undefined;
  /** A date (`2026-12-31`) or a time in UTC from which the old key does not count; in thirty days unless given. */
  readonly until?: string | undefined;
  /** The user's own unless given. */
  readonly policy?: string | undefined;
}

export interface Rotated {
  readonly old: { readonly fingerprint: string; readonly publicPath: string };
  readonly new: KeyInfo & { readonly path: string; readonly publicPath: string };
  readonly until: string;
  /** In how many entries of its `trust` the old key stood. */
  readonly policy: { readonly path: string; readonly entries: number };
}

/**
 * Makes the new key, or where both are the same key of a service its new version, puts both public keys beside the policy's others, and enters the new one wherever the old one stands. When
 * something fails, the policy is as it was and the new files are gone; only a key that a device made already stays there.
 * @throws Fault `key/…`, `file/…`, `policy/invalid`, `lock/busy`
 */
export async function rotateKey(oldText: string, newText: string, options: RotateOptions): Promise<Rotated> {
  const path = options.policy ?? defaultPolicyPath();
  const until = endOf(options.until);
  const old = await openOld(oldText, options);
  const folder = folderOf(path);
  await makeFolder(folder, 0o700);
  return await withLock(joinPath(folder, '.policy.lock'), async () => {
    const before = (await readFileIfThere(path, POLICY_LIMIT))?.toString('utf8');
    const standing = await standingFor(old, before, path);
    await using undo = new Undo();
    const oldPath = await publicFile(oldText, old, undo);
    const make = newText === oldText && referenceOf(newText).kind === 'kms' ? renewed : makeNew;
    const made = await make(newText, old, options, undo);
    const key = made.publicPath.startsWith(`${folder}/`) ? made.publicPath.slice(folder.length + 1) : made.publicPath;
    const rotation = { isOld: (name: string) => standing.has(name), key, until };
    const after = before === undefined ? { text: '', entries: 0 } : rotateTrust(before, rotation, path);
    if (after.entries > 0) await writeFile(path, after.text);
    undo.forget();
    return {
      old: { fingerprint: old.fingerprint, publicPath: oldPath },
      new: made,
      until,
      policy: { path, entries: after.entries },
    };
  });
}

const DAYS = 30;

function endOf(text: string | undefined): string {
  if (text === undefined) return isoTime(now().getTime() / 1000 + DAYS * 86_400).slice(0, 'YYYY-MM-DD'.length);
  if (/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new Fault('key/until', `"${text}" is no date.`, 'Write it as in 2026-12-31 or 2026-12-31T12:00:00Z.');
}

/** Files that are removed again unless all went well. */
class Undo implements AsyncDisposable {
  #files: string[] = [];

  add(...files: readonly string[]): void {
    this.#files.push(...files);
  }

  forget(): void {
    this.#files = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files) await remove(file);
  }
}

async function openOld(text: string, options: KeyOptions): Promise<PublicKey> {
  if (referenceOf(text).kind !== 'file') return await openPublicKey(text, options);
  return await loadPublicKey(publicFileOf(text));
}

function publicFileOf(text: string): string {
  const path = resolvePath(keyPath(text));
  return path.endsWith('.key') ? publicPathOf(path) : path;
}

/** The keys of a policy, as it writes them, that are the old one. What cannot be read is another key. */
async function standingFor(old: PublicKey, text: string | undefined, path: string): Promise<ReadonlySet<string>> {
  if (text === undefined) return new Set();
  const names = (parsePolicy(text, path).trust ?? []).flatMap(({ keys = [] }) => keys.map((key) => namedKey(key).key));
  const found = new Set<string>();
  for (const name of new Set(names)) {
    const key = await policyKey(name, path).catch((fault: unknown) => {
      if (fault instanceof Fault) return undefined;
      throw fault;
    });
    if (key?.fingerprint === old.fingerprint) found.add(name);
  }
  return found;
}

/** Where the public key stands; that of a device is written into the user's key folder. */
async function publicFile(text: string, key: PublicKey, undo: Undo): Promise<string> {
  if (referenceOf(text).kind === 'file') return publicFileOf(text);
  const path = joinPath(keyFolder(), `${key.fingerprint.slice('SHA256:'.length).slice(0, 16)}.pub`);
  await makeFolder(keyFolder(), 0o700);
  if (await createFile(path, publicKeyPem(key))) undo.add(path);
  return path;
}

/** A new version of a key in a service. */
async function renewed(text: string, old: PublicKey, options: RotateOptions, undo: Undo): Promise<Rotated['new']> {
  if (options.type !== undefined && options.type !== kindOf(old)) {
    throw new Fault(
      'key/kms-unsupported',
      `A new version of ${text} is of the old one's kind.`,
      'Leave out --type, or give the new key a name of its own.',
    );
  }
  const { publicKey, origin } = await renewInService(text, options);
  return { ...infoOfService(text, { publicKey, origin }), publicPath: await publicFile(text, publicKey, undo) };
}

async function makeNew(text: string, old: PublicKey, options: RotateOptions, undo: Undo): Promise<Rotated['new']> {
  const made = await createKey(text, { ...options, type: options.type ?? kindOf(old) });
  if (made.publicPath !== undefined) {
    const files = [made.path, made.publicPath].map((file) => resolvePath(file));
    undo.add(...files);
    return { ...made, path: resolvePath(made.path), publicPath: resolvePath(made.publicPath) };
  }
  const key = await openPublicKey(text, options);
  return { ...made, publicPath: await publicFile(text, key, undo) };
}

function kindOf({ algorithm }: PublicKey): KeyType {
  switch (algorithm) {
    case 'ecdsa-p384':
      return 'p384';
    case 'rsa':
      return 'rsa3072';
    case 'ed25519':
      return 'ed25519';
    default:
      return 'p256';
  }
}
