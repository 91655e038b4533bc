// What an index's signatures are worth for one of the manifests that it lists: nothing where the manifest itself is revoked.
import type { Digest } from '../lib/digest.ts';
import type { Attestation } from './bundle.ts';
import type { Check } from './check.ts';
import type { SignerGroup } from './signers.ts';
import type { Revocation } from './sigstore/trust.ts';

export interface Covering {
  /** Those that count for the manifest. */
  readonly counted: readonly Attestation[];
  readonly checks: readonly Check[];
}

/**
 * Holds signatures of an index against what is revoked of a manifest that it lists: their judges saw the index's digest alone. As
 * with signatures of the manifest itself, one that is proven to be older than the revocation counts.
 */
export function coveringOf(
  subject: Digest,
  signatures: readonly Attestation[],
  groups: readonly SignerGroup[],
): Covering {
  const counted: Attestation[] = [];
  const checks: Check[] = [];
  for (const signature of signatures) {
    const { groups: names, evidence } = signature;
    const own = groups.filter(({ name }) => names === undefined || names.includes(name));
    const hits = own.map((group) => ({ group, hit: revocationOf(subject, signature, group) }));
    const left = hits.filter(({ hit }) => hit === undefined).map(({ group }) => group.name);
    const [hit] = hits.flatMap((one) => one.hit ?? []);
    if (hit === undefined) counted.push(signature);
    else if (left.length > 0) counted.push({ ...signature, groups: left });
    else {
      const reason = `the artifact is revoked: ${hit.reason}`;
      checks.push({ check: 'revocation', subject, outcome: 'refuted', reason, problem: 'revoked', evidence });
    }
  }
  return { counted, checks };
}

function revocationOf(
  subject: Digest,
  { signed }: Attestation,
  { bundleTrust, notary }: SignerGroup,
): Revocation | undefined {
  return [...(bundleTrust?.revocations ?? []), ...(notary?.revocations ?? [])].find(
    ({ kind, id, from }) =>
      kind === 'artifact' && id === subject && (from === undefined || signed === undefined || signed >= from),
  );
}
