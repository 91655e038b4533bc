// Whether an entry is in a log's tree: proof and checkpoint (RFC 6962, 2.1.1; C2SP tlog-checkpoint).
import type { LogEntry } from '../../sigstore/log-entry.ts';
import type { TrustedLog } from '../../sigstore/trusted-root.ts';
import { parseCheckpoint, type SignedCheckpoint } from '../../tlog/checkpoint.ts';
import { leafHash } from '../../tlog/hashes.ts';
import { type NoteKey, noteKey, noteKeysOf } from '../../tlog/note-key.ts';
import { verifyNote } from '../../tlog/note-verify.ts';
import { inclusionRoot } from '../../tlog/verify.ts';
import type { CheckList } from './question.ts';
import { unstopped } from './signature.ts';
import type { SeenCheckpoint } from './state.ts';

/**
 * The checkpoint that the entry is proven under; `undefined` where there is none and none is needed.
 * @param promised whether the log's promise is enough: a proof without a checkpoint must still be sound
 */
export function checkInclusion(
  entry: LogEntry,
  log: TrustedLog,
  promised: boolean,
  list: CheckList,
): SeenCheckpoint | undefined | 'refused' {
  const { proof } = entry;
  if (proof?.checkpoint === undefined && !promised) {
    list.missing('log', 'log-proof-missing', 'the entry has no inclusion proof with a checkpoint');
    return 'refused';
  }
  if (proof === undefined) return undefined;
  const computed = inclusionRoot(proof.index, proof.size, leafHash(entry.body), proof.hashes);
  if (computed === undefined) {
    list.refuted('log', 'log-proof-invalid', 'the inclusion proof has not the hashes that its tree and index need');
    return 'refused';
  }
  if (proof.root !== undefined && !proof.root.equals(computed)) {
    list.refuted('log', 'log-proof-invalid', 'the inclusion proof does not lead to its root');
    return 'refused';
  }
  if (proof.checkpoint === undefined) return undefined;
  const checkpoint = signedBy(log, proof.checkpoint, list);
  if (checkpoint === undefined) return 'refused';
  const { origin, size, root } = checkpoint;
  if (size !== proof.size || !root.equals(computed)) {
    const reason = `the checkpoint is of ${size} entries with root ${hex(root)}, the proof of ${proof.size} with ${hex(computed)}`;
    list.refuted('log', 'log-proof-other-checkpoint', reason);
    return 'refused';
  }
  return { log: log.id.toString('hex'), origin, size, root: root.toString('hex') };
}

function signedBy(log: TrustedLog, text: string, list: CheckList): SignedCheckpoint | undefined {
  let checkpoint: SignedCheckpoint;
  try {
    checkpoint = parseCheckpoint(text);
  } catch (fault) {
    list.refuted('log', 'checkpoint-malformed', unstopped(fault));
    return undefined;
  }
  const verdict = verifyNote(checkpoint.note, keysOf(log, checkpoint));
  if (verdict.valid) return checkpoint;
  list.refuted('log', 'checkpoint-unsigned', `the checkpoint is not by ${log.url}: ${verdict.reason}`);
  return undefined;
}

// The trusted root has no name of the key, and may have an id of its own. Rekor v1 writes the number of its tree behind its name.
function keysOf({ spki, id }: TrustedLog, { origin, note }: SignedCheckpoint): NoteKey[] {
  const names = new Set(note.signatures.map(({ name }) => name));
  const own = [...names].filter((name) => origin === name || origin.startsWith(`${name} - `));
  return own.flatMap((name) => [...noteKeysOf(name, spki), { ...noteKey(name, spki), id: id.toString('hex', 0, 4) }]);
}

function hex(root: Buffer): string {
  return root.toString('hex').slice(0, 12);
}
