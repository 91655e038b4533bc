// Sigstore bundles v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto), in their JSON form.
import { hash } from 'node:crypto';
import { z } from 'zod';
import { decodeBase64 } from '../dsse/base64.ts';
import { Envelope, envelopeJson } from '../dsse/envelope.ts';
import { Fault } from '../lib/faults.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';

export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const base64 = z.string().transform((text, context) => {
  const bytes = decodeBase64(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: 'custom', message: 'is not canonical base64' });
  return z.NEVER;
});

const VerificationMaterial = z.object({
  publicKey: z.object({ hint: z.string().max(1000).optional() }).optional(),
  certificate: z.object({ rawBytes: base64 }).optional(),
  x509CertificateChain: z.unknown().optional(),
  tlogEntries: z.array(z.unknown()).max(100).nullish(),
  timestampVerificationData: z.object({ rfc3161Timestamps: z.array(z.unknown()).max(100).nullish() }).nullish(),
});

const MessageSignature = z.object({
  messageDigest: z.object({ algorithm: z.string(), digest: base64 }).optional(),
  signature: base64,
});

const Document = z
  .object({
    mediaType: z.enum([BUNDLE_MEDIA_TYPE, 'application/vnd.dev.sigstore.bundle+json;version=0.3']),
    verificationMaterial: VerificationMaterial,
    dsseEnvelope: Envelope.optional(),
    messageSignature: MessageSignature.optional(),
  })
  .refine(
    (b) => (b.dsseEnvelope === undefined) !== (b.messageSignature === undefined),
    'needs one of dsseEnvelope and messageSignature',
  )
  .refine((b) => (b.dsseEnvelope?.signatures.length ?? 1) === 1, 'dsseEnvelope needs exactly one signature')
  .refine(
    ({ verificationMaterial: m }) =>
      [m.publicKey, m.certificate, m.x509CertificateChain].filter((kind) => kind !== undefined).length === 1,
    'verificationMaterial needs one of publicKey, certificate and x509CertificateChain',
  );

export interface Bundle {
  /** Who is said to have signed: the hint names a key but proves nothing. */
  readonly signer: { readonly kind: 'key'; readonly hint: string | undefined } | { readonly kind: 'certificate' };
  readonly content:
    | { readonly kind: 'envelope'; readonly envelope: Envelope }
    | { readonly kind: 'message'; readonly signature: Buffer; readonly digest: Buffer | undefined };
  /** Entries of transparency logs and RFC 3161 timestamps that it carries, counted, not checked. */
  readonly witnesses: number;
}

/**
 * Parses a bundle: strict about every member that a check uses, deaf to the rest.
 * @throws Fault `sigstore/malformed`, `json/malformed`
 */
export function parseBundle(bytes: Uint8Array): Bundle {
  const parsed = Document.safeParse(parseJson(bytes, 'the bundle'));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const problem = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
    throw new Fault(
      'sigstore/malformed',
      `The bundle is not a Sigstore bundle v0.3: ${problem}.`,
      'Check what made the signature.',
    );
  }
  const { verificationMaterial: material, dsseEnvelope, messageSignature } = parsed.data;
  return {
    signer: material.publicKey === undefined ? { kind: 'certificate' } : { kind: 'key', hint: material.publicKey.hint },
    content: contentOf(dsseEnvelope, messageSignature),
    witnesses:
      (material.tlogEntries?.length ?? 0) + (material.timestampVerificationData?.rfc3161Timestamps?.length ?? 0),
  };
}

function contentOf(
  envelope: Envelope | undefined,
  message: z.infer<typeof MessageSignature> | undefined,
): Bundle['content'] {
  if (envelope !== undefined) return { kind: 'envelope', envelope };
  return { kind: 'message', signature: message?.signature ?? Buffer.alloc(0), digest: message?.messageDigest?.digest };
}

/** How a bundle names a public key: base64 of the SHA-256 of its SubjectPublicKeyInfo. */
export function keyHint(spki: Uint8Array): string {
  return hash('sha256', spki, 'base64');
}

/** A bundle of an envelope by a key, without log or timestamp: the same bytes for the same envelope. */
export function bundleBytes(envelope: Envelope, spki: Uint8Array): Buffer {
  return Buffer.from(
    canonicalJson({
      mediaType: BUNDLE_MEDIA_TYPE,
      verificationMaterial: { publicKey: { hint: keyHint(spki) } },
      dsseEnvelope: envelopeJson(envelope),
    }),
    'utf8',
  );
}
