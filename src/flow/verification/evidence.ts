// The forms in which signatures and statements hang on an image: one line each.
import type { Digest } from '../../lib/digest.ts';
import type { Descriptor } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';
import type { Check } from '../../verify/check.ts';
import type { Evidence } from '../../verify/evidence.ts';
import { bundleEvidence } from '../../verify/image.ts';
import type { SignatureFormat, SignerGroup } from '../../verify/signers.ts';
import { collectBundles, type Wanted } from './bundles.ts';
import type { Ledger } from './ledger.ts';

/** Where evidence is looked for. */
export interface EvidencePlace {
  readonly repository: Repository;
  readonly ledger: Ledger;
  readonly subject: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;
  /** `signatures`: what says to be something else than a signature of the image is left out. */
  readonly wanted: Wanted;
}

export interface FoundEvidence {
  readonly evidence: readonly Evidence[];
  /** What hangs there and cannot be read. */
  readonly checks: readonly Check[];
}

interface EvidenceReader {
  readonly formats: readonly SignatureFormat[];
  /** Whether somebody is trusted who could have signed in these formats. */
  readonly concerns: (group: SignerGroup) => boolean;
  readonly read: (place: EvidencePlace) => Promise<FoundEvidence>;
}

/** Every reader, in the order in which a signature is looked for. */
export const evidenceReaders: readonly EvidenceReader[] = [
  { formats: ['bundle'], concerns: () => true, read: readBundles },
  { formats: ['cosign-tag', 'docker'], concerns: (group) => group.bundleTrust !== undefined, read: readLegacy },
  { formats: ['notation-jws', 'notation-cose'], concerns: (group) => group.notary !== undefined, read: readNotary },
];

async function readBundles({ repository, ledger, subject, wanted }: EvidencePlace): Promise<FoundEvidence> {
  const { bundles, checks } = await collectBundles(repository, ledger, subject.digest, wanted);
  return { evidence: bundles.map((bundle) => bundleEvidence(subject.digest, bundle)), checks };
}

async function readLegacy({ repository, ledger, subject }: EvidencePlace): Promise<FoundEvidence> {
  const { collectLegacy } = await import('./legacy-signatures.ts');
  const { bareStatementEvidence, legacyEvidence } = await import('../../verify/cosign/evidence.ts');
  const { signatures, statements, checks } = await collectLegacy(repository, ledger, subject.digest);
  // A folder has no name that a signer could have known.
  const named = repository.name.startsWith('oci:') ? undefined : repository.name;
  const where = { subject: subject.digest, repository: named };
  return {
    evidence: [
      ...signatures.map((found) =>
        legacyEvidence(found.place === 'cosign-tag' ? 'cosign-tag' : 'docker', found, where),
      ),
      ...statements.map((statement) => bareStatementEvidence(statement, where)),
    ],
    checks,
  };
}

async function readNotary({ repository, ledger, subject }: EvidencePlace): Promise<FoundEvidence> {
  const { notarySignaturesOf } = await import('./notary-signatures.ts');
  const { notaryEvidence } = await import('../../verify/notary/evidence.ts');
  try {
    const { signatures, unreadable } = await notarySignaturesOf(repository, subject.digest);
    return {
      evidence: signatures.map((signature) => notaryEvidence(signature, subject)),
      checks: unreadable.map(({ manifest, reason }) => unreadableNotary(subject.digest, manifest, reason)),
    };
  } catch (fault) {
    if (ledger.note(fault, subject.digest) === undefined) throw fault;
    return { evidence: [], checks: [] };
  }
}

function unreadableNotary(subject: Digest, manifest: Digest, reason: string): Check {
  return {
    check: 'envelope',
    subject,
    outcome: 'refuted',
    reason,
    problem: 'envelope-malformed',
    evidence: [manifest],
  };
}
