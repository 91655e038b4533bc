import type { KeyType } from '../key-type.ts';
import type { PublicKey, ServiceOrigin, Signer } from '../types.ts';

/** What a service tells of a key without using it. */
export interface DescribedKey {
  readonly publicKey: PublicKey;
  readonly origin: ServiceOrigin;
}

/** One key of a key management service. */
export interface KmsProvider {
  /** The key as it signs now: its newest version, unless the reference names one. */
  describe(): Promise<DescribedKey>;
  /**
   * The signer of that version. Every signature is checked with the public key before it is given.
   * @throws Fault `key/extractable` for a key that the service would hand out, or that was made elsewhere, unless that is allowed
   */
  open(allowExtractable: boolean): Promise<Signer>;
  /** Makes the key. @throws Fault `key/exists`, `key/kms-unsupported` for a kind that the service does not make */
  create(type: KeyType): Promise<Signer>;
  /**
   * Makes a new version of the key, of the same kind, which signs from now on; what older ones signed stays valid by their
   * public keys.
   * @throws Fault `key/kms-unsupported` where the service, or this reference, has no such thing
   */
  renew(): Promise<DescribedKey>;
}
