// Sigstore's trusted roots (sigstore_trustroot.proto, TrustedRoot, in its JSON form): whom to believe about certificates, logs
// and times. Keys and certificates stay DER; who uses them parses them.
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { base64 } from './base64.ts';

/** The largest trusted root that is read, in bytes. */
export const TRUSTED_ROOT_LIMIT = 4 << 20;
const MOST = 1000;

const MEDIA_TYPES = [
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot+json;version=0.2',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
] as const;

/** RFC 3339, to seconds since 1970 with a fraction. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) / 1000);

/** Both ends inclusive, seconds since 1970. */
export interface Validity {
  readonly start: number;
  readonly end: number | undefined;
}

const validity = z
  .object({ start: instant, end: instant.nullish() })
  .transform(({ start, end }): Validity => ({ start, end: end ?? undefined }));

const publicKey = z.object({ rawBytes: base64, keyDetails: z.string().max(100), validFor: validity });
const logInstance = z.object({
  baseUrl: z.string().max(2000),
  hashAlgorithm: z.literal('SHA2_256'),
  publicKey,
  logId: z.object({ keyId: base64 }),
  checkpointKeyId: z.object({ keyId: base64 }).nullish(),
});
const authority = z.object({
  subject: z.object({ organization: z.string().nullish(), commonName: z.string().nullish() }).nullish(),
  uri: z.string().max(2000).nullish(),
  certChain: z.object({
    certificates: z
      .array(z.object({ rawBytes: base64 }))
      .min(1)
      .max(10),
  }),
  validFor: z.object({ start: instant.nullish(), end: instant.nullish() }).nullish(),
});

const Document = z.object({
  mediaType: z.enum(MEDIA_TYPES),
  tlogs: z.array(logInstance).max(MOST).nullish(),
  certificateAuthorities: z.array(authority).max(MOST).nullish(),
  ctlogs: z.array(logInstance).max(MOST).nullish(),
  timestampAuthorities: z.array(authority).max(MOST).nullish(),
});

/** A transparency log, or a log of certificates. */
export interface TrustedLog {
  readonly url: string;
  /** How bundles and certificates name it. */
  readonly id: Buffer;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  readonly validFor: Validity;
}

/** Who issues certificates, or timestamps. */
export interface TrustedAuthority {
  /** For people: its address, else its name. */
  readonly name: string;
  /** DER; the root is the last. */
  readonly chain: readonly Buffer[];
  readonly validFor: { readonly start: number | undefined; readonly end: number | undefined };
}

export interface TrustedRoot {
  readonly logs: readonly TrustedLog[];
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly certificateLogs: readonly TrustedLog[];
  readonly timestampAuthorities: readonly TrustedAuthority[];
}

/**
 * Parses a trusted root, at most 4 MiB. Every log key needs the start of its validity: a missing bound is none that is open.
 * @param what names the file in the message
 * @throws Fault `sigstore/root`, `json/malformed`
 */
export function parseTrustedRoot(bytes: Uint8Array, what: string): TrustedRoot {
  if (bytes.length > TRUSTED_ROOT_LIMIT) throw invalid(what, `it is larger than ${TRUSTED_ROOT_LIMIT >> 20} MiB`);
  const parsed = Document.safeParse(parseJson(bytes, what));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(what, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const { tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = parsed.data;
  const logs = (list: typeof tlogs) => (list ?? []).map((log) => logOf(log, what));
  return {
    logs: logs(tlogs),
    certificateLogs: logs(ctlogs),
    certificateAuthorities: (certificateAuthorities ?? []).map(authorityOf),
    timestampAuthorities: (timestampAuthorities ?? []).map(authorityOf),
  };
}

function logOf({ baseUrl, publicKey: key, logId }: z.infer<typeof logInstance>, what: string): TrustedLog {
  return { url: baseUrl, id: logId.keyId, spki: spkiOf(key, `${what}, key of ${baseUrl}`), validFor: key.validFor };
}

function spkiOf({ rawBytes, keyDetails }: z.infer<typeof publicKey>, what: string): Buffer {
  const type = keyDetails.startsWith('PKCS1_') ? 'pkcs1' : 'spki';
  try {
    return createPublicKey({ key: rawBytes, format: 'der', type }).export({ type: 'spki', format: 'der' });
  } catch {
    throw invalid(what, `it is no readable key of the kind ${keyDetails}`);
  }
}

function authorityOf({ uri, subject, certChain, validFor }: z.infer<typeof authority>): TrustedAuthority {
  const parts = [subject?.commonName, subject?.organization].filter((part) => part);
  return {
    name: uri || parts.join(', ') || 'an authority without a name',
    chain: certChain.certificates.map(({ rawBytes }) => rawBytes),
    validFor: { start: validFor?.start ?? undefined, end: validFor?.end ?? undefined },
  };
}

function invalid(what: string, problem: string): Fault {
  return new Fault(
    'sigstore/root',
    `${what} is not a trusted root: ${problem}.`,
    'Give a trusted_root.json of Sigstore, or one that `cosign trusted-root create` wrote.',
  );
}
