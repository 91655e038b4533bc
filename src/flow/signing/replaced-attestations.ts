// Attestations that give way to a new one: what hangs there of the same type and in the same format.
import { parseStatement } from '../../intoto/statement.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { parseBundle } from '../../sigstore/bundle.ts';
import type { Repository } from '../../repository/types.ts';
import type { AttestationFormat } from './signature-formats.ts';
import type { SignedBefore } from './signed-before.ts';

export interface NewAttestation {
  readonly subject: Digest;
  readonly format: AttestationFormat;
  readonly predicateType: string;
  /** The manifest that holds it, which stays. */
  readonly manifest: Digest;
}

/**
 * Takes away what a new attestation takes the place of, whoever signed it, as cosign does under its tag; there that was done when
 * the tag was written. Bare statements go with the signatures that hang on them.
 * @param before what hung there, as it was read
 * @returns the manifests that were taken away
 * @throws Fault `attest/not-replaced` when the repository does not let them be deleted: the new one is there, and so are they
 */
export async function removeReplaced(
  repository: Repository,
  { subject, format, predicateType, manifest }: NewAttestation,
  before: SignedBefore,
): Promise<Digest[]> {
  const old = ofType(before, format, predicateType).filter((digest) => digest !== manifest);
  try {
    for (const digest of old) {
      if (repository.removeReferrers === undefined) throw noDeletion(repository.name);
      const signatures = format === 'docker' ? await repository.referrers(digest) : [];
      await repository.removeReferrers(subject, [digest]);
      await repository.removeReferrers(
        digest,
        signatures.map((one) => one.digest),
      );
    }
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== 'repository/no-deletion') throw cause;
    throw new Fault(
      'attest/not-replaced',
      `The new attestation ${manifest} is published, but what it takes the place of stays. ${cause.message}`,
      cause.hint,
      { cause },
    );
  }
  return old;
}

function noDeletion(name: string): Fault {
  return new Fault('repository/no-deletion', `Nothing can be deleted in ${name}.`, 'Leave --replace out.');
}

function ofType({ bundles, legacy }: SignedBefore, format: AttestationFormat, predicateType: string): Digest[] {
  if (format === 'bundle') {
    return bundles
      .filter(({ bytes }) => typeIn(() => envelopePayload(bytes)) === predicateType)
      .map(({ manifest }) => manifest);
  }
  if (format !== 'docker') return [];
  const found = legacy.statements.filter(({ bytes }) => typeIn(() => bytes) === predicateType);
  return [...new Set(found.map(({ manifest }) => manifest))];
}

function envelopePayload(bytes: Uint8Array): Buffer | undefined {
  const { content } = parseBundle(bytes);
  return content.kind === 'envelope' ? content.envelope.payload : undefined;
}

/** What the statement says of itself, not what annotations say: those nobody signed. What cannot be read is of no type. */
function typeIn(statement: () => Buffer | undefined): string | undefined {
  try {
    const bytes = statement();
    return bytes === undefined ? undefined : parseStatement(bytes).predicateType;
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}
