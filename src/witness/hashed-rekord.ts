// `hashedrekord` 0.0.2, the one kind of entry that logs of today keep: a hash, a signature over it, and whose it is
// (rekor-tiles, api/proto/rekor/v2/hashedrekord.proto).
import { createPublicKey, hash } from 'node:crypto';
import { preAuthEncoding } from '../dsse/envelope.ts';
import { hashOfKey } from '../keys/scheme.ts';
import type { PublicKey } from '../keys/types.ts';
import { canonicalJson } from '../lib/json.ts';
import type { SignedContent } from '../sign/witness.ts';

/** What the signature is over: of an envelope its pre-authentication encoding. */
export function signedMessage({ content }: SignedContent): Uint8Array {
  if (content.kind === 'message') return content.message;
  return preAuthEncoding(content.envelope.payloadType, content.envelope.payload);
}

/** Its hash, base64. */
export function signedDigest(signed: SignedContent): string {
  return hash(hashOfKey(signed.publicKey), signedMessage(signed), 'base64');
}

/** The signature with its signer: `Signature` of verifier.proto in its JSON form. */
export function signatureJson({ signature, publicKey, certificate }: SignedContent): object {
  const named =
    certificate === undefined
      ? { publicKey: { rawBytes: base64(publicKey.spki) } }
      : { x509Certificate: { rawBytes: base64(certificate) } };
  return { content: base64(signature), verifier: { keyDetails: keyDetails(publicKey), ...named } };
}

/** The body of an entry, canonical JSON, as Rekor v2 writes it. */
export function hashedRekordBody(signed: SignedContent): Buffer {
  const algorithm = hashOfKey(signed.publicKey).replace('sha', 'SHA2_');
  const data = { algorithm, digest: signedDigest(signed) };
  const spec = { hashedRekordV002: { data, signature: signatureJson(signed) } };
  return Buffer.from(canonicalJson({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }), 'utf8');
}

/** `PublicKeyDetails` (sigstore_common.proto). */
function keyDetails({ algorithm, spki }: PublicKey): string {
  switch (algorithm) {
    case 'ecdsa-p256':
      return 'PKIX_ECDSA_P256_SHA_256';
    case 'ecdsa-p384':
      return 'PKIX_ECDSA_P384_SHA_384';
    case 'ecdsa-p521':
      return 'PKIX_ECDSA_P521_SHA_512';
    case 'ed25519':
      return 'PKIX_ED25519';
    case 'rsa':
      return `PKIX_RSA_PKCS1V15_${rsaBits(spki)}_SHA256`;
  }
}

/** The size by which the details name a key: larger ones have no name of their own. */
function rsaBits(spki: Uint8Array): number {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return [4096, 3072].find((size) => bits >= size) ?? 2048;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
