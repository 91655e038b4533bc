// What is said between the program and the process that holds a token's library. Both are of one version.
import type { KeyType } from '../key-type.ts';
import type { KeyAttributes, TokenDescription } from '../types.ts';

/** Which token: what is given must fit. */
export interface TokenChoice {
  readonly label?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly model?: string | undefined;
  readonly serial?: string | undefined;
  readonly slotId?: number | undefined;
}

/** Which object of the token: what is given must fit. */
export interface KeyChoice {
  readonly label?: string | undefined;
  readonly id?: Uint8Array | undefined;
}

export interface TokenAddress {
  /** The library's absolute path. */
  readonly module: string;
  readonly token: TokenChoice;
  readonly key: KeyChoice;
  readonly pin: string | undefined;
  /** The URI as messages show it. */
  readonly shown: string;
}

/** A public key as a token describes it. */
export type PublicParts =
  | { readonly kind: 'ec' | 'edwards'; readonly parameters: Uint8Array; readonly point: Uint8Array }
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  /** SubjectPublicKeyInfo. */
  | { readonly kind: 'spki'; readonly spki: Uint8Array };

/** How the device is to sign: bytes that were hashed before, but of Ed25519. */
export type DeviceScheme =
  | { readonly kind: 'ecdsa' | 'ed25519' | 'rsa-pkcs1' }
  | { readonly kind: 'rsa-pss'; readonly hash: 'sha256' | 'sha384' | 'sha512' };

export interface FoundKey {
  readonly token: TokenDescription;
  readonly label: string;
  readonly id: Uint8Array;
  /** `undefined` where only the private key is there and does not say it. */
  readonly public: PublicParts | undefined;
  /** Of the private key; `undefined` where that is not seen, such as without a PIN. */
  readonly attributes: KeyAttributes | undefined;
}

export type Question =
  /** Opens the one private key, for `sign`. Answer: {@link FoundKey}. */
  | { readonly ask: 'open'; readonly at: TokenAddress }
  /** Answer: the device's signature, of ECDSA r and s side by side. */
  | { readonly ask: 'sign'; readonly scheme: DeviceScheme; readonly bytes: Uint8Array }
  /** The one public key; logs in only when it is hidden otherwise. Answer: {@link FoundKey}. */
  | { readonly ask: 'public'; readonly at: TokenAddress }
  /** Answer: every key pair that is seen, {@link FoundKey}[]. */
  | { readonly ask: 'list'; readonly at: TokenAddress }
  /** Makes a key pair in the token and opens it. Answer: {@link FoundKey}. */
  | { readonly ask: 'create'; readonly at: TokenAddress; readonly type: KeyType; readonly id: Uint8Array };
