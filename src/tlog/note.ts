// Signed notes (C2SP signed-note): a text, an empty line, signature lines.
import { Fault } from '../lib/faults.ts';
import { decodeBase64 } from './base64.ts';

/** The largest note, in bytes, and the most signatures of one. The specification asks for 16, each up to 5 kB. */
export const NOTE_LIMIT = 256 << 10;
export const MOST_NOTE_SIGNATURES = 100;

export interface NoteSignature {
  /** The key's name, as the line says. */
  readonly name: string;
  /** The key's id: 8 lower-case hexadecimal digits. */
  readonly id: string;
  /** What stands behind the id: at least one byte. */
  readonly bytes: Buffer;
}

export interface Note {
  /** What is signed, with its final newline. */
  readonly text: string;
  /** At least one of {@link parseNote}; not verified. */
  readonly signatures: readonly NoteSignature[];
}

/**
 * Reads a note, without believing it.
 * @param what names it in the message
 * @throws Fault `tlog/malformed`
 */
export function parseNote(bytes: Uint8Array | string, what: string): Note {
  const note = noteText(bytes, what);
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw malformed(what, 'it has no empty line before its signatures');
  return { text: note.slice(0, split + 1), signatures: parseSignatureLines(note.slice(split + 2), what) };
}

/** Signature lines by themselves, at least one: what a witness answers. @throws Fault `tlog/malformed` */
export function parseSignatureLines(text: string, what: string): NoteSignature[] {
  if (!text.endsWith('\n')) throw malformed(what, 'its last signature line is not ended');
  const lines = text.slice(0, -1).split('\n', MOST_NOTE_SIGNATURES + 1);
  if (lines.length > MOST_NOTE_SIGNATURES) throw malformed(what, `it has more than ${MOST_NOTE_SIGNATURES} signatures`);
  return lines.map((line) => parseLine(line, what));
}

/** The note's text form. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(signatureLine).join('')}`;
}

export function signatureLine({ name, id, bytes }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), bytes]).toString('base64')}\n`;
}

/** Whether a text may name a key: not empty, no Unicode spaces or control characters, no plus. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= 1000 && !/[\s+\u0000-\u001f\u007f\u0085]/u.test(name) && name.isWellFormed();
}

/** UTF-8 without control characters but for newlines, at most {@link NOTE_LIMIT} bytes. @throws Fault `tlog/malformed` */
export function noteText(bytes: Uint8Array | string, what: string): string {
  if (bytes.length > NOTE_LIMIT) throw malformed(what, `it is larger than ${NOTE_LIMIT} bytes`);
  let text: string;
  try {
    text = typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed(what, 'it is not UTF-8');
  }
  if (!text.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(text)) {
    throw malformed(what, 'it has control characters');
  }
  return text;
}

export function malformed(what: string, reason: string): Fault {
  return new Fault(
    'tlog/malformed',
    `${what.charAt(0).toUpperCase()}${what.slice(1)} cannot be read: ${reason}.`,
    'Check where it came from.',
  );
}

function parseLine(line: string, what: string): NoteSignature {
  const [, name = '', base64 = ''] = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
  const bytes = decodeBase64(base64);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) throw malformed(what, 'a signature line is not one');
  return { name, id: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) };
}
