import type { KeyObject } from 'node:crypto';
import { fitsModulus } from '../lib/rsa-signature.ts';
import { type Envelope, preAuthEncoding } from './envelope.ts';
import { crypto } from '../lib/crypto.ts';

/** A public key, SubjectPublicKeyInfo in DER. */
export interface VerificationKey {
  readonly spki: Uint8Array;
}

export type EnvelopeVerdict<K> =
  | { readonly valid: true; readonly key: K }
  | { readonly valid: false; readonly reason: string };

/**
 * Whether one of the envelope's signatures is by one of the keys. Every signature is tried with every key, for `keyid`
 * is unauthenticated; a signature by somebody else beside a good one does no harm (protocol.md, Protocol).
 */
export function verifyEnvelope<K extends VerificationKey>(envelope: Envelope, keys: readonly K[]): EnvelopeVerdict<K> {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload);
  for (const key of keys) {
    if (envelope.signatures.some(({ sig }) => verifySignature(key.spki, message, sig))) return { valid: true, key };
  }
  return {
    valid: false,
    reason:
      keys.length === 0
        ? 'there is no trusted key'
        : 'no signature of the envelope is by a trusted key over these bytes',
  };
}

/**
 * Whether a signature over a message is by a key. ECDSA: DER, with SHA-256 on P-256; on P-384 with SHA-384, on P-521 with SHA-512, or on both with SHA-256 as
 * cosign signs with any key. RSA: PKCS #1 v1.5 or PSS with SHA-256. Ed25519: over the message itself. False for a key
 * of another kind and for what is no signature at all.
 */
export function verifySignature(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = keyObjectOf(spki);
    if (!fitsModulus(key, signature)) return false;
    return schemes(key).some(([hash, options]) => crypto().verify(hash, message, { key, ...options }, signature));
  } catch {
    return false;
  }
}

/** Keys that were read, by their bytes' object: reading one takes longer than verifying with it. */
const known = new WeakMap<Uint8Array, KeyObject>();

function keyObjectOf(spki: Uint8Array): KeyObject {
  const key = known.get(spki) ?? crypto().createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  known.set(spki, key);
  return key;
}

type Scheme = readonly [hash: string | null, options: { padding?: number; saltLength?: number; dsaEncoding?: 'der' }];

function schemes(key: KeyObject): readonly Scheme[] {
  switch (key.asymmetricKeyType) {
    case 'ec': {
      const curve = key.asymmetricKeyDetails?.namedCurve;
      if (curve === 'prime256v1') return [['sha256', { dsaEncoding: 'der' }]];
      const own = curve === 'secp384r1' ? 'sha384' : curve === 'secp521r1' ? 'sha512' : undefined;
      return own === undefined ? [] : [own, 'sha256'].map((hash): Scheme => [hash, { dsaEncoding: 'der' }]);
    }
    case 'rsa':
      if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return [];
      return [
        ['sha256', { padding: crypto().constants.RSA_PKCS1_PADDING }],
        [
          'sha256',
          { padding: crypto().constants.RSA_PKCS1_PSS_PADDING, saltLength: crypto().constants.RSA_PSS_SALTLEN_AUTO },
        ],
      ];
    case 'ed25519':
      return [[null, {}]];
    default:
      return [];
  }
}
