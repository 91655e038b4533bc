// Which log a command means, and whose signature it must have.
import { Http } from '../../io/http.ts';
import { openPublicKey } from '../../keys/open.ts';
import { DiskStorage } from '../../log/disk.ts';
import { RemoteLog } from '../../log/remote.ts';
import { isS3Address } from '../../log/s3/address.ts';
import type { LogSource, LogStorage } from '../../log/storage.ts';
import { noteKeysOf, type NoteKey, parseVerifierKey } from '../../tlog/note-key.ts';

/** How a log is come by that is not in a folder. */
export interface LogAccess {
  readonly offline: boolean;
  /** Plain http also to other machines. */
  readonly insecure?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Says who asks object storage: `AWS_…`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface LogPlace extends LogAccess {
  /** A folder, `s3://BUCKET/PREFIX`, or the address of a served log. */
  readonly log: string;
  readonly signal: AbortSignal;
}

/** Where a log is read. Nothing is read yet. @throws Fault `s3/address` */
export async function logSource(place: LogPlace): Promise<LogSource> {
  const { log, offline, insecure, signal } = place;
  if (!/^https?:\/\//.test(log)) return await logStorage(log, place);
  return new RemoteLog(log, new Http({ offline, insecure, signal }));
}

/**
 * Where a log is written. Nothing is read or written yet.
 * @param place a folder, or `s3://BUCKET/PREFIX`
 * @throws Fault `s3/address`
 */
export async function logStorage(place: string, access: LogAccess): Promise<LogStorage> {
  if (!isS3Address(place)) return new DiskStorage(place);
  const { S3Storage } = await import('../../log/s3/storage.ts');
  return new S3Storage(place, access);
}

/**
 * Keys that sign the checkpoints of a log: a verifier key as it stands, or any public key that Temper verifies with, which is
 * taken to sign under the log's origin.
 * @throws Fault `tlog/key`, `key/…`, `file/…`, `network/…`
 */
export async function logKeys(texts: readonly string[], origin: string, access: LogAccess): Promise<NoteKey[]> {
  const { environment, offline, signal } = access;
  const keys = texts.map(async (text) => {
    if (/^[^+]+\+[0-9a-f]{8}\+/.test(text)) return [parseVerifierKey(text)];
    const key = await openPublicKey(text, { password: '', environment, offline, signal });
    return noteKeysOf(origin, key.spki);
  });
  return (await Promise.all(keys)).flat();
}
