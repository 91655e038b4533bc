// Sigstore bundles v0.1 to v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto), in their JSON form.
import { decodeBase64 } from '../dsse/base64.ts';
import { Envelope, envelopeJson } from '../dsse/envelope.ts';
import { Fault } from '../lib/faults.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';
import { anything, list, literal, object, type Shape, string } from '../lib/shape.ts';
import { crypto } from '../lib/crypto.ts';

export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const VERSIONS: Readonly<Record<string, BundleVersion>> = {
  [BUNDLE_MEDIA_TYPE]: '0.3',
  'application/vnd.dev.sigstore.bundle+json;version=0.3': '0.3',
  'application/vnd.dev.sigstore.bundle+json;version=0.2': '0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.1': '0.1',
};

/** Most log entries, and most timestamps, of one bundle. */
const MOST_WITNESSES = 100;

const base64 = string().made(decodeBase64, 'is not canonical base64');

interface RawCertificate {
  rawBytes: Buffer;
}
const Certificate: Shape<RawCertificate> = object<RawCertificate>({ rawBytes: base64 });

interface VerificationMaterial {
  publicKey?: { hint?: string | null | undefined } | null | undefined;
  certificate?: RawCertificate | null | undefined;
  x509CertificateChain?: { certificates: RawCertificate[] } | null | undefined;
  tlogEntries?: unknown[] | null | undefined;
  timestampVerificationData?: { rfc3161Timestamps?: unknown[] | null | undefined } | null | undefined;
}
const VerificationMaterial: Shape<VerificationMaterial> = object<VerificationMaterial>({
  publicKey: object<{ hint?: string | null | undefined }>({ hint: string(1000).nullish() }).nullish(),
  certificate: Certificate.nullish(),
  x509CertificateChain: object<{ certificates: RawCertificate[] }>({
    certificates: list(Certificate, 10, 1),
  }).nullish(),
  tlogEntries: list(anything, MOST_WITNESSES).nullish(),
  timestampVerificationData: object<{ rfc3161Timestamps?: unknown[] | null | undefined }>({
    rfc3161Timestamps: list(anything, MOST_WITNESSES).nullish(),
  }).nullish(),
});

interface MessageSignature {
  messageDigest?: MessageDigest | null | undefined;
  signature: Buffer;
}
const MessageSignature: Shape<MessageSignature> = object<MessageSignature>({
  messageDigest: object<MessageDigest>({ algorithm: string(100), digest: base64 }).nullish(),
  signature: base64,
});

interface BundleDocument {
  mediaType: string;
  verificationMaterial: VerificationMaterial;
  dsseEnvelope?: Envelope | null | undefined;
  messageSignature?: MessageSignature | null | undefined;
}
const BundleDocument = object<BundleDocument>({
  mediaType: literal(...Object.keys(VERSIONS)),
  verificationMaterial: VerificationMaterial,
  dsseEnvelope: Envelope.nullish(),
  messageSignature: MessageSignature.nullish(),
}).checked((document) => {
  const { mediaType, dsseEnvelope, messageSignature, verificationMaterial: m } = document;
  if (isThere(dsseEnvelope) === isThere(messageSignature)) return 'needs one of dsseEnvelope and messageSignature';
  if ((dsseEnvelope?.signatures.length ?? 1) !== 1) return 'dsseEnvelope needs exactly one signature';
  if ([m.publicKey, m.certificate, m.x509CertificateChain].filter(isThere).length !== 1)
    return 'verificationMaterial needs one of publicKey, certificate and x509CertificateChain';
  if (isThere(m.x509CertificateChain) && VERSIONS[mediaType] === '0.3')
    return 'verificationMaterial of version 0.3 has no x509CertificateChain';
  return undefined;
});

/** Versions of bundles, older ones first. */
export const bundleVersions = ['0.1', '0.2', '0.3'] as const;
export type BundleVersion = (typeof bundleVersions)[number];

export interface Bundle {
  readonly version: BundleVersion;
  /** Who is said to have signed: the hint names a key but proves nothing. */
  readonly signer:
    | {
        readonly kind: 'key';
        readonly hint: string | undefined;
        /** The format has no place for a hint, so that its absence says nothing. */
        readonly unnamed?: boolean;
      }
    /** DER, unread: the signer's first, then what may stand between it and an authority. */
    | { readonly kind: 'certificate'; readonly certificates: readonly [Buffer, ...Buffer[]] };
  readonly content: BundleContent;
  /** Entries of transparency logs, which {@link parseLogEntry} reads, and RFC 3161 timestamps: neither read nor checked. */
  readonly logEntries: readonly unknown[];
  readonly timestamps: readonly unknown[];
  /** How many there are of both. */
  readonly witnesses: number;
}

export type BundleContent =
  | { readonly kind: 'envelope'; readonly envelope: Envelope }
  | { readonly kind: 'message'; readonly signature: Buffer; readonly digest: MessageDigest | undefined };

/** What a bundle says that its message's digest is: nobody signed that. */
export interface MessageDigest {
  /** `SHA2_256` and its like. */
  readonly algorithm: string;
  readonly digest: Buffer;
}

/**
 * Parses a bundle: strict about every member that a check of the signature uses, deaf to the rest.
 * @throws Fault `sigstore/malformed`, `json/malformed`
 */
export function parseBundle(bytes: Uint8Array): Bundle {
  const parsed = BundleDocument.safeParse(parseJson(bytes, 'the bundle'));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const problem = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
    throw new Fault(
      'sigstore/malformed',
      `The bundle is not a Sigstore bundle v0.1 to v0.3: ${problem}.`,
      'Check what made the signature.',
    );
  }
  const { mediaType, verificationMaterial: material, dsseEnvelope, messageSignature } = parsed.data;
  const logEntries = material.tlogEntries ?? [];
  const timestamps = material.timestampVerificationData?.rfc3161Timestamps ?? [];
  return {
    version: VERSIONS[mediaType] ?? '0.1',
    signer: signerOf(material),
    content: contentOf(dsseEnvelope ?? undefined, messageSignature ?? undefined),
    logEntries,
    timestamps,
    witnesses: logEntries.length + timestamps.length,
  };
}

function signerOf({ publicKey, certificate, x509CertificateChain }: VerificationMaterial): Bundle['signer'] {
  const chain = certificate ? [certificate] : (x509CertificateChain?.certificates ?? []);
  const [first, ...others] = chain.map(({ rawBytes }) => rawBytes);
  if (first !== undefined) return { kind: 'certificate', certificates: [first, ...others] };
  return { kind: 'key', hint: publicKey?.hint ?? undefined };
}

function contentOf(envelope: Envelope | undefined, message: MessageSignature | undefined): BundleContent {
  if (envelope !== undefined) return { kind: 'envelope', envelope };
  const digest = message?.messageDigest ?? undefined;
  return { kind: 'message', signature: message?.signature ?? Buffer.alloc(0), digest };
}

function isThere(member: unknown): boolean {
  return member !== undefined && member !== null;
}

/** How a bundle names a public key: base64 of the SHA-256 of its SubjectPublicKeyInfo. */
export function keyHint(spki: Uint8Array): string {
  return crypto().hash('sha256', spki, 'base64');
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
