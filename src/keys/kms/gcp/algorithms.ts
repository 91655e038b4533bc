// The algorithms of Cloud KMS' key versions: each version signs in one way alone.
import type { KeyType } from '../../key-type.ts';
import type { SignatureScheme } from '../../types.ts';

/** CryptoKeyVersionAlgorithm of a key that is made. */
export const MADE: Readonly<Record<KeyType, string>> = {
  p256: 'EC_SIGN_P256_SHA256',
  p384: 'EC_SIGN_P384_SHA384',
  rsa3072: 'RSA_SIGN_PKCS1_3072_SHA256',
  ed25519: 'EC_SIGN_ED25519',
};

/** How a version signs; `undefined` for what signs in no way that is known here. */
export function schemeOfAlgorithm(algorithm: string): SignatureScheme | undefined {
  if (algorithm === 'EC_SIGN_P256_SHA256' || algorithm === 'EC_SIGN_P384_SHA384') return 'ecdsa';
  if (algorithm === 'EC_SIGN_ED25519') return 'ed25519';
  const [, padding, bits] = /^RSA_SIGN_(PKCS1|PSS)_(?:2048|3072|4096)_SHA(256|512)$/.exec(algorithm) ?? [];
  if (padding === 'PSS') return bits === '512' ? 'rsa-pss-sha512' : 'rsa-pss-sha256';
  return padding === 'PKCS1' && bits === '256' ? 'rsa-pkcs1-sha256' : undefined;
}
