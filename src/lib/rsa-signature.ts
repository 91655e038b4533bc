// RSA signatures as octets.
import type { KeyObject } from 'node:crypto';

/**
 * Whether a signature may be verified with a key: one of RSA is as long as the key's modulus (RFC 8017, 8.1.2 and
 * 8.2.2), where OpenSSL takes RSASSA-PSS without its leading zeros too, so that one signature had several spellings.
 * Of other kinds of keys nothing is asked.
 */
export function fitsModulus(key: KeyObject, signature: Uint8Array): boolean {
  const { modulusLength } = key.asymmetricKeyDetails ?? {};
  return modulusLength === undefined || signature.length === Math.ceil(modulusLength / 8);
}
