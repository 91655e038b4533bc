// The lock of a definition: what was resolved, and the signed state of the archives that it was resolved from.
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Release } from '../deb/release.ts';
import { digestOf, isDigest } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { parseJson, prettyJson } from '../lib/json.ts';
import { isoTime } from '../lib/time.ts';
import type { Resolution } from './resolve.ts';

const digest = z.string().refine(isDigest, 'not a SHA-256 digest');
const size = z.int().nonnegative();
const time = z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/);
const plainPath = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[!-~]+$/, 'not a path below the archive');
const names = z.array(z.string());

const LockedIndex = z.strictObject({
  path: plainPath,
  size,
  digest,
  content: z.strictObject({ size, digest }),
});

export const LockedRepository = z.strictObject({
  /** `debian: trixie` */
  name: z.string(),
  /** As in the definition: a symbol or a URL, never the mirror that it was fetched from. */
  archive: z.string(),
  suite: z.string(),
  components: names,
  architectures: names.optional(),
  signedBy: z.string().optional(),
  /** What the signed file says of its distribution: `Debian`, `trixie`, `13.7`. */
  origin: z.string().optional(),
  codename: z.string().optional(),
  version: z.string().optional(),
  date: time,
  validUntil: time.optional(),
  /** Fingerprints of the keys that had signed it. */
  signers: names.min(1),
  /** The whole signed file, gzip in base64. */
  inRelease: z.strictObject({ digest, size, gzip: z.base64() }),
  /** The indexes that were used, sorted by path. */
  indexes: z.array(LockedIndex),
});
export type LockedRepository = z.infer<typeof LockedRepository>;

export const LockedPackage = z.strictObject({
  name: z.string(),
  version: z.string(),
  architecture: z.string(),
  source: z.strictObject({ name: z.string(), version: z.string() }),
  repository: z.string(),
  filename: plainPath,
  size,
  digest,
  priority: z.string(),
  multiArch: z.enum(['no', 'same', 'foreign', 'allowed']),
  dependencies: names,
  excludedDependencies: names,
  maintainer: z.string().optional(),
  description: z.string().optional(),
  homepage: z.string().optional(),
});
export type LockedPackage = z.infer<typeof LockedPackage>;

const LockedPlatform = z.strictObject({
  /** Sorted by name. */
  packages: z.array(LockedPackage),
  exclusions: z.array(z.strictObject({ name: z.string(), askedBy: names })),
});

export const Lock = z.strictObject({
  apiVersion: z.literal('temper/v1'),
  kind: z.literal('Lock'),
  /** A digest of what decides the resolution in the definition. */
  selection: z.string(),
  /** Seconds since 1970: the newest date of its repositories. */
  sourceDateEpoch: z.int().nonnegative(),
  /** In the order of the definition. */
  repositories: z.array(LockedRepository).min(1),
  /** By platform: `linux/amd64`. */
  platforms: z.record(z.string(), LockedPlatform),
});
export type Lock = z.infer<typeof Lock>;

/** A repository as it is to be locked. */
export interface RepositoryToLock {
  readonly source: {
    readonly name: string;
    readonly archive: string;
    readonly suite: string;
    readonly components: readonly string[];
    readonly architectures: readonly string[] | undefined;
    readonly signedBy: string | undefined;
  };
  readonly release: Pick<Release, 'date' | 'validUntil' | 'origin' | 'codename' | 'version'>;
  readonly inRelease: Buffer;
  readonly signers: readonly string[];
  readonly indexes: readonly z.infer<typeof LockedIndex>[];
}

/** Makes a lock. @param platforms resolutions by platform */
export function makeLock(
  selection: string,
  repositories: readonly RepositoryToLock[],
  platforms: ReadonlyMap<string, Resolution>,
): Lock {
  return Lock.parse({
    apiVersion: 'temper/v1',
    kind: 'Lock',
    selection,
    sourceDateEpoch: Math.max(...repositories.map(({ release }) => release.date)),
    repositories: repositories.map(({ source, release, inRelease, signers, indexes }) => ({
      ...source,
      origin: release.origin,
      codename: release.codename,
      version: release.version,
      date: isoTime(release.date),
      validUntil: release.validUntil === undefined ? undefined : isoTime(release.validUntil),
      signers,
      inRelease: {
        digest: digestOf(inRelease),
        size: inRelease.length,
        gzip: gzipSync(inRelease, { level: 9 }).toString('base64'),
      },
      indexes: [...indexes].sort((a, b) => (a.path < b.path ? -1 : 1)),
    })),
    platforms: Object.fromEntries(platforms),
  });
}

/** The text of a lock file: the same for the same lock. */
export function lockText(lock: Lock): string {
  return prettyJson(lock);
}

/**
 * Reads a lock file.
 * @param bytes at most limits.document of them
 * @param what names the file in a message
 * @throws Fault `lock/malformed`, also for one of another version
 */
export function readLock(bytes: Uint8Array, what: string): Lock {
  const parsed = Lock.safeParse(jsonOf(bytes, what));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw malformed(
    `${what} is not a lock that this version reads: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
  );
}

function jsonOf(bytes: Uint8Array, what: string): unknown {
  try {
    return parseJson(bytes, what);
  } catch (cause) {
    throw malformed(messageOf(cause), cause);
  }
}

function malformed(sentence: string, cause?: unknown): Fault {
  return new Fault('lock/malformed', sentence, 'Run `temper lock DEFINITION` to write it anew.', { cause });
}
