// Which keys may sign which suite.
import { fileURLToPath } from 'node:url';
import { readSigningKeys, type SigningKey } from '../deb/clearsign.ts';
import { readFile } from '../io/files.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { RepositorySource } from './sources.ts';

/** A file of armored public keys that the definition brings (`contents.keyring`). */
export interface KeyringFile {
  /** As the definition names it; `signed-by` names it by the same text or by its last segment. */
  readonly name: string;
  readonly armored: string;
}

/** Pinned keys: files in `data/keys/debian/`, and the fingerprints of their primary keys. */
export const pinnedKeys = {
  'bookworm-automatic': 'B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8',
  'bookworm-stable': '4D64FEC119C2029067D6E791F8D2585B8783D481',
  'bookworm-security-automatic': '05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0',
  'trixie-automatic': '04B54C3CDCA79751B16BC6B5225629DF75B188BD',
  'trixie-stable': '41587F7DB8C774BCCF131416762F67A0B2C39DE4',
  'trixie-security-automatic': '5E04A1E3223A19A20706E20F9904613D4CCE68C6',
} as const;

export type PinnedKey = keyof typeof pinnedKeys;

const AUTOMATIC: readonly PinnedKey[] = ['bookworm-automatic', 'trixie-automatic'];

/**
 * Debian signs a suite of its main archive with the automatic keys of the last two releases, and a point release also
 * with that release's stable key; a security suite with the security keys of that release and the one before.
 */
export const suiteKeys: ReadonlyMap<string, readonly PinnedKey[]> = new Map<string, readonly PinnedKey[]>([
  ['bookworm', [...AUTOMATIC, 'bookworm-stable']],
  ['bookworm-updates', AUTOMATIC],
  ['bookworm-backports', AUTOMATIC],
  ['bookworm-security', ['bookworm-security-automatic']],
  ['trixie', [...AUTOMATIC, 'trixie-stable']],
  ['trixie-updates', AUTOMATIC],
  ['trixie-backports', AUTOMATIC],
  ['trixie-security', ['bookworm-security-automatic', 'trixie-security-automatic']],
]);

/** Names that Debian's own keyring has in source lists; they stand for the pinned keys. */
const DEBIAN_KEYRING = /^(?:\/usr\/share\/keyrings\/)?debian-archive-keyring\.(?:gpg|pgp|asc)$/;

export interface RepositoryKeys {
  readonly keys: readonly SigningKey[];
  /** Temper's own pins, not keys that the definition brings. */
  readonly pinned: boolean;
}

/**
 * The keys that may sign a repository: those of the keyring file that its `signed-by` names; else the pinned ones of
 * its suite; else, for a suite that Debian does not have, all that the definition brings.
 * @throws Fault `archive/no-keys`, `key/malformed`
 */
export async function keysFor(source: RepositorySource, keyring: readonly KeyringFile[]): Promise<RepositoryKeys> {
  const { signedBy, suite } = source;
  if (signedBy !== undefined && !DEBIAN_KEYRING.test(signedBy)) {
    const file = keyring.find(({ name }) => name === signedBy || lastSegment(name) === lastSegment(signedBy));
    if (file === undefined) throw noKeys(source, `signed-by names ${signedBy}, which contents.keyring does not list`);
    return { keys: await readSigningKeys(file.armored, file.name), pinned: false };
  }
  const names = suiteKeys.get(suite);
  if (names !== undefined) return { keys: (await Promise.all(names.map(readPinnedKey))).flat(), pinned: true };
  if (keyring.length === 0 || signedBy !== undefined) {
    throw noKeys(source, `none of the keys that come with this version signs ${suite}`);
  }
  const files = await Promise.all(keyring.map(async (file) => await readSigningKeys(file.armored, file.name)));
  return { keys: files.flat(), pinned: false };
}

const FOLDER = new URL('../../data/keys/debian/', import.meta.url);
const read = new Map<PinnedKey, Promise<readonly SigningKey[]>>();

/** @throws Fault `key/malformed` when the file does not hold the one key that the table pins. */
async function readPinnedKey(name: PinnedKey): Promise<readonly SigningKey[]> {
  const known = read.get(name);
  if (known !== undefined) return await known;
  const keys = loadPinnedKey(name);
  read.set(name, keys);
  return await keys;
}

async function loadPinnedKey(name: PinnedKey): Promise<readonly SigningKey[]> {
  const bytes = await readFile(fileURLToPath(new URL(`${name}.asc`, FOLDER)), limits.key);
  const keys = await readSigningKeys(bytes.toString('utf8'), `The pinned key ${name}`);
  if (keys.length === 1 && keys[0]?.fingerprint === pinnedKeys[name]) return keys;
  throw new Fault('key/malformed', `The file of the pinned key ${name} holds another key.`, 'Install Temper anew.');
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function noKeys(source: RepositorySource, why: string): Fault {
  return new Fault(
    'archive/no-keys',
    `Nothing says who may sign "${source.name}": ${why}.`,
    'Name a release by its code name, such as trixie, or list the archive’s public key in contents.keyring and name it with signed-by.',
  );
}
