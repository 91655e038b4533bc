// What must be there: its absence is not the proof of its contrary, but the answer is no all the same.
import { predicateTypeOf, predicateTypes } from '../intoto/predicates.ts';
import type { Digest } from '../lib/digest.ts';
import type { Attestation } from './bundle.ts';
import type { Check, CheckId } from './check.ts';
import { countSigners, type SignerGroup } from './signers.ts';

export interface Requirement {
  readonly check: CheckId;
  /** For people, fitting after "has no": `SBOM`. */
  readonly name: string;
  /** The same after "has": `an SBOM`. */
  readonly one: string;
  /** Any of these predicate types will do. */
  readonly types: readonly string[];
  readonly on: readonly ('index' | 'manifest')[];
  /** Signers of these groups must have made it; unless given, any. */
  readonly by?: readonly string[] | undefined;
}

export const requirements = {
  signature: {
    check: 'image-signature',
    name: 'signature of the image',
    one: 'a signature of the image',
    types: [predicateTypes.signature],
    on: ['index', 'manifest'],
  },
  provenance: {
    check: 'provenance',
    name: 'provenance',
    one: 'provenance',
    types: [predicateTypes.provenance, predicateTypes.provenance02],
    on: ['index', 'manifest'],
  },
  sbom: {
    check: 'sbom',
    name: 'SBOM',
    one: 'an SBOM',
    types: [predicateTypes.spdx, predicateTypes.cyclonedx],
    on: ['manifest'],
  },
} as const satisfies Record<string, Requirement>;

/** What is asked of an image unless a policy says otherwise. */
export const defaultRequirements: readonly Requirement[] = [
  requirements.signature,
  requirements.provenance,
  requirements.sbom,
];

/**
 * What a policy's word asks for: `provenance` and `sbom` in any of their forms, `signature` on whatever is signed, else a predicate
 * type by its short name or URI, on every platform's manifest; `undefined` for a word that means nothing.
 */
export function requirementNamed(word: string): Requirement | undefined {
  if (word === 'provenance' || word === 'sbom') return requirements[word];
  const type = predicateTypeOf(word);
  if (type === undefined) return undefined;
  if (type === predicateTypes.signature) return requirements.signature;
  return {
    check: 'attestation',
    name: `attestation of ${type}`,
    one: `an attestation of ${type}`,
    types: [type],
    on: ['manifest'],
  };
}

/** What is asked for. */
export interface RequiredOf {
  readonly digest: Digest;
  readonly role: 'index' | 'manifest';
  /** What counts of an index that lists it. */
  readonly covering?: readonly Attestation[] | undefined;
}

/** Evidence that does not count, and what it says to be. */
export interface WeakEvidence {
  readonly claimed: string | undefined;
  readonly check: Check;
}

/** The signatures among what counts of an index: whoever signs it signs the digests of what it lists. */
export function signaturesAmong(attestations: readonly Attestation[]): Attestation[] {
  const types: readonly string[] = requirements.signature.types;
  return attestations.filter(({ predicateType }) => types.includes(predicateType));
}

/**
 * One check per requirement that concerns the subject. What asks for a signature is also met by one of an index that lists the
 * manifest; an index's provenance and SBOM say nothing of a platform's.
 * @param weak what could have met it and does not count: the reason is told where nothing else is there
 */
export function checkRequired(
  { digest, role, covering = [] }: RequiredOf,
  attestations: readonly Attestation[],
  required: readonly Requirement[],
  weak: readonly WeakEvidence[] = [],
): Check[] {
  return required
    .filter(({ on }) => on.includes(role))
    .map(({ check, name, one, types, by }): Check => {
      const fitting = (among: readonly Attestation[]) =>
        among
          .filter(({ predicateType }) => types.includes(predicateType))
          .filter(({ groups = [] }) => by === undefined || by.some((group) => groups.includes(group)))
          .flatMap((attestation) => attestation.evidence.slice(0, 1));
      const evidence = fitting(attestations);
      const above = evidence.length > 0 ? [] : fitting(signaturesAmong(covering));
      const there = evidence.length > 0;
      const signer = by === undefined ? 'a trusted key' : `a signer of ${by.join(' or ')}`;
      const reason = `the ${role} has ${there ? one : `no ${name}`} by ${signer}`;
      if (there) return { check, subject: digest, outcome: 'established', reason, evidence };
      if (above.length > 0) {
        const covered = `the index that lists the ${role} has ${one} by ${signer}`;
        return { check, subject: digest, outcome: 'established', reason: covered, evidence: above };
      }
      const why = weak.find(({ claimed }) => claimed === undefined || types.includes(claimed))?.check;
      const outcome = 'not established';
      if (why?.problem === undefined) return { check, subject: digest, outcome, reason, evidence };
      const because = `${reason}: ${why.reason}`;
      return { check, subject: digest, outcome, reason: because, problem: why.problem, evidence: why.evidence ?? [] };
    });
}

/** Whether enough distinct signers made the statements that sign an image. */
export function checkSigners(
  subject: Digest,
  attestations: readonly Attestation[],
  groups: readonly Pick<SignerGroup, 'name' | 'signatures'>[],
  threshold: number | undefined,
): Check[] {
  const signatures = signaturesAmong(attestations);
  const checks = groups.flatMap(({ name, signatures: wanted }) =>
    wanted === undefined
      ? []
      : checkEnough(
          subject,
          signatures.filter(({ groups: own = [] }) => own.includes(name)),
          wanted,
          ` of ${name}`,
        ),
  );
  return threshold === undefined ? checks : [...checks, ...checkEnough(subject, signatures, threshold, '')];
}

function checkEnough(subject: Digest, signatures: readonly Attestation[], wanted: number, of: string): Check[] {
  const count = countSigners(signatures.map(({ signer }) => signer));
  const evidence = signatures.flatMap((attestation) => attestation.evidence.slice(0, 1));
  const [signed, asked] = [
    `${count} distinct ${count === 1 ? 'signer' : 'signers'}${of} signed`,
    `${wanted} are asked for`,
  ];
  if (count >= wanted) return [{ check: 'signers', subject, outcome: 'established', reason: signed, evidence }];
  const twice = signatures.length >= wanted;
  const reason = twice ? `${signatures.length} signatures, but ${signed}, and ${asked}` : `${signed}, and ${asked}`;
  const problem = twice ? 'counted-twice' : 'too-few';
  return [{ check: 'signers', subject, outcome: 'not established', reason, problem, evidence }];
}
