// PKCS #11's mechanisms for our schemes of signing (PKCS #11 2.40 mechanisms, 2.1 and 2.3; 3.0, 2.3.15).
import type { Mechanism } from 'pkcs11js';
import { CKG, CKM } from './constants.ts';
import type { DeviceScheme } from './messages.ts';

/** RsaPSS of pkcs11js' parameters. */
const PSS_PARAMETERS = 5;

/** DigestInfo of SHA-256 before the hash (RFC 8017, 9.2, note 1). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

const HASH_BYTES = { sha256: 32, sha384: 48, sha512: 64 } as const;

/** @param bytes the hash of the message; of Ed25519 the message */
export function mechanismOf(
  scheme: DeviceScheme,
  bytes: Uint8Array,
): { readonly mechanism: Mechanism; readonly input: Buffer } {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (scheme.kind) {
    case 'ecdsa':
      return { mechanism: { mechanism: CKM.ecdsa }, input };
    case 'ed25519':
      return { mechanism: { mechanism: CKM.eddsa }, input };
    case 'rsa-pkcs1':
      return { mechanism: { mechanism: CKM.rsaPkcs }, input: Buffer.concat([SHA256_INFO, input]) };
    case 'rsa-pss': {
      const { hash } = scheme;
      const parameter = { type: PSS_PARAMETERS, hashAlg: CKM[hash], mgf: CKG[hash], saltLen: HASH_BYTES[hash] };
      return { mechanism: { mechanism: CKM.rsaPss, parameter }, input };
    }
  }
}
