// Public keys in metadata (TUF specification 1.0, 4.2), and checking signatures with them.
import { constants, createPublicKey, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { sha256Hex } from '../lib/digest.ts';
import type { Fields } from '../lib/fields.ts';
import { fitsModulus } from '../lib/rsa-signature.ts';
import { canonicalBytes } from './canonical.ts';
import { malformed } from './faults.ts';
import { membersOf, objectOf, textOf } from './members.ts';

export interface TufKey {
  readonly id: string;
  readonly type: string;
  readonly scheme: string;
  /** As the metadata has it: PEM, or hexadecimal digits. */
  readonly public: string;
}

interface Scheme {
  readonly kind: 'ed25519' | 'ec' | 'rsa';
  readonly hash: string | null;
  readonly curve?: string;
  readonly padding?: number;
}

const rsa = (hash: string, padding: number): Scheme => ({ kind: 'rsa', hash, padding });
const { RSA_PKCS1_PADDING: PKCS1, RSA_PKCS1_PSS_PADDING: PSS } = constants;
const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['ed25519', { kind: 'ed25519', hash: null }],
  ['ecdsa-sha2-nistp256', { kind: 'ec', hash: 'sha256', curve: 'prime256v1' }],
  ['ecdsa-sha2-nistp384', { kind: 'ec', hash: 'sha384', curve: 'secp384r1' }],
  ['ecdsa-sha2-nistp521', { kind: 'ec', hash: 'sha512', curve: 'secp521r1' }],
  ...['sha256', 'sha384', 'sha512'].flatMap((hash): [string, Scheme][] => [
    [`rsassa-pss-${hash}`, rsa(hash, PSS)],
    [`rsa-pkcs1v15-${hash}`, rsa(hash, PKCS1)],
  ]),
]);
const KINDS: ReadonlyMap<string, Scheme['kind']> = new Map([
  ['ed25519', 'ed25519'],
  ['ecdsa', 'ec'],
  ['ecdsa-sha2-nistp256', 'ec'],
  ['ecdsa-sha2-nistp384', 'ec'],
  ['ecdsa-sha2-nistp521', 'ec'],
  ['rsa', 'rsa'],
]);

/** The smallest RSA key that is believed, in bits. */
const LEAST_RSA = 2048;
/** Before the 32 bytes of an Ed25519 key (RFC 8410, 4). */
const ED25519_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
/** Before the point of an ECDSA key on P-256 (RFC 5480, 2). */
const P256_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/**
 * The keys of an object by their ids.
 * @throws Fault `trust/malformed`; `trust/malformed` also for an id that is not the key's: the SHA-256 of the canonical form of the key
 * as it stands, or of its type, scheme and value
 */
export function keysOf(value: unknown, what: string): Map<string, TufKey> {
  return new Map(membersOf(value, what, 'keys').map(([id, key]) => [id, keyOf(id, key, what)]));
}

function keyOf(id: string, value: unknown, what: string): TufKey {
  const where = `the key ${id.slice(0, 80)}`;
  const fields = objectOf(value, what, where);
  const [type, scheme] = [textOf(fields['keytype'], what, where), textOf(fields['scheme'], what, where)];
  const known = KINDS.has(type) && SCHEMES.has(scheme);
  const keyval = objectOf(fields['keyval'], what, where);
  // Of kinds that nobody here can check, the value may be anything.
  if (!known) return { id, type, scheme, public: '' };
  const publicKey = textOf(keyval['public'], what, where);
  if (!idsOf(fields, what).includes(id)) throw malformed(what, `${where} is another key's id`);
  return { id, type, scheme, public: publicKey };
}

function idsOf({ keytype, scheme, keyval, ...rest }: Fields, what: string): string[] {
  const bare = { keytype, scheme, keyval };
  const old = { ...bare, keyid_hash_algorithms: ['sha256', 'sha512'] };
  return [bare, { ...bare, ...rest }, old].map((key) => sha256Hex(canonicalBytes(key, what)));
}

/** How a key stands in metadata. */
export function keyMember({ type, scheme, public: value }: Omit<TufKey, 'id'>): object {
  return { keytype: type, scheme, keyval: { public: value } };
}

/** A key under its own id. */
export function identified(key: Omit<TufKey, 'id'>): TufKey {
  return { id: sha256Hex(canonicalBytes(keyMember(key), 'the key')), ...key };
}

/** SubjectPublicKeyInfo in DER, the same for the same key however it is written; `undefined` for what is no usable key of its scheme. */
export function spkiOf(key: TufKey): Buffer | undefined {
  return usableKey(key)?.export({ type: 'spki', format: 'der' });
}

/** Whether a signature is the key's. False for what is none, and for schemes that are not known. */
export function isKeySignature(key: TufKey, message: Uint8Array, signature: Uint8Array): boolean {
  const scheme = SCHEMES.get(key.scheme);
  const object = usableKey(key);
  if (scheme === undefined || object === undefined || !fitsModulus(object, signature)) return false;
  const input: VerifyKeyObjectInput = { key: object };
  if (scheme.padding !== undefined) input.padding = scheme.padding;
  if (scheme.padding === PSS) input.saltLength = constants.RSA_PSS_SALTLEN_AUTO;
  try {
    return verify(scheme.hash, message, input, signature);
  } catch {
    return false;
  }
}

function usableKey(key: TufKey): KeyObject | undefined {
  const scheme = SCHEMES.get(key.scheme);
  if (scheme === undefined || KINDS.get(key.type) !== scheme.kind) return undefined;
  const object = readKey(key.public, scheme.kind);
  if (object?.asymmetricKeyType !== scheme.kind) return undefined;
  const { namedCurve, modulusLength = 0 } = object.asymmetricKeyDetails ?? {};
  if (scheme.kind === 'ec') return namedCurve === scheme.curve ? object : undefined;
  return scheme.kind === 'rsa' && modulusLength < LEAST_RSA ? undefined : object;
}

function readKey(text: string, kind: Scheme['kind']): KeyObject | undefined {
  try {
    if (text.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) return createPublicKey(text);
    const head = kind === 'ed25519' ? ED25519_HEAD : P256_HEAD;
    if (kind === 'rsa' || !/^(?:[0-9a-f]{2}){32,65}$/.test(text)) return undefined;
    return createPublicKey({ key: Buffer.concat([head, Buffer.from(text, 'hex')]), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
