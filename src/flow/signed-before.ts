// What the same signer has signed before: it is not signed again.
import { verifyEnvelope, verifySignature } from '../dsse/verify.ts';
import { Envelope } from '../dsse/envelope.ts';
import { parseSimpleSigning } from '../cosign/payload.ts';
import { parseStatement } from '../intoto/statement.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';
import { algorithmOf, isSignatureBy } from '../notary/algorithms.ts';
import { parseEnvelope, parsePayload } from '../notary/envelope.ts';
import type { NotaryFormat, TargetArtifact } from '../notary/types.ts';
import type { Repository } from '../repository/types.ts';
import { parseBundle } from '../sigstore/bundle.ts';
import type { BareStatement } from '../verify/cosign/docker.ts';
import { collectBundles } from './bundles.ts';
import { Ledger } from './ledger.ts';
import { collectLegacy, type CollectedLegacy, type LegacyPlace } from './legacy-signatures.ts';
import { type HangingSignature, notarySignaturesOf } from './notary-signatures.ts';
import type { CollectedBundle } from '../verify/bundle.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isNotation, type SignatureFormat } from './signature-formats.ts';

export interface SignedBefore {
  readonly bundles: readonly CollectedBundle[];
  readonly legacy: Pick<CollectedLegacy, 'signatures' | 'statements'>;
  readonly notary: readonly HangingSignature[];
}

/** Everything of these formats that hangs on a manifest and can be read. @throws Fault of the repository */
export async function signedBefore(
  repository: Repository,
  subject: Digest,
  formats: readonly SignatureFormat[],
): Promise<SignedBefore> {
  const ledger = new Ledger();
  const legacy = formats.some((format) => format === 'cosign-tag' || format === 'docker');
  return {
    bundles: formats.includes('bundle') ? (await collectBundles(repository, ledger, subject)).bundles : [],
    legacy: legacy ? await collectLegacy(repository, ledger, subject) : { signatures: [], statements: [] },
    notary: formats.some(isNotation) ? (await notarySignaturesOf(repository, subject)).signatures : [],
  };
}

/** Bytes that a key signed, and how many witnesses the signature must have at least. */
export interface Wanted {
  readonly bytes: Uint8Array;
  readonly spki: Uint8Array;
  readonly witnesses: number;
}

/** The manifest of a bundle around these bytes, of the version that is asked for and under its own type: others do not verify. */
export function bundleBefore(
  { bundles }: Pick<SignedBefore, 'bundles'>,
  { bytes, spki, witnesses }: Wanted,
): Digest | undefined {
  return bundles.find((bundle) =>
    readable(() => {
      const parsed = parseBundle(bundle.bytes);
      if (parsed.content.kind !== 'envelope' || parsed.signer.kind !== 'key') return false;
      const { envelope } = parsed.content;
      const type = bundle.annotatedType ?? parseStatement(envelope.payload).predicateType;
      if (parsed.version !== '0.3' || type !== parseStatement(envelope.payload).predicateType) return false;
      if (!envelope.payload.equals(bytes) || parsed.witnesses < witnesses) return false;
      return verifyEnvelope(envelope, [{ spki }]).valid;
    }),
  )?.manifest;
}

/** The manifest that lists a legacy signature of this payload. */
export function signatureBefore(
  { legacy }: SignedBefore,
  place: LegacyPlace,
  { bytes, spki, witnesses }: Wanted,
): Digest | undefined {
  return legacy.signatures.find(
    ({ place: at, signature: one }) =>
      at === place &&
      one.kind === 'signature' &&
      one.certificate === undefined &&
      one.payload.equals(bytes) &&
      witnessesOf(one) >= witnesses &&
      verifySignature(spki, one.payload, one.signature),
  )?.manifest;
}

/** The manifest that lists a legacy attestation of this statement. */
export function attestationBefore({ legacy }: SignedBefore, { bytes, spki, witnesses }: Wanted): Digest | undefined {
  return legacy.signatures.find(({ place, signature: one }) =>
    readable(() => {
      if (place !== 'cosign-tag' || one.kind !== 'attestation' || one.certificate !== undefined) return false;
      if (witnessesOf(one) < witnesses) return false;
      const envelope = Envelope.parse(parseJson(one.payload, 'the envelope'));
      return envelope.payload.equals(bytes) && verifyEnvelope(envelope, [{ spki }]).valid;
    }),
  )?.manifest;
}

/** The manifest of a bare statement that the key has signed, whatever else the signature says. */
export function statementBefore({ legacy }: SignedBefore, { bytes, spki, witnesses }: Wanted): Digest | undefined {
  const signed = ({ signatures, manifest }: BareStatement): boolean =>
    signatures.some((one) =>
      readable(() => {
        if (one.kind !== 'signature' || one.certificate !== undefined || witnessesOf(one) < witnesses) return false;
        const about = parseSimpleSigning(one.payload).digest;
        return about === manifest && verifySignature(spki, one.payload, one.signature);
      }),
    );
  return legacy.statements.find((statement) => statement.bytes.equals(bytes) && signed(statement))?.manifest;
}

/** The manifest of a Notary Project signature of the same artifact with the same words and certificates, without an expiry. */
export function notaryBefore(
  { notary }: Pick<SignedBefore, 'notary'>,
  format: NotaryFormat,
  artifact: TargetArtifact,
  { spki, witnesses, chain }: Omit<Wanted, 'bytes'> & { readonly chain: readonly Pick<Certificate, 'fingerprint'>[] },
): Digest | undefined {
  return notary.find((one) =>
    readable(() => {
      if (one.format !== format) return false;
      const { certificates, message, signature, payload, expiry, timestamp } = parseEnvelope(one.bytes, format);
      // Certificates do not stand under the signature: anybody could have exchanged them.
      if (certificates.length !== chain.length || expiry !== undefined) return false;
      if (!certificates.every(({ fingerprint }, at) => fingerprint === chain[at]?.fingerprint)) return false;
      if ((timestamp === undefined ? 0 : 1) < witnesses) return false;
      const same = canonicalJson(parsePayload(payload)) === canonicalJson(artifact);
      return same && isSignatureBy(spki, algorithmOf(spki), message, signature);
    }),
  )?.manifest;
}

function witnessesOf({ logEntry, timestamp }: { readonly logEntry: unknown; readonly timestamp: unknown }): number {
  return (logEntry === undefined ? 0 : 1) + (timestamp === undefined ? 0 : 1);
}

/** What cannot be read is not what is looked for. */
function readable(holds: () => boolean): boolean {
  try {
    return holds();
  } catch (fault) {
    if (fault instanceof Fault || (fault instanceof Error && fault.name === 'ZodError')) return false;
    throw fault;
  }
}
