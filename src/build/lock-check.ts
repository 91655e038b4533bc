// Whether a lock is of its definition and in keeping with the signed files that it keeps.
import { gunzipSync } from 'node:zlib';
import type { Release } from '../deb/release.ts';
import { type Digest, digestOf } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { isoTime } from '../lib/time.ts';
import type { Lock, LockedPackage, LockedRepository } from './lock.ts';

/** The signed file that a lock keeps. @throws Fault `lock/altered` when it is not what its digest says. */
export function lockedInRelease({ name, inRelease }: LockedRepository): Buffer {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(Buffer.from(inRelease.gzip, 'base64'), { maxOutputLength: limits.release });
  } catch (cause) {
    throw altered(`the InRelease of ${name} cannot be decompressed: ${messageOf(cause)}`);
  }
  if (digestOf(bytes) !== inRelease.digest || bytes.length !== inRelease.size) {
    throw altered(`the InRelease of ${name} is not what its digest says`);
  }
  return bytes;
}

/**
 * Checks a locked repository against the Release that it keeps, whose signature the caller has verified.
 * @throws Fault `lock/altered` when its date or an index is another than the Release says
 */
export function checkLockedRelease(locked: LockedRepository, release: Release): void {
  if (locked.date !== isoTime(release.date)) throw altered(`the date of ${locked.name} is not the signed one`);
  for (const field of ['origin', 'codename', 'version'] as const) {
    if (locked[field] !== release[field]) throw altered(`the ${field} of ${locked.name} is not the signed one`);
  }
  for (const index of locked.indexes) {
    for (const [path, claimed] of [
      [index.path, index],
      [index.path.replace(/\.(?:xz|gz)$/, ''), index.content],
    ] as const) {
      const signed = release.files.get(path);
      if (signed?.digest !== claimed.digest || signed.size !== claimed.size) {
        throw altered(`the index ${path} of ${locked.name} is not the signed one`);
      }
    }
  }
}

/**
 * Checks that a lock is of the definition as it stands.
 * @param definition as the user wrote its path, for the hint
 * @throws Fault `lock/stale` when the definition selects other packages or has a platform that is not locked;
 * `lock/altered` when its parts contradict each other
 */
export function checkLock(lock: Lock, selection: string, platforms: readonly string[], definition: string): void {
  const missing = platforms.find((platform) => lock.platforms[platform] === undefined);
  if (lock.selection !== selection || missing !== undefined) {
    throw new Fault(
      'lock/stale',
      missing === undefined
        ? 'The definition selects other packages than its lock has.'
        : `The lock has no packages for ${missing}.`,
      `Run \`temper lock ${definition}\`.`,
    );
  }
  const dates = lock.repositories.map(({ date }) => Date.parse(date) / 1000);
  if (Math.max(...dates) !== lock.sourceDateEpoch) throw altered('its sourceDateEpoch is not its newest date');
  for (const { packages } of Object.values(lock.platforms)) {
    const orphan = packages.find((item) => !lock.repositories.some(({ name }) => name === item.repository));
    if (orphan !== undefined) throw altered(`${orphan.name} is from a repository that it does not have`);
  }
}

/** The packages of some platforms with the archive that each is from, without those that come twice. */
export function lockedFiles(
  lock: Lock,
  platforms: readonly string[],
): (Pick<LockedPackage, 'name' | 'version' | 'filename' | 'digest' | 'size'> & { archive: string })[] {
  const archives = new Map(lock.repositories.map(({ name, archive }) => [name, archive]));
  const files = platforms.flatMap((platform) => lock.platforms[platform]?.packages ?? []);
  const unique = new Map<Digest, LockedPackage>(files.map((file) => [file.digest, file]));
  return [...unique.values()].map((file) => ({ ...file, archive: archives.get(file.repository) ?? '' }));
}

function altered(why: string): Fault {
  return new Fault(
    'lock/altered',
    `The lock contradicts itself: ${why}.`,
    'Restore it from version control, or run `temper lock DEFINITION` to write it anew.',
  );
}
