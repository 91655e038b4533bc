// The signed state of a repository: fetched, verified, judged.
import { verifyClearSigned } from '../deb/clearsign.ts';
import { parseRelease, type Release } from '../deb/release.ts';
import type { Downloader, DownloadProgress } from '../io/download.ts';
import { type Digest, digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { isoTime } from '../lib/time.ts';
import { type KeyringFile, keysFor, type RepositoryKeys } from './keys.ts';
import type { HighWaterMarks, MarkedArchive } from './marks.ts';
import type { Mirrors } from './mirrors.ts';
import type { RepositorySource } from './sources.ts';

/** A repository whose Release was signed by keys that may sign it, and is of the suite that was asked for. */
export interface VerifiedRepository {
  readonly source: RepositorySource;
  readonly release: Release;
  /** The whole `InRelease`, as it came. */
  readonly inRelease: Buffer;
  readonly digest: Digest;
  /** Fingerprints of the primary keys whose signatures are valid, sorted. */
  readonly signers: readonly string[];
  readonly mark: MarkedArchive;
}

/** How far an archive's clock may be ahead of ours, in seconds. */
const AHEAD = 86_400;

export interface ReleaseSettings {
  readonly downloader: Downloader;
  readonly mirrors: Mirrors;
  readonly keyring: readonly KeyringFile[];
  readonly marks: HighWaterMarks;
  readonly now: Date;
}

/**
 * Fetches the `InRelease` of a repository, verifies it and judges its dates, as is right when locking.
 * @throws Fault `archive/wrong-signer`, `archive/wrong-suite`, `archive/expired`, `archive/downgraded`,
 * `archive/future`, `archive/no-suite`, `archive/no-keys`, `archive/no-mirror`; those of `Downloader`, `parseRelease`
 */
export async function fetchRelease(
  source: RepositorySource,
  settings: ReleaseSettings,
  progress: DownloadProgress = {},
): Promise<VerifiedRepository> {
  const keys = await keysFor(source, settings.keyring);
  const base = await settings.mirrors.address(source.archive);
  const url = `${base}/dists/${source.suite}/InRelease`;
  const inRelease = await settings.downloader.bytes(url, limits.release, progress).catch((error: unknown) => {
    throw error instanceof Fault && error.code === 'download/gone' ? noSuite(source, error) : error;
  });
  const { now, marks } = settings;
  const latest = new Date(now.getTime() + AHEAD * 1000);
  const repository = await verifyRelease(source, inRelease, keys, latest).catch(async (error: unknown) => {
    // Signed well, but later than now: then the dates say more than the signature does.
    const later = await verifyRelease(source, inRelease, keys, 'ever').catch(() => undefined);
    if (later !== undefined) judgeDates(later, now, undefined);
    throw error;
  });
  judgeDates(repository, now, await marks.newest(repository.mark));
  return repository;
}

/**
 * Verifies an `InRelease`: the signature, and that it is of the suite that was asked for.
 * @param at the latest moment at which it may have been signed; `'ever'` where a lock has kept it and dates do not count
 * @throws Fault `archive/wrong-signer`, `archive/wrong-suite`, and those of `parseRelease`
 */
export async function verifyRelease(
  source: RepositorySource,
  inRelease: Buffer,
  { keys, pinned }: RepositoryKeys,
  at: Date | 'ever',
): Promise<VerifiedRepository> {
  const { text, signers } = await verifyClearSigned(inRelease, keys, at).catch((error: unknown) => {
    throw error instanceof Fault ? wrongSigner(source, error) : error;
  });
  const release = parseRelease(text);
  if (release.suite !== source.suite && release.codename !== source.suite) throw wrongSuite(source, release);
  const fingerprints = pinned ? undefined : keys.map((key) => key.fingerprint).sort();
  return { source, release, inRelease, digest: digestOf(inRelease), signers, mark: { source, keys: fingerprints } };
}

/**
 * Judges a release's dates when it is to be locked.
 * @param newest the newest date that was seen of this repository, in seconds since 1970
 * @throws Fault `archive/expired`, `archive/downgraded`, `archive/future`
 */
export function judgeDates({ source, release }: VerifiedRepository, now: Date, newest: number | undefined): void {
  const seconds = now.getTime() / 1000;
  if (release.validUntil !== undefined && release.validUntil < seconds) {
    throw new Fault(
      'archive/expired',
      `The state of "${source.name}" was valid until ${isoTime(release.validUntil)} only.`,
      'The mirror is out of date, or somebody withholds updates; use another mirror. Check also the clock of this machine.',
    );
  }
  if (release.date > seconds + AHEAD) {
    throw new Fault(
      'archive/future',
      `The state of "${source.name}" is dated ${isoTime(release.date)}, which is in the future.`,
      'Check the clock of this machine.',
    );
  }
  if (newest !== undefined && release.date < newest) {
    throw new Fault(
      'archive/downgraded',
      `The state of "${source.name}" is of ${isoTime(release.date)}, but one of ${isoTime(newest)} was seen before.`,
      'The mirror is out of date, or somebody serves an old state; use another mirror or wait until it has caught up.',
    );
  }
}

function noSuite(source: RepositorySource, cause: Fault): Fault {
  return new Fault(
    'archive/no-suite',
    `The archive has no suite "${source.suite}" with a signed InRelease: ${cause.message}`,
    'Check the suite in the definition and the address of the mirror.',
    { cause },
  );
}

function wrongSigner(source: RepositorySource, cause: Fault): Fault {
  return new Fault(
    'archive/wrong-signer',
    `The InRelease of "${source.name}" is refused. ${cause.message}`,
    cause.hint,
    {
      cause,
    },
  );
}

function wrongSuite(source: RepositorySource, release: Release): Fault {
  const found = [release.suite, release.codename].filter((name) => name !== undefined).join(', ');
  return new Fault(
    'archive/wrong-suite',
    `"${source.name}" was asked for, but what is signed calls itself ${found || 'nothing'}.`,
    'The mirror is broken, or somebody serves one suite for another; use another mirror.',
  );
}
