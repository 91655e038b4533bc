// Which log a command means, and whose signature it must have.
import { readFile } from '../io/files.ts';
import { Http } from '../io/http.ts';
import { publicKeyFromPem } from '../keys/public.ts';
import { limits } from '../lib/limits.ts';
import { DiskStorage } from '../log/disk.ts';
import { RemoteLog } from '../log/remote.ts';
import type { LogSource } from '../log/storage.ts';
import { noteKeysOf, type NoteKey, parseVerifierKey } from '../tlog/note-key.ts';

export interface LogPlace {
  /** A folder, or the address of a served log. */
  readonly log: string;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly signal: AbortSignal;
}

/** Where a log is read. Nothing is read yet. */
export function logSource({ log, offline, insecure, signal }: LogPlace): LogSource {
  if (!/^https?:\/\//.test(log)) return new DiskStorage(log);
  return new RemoteLog(log, new Http({ offline, insecure, signal }));
}

/**
 * Keys that sign the checkpoints of a log: a verifier key as it stands, or the public key in a PEM file, which is taken to sign
 * under the log's origin.
 * @throws Fault `tlog/key`, `key/…`, `file/…`
 */
export async function logKeys(texts: readonly string[], origin: string): Promise<NoteKey[]> {
  const keys = texts.map(async (text) => {
    if (/^[^+]+\+[0-9a-f]{8}\+/.test(text)) return [parseVerifierKey(text)];
    const pem = await readFile(text, limits.key);
    return noteKeysOf(origin, publicKeyFromPem(pem.toString('latin1'), text).spki);
  });
  return (await Promise.all(keys)).flat();
}
