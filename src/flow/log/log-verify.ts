// `temper log verify`: whether a log holds what its checkpoint says, and did before.
import { readFile } from '../../io/files.ts';
import { auditLog, type LogCheck } from '../../log/audit.ts';
import { LogReader } from '../../log/reader.ts';
import { parseCheckpoint } from '../../tlog/checkpoint.ts';
import { NOTE_LIMIT } from '../../tlog/note.ts';
import { logKeys, type LogPlace, logSource } from './log-place.ts';

export interface VerifyLogRequest extends LogPlace {
  /** Verifier keys, or public keys as `temper verify --key` takes them. */
  readonly keys: readonly string[];
  /** A file with an older checkpoint. */
  readonly since: string | undefined;
  readonly progress: (line: string) => void;
}

export interface VerifiedLog {
  readonly log: string;
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly checks: readonly LogCheck[];
  /** No when any check is refuted; what was not asked for (`signature` without a key) does not count against it. */
  readonly answer: 'yes' | 'no';
}

/** @throws Fault `log/missing`, `tlog/malformed`, `tlog/key`, `key/…`, `file/…`, `network/…` */
export async function verifyLog(request: VerifyLogRequest): Promise<VerifiedLog> {
  const source = await logSource(request);
  const { origin } = await new LogReader(source).checkpoint();
  const keys = await logKeys(request.keys, origin, request);
  const { since: file } = request;
  const since = file === undefined ? undefined : parseCheckpoint(await readFile(file, NOTE_LIMIT), file);
  const progress = (entries: number, size: number): void => request.progress(`read ${entries} of ${size} entries`);
  const { checkpoint, checks } = await auditLog(source, { keys, since, progress, signal: request.signal });
  const answer = checks.some(({ outcome }) => outcome === 'refuted') ? 'no' : 'yes';
  return { log: request.log, origin, size: checkpoint.size, root: checkpoint.root.toString('base64'), checks, answer };
}
