// Notary Project signatures: an artifact's descriptor → an envelope (signature-specification).
import { Fault } from '../lib/faults.ts';
import type { Signer } from '../keys/types.ts';
import { algorithmOf, isSignatureBy, p1363Of } from '../notary/algorithms.ts';
import { chainProblem, validityProblem } from '../notary/certificates.ts';
import { envelopeParts } from '../notary/envelope.ts';
import type { NotaryFormat, TargetArtifact } from '../notary/types.ts';
import type { Certificate } from '../x509/certificate.ts';

/** A key with the certificates that say whose it is. */
export interface CertifiedSigner {
  readonly signer: Signer;
  /** The signer's first, the root last. */
  readonly certificates: readonly Certificate[];
}

export interface NotaryRequest {
  readonly artifact: TargetArtifact;
  readonly format: NotaryFormat;
  /** Whole seconds since 1970. */
  readonly signingTime: number;
  /** From then on the signature does not count; whole seconds since 1970. */
  readonly expiry?: number | undefined;
  /** What made it: `temper/1.0.0`. */
  readonly agent?: string | undefined;
  /** Asks an RFC 3161 authority for a TimeStampToken over the signature. */
  readonly timestamp?: ((signature: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/**
 * Signs an artifact: the bytes of an envelope of the scheme `notary.x509`. But for the signature itself, the same arguments give
 * the same bytes.
 * @throws Fault `notary/key`, `notary/certificates` when they are not whole, not fit, not valid then or of another key,
 * `notary/expiry`, and what the signer and the timestamp throw
 */
export async function signNotary(request: NotaryRequest, { signer, certificates }: CertifiedSigner): Promise<Buffer> {
  const { artifact, format, signingTime, expiry, agent } = request;
  const algorithm = algorithmOf(signer.publicKey.spki);
  checkCertificates({ signer, certificates }, signingTime);
  if (expiry !== undefined && expiry <= signingTime) {
    throw new Fault('notary/expiry', 'The signature would expire before it is made.', 'Name a later time.');
  }
  const parts = envelopeParts(format, algorithm.name, artifact, { scheme: 'notary.x509', signingTime, expiry });
  const signature = await signRaw(parts.message, signer);
  const timestamp = await request.timestamp?.(signature);
  return parts.envelope(signature, { certificates, timestamp, agent });
}

/**
 * Signs a message as the key's algorithm in Notary Project signatures does: ECDSA as IEEE P1363 has it, or RSASSA-PSS.
 * @throws Fault `notary/key` for a key of another kind, or one that cannot sign so; what the signer throws
 */
export async function signRaw(message: Uint8Array, signer: Signer): Promise<Buffer> {
  const { spki } = signer.publicKey;
  const algorithm = algorithmOf(spki);
  const signature = await signatureOf(message, signer, algorithm);
  if (isSignatureBy(spki, algorithm, message, signature)) return signature;
  throw new Fault('notary/key', "The key's signature does not verify.", 'Check the device that holds the key.');
}

async function signatureOf(
  message: Uint8Array,
  signer: Signer,
  { hash, numberBytes }: ReturnType<typeof algorithmOf>,
): Promise<Buffer> {
  if (numberBytes !== undefined) return p1363Of(await signer.sign(message), numberBytes);
  return Buffer.from(await signer.sign(message, `rsa-pss-${hash}`));
}

/** @throws Fault `notary/certificates` */
export function checkCertificates({ signer, certificates }: CertifiedSigner, time: number): void {
  const [leaf] = certificates;
  const problem =
    leaf !== undefined && !leaf.spki.equals(signer.publicKey.spki)
      ? 'the first certificate is of another key'
      : (chainProblem(certificates) ?? validityProblem(certificates, time)?.reason);
  if (problem === undefined) return;
  throw new Fault(
    'notary/certificates',
    `The certificates are not fit for a Notary Project signature: ${problem}.`,
    "Give the signer's certificate, those of the authorities above it in their order, and the root, in one PEM file.",
  );
}
