// The log's own key, and the checkpoints that it signs.
import type { Signer } from '../keys/types.ts';
import { checkpointText, parseCheckpoint, type SignedCheckpoint } from '../tlog/checkpoint.ts';
import { formatNote, type NoteSignature } from '../tlog/note.ts';
import { noteKey, type NoteKey } from '../tlog/note-key.ts';
import { verifyNote } from '../tlog/note-verify.ts';
import type { TreeHead } from '../tlog/verify.ts';
import { badCheckpoint, otherOrigin } from './faults.ts';

export class LogKey {
  readonly origin: string;
  readonly key: NoteKey;
  readonly #signer: Signer;

  /** @throws Fault `tlog/key` for an origin that cannot name a key, or a key that cannot sign notes */
  constructor(origin: string, signer: Signer) {
    this.origin = origin;
    this.key = noteKey(origin, signer.publicKey.spki);
    this.#signer = signer;
  }

  /** A signed checkpoint of a tree. */
  async sign({ size, root }: TreeHead): Promise<SignedCheckpoint> {
    const text = checkpointText({ origin: this.origin, size, root: Buffer.from(root), extensions: [] });
    const bytes = Buffer.from(await this.#signer.sign(Buffer.from(text, 'utf8')));
    return withSignatures(text, [{ name: this.key.name, id: this.key.id, bytes }]);
  }

  /** @throws Fault `log/other-origin`, `log/checkpoint` unless this key signed it */
  check(checkpoint: SignedCheckpoint, name: string): void {
    if (checkpoint.origin !== this.origin) throw otherOrigin(name, checkpoint.origin, this.origin);
    const verdict = verifyNote(checkpoint.note, [this.key]);
    if (!verdict.valid) throw badCheckpoint(name, verdict.reason, this.origin);
  }
}

/** The checkpoint of a text under these signatures. */
export function withSignatures(text: string, signatures: readonly NoteSignature[]): SignedCheckpoint {
  return parseCheckpoint(formatNote({ text, signatures }));
}
