// How a key signs: the schemes that each kind of key has, and checking a signature made so.
import { constants, createPublicKey, type SigningOptions, verify } from 'node:crypto';
import { Fault } from '../lib/faults.ts';
import { fitsModulus } from '../lib/rsa-signature.ts';
import type { PublicKey, SignatureScheme } from './types.ts';

/** The hash of a scheme; `null` where the message itself is signed. */
export function hashOfScheme(scheme: SignatureScheme, algorithm: PublicKey['algorithm']): string | null {
  if (scheme === 'ed25519') return null;
  return scheme === 'ecdsa' ? hashOfKey({ algorithm }) : scheme.slice(-'sha256'.length);
}

/** The hash by which logs and bundles name what a key signed: the curve's own, else SHA-256. */
export function hashOfKey({ algorithm }: Pick<PublicKey, 'algorithm'>): 'sha256' | 'sha384' | 'sha512' {
  if (algorithm === 'ecdsa-p384') return 'sha384';
  return algorithm === 'ecdsa-p521' ? 'sha512' : 'sha256';
}

/** The scheme that is meant, Sigstore's for the kind of key unless one is named. @throws Fault `key/scheme` */
export function schemeFor(
  { algorithm }: Pick<PublicKey, 'algorithm'>,
  named: SignatureScheme | undefined,
): SignatureScheme {
  const usual = algorithm === 'ed25519' ? 'ed25519' : algorithm === 'rsa' ? 'rsa-pkcs1-sha256' : 'ecdsa';
  if (named === undefined || named === usual || (algorithm === 'rsa' && named.startsWith('rsa-'))) {
    return named ?? usual;
  }
  throw new Fault('key/scheme', `A key of kind ${algorithm} cannot sign as ${named}.`, 'Use another kind of key.');
}

/** Node.js' options for a scheme. */
export function paddingOf(scheme: SignatureScheme): SigningOptions {
  return scheme.startsWith('rsa-pss')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
}

/** Whether a signature is the key's. A malformed one is not. */
export function isSignature(
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  scheme = schemeFor(key, undefined),
): boolean {
  try {
    const object = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
    if (!fitsModulus(object, signature)) return false;
    return verify(hashOfScheme(scheme, key.algorithm), message, { key: object, ...paddingOf(scheme) }, signature);
  } catch {
    return false;
  }
}
