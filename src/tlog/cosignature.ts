// Cosignatures of witnesses (C2SP tlog-cosignature, cosignature/v1 by Ed25519 keys).
import type { NoteSignature } from './note.ts';
import type { NoteKey } from './note-key.ts';

/** Bytes behind the key's id: a time and an Ed25519 signature. */
const SIZE = 8 + 64;

/** When a cosignature was made, seconds since 1970; `undefined` for what is none, or a time beyond 2^53 - 1. */
export function cosignatureTime(bytes: Buffer): number | undefined {
  if (bytes.length !== SIZE) return undefined;
  const time = Number(bytes.readBigUInt64BE(0));
  return Number.isSafeInteger(time) ? time : undefined;
}

/** What a witness signed over a checkpoint's text; `undefined` for what is no cosignature. */
export function cosignedMessage(text: string, bytes: Buffer): Buffer | undefined {
  const time = cosignatureTime(bytes);
  return time === undefined ? undefined : messageOf(text, time);
}

/**
 * A witness's signature line over a checkpoint's text.
 * @param key of {@link witnessKey}
 * @param time seconds since 1970
 * @param sign makes an Ed25519 signature over the bytes that it is given
 */
export async function cosign(
  text: string,
  key: NoteKey,
  time: number,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
): Promise<NoteSignature> {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  return { name: key.name, id: key.id, bytes: Buffer.concat([stamp, await sign(messageOf(text, time))]) };
}

function messageOf(text: string, time: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`, 'utf8');
}
