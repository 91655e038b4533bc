// Which algorithm a key signs with: its kind and size alone decide (signature-specification, Algorithm Selection).
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { Fault } from '../lib/faults.ts';
import { fitsModulus } from '../lib/rsa-signature.ts';
import { DerList, readDer, tags } from '../x509/der.ts';
import { integerOf } from '../x509/values.ts';
import { malformed } from './types.ts';

export type NotaryHash = 'sha256' | 'sha384' | 'sha512';

export interface NotaryAlgorithm {
  /** As JWS names it. */
  readonly name: string;
  /** As the plugin contract names key and algorithm. */
  readonly keySpec: string;
  readonly pluginName: string;
  readonly hash: NotaryHash;
  /** Bytes of each of the two numbers of an ECDSA signature; `undefined` for RSASSA-PSS. */
  readonly numberBytes?: number;
}

const EC: Readonly<Record<string, NotaryAlgorithm>> = {
  prime256v1: { name: 'ES256', keySpec: 'EC-256', pluginName: 'ECDSA-SHA-256', hash: 'sha256', numberBytes: 32 },
  secp384r1: { name: 'ES384', keySpec: 'EC-384', pluginName: 'ECDSA-SHA-384', hash: 'sha384', numberBytes: 48 },
  secp521r1: { name: 'ES512', keySpec: 'EC-521', pluginName: 'ECDSA-SHA-512', hash: 'sha512', numberBytes: 66 },
};

const RSA: Readonly<Record<number, NotaryAlgorithm>> = {
  2048: { name: 'PS256', keySpec: 'RSA-2048', pluginName: 'RSASSA-PSS-SHA-256', hash: 'sha256' },
  3072: { name: 'PS384', keySpec: 'RSA-3072', pluginName: 'RSASSA-PSS-SHA-384', hash: 'sha384' },
  4096: { name: 'PS512', keySpec: 'RSA-4096', pluginName: 'RSASSA-PSS-SHA-512', hash: 'sha512' },
};

/**
 * The algorithm of a key.
 * @throws Fault `notary/key` for one that is not ECDSA P-256, P-384 or P-521, or RSA of 2048, 3072 or 4096 bits
 */
export function algorithmOf(spki: Uint8Array): NotaryAlgorithm {
  const key = keyOf(spki);
  const { namedCurve = '', modulusLength = 0 } = key?.asymmetricKeyDetails ?? {};
  const found = key?.asymmetricKeyType === 'ec' ? EC[namedCurve] : undefined;
  const algorithm = found ?? (key?.asymmetricKeyType === 'rsa' ? RSA[modulusLength] : undefined);
  if (algorithm !== undefined) return algorithm;
  const kind = [key?.asymmetricKeyType, namedCurve, modulusLength].filter(Boolean).join(' ');
  throw new Fault(
    'notary/key',
    `Notary Project signatures know no key of this kind (${kind === '' ? 'unreadable' : kind}).`,
    'Use ECDSA P-256, P-384 or P-521, or RSA of 2048, 3072 or 4096 bits.',
  );
}

/** Whether the key signed the message, with its own algorithm. Of RSASSA-PSS, the salt is as long as the hash (RFC 7518, 3.5). */
export function isSignatureBy(
  spki: Uint8Array,
  { hash, numberBytes }: NotaryAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = keyOf(spki);
  if (key === undefined) return false;
  if (numberBytes === undefined ? !fitsModulus(key, signature) : signature.length !== 2 * numberBytes) return false;
  const how =
    numberBytes === undefined
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { dsaEncoding: 'ieee-p1363' as const };
  try {
    return verify(hash, message, { key, ...how }, signature);
  } catch {
    return false;
  }
}

function keyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/**
 * An ECDSA signature in DER (SEC 1, C.8) as IEEE P1363 has it: both numbers, each of `numberBytes` bytes.
 * @throws Fault `x509/malformed`, `notary/malformed` when it is none of that curve
 */
export function p1363Of(der: Uint8Array, numberBytes: number): Buffer {
  const fields = new DerList(readDer(der, 'the signature'));
  const numbers = [integerOf(fields.next(tags.integer)), integerOf(fields.next(tags.integer))].map((number) => {
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (digits.length > numberBytes || (number[0] ?? 0) >= 0x80)
      throw malformed('a number of the signature is too large');
    return Buffer.concat([Buffer.alloc(numberBytes - digits.length), digits]);
  });
  fields.end();
  return Buffer.concat(numbers);
}
