// The whole judgement of an image: collected evidence and trust in, checks out.
import { predicateTypes } from '../intoto/predicates.ts';
import type { PublicKey } from '../keys/types.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { type Attestation, checkBundle, type CollectedBundle } from './bundle.ts';
import type { Check } from './check.ts';
import { checkConditions, type Condition } from './conditions.ts';
import { type ClaimedFile, compareContent, describeDifferences } from './content.ts';
import { checkProvenance, type ProvenancePolicy } from './provenance.ts';
import { type Evidence, judgeEvidence, tellingRank } from './evidence.ts';
import type { BundleResult } from './sigstore/verify.ts';
import { checkRequired, checkSigners, type Requirement } from './required.ts';
import type { JudgeBundle, RetiredKey, SignerGroup } from './signers.ts';

/** What was collected of an index or of a platform's manifest. */
export interface SubjectEvidence {
  readonly digest: Digest;
  readonly role: 'index' | 'manifest';
  /** `linux/amd64`, where an index says it. */
  readonly platform?: string | undefined;
  readonly bundles: readonly CollectedBundle[];
  /** What hangs on it in other formats. */
  readonly others?: readonly Evidence[] | undefined;
  /** The merged files of a platform's image, or why there are none; `undefined` for an index, and where nobody read them. */
  readonly content: ImageContent | undefined;
  /** Signatures that count of an index that lists this manifest: they are about its digest, too. No other statement is. */
  readonly covering?: readonly Attestation[] | undefined;
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
  /** Instead of the keys and the judge above. */
  readonly groups?: readonly SignerGroup[] | undefined;
  /** How many distinct signers must have signed, of whatever group; unless given, one. */
  readonly threshold?: number | undefined;
  readonly provenance: ProvenancePolicy;
  readonly required: readonly Requirement[];
  /** What statements have to say; unless given, nothing. */
  readonly conditions?: readonly Condition[] | undefined;
  /** By predicate type: the kinds of SBOM that can be compared with an image. */
  readonly claimReaders: Readonly<Record<string, ClaimReader>>;
}

/** Whom the trust names, all alike where it names no groups. */
export function groupsOf({ groups, keys, retired = [], judgeBundle }: Trust): readonly SignerGroup[] {
  return groups ?? [{ name: 'the keys', keys, retired, judgeBundle, now: 0 }];
}

export interface SubjectVerdict {
  readonly checks: readonly Check[];
  readonly attestations: readonly Attestation[];
  /** What certificates, logs and timestamps of its bundles gave, where somebody judged them. */
  readonly judged: readonly BundleResult[];
}

/** A bundle as evidence like any other. */
export function bundleEvidence(subject: Digest, bundle: CollectedBundle): Evidence {
  return {
    format: 'bundle',
    claimed: bundle.annotatedType,
    judge: ({ keys, retired, judgeBundle, minimumVersion }) =>
      checkBundle(subject, bundle, keys, judgeBundle, retired, minimumVersion),
  };
}

/** Judges everything that hangs on one manifest or index. */
export function verifySubject(evidence: SubjectEvidence, trust: Trust): SubjectVerdict {
  const { digest, bundles, others = [], covering = [] } = evidence;
  const groups = groupsOf(trust);
  const all = [...bundles.map((bundle) => bundleEvidence(digest, bundle)), ...others];
  const verdicts = all.map((one) => ({ claimed: one.claimed, ...judgeEvidence(one, groups) }));
  const attestations = verdicts.flatMap(({ attestation }) => attestation ?? []);
  const weak = verdicts
    .flatMap(({ claimed, weak: check }) => (check === undefined ? [] : [{ claimed, check }]))
    .toSorted((a, b) => tellingRank(b.check.problem) - tellingRank(a.check.problem));
  const checks = [
    ...verdicts.flatMap((verdict) => verdict.checks),
    ...attestations.flatMap((attestation) => checkAttestation(evidence, attestation, trust)),
    ...checkRequired(evidence, attestations, trust.required, weak),
    ...checkSigners(digest, [...attestations, ...covering], groups, trust.threshold),
  ];
  return { checks, attestations, judged: verdicts.flatMap(({ judged }) => judged) };
}

function checkAttestation(evidence: SubjectEvidence, attestation: Attestation, trust: Trust): Check[] {
  const { predicateType } = attestation;
  const conditions = checkConditions(evidence, attestation, trust.conditions ?? []);
  if (predicateType === predicateTypes.provenance || predicateType === predicateTypes.provenance02) {
    return [...checkProvenance(evidence.digest, attestation, trust.provenance), ...conditions];
  }
  const reader = Object.hasOwn(trust.claimReaders, predicateType) ? trust.claimReaders[predicateType] : undefined;
  if (reader === undefined || evidence.content === undefined) return conditions;
  const asked = trust.required.some(({ check }) => check === 'sbom');
  return [checkContent(evidence.digest, attestation, evidence.content, reader, asked), ...conditions];
}

/** @param asked whether the image must have an SBOM: of one that need not be there, too little is no lack */
function checkContent(
  subject: Digest,
  attestation: Attestation,
  content: ImageContent,
  read: ClaimReader,
  asked: boolean,
): Check {
  const lacking = asked ? 'not established' : 'not applicable';
  const say = (outcome: Check['outcome'], reason: string): Check => ({
    check: 'sbom.content',
    subject,
    outcome,
    reason: `${attestation.predicateType}: ${reason}`,
    evidence: attestation.evidence,
  });
  if (content.kind === 'unread') return say('not established', content.reason);
  if (content.kind === 'refuted') return say('refuted', content.reason);
  let claimed: readonly ClaimedFile[];
  try {
    claimed = read(attestation.predicate);
  } catch (fault) {
    const unclear = fault instanceof Fault && fault.code === 'sbom/unclear';
    return say(unclear ? lacking : 'refuted', messageOf(fault).replace(/\.$/, ''));
  }
  if (claimed.length === 0 && content.files.length > 0) return say(lacking, 'it lists no files');
  const differences = compareContent(content.files, claimed);
  if (differences.length > 0) return say('refuted', describeDifferences(differences));
  return say('established', `all ${claimed.length} files are in the image as claimed, and no others`);
}
