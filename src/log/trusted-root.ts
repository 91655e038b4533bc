// What a Sigstore trusted root says of a log (protobuf-specs, sigstore_trustroot.proto, TransparencyLogInstance), in JSON.
import type { PublicKey } from '../keys/types.ts';
import { Fault } from '../lib/faults.ts';
import { isoTime } from '../lib/time.ts';
import { noteKeyHash } from '../tlog/note-key.ts';

export interface TrustedLog {
  readonly baseUrl: string;
  readonly hashAlgorithm: 'SHA2_256';
  readonly publicKey: {
    /** SubjectPublicKeyInfo, base64. */
    readonly rawBytes: string;
    readonly keyDetails: string;
    readonly validFor: { readonly start: string; readonly end?: string };
  };
  /** Base64: what an entry's `logId` must be, for Rekor v2's readers the whole hash of name, type and key. */
  readonly logId: { readonly keyId: string };
  /** Base64: the first four bytes of {@link logId}, which stand before the signature in a checkpoint. */
  readonly checkpointKeyId: { readonly keyId: string };
}

const KEY_DETAILS: Readonly<Record<PublicKey['algorithm'], string>> = {
  'ecdsa-p256': 'PKIX_ECDSA_P256_SHA_256',
  'ecdsa-p384': 'PKIX_ECDSA_P384_SHA_384',
  'ecdsa-p521': 'PKIX_ECDSA_P521_SHA_512',
  rsa: 'PKIX_RSA_PKCS1V15_2048_SHA256',
  ed25519: 'PKIX_ED25519',
};

/** How a trusted root names a kind of key. */
export function keyDetailsOf(algorithm: PublicKey['algorithm']): string {
  return KEY_DETAILS[algorithm];
}

/**
 * An item of a trusted root's `tlogs`.
 * @param origin the log's. Readers derive the name of its key from the address: it must be that address's host, without a port or a path
 * @param validFor seconds since 1970; readers refuse a key without a start
 * @throws Fault `log/origin` when cosign would look for another name, `tlog/key`
 */
export function trustedLog(
  origin: string,
  key: Pick<PublicKey, 'spki' | 'algorithm'>,
  validFor: { readonly start: number; readonly end?: number },
): TrustedLog {
  const url = URL.parse(`https://${origin}`);
  if (url === null || url.hostname !== origin) {
    throw new Fault(
      'log/origin',
      `A trusted root cannot name the log ${origin}: its readers expect a host name and nothing else.`,
      'Begin a log whose origin is a host, such as log.example.',
    );
  }
  const whole = noteKeyHash(origin, key.spki);
  return {
    baseUrl: `https://${origin}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: Buffer.from(key.spki).toString('base64'),
      keyDetails: KEY_DETAILS[key.algorithm],
      validFor: {
        start: isoTime(validFor.start),
        ...(validFor.end === undefined ? {} : { end: isoTime(validFor.end) }),
      },
    },
    logId: { keyId: whole.toString('base64') },
    checkpointKeyId: { keyId: whole.subarray(0, 4).toString('base64') },
  };
}
