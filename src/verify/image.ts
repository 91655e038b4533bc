// The whole judgement of an image: collected evidence and trust in, checks out.
import { predicateTypes } from '../intoto/predicates.ts';
import type { PublicKey } from '../keys/types.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { type Attestation, checkBundle, type CollectedBundle, type JudgeBundle, type RetiredKey } from './bundle.ts';
import type { Check } from './check.ts';
import { type ClaimedFile, compareContent, describeDifferences } from './content.ts';
import { checkProvenance, type ProvenancePolicy } from './provenance.ts';
import type { BundleResult } from './sigstore/verify.ts';
import { checkRequired, type Requirement } from './required.ts';

/** What was collected of an index or of a platform's manifest. */
export interface SubjectEvidence {
  readonly digest: Digest;
  readonly role: 'index' | 'manifest';
  readonly bundles: readonly CollectedBundle[];
  /** The merged files of a platform's image, or why there are none; `undefined` for an index. */
  readonly content: ImageContent | undefined;
}

export type ImageContent =
  | { readonly kind: 'files'; readonly files: readonly ClaimedFile[] }
  /** The layers contradict themselves or the config. */
  | { readonly kind: 'refuted'; readonly reason: string }
  /** Some layer could not be read, which has its own check. */
  | { readonly kind: 'unread'; readonly reason: string };

/** Reads the files that an SBOM's predicate claims. @throws Fault when it is malformed; `sbom/unclear` when it claims too little. */
export type ClaimReader = (predicate: unknown) => readonly ClaimedFile[];

export interface Trust {
  readonly keys: readonly PublicKey[];
  /** Keys that counted once: what they signed is named so, and proves nothing. Unless given, none. */
  readonly retired?: readonly RetiredKey[] | undefined;
  /** Unless given, nobody is believed about certificates, logs and times. */
  readonly judgeBundle?: JudgeBundle | undefined;
  readonly provenance: ProvenancePolicy;
  readonly required: readonly Requirement[];
  /** By predicate type: the kinds of SBOM that can be compared with an image. */
  readonly claimReaders: Readonly<Record<string, ClaimReader>>;
}

export interface SubjectVerdict {
  readonly checks: readonly Check[];
  readonly attestations: readonly Attestation[];
  /** What certificates, logs and timestamps of its bundles gave, where somebody judged them. */
  readonly judged: readonly BundleResult[];
}

/** Judges everything that hangs on one manifest or index. */
export function verifySubject(evidence: SubjectEvidence, trust: Trust): SubjectVerdict {
  const { digest } = evidence;
  const verdicts = evidence.bundles.map((bundle) =>
    checkBundle(digest, bundle, trust.keys, trust.judgeBundle, trust.retired),
  );
  const attestations = verdicts.flatMap(({ attestation }) => attestation ?? []);
  const checks = [
    ...verdicts.flatMap((verdict) => verdict.checks),
    ...attestations.flatMap((attestation) => checkAttestation(evidence, attestation, trust)),
    ...checkRequired(evidence, attestations, trust.required),
  ];
  return { checks, attestations, judged: verdicts.flatMap(({ judged }) => judged ?? []) };
}

function checkAttestation(evidence: SubjectEvidence, attestation: Attestation, trust: Trust): Check[] {
  const { predicateType } = attestation;
  if (predicateType === predicateTypes.provenance || predicateType === predicateTypes.provenance02) {
    return checkProvenance(evidence.digest, attestation, trust.provenance);
  }
  const reader = Object.hasOwn(trust.claimReaders, predicateType) ? trust.claimReaders[predicateType] : undefined;
  if (reader === undefined || evidence.content === undefined) return [];
  return [checkContent(evidence.digest, attestation, evidence.content, reader)];
}

function checkContent(subject: Digest, attestation: Attestation, content: ImageContent, read: ClaimReader): Check {
  const say = (outcome: Check['outcome'], reason: string): Check => ({
    check: 'sbom.content',
    subject,
    outcome,
    reason: `${attestation.predicateType}: ${reason}`,
    evidence: [attestation.bundle.manifest, attestation.bundle.blob],
  });
  if (content.kind === 'unread') return say('not established', content.reason);
  if (content.kind === 'refuted') return say('refuted', content.reason);
  let claimed: readonly ClaimedFile[];
  try {
    claimed = read(attestation.predicate);
  } catch (fault) {
    const unclear = fault instanceof Fault && fault.code === 'sbom/unclear';
    return say(unclear ? 'not established' : 'refuted', messageOf(fault).replace(/\.$/, ''));
  }
  if (claimed.length === 0 && content.files.length > 0) return say('not established', 'it lists no files');
  const differences = compareContent(content.files, claimed);
  if (differences.length > 0) return say('refuted', describeDifferences(differences));
  return say('established', `all ${claimed.length} files are in the image as claimed, and no others`);
}
