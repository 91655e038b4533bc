// Signatures over something of which only the hash is known. Node.js hashes what it verifies; this does not. It loads curves of
// its own, so that only who needs it imports it.
import { constants, createPublicKey, type KeyObject, publicDecrypt } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';

const CURVES = { prime256v1: p256, secp384r1: p384, secp521r1: p521 } as const;

/** DigestInfo before the hash (RFC 8017, 9.2, note 1). */
const DIGEST_INFO = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  sha512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
} as const;

/**
 * Whether a key signed what has this hash: ECDSA (DER) and RSA PKCS #1 v1.5. `undefined` where it may have signed by another hash
 * or scheme, which only the bytes tell: larger curves, RSA PSS, Ed25519.
 * @param spki SubjectPublicKeyInfo, DER
 */
export function verifyHash(
  spki: Uint8Array,
  { algorithm, hash }: { readonly algorithm: keyof typeof DIGEST_INFO; readonly hash: Uint8Array },
  signature: Uint8Array,
): boolean | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ec') return verifyEcdsa(key, hash, signature);
    if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return undefined;
    return verifyPkcs1(key, Buffer.concat([DIGEST_INFO[algorithm], hash]), signature);
  } catch {
    return false;
  }
}

function verifyEcdsa(key: KeyObject, hash: Uint8Array, signature: Uint8Array): boolean | undefined {
  const name = key.asymmetricKeyDetails?.namedCurve ?? '';
  const curve = Object.hasOwn(CURVES, name) ? CURVES[name as keyof typeof CURVES] : undefined;
  if (curve === undefined) return false;
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const valid = curve.verify(signature, hash, point, { prehash: false, format: 'der', lowS: false });
  return valid || curve === p256 ? valid : undefined;
}

function verifyPkcs1(key: KeyObject, expected: Buffer, signature: Uint8Array): boolean | undefined {
  try {
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(expected) || undefined;
  } catch {
    return undefined;
  }
}
