// Checkpoints (C2SP tlog-checkpoint): what a log says of its tree, signed.
import { decodeHash } from './base64.ts';
import { parseDecimal } from './decimal.ts';
import { malformed, type Note, parseNote } from './note.ts';

export interface Checkpoint {
  /** Which log this is, one line. */
  readonly origin: string;
  /** Leaves of the tree, at most 2^53 - 1. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  /** Further lines, opaque; none of the logs that Temper writes. */
  readonly extensions: readonly string[];
}

/** A checkpoint and the note that it is the text of; nothing is verified. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: Note;
}

/** Reads a signed checkpoint without believing it. @param what names it in the message @throws Fault `tlog/malformed` */
export function parseCheckpoint(bytes: Uint8Array | string, what = 'the checkpoint'): SignedCheckpoint {
  const note = parseNote(bytes, what);
  return { ...parseCheckpointText(note.text, what), note };
}

/** The text of a checkpoint, with its final newline. @throws Fault `tlog/malformed` */
export function parseCheckpointText(text: string, what = 'the checkpoint'): Checkpoint {
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : [];
  const [origin = '', count = '', hash = '', ...extensions] = lines;
  if (lines.length < 3 || lines.includes('')) throw malformed(what, 'it needs three lines, none of them empty');
  const [size, root] = [parseDecimal(count), decodeHash(hash)];
  if (size === undefined) throw malformed(what, 'its second line is no tree size up to 2^53 - 1');
  if (root === undefined) throw malformed(what, 'its third line is no SHA-256 hash in base64');
  return { origin, size, root, extensions };
}

/** What is signed: lines of origin, size and root. */
export function checkpointText({ origin, size, root, extensions }: Checkpoint): string {
  return [origin, String(size), root.toString('base64'), ...extensions].map((line) => `${line}\n`).join('');
}
