/** Something that signs: a file's key, a PKCS#11 token, a KMS, a short-lived key with a certificate. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** Signs the message itself (hashed by the signer). ECDSA signatures are DER (SEC 1, C.8). */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /**
   * Of RSA keys: signs the message with RSASSA-PSS (RFC 8017, 8.1), MGF1 with the same hash and a salt as long as it. Absent where
   * the key cannot.
   */
  signPss?(message: Uint8Array, hash: 'sha256' | 'sha384' | 'sha512'): Promise<Uint8Array>;
}

export interface PublicKey {
  /** SubjectPublicKeyInfo, DER (RFC 5280, 4.1.2.7). */
  readonly spki: Uint8Array;
  /** `SHA256:` and 64 hex digits of the SHA-256 of {@link spki}: how Temper names a key to people. */
  readonly fingerprint: string;
  readonly algorithm: 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521' | 'rsa' | 'ed25519';
}
