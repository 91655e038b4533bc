// Who signed a note (C2SP signed-note, Signatures).
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { cosignedMessage, cosignatureTime } from './cosignature.ts';
import type { Note, NoteSignature } from './note.ts';
import type { NoteKey } from './note-key.ts';

export interface NoteSigner {
  readonly key: NoteKey;
  readonly signature: NoteSignature;
  /** When a witness says that it signed, seconds since 1970; others do not say. */
  readonly time: number | undefined;
}

export type NoteVerdict =
  | { readonly valid: true; readonly by: readonly NoteSigner[] }
  | { readonly valid: false; readonly reason: string };

/**
 * Which of the keys signed the note, each at most once. Lines by other keys do no harm; a line with a known key's name and id
 * that does not verify spoils the note, and so does none at all.
 */
export function verifyNote(note: Note, keys: readonly NoteKey[]): NoteVerdict {
  const by: NoteSigner[] = [];
  for (const signature of note.signatures) {
    const known = keys.filter(({ name, id }) => name === signature.name && id === signature.id);
    if (known.length === 0) continue;
    const key = known.find((candidate) => verifyNoteSignature(note.text, signature, candidate));
    if (key === undefined) return { valid: false, reason: `the signature of ${signature.name} is not over this text` };
    if (by.some((one) => one.key === key)) continue;
    by.push({ key, signature, time: key.kind === 'cosignature' ? cosignatureTime(signature.bytes) : undefined });
  }
  return by.length > 0 ? { valid: true, by } : { valid: false, reason: 'it is signed by none of the trusted keys' };
}

/** Whether one line is a key's signature over a text; name and id are not looked at. */
export function verifyNoteSignature(text: string, { bytes }: NoteSignature, { kind, spki }: NoteKey): boolean {
  const message = kind === 'cosignature' ? cosignedMessage(text, bytes) : Buffer.from(text, 'utf8');
  if (message === undefined) return false;
  const signature = kind === 'cosignature' ? bytes.subarray(8) : bytes;
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return hashesOf(kind, key).some((hash) => verify(hash, message, options(kind, key), signature));
  } catch {
    return false;
  }
}

// Logs sign with SHA-256 whatever the curve (Rekor v1), or with the curve's own hash (Rekor v2).
function hashesOf(kind: NoteKey['kind'], key: KeyObject): readonly (string | null)[] {
  if (kind === 'ed25519' || kind === 'cosignature') return [null];
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'secp384r1') return ['sha384', 'sha256'];
  return curve === 'secp521r1' ? ['sha512', 'sha256'] : ['sha256'];
}

function options(kind: NoteKey['kind'], key: KeyObject) {
  if (kind === 'rsa') return { key, padding: constants.RSA_PKCS1_PADDING };
  return kind === 'ecdsa' ? { key, dsaEncoding: 'der' as const } : { key };
}
