// Keys of signed notes (C2SP signed-note, Signatures; tlog-cosignature, Format): names, ids, verifier keys.
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { Fault } from '../lib/faults.ts';
import { decodeBase64 } from './base64.ts';
import { isKeyName } from './note.ts';

/**
 * How a key signs: `ed25519`, `ecdsa` and `rsa` the note's text; `cosignature` an Ed25519 `cosignature/v1` with its time.
 */
export type NoteKeyKind = 'ed25519' | 'ecdsa' | 'rsa' | 'cosignature';

export interface NoteKey {
  readonly name: string;
  /** 8 lower-case hexadecimal digits. Name and id together say which key signed; they prove nothing. */
  readonly id: string;
  readonly kind: NoteKeyKind;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
}

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, 4) before its 32 bytes. */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
/** Rekor v2's type of RSA keys: `0xff` and this. */
const RSA_TYPE = Buffer.concat([Buffer.from([0xff]), Buffer.from('PKIX-RSA-PKCS#1v1.5')]);

/**
 * The whole hash whose first four bytes are the id that a log's signature carries: of name, type and key for Ed25519 (type
 * 0x01), of the SubjectPublicKeyInfo for ECDSA and, as Rekor v1 has it, RSA. Rekor v2's trusted roots hold it as `logId`.
 * @throws Fault `tlog/key` for another kind of key
 */
export function noteKeyHash(name: string, spki: Uint8Array): Buffer {
  const key = keyOf(spki);
  if (kindOf(key) !== 'ed25519') return hash('sha256', Buffer.from(spki), 'buffer');
  return typedHash(name, Buffer.from([0x01]), rawEd25519(spki));
}

/** The key that a log signs its checkpoints with. @throws Fault `tlog/key` for a name or a key that cannot sign notes */
export function noteKey(name: string, spki: Uint8Array): NoteKey {
  checkName(name);
  return { name, id: idOf(noteKeyHash(name, spki)), kind: kindOf(keyOf(spki)), spki: Buffer.from(spki) };
}

/**
 * The same key under every id that logs give it: {@link noteKey}'s, Rekor v1's (of the SubjectPublicKeyInfo whatever its
 * kind) and Rekor v2's for RSA.
 * @throws Fault `tlog/key`
 */
export function noteKeysOf(name: string, spki: Uint8Array): NoteKey[] {
  const key = noteKey(name, spki);
  const ids = new Set([key.id, idOf(hash('sha256', key.spki, 'buffer'))]);
  if (key.kind === 'rsa') ids.add(idOf(typedHash(name, RSA_TYPE, key.spki)));
  return [...ids].map((id) => ({ ...key, id }));
}

/** A witness's Ed25519 key, type 0x04. @throws Fault `tlog/key` */
export function witnessKey(name: string, spki: Uint8Array): NoteKey {
  checkName(name);
  if (kindOf(keyOf(spki)) !== 'ed25519') throw badKey(`the witness ${name} needs an Ed25519 key`);
  const id = idOf(typedHash(name, Buffer.from([0x04]), rawEd25519(spki)));
  return { name, id, kind: 'cosignature', spki: Buffer.from(spki) };
}

/** A verifier key: `name+id+base64(type ‖ key)` (signed-note, Verifier keys). @throws Fault `tlog/key` */
export function parseVerifierKey(text: string): NoteKey {
  const [, name = '', id = '', base64 = ''] =
    /^([^+]{1,1000})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,4000})$/.exec(text) ?? [];
  const bytes = decodeBase64(base64);
  if (bytes === undefined || bytes.length === 0) throw badKey(`"${text.slice(0, 80)}" is no verifier key`);
  const key = typedKey(name, bytes.readUInt8(0), bytes.subarray(1));
  if (key.id !== id) throw badKey(`the verifier key of ${name} says that its id is ${id}, but it is ${key.id}`);
  return key;
}

/** The text form of a key. @throws Fault `tlog/key` for RSA, which has none */
export function formatVerifierKey({ name, id, kind, spki }: NoteKey): string {
  if (kind === 'rsa') throw badKey('an RSA key has no form as a verifier key');
  const type = kind === 'ed25519' ? 0x01 : kind === 'ecdsa' ? 0x02 : 0x04;
  const bytes = Buffer.concat([Buffer.from([type]), kind === 'ecdsa' ? spki : rawEd25519(spki)]);
  return `${name}+${id}+${bytes.toString('base64')}`;
}

function typedKey(name: string, type: number, bytes: Buffer): NoteKey {
  if (type === 0x02) {
    const key = noteKey(name, bytes);
    if (key.kind === 'ecdsa') return key;
  }
  if ((type === 0x01 || type === 0x04) && bytes.length === 32) {
    const spki = Buffer.concat([ED25519_SPKI, bytes]);
    return type === 0x01 ? noteKey(name, spki) : witnessKey(name, spki);
  }
  throw badKey(`the verifier key of ${name.slice(0, 80)} is of a type that is not supported (${type})`);
}

function typedHash(name: string, type: Buffer, key: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), type, key]), 'buffer');
}

function idOf(whole: Buffer): string {
  return whole.toString('hex', 0, 4);
}

function rawEd25519(spki: Uint8Array): Buffer {
  return Buffer.from(spki).subarray(ED25519_SPKI.length);
}

function keyOf(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    throw badKey('it is not a readable public key', cause);
  }
}

function kindOf(key: KeyObject): 'ed25519' | 'ecdsa' | 'rsa' {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return 'ed25519';
    case 'ec':
      if (['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve)) return 'ecdsa';
      break;
    case 'rsa':
      if (modulusLength >= 2048 && modulusLength <= 16_384) return 'rsa';
      break;
    default:
  }
  throw badKey(`a key of the kind ${key.asymmetricKeyType} ${namedCurve} does not sign notes`);
}

function checkName(name: string): void {
  if (!isKeyName(name)) throw badKey(`"${name.slice(0, 80)}" cannot name a key: no spaces, no plus`);
}

function badKey(reason: string, cause?: unknown): Fault {
  return new Fault(
    'tlog/key',
    `A key of a log cannot be used: ${reason}.`,
    "Take the key from the log's own documentation.",
    { cause },
  );
}
