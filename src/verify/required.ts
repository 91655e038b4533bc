// What must be there: its absence is not the proof of its contrary, but the answer is no all the same.
import { predicateTypes } from '../intoto/predicates.ts';
import type { Digest } from '../lib/digest.ts';
import type { Attestation } from './bundle.ts';
import type { Check, CheckId } from './check.ts';

export interface Requirement {
  readonly check: CheckId;
  /** For people, fitting after "has no": `SBOM`. */
  readonly name: string;
  /** Any of these predicate types will do. */
  readonly types: readonly string[];
  readonly on: readonly ('index' | 'manifest')[];
}

export const requirements = {
  signature: {
    check: 'image-signature',
    name: 'signature of the image',
    types: [predicateTypes.signature],
    on: ['index', 'manifest'],
  },
  provenance: {
    check: 'provenance',
    name: 'provenance',
    types: [predicateTypes.provenance, predicateTypes.provenance02],
    on: ['index', 'manifest'],
  },
  sbom: { check: 'sbom', name: 'SBOM', types: [predicateTypes.spdx, predicateTypes.cyclonedx], on: ['manifest'] },
} as const satisfies Record<string, Requirement>;

/** What is asked of an image unless a policy says otherwise. */
export const defaultRequirements: readonly Requirement[] = [
  requirements.signature,
  requirements.provenance,
  requirements.sbom,
];

/** A requirement of one predicate type, on every platform's manifest. */
export function requireType(type: string): Requirement {
  return { check: 'attestation', name: `attestation of ${type}`, types: [type], on: ['manifest'] };
}

/** One check per requirement that concerns the subject. */
export function checkRequired(
  { digest, role }: { readonly digest: Digest; readonly role: 'index' | 'manifest' },
  attestations: readonly Attestation[],
  required: readonly Requirement[],
): Check[] {
  return required
    .filter(({ on }) => on.includes(role))
    .map(({ check, name, types }): Check => {
      const evidence = attestations
        .filter(({ predicateType }) => types.includes(predicateType))
        .map(({ bundle }) => bundle.manifest);
      const there = evidence.length > 0;
      const reason = `the ${role} has ${there ? '' : 'no '}${name} by a trusted key`;
      return { check, subject: digest, outcome: there ? 'established' : 'not established', reason, evidence };
    });
}
