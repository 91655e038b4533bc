/** How a signature is made: of ECDSA with the curve's own hash, of RSA by RFC 8017, 8.1 (PSS, salt as long as the hash) and 8.2. */
export type SignatureScheme =
  | 'ecdsa'
  | 'ed25519'
  | 'rsa-pkcs1-sha256'
  | 'rsa-pss-sha256'
  | 'rsa-pss-sha384'
  | 'rsa-pss-sha512';

/** Something that signs: a file's key, a PKCS#11 token, a KMS, a short-lived key with a certificate. */
export interface Signer {
  readonly publicKey: PublicKey;
  /**
   * Signs the message itself (hashed by the signer). ECDSA signatures are DER (SEC 1, C.8).
   * @param scheme Sigstore's for the kind of key unless given: `ecdsa`, `ed25519`, `rsa-pkcs1-sha256`
   * @throws Fault `key/scheme` when keys of this kind do not sign so
   */
  sign(message: Uint8Array, scheme?: SignatureScheme): Promise<Uint8Array>;
  /** Where the private key is, and what its device says of it; what a record of the signature may name. */
  readonly origin?: KeyOrigin;
  /** Lets go of the device. A signer that is not closed does not keep the program. */
  close?(): Promise<void>;
}

export type KeyOrigin = TokenOrigin | ServiceOrigin;

/** A key in a PKCS#11 token. */
export interface TokenOrigin {
  readonly kind: 'pkcs11';
  /** RFC 7512, without PIN and module. */
  readonly uri: string;
  readonly token: TokenDescription;
  readonly attributes: KeyAttributes;
}

/** As the token describes itself (PKCS #11 2.40, 3.2), without the padding. */
export interface TokenDescription {
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
}

/** What a token says of a private key (PKCS #11 2.40, 4.9); `undefined` where it does not say. */
export interface KeyAttributes {
  /** It may leave the token, wrapped. */
  readonly extractable: boolean | undefined;
  readonly neverExtractable: boolean | undefined;
  /** It cannot be read in the clear. */
  readonly sensitive: boolean | undefined;
  readonly alwaysSensitive: boolean | undefined;
  /** It was made in the token. */
  readonly local: boolean | undefined;
}

/** A key in a key management service. */
export interface ServiceOrigin {
  readonly kind: 'kms';
  /** As cosign writes it: `hashivault://NAME`. */
  readonly reference: string;
  /** Which of the key's versions signs: as the service names it. */
  readonly version: string;
  /** What keeps the private key, in the service's words, where it tells: `HSM`, `SOFTWARE`, `EXTERNAL`. */
  readonly protection?: string | undefined;
  /** The service says that the key was made elsewhere. */
  readonly imported?: boolean | undefined;
}

export interface PublicKey {
  /** SubjectPublicKeyInfo, DER (RFC 5280, 4.1.2.7). */
  readonly spki: Uint8Array;
  /** `SHA256:` and 64 hex digits of the SHA-256 of {@link spki}: how Temper names a key to people. */
  readonly fingerprint: string;
  readonly algorithm: 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521' | 'rsa' | 'ed25519';
}
