// Keys of Temper's as TUF has them.
import { publicKeyPem } from '../keys/public.ts';
import type { PublicKey, Signer } from '../keys/types.ts';
import { Fault } from '../lib/faults.ts';
import { identified, type TufKey } from '../tuf/key.ts';

/** Somebody who signs metadata. */
export interface TufSigner {
  readonly key: TufKey;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * A public key in the form that every client of TUF reads.
 * @throws Fault `key/unsupported` for P-521, which none of them does
 */
export function tufKey(key: Pick<PublicKey, 'spki' | 'algorithm'>): TufKey {
  switch (key.algorithm) {
    case 'ecdsa-p256':
      return identified({ type: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', public: publicKeyPem(key) });
    case 'ecdsa-p384':
      return identified({ type: 'ecdsa', scheme: 'ecdsa-sha2-nistp384', public: publicKeyPem(key) });
    case 'rsa':
      return identified({ type: 'rsa', scheme: 'rsassa-pss-sha256', public: publicKeyPem(key) });
    case 'ed25519':
      return identified({
        type: 'ed25519',
        scheme: 'ed25519',
        public: Buffer.from(key.spki).subarray(-32).toString('hex'),
      });
    case 'ecdsa-p521':
      throw new Fault(
        'key/unsupported',
        'Keys on P-521 do not sign TUF metadata.',
        'Use ECDSA P-256, Ed25519 or RSA of at least 2048 bits.',
      );
  }
}

/** @throws Fault `key/unsupported` */
export function tufSigner(signer: Signer): TufSigner {
  const { publicKey } = signer;
  const scheme = publicKey.algorithm === 'rsa' ? 'rsa-pss-sha256' : undefined;
  return { key: tufKey(publicKey), sign: async (message) => await signer.sign(message, scheme) };
}
