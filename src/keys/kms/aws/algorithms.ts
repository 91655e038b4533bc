// AWS KMS' names of kinds of keys (KeySpec) and of signatures (SigningAlgorithmSpec).
import type { KeyType } from '../../key-type.ts';
import type { PublicKey, SignatureScheme } from '../../types.ts';

export const MADE: Readonly<Record<KeyType, string>> = {
  p256: 'ECC_NIST_P256',
  p384: 'ECC_NIST_P384',
  rsa3072: 'RSA_3072',
  ed25519: 'ECC_NIST_EDWARDS25519',
};

const RSA: Partial<Record<SignatureScheme, string>> = {
  'rsa-pkcs1-sha256': 'RSASSA_PKCS1_V1_5_SHA_256',
  'rsa-pss-sha256': 'RSASSA_PSS_SHA_256',
  'rsa-pss-sha384': 'RSASSA_PSS_SHA_384',
  'rsa-pss-sha512': 'RSASSA_PSS_SHA_512',
};
const OTHERS: Partial<Record<PublicKey['algorithm'], string>> = {
  'ecdsa-p256': 'ECDSA_SHA_256',
  'ecdsa-p384': 'ECDSA_SHA_384',
  'ecdsa-p521': 'ECDSA_SHA_512',
  ed25519: 'ED25519_SHA_512',
};

/** How a key of this kind signs by a scheme of it. */
export function signingAlgorithm({ algorithm }: Pick<PublicKey, 'algorithm'>, scheme: SignatureScheme): string {
  return OTHERS[algorithm] ?? RSA[scheme] ?? '';
}

/** The schemes among what a key may sign by. */
export function schemesOf(key: Pick<PublicKey, 'algorithm'>, allowed: readonly string[]): SignatureScheme[] {
  const schemes: readonly SignatureScheme[] =
    key.algorithm === 'rsa'
      ? ['rsa-pkcs1-sha256', 'rsa-pss-sha256', 'rsa-pss-sha384', 'rsa-pss-sha512']
      : [key.algorithm === 'ed25519' ? 'ed25519' : 'ecdsa'];
  return schemes.filter((scheme) => allowed.includes(signingAlgorithm(key, scheme)));
}
