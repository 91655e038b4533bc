// What the same signer has signed before: it is not signed again.
import { Envelope } from '../../dsse/envelope.ts';
import type { LegacySignature } from '../../cosign/types.ts';
import { parseStatement } from '../../intoto/statement.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { canonicalJson, parseJson } from '../../lib/json.ts';
import { algorithmOf, isSignatureBy } from '../../notary/algorithms.ts';
import { parseEnvelope, parsePayload } from '../../notary/envelope.ts';
import type { NotaryFormat, TargetArtifact } from '../../notary/types.ts';
import type { Repository } from '../../repository/types.ts';
import { parseBundle } from '../../sigstore/bundle.ts';
import { isTimestamped } from '../../verify/notary/times.ts';
import { judgeLegacy } from '../../verify/cosign/legacy.ts';
import type { BundleTrust, PreparedRoot } from '../../verify/sigstore/trust.ts';
import { type BundleResult, judge } from '../../verify/sigstore/verify.ts';
import type { PublicKey } from '../../keys/types.ts';
import { collectBundles } from '../verification/bundles.ts';
import { Ledger } from '../verification/ledger.ts';
import { collectLegacy, type CollectedLegacy, type LegacyPlace } from '../verification/legacy-signatures.ts';
import { type HangingSignature, notarySignaturesOf } from '../verification/notary-signatures.ts';
import type { CollectedBundle } from '../../verify/bundle.ts';
import type { Certificate } from '../../x509/certificate.ts';
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

/** What a key signed, and who must have testified to it, at least. */
export interface Wanted {
  readonly bytes: Uint8Array;
  /** The manifest or index that it is about. */
  readonly subject: Digest;
  readonly key: PublicKey;
  readonly witnessed: Witnessed;
}

/** Logs and timestamp authorities that count, and how many distinct ones an earlier signature needs of each. */
export interface Witnessed {
  readonly root: PreparedRoot;
  readonly logs: number;
  readonly timestamps: number;
  /** Seconds since 1970. */
  readonly now: number;
}

/** As a verifier of the earlier signature would have it: what anybody may have put beside the signature is not believed. */
function trustOf({ key, witnessed: { root, logs, timestamps } }: Pick<Wanted, 'key' | 'witnessed'>): BundleTrust {
  const thresholds = { logs, timestamps, times: 0, certificateLogs: 0 };
  return { keys: [{ key }], identities: [], root, thresholds, revocations: [], minimumVersion: '0.3' };
}

/** The manifest of a bundle around these bytes, of the version that is asked for and under its own type: others do not verify. */
export function bundleBefore({ bundles }: Pick<SignedBefore, 'bundles'>, wanted: Wanted): Digest | undefined {
  return bundles.find((bundle) =>
    readable(() => {
      const { content, signer } = parseBundle(bundle.bytes);
      if (content.kind !== 'envelope' || signer.kind !== 'key') return false;
      const { payload } = content.envelope;
      if (!payload.equals(wanted.bytes)) return false;
      if (bundle.annotatedType !== undefined && parseStatement(payload).predicateType !== bundle.annotatedType)
        return false;
      return isEstablished(
        judge({ bytes: bundle.bytes, subject: wanted.subject }, trustOf(wanted), wanted.witnessed.now),
      );
    }),
  )?.manifest;
}

function isEstablished({ outcome }: Pick<BundleResult, 'outcome'>): boolean {
  return outcome === 'established';
}

/** The manifest that lists a legacy signature of this payload. */
export function signatureBefore({ legacy }: SignedBefore, place: LegacyPlace, wanted: Wanted): Digest | undefined {
  return legacy.signatures.find(
    ({ place: at, signature: one }) =>
      at === place && one.kind === 'signature' && one.payload.equals(wanted.bytes) && isLegacyBy(one, wanted),
  )?.manifest;
}

/** Whether the key signed it, and it has the witnesses. @param subject what it is about */
function isLegacyBy(signature: LegacySignature, wanted: Omit<Wanted, 'bytes'>): boolean {
  if (signature.certificate !== undefined) return false;
  const question = { signature, subject: wanted.subject, repository: undefined };
  return isEstablished(judgeLegacy(question, trustOf(wanted), wanted.witnessed.now));
}

/** The manifest that lists a legacy attestation of this statement. */
export function attestationBefore({ legacy }: SignedBefore, wanted: Wanted): Digest | undefined {
  return legacy.signatures.find(({ place, signature: one }) =>
    readable(() => {
      if (place !== 'cosign-tag' || one.kind !== 'attestation') return false;
      const envelope = Envelope.parse(parseJson(one.payload, 'the envelope'));
      return envelope.payload.equals(wanted.bytes) && isLegacyBy(one, wanted);
    }),
  )?.manifest;
}

/** The manifest of a bare statement that the key has signed, whatever else the signature says. */
export function statementBefore({ legacy }: SignedBefore, wanted: Wanted): Digest | undefined {
  return legacy.statements.find(
    ({ bytes, manifest, signatures }) =>
      bytes.equals(wanted.bytes) &&
      signatures.some((one) => one.kind === 'signature' && isLegacyBy(one, { ...wanted, subject: manifest })),
  )?.manifest;
}

/** The manifest of a Notary Project signature of the same artifact with the same words and certificates, without an expiry. */
export function notaryBefore(
  { notary }: Pick<SignedBefore, 'notary'>,
  format: NotaryFormat,
  artifact: TargetArtifact,
  {
    key: { spki },
    witnessed,
    chain,
  }: Pick<Wanted, 'key' | 'witnessed'> & { readonly chain: readonly Pick<Certificate, 'fingerprint'>[] },
): Digest | undefined {
  return notary.find((one) =>
    readable(() => {
      if (one.format !== format) return false;
      const envelope = parseEnvelope(one.bytes, format);
      const { certificates, message, signature, payload, expiry } = envelope;
      // Certificates do not stand under the signature: anybody could have exchanged them.
      if (certificates.length !== chain.length || expiry !== undefined) return false;
      if (!certificates.every(({ fingerprint }, at) => fingerprint === chain[at]?.fingerprint)) return false;
      const same = canonicalJson(parsePayload(payload)) === canonicalJson(artifact);
      if (!same || !isSignatureBy(spki, algorithmOf(spki), message, signature)) return false;
      return witnessed.timestamps === 0 || isTimestamped(envelope, witnessed.root, witnessed.now);
    }),
  )?.manifest;
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
