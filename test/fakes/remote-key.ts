// Keys that services keep: they sign hashes, as services are given them.
import { constants, createHash, generateKeyPairSync, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import type { KeyType } from '../../src/keys/key-type.ts';

export interface FakePair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A service of keys as the contract of all of them sees it. */
export interface FakeKms extends AsyncDisposable {
  /** How cosign writes a key of that name. */
  reference(name: string): string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @param mayLeave it would be handed out, or was made elsewhere */
  add(name: string, type: KeyType, mayLeave?: boolean): unknown;
  /** Signs with another key than the one that it shows. */
  lies: boolean;
  /** What its own protocol carries to find damage, where it does. */
  damages?: 'request' | 'signature' | 'public key' | undefined;
}

export type Hash = 'sha256' | 'sha384' | 'sha512';

export function newPair(type: KeyType): FakePair {
  if (type === 'ed25519') return generateKeyPairSync('ed25519');
  if (type === 'rsa3072') return rsaPair();
  return generateKeyPairSync('ec', { namedCurve: type === 'p384' ? 'P-384' : 'P-256' });
}

const RSA_PAIRS: FakePair[] = [];

/** One of three, in turn: making them takes long. */
function rsaPair(): FakePair {
  const pair = RSA_PAIRS.length < 3 ? generateKeyPairSync('rsa', { modulusLength: 3072 }) : RSA_PAIRS.shift();
  if (pair === undefined) throw new Error('there is always one');
  RSA_PAIRS.push(pair);
  return pair;
}

/** Ed25519 (RFC 8032), of the message itself. */
export function signMessage(privateKey: KeyObject, message: Buffer): Buffer {
  return sign(null, message, privateKey);
}

/** ECDSA over a hash. @param format DER, or r and s side by side */
export function signEcdsa(privateKey: KeyObject, hash: Buffer, format: 'der' | 'compact' = 'der'): Buffer {
  const { crv, d = '' } = privateKey.export({ format: 'jwk' });
  const curve = crv === 'P-384' ? p384 : p256;
  return Buffer.from(curve.sign(hash, Buffer.from(d, 'base64url'), { prehash: false, lowS: false, format }));
}

const DIGEST_INFO: Readonly<Record<Hash, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/** RSA PKCS #1 v1.5 over a hash (RFC 8017, 9.2). */
export function signPkcs1(privateKey: KeyObject, hash: Buffer, algorithm: Hash): Buffer {
  const info = Buffer.concat([Buffer.from(DIGEST_INFO[algorithm], 'hex'), hash]);
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info);
}

/** RSA PSS over a hash, its salt as long (RFC 8017, 9.1.1), for a modulus of whole bytes. */
export function signPss(privateKey: KeyObject, hash: Buffer, algorithm: Hash): Buffer {
  const length = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const digest = (bytes: Buffer): Buffer => createHash(algorithm).update(bytes).digest();
  const salt = Buffer.alloc(hash.length, 7);
  const h = digest(Buffer.concat([Buffer.alloc(8), hash, salt]));
  const block = Buffer.alloc(length - hash.length - 1);
  salt.copy(block, block.length - salt.length);
  block[block.length - salt.length - 1] = 1;
  for (let at = 0, counter = 0; at < block.length; at += h.length, counter++) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const mask = digest(Buffer.concat([h, count]));
    for (let i = 0; i < mask.length && at + i < block.length; i++)
      block[at + i] = (block[at + i] ?? 0) ^ (mask[i] ?? 0);
  }
  block[0] = (block[0] ?? 0) & 0x7f;
  const encoded = Buffer.concat([block, h, Buffer.from([0xbc])]);
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded);
}
