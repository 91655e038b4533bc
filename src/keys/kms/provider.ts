import type { KeyType } from '../key-type.ts';
import type { PublicKey, Signer } from '../types.ts';

/** One key of a key management service. */
export interface KmsProvider {
  publicKey(): Promise<PublicKey>;
  /**
   * The signer of the key's newest version. Every signature is checked with the public key before it is given.
   * @throws Fault `key/extractable` for a key that the service would hand out, unless that is allowed
   */
  open(allowExtractable: boolean): Promise<Signer>;
  /** Makes the key. @throws Fault `key/exists` */
  create(type: KeyType): Promise<Signer>;
}
