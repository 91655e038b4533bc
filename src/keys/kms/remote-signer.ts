// The signer of a key that stays in a service.
import { createHash } from 'node:crypto';
import { Fault } from '../../lib/faults.ts';
import { hashOfScheme, isSignature, schemeFor } from '../scheme.ts';
import type { SignatureScheme, Signer } from '../types.ts';
import type { KmsFaults } from './faults.ts';
import type { DescribedKey } from './provider.ts';

/** What a service is asked to sign. */
export interface RemoteInput {
  readonly scheme: SignatureScheme;
  /** Node.js' name of the hash; `null` where the message itself is signed. */
  readonly hash: string | null;
  /** The hash of the message, or the message. */
  readonly bytes: Buffer;
}

export interface RemoteKey extends DescribedKey {
  /** The schemes that the service lets the key sign by; those of its kind unless given. */
  readonly schemes?: readonly SignatureScheme[] | undefined;
  /** Asks the service. ECDSA signatures are DER. */
  readonly sign: (input: RemoteInput) => Promise<Uint8Array>;
}

/**
 * A signer that gives no signature that it did not check.
 * @throws Fault from `sign`: `key/kms-failed` for a signature that does not fit the public key, `key/scheme`
 */
export function remoteSigner({ publicKey, origin, schemes, sign }: RemoteKey, faults: KmsFaults): Signer {
  return {
    publicKey,
    origin,
    sign: async (message, named) => {
      const scheme = schemeFor(publicKey, named);
      if (schemes?.includes(scheme) === false) {
        throw new Fault(
          'key/scheme',
          `The key ${faults.reference} signs as ${schemes.join(', ') || 'nothing that is known'}, not as ${scheme}.`,
          'Make a key of another kind.',
        );
      }
      const hash = hashOfScheme(scheme, publicKey.algorithm);
      const bytes = hash === null ? Buffer.from(message) : createHash(hash).update(message).digest();
      const signature = await sign({ scheme, hash, bytes });
      if (isSignature(publicKey, message, signature, scheme)) return signature;
      throw faults.strange('a signature that does not fit the public key');
    },
  };
}
