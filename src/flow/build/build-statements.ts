// What a build states about its images, signed: a signature and attestations on each platform, signature and provenance on the index.
import { provenanceStatements } from '../../attest/statements.ts';
import type { BuildRecord } from '../../build/record.ts';
import type { Statement } from '../../intoto/statement.ts';
import type { Signer } from '../../keys/types.ts';
import { Fault } from '../../lib/faults.ts';
import type { Descriptor } from '../../oci/types.ts';
import { bundleReferrer, type Referrer } from '../../publish/referrer.ts';
import type { Repository } from '../../repository/types.ts';
import { imageSignature, signStatement } from '../../sign/statement.ts';
import { listAttestations } from '../verification/attestations.ts';
import { type BuiltPlatform, statementsOf } from './build-platforms.ts';

/** A statement without its predicate: which kind, about what. */
export interface Stated {
  readonly subject: string;
  readonly predicateType: string;
}

/**
 * What this key has stated about the same image in an earlier build: the same bytes need no second statement of the
 * same kind, and a repository does not fill with them.
 */
export async function statedBefore(repository: Repository, image: Descriptor, signer: Signer): Promise<Stated[]> {
  try {
    const listed = await listAttestations({ repository, reference: image.digest, keys: [signer.publicKey] });
    return listed.flatMap(({ signer: by, subject, predicateType }) =>
      by === undefined || predicateType === undefined ? [] : [{ subject, predicateType }],
    );
  } catch (fault) {
    // Not there yet, or damaged: everything is stated and published anew.
    if (fault instanceof Fault && /^(repository|attestation|blob|layout|oci)\//.test(fault.code)) return [];
    throw fault;
  }
}

export interface BuiltImage {
  readonly platforms: readonly BuiltPlatform[];
  /** `undefined` for one platform. */
  readonly index: Descriptor | undefined;
  /** The definition's name. */
  readonly name: string;
  readonly record: BuildRecord;
}

/** Signs what is not among `before`. */
export async function signBuild(
  image: BuiltImage,
  signer: Signer,
  before: readonly Stated[],
): Promise<(Stated & { readonly referrer: Referrer })[]> {
  const { record } = image;
  const signed: (Stated & { referrer: Referrer })[] = [];
  for (const { subject, statement } of statements(image)) {
    const { predicateType } = statement;
    if (before.some((stated) => stated.subject === subject.digest && stated.predicateType === predicateType)) continue;
    const bytes = await signStatement(statement, signer);
    const referrer = bundleReferrer({ subject, bytes, predicateType, created: record.finishedOn });
    signed.push({ subject: subject.digest, predicateType, referrer });
  }
  return signed;
}

// One at a time: an SBOM and its envelope are megabytes.
function* statements({
  platforms,
  index,
  name,
  record,
}: BuiltImage): Generator<{ subject: Descriptor; statement: Statement }> {
  if (index !== undefined) {
    yield { subject: index, statement: imageSignature(index.digest) };
    for (const statement of provenanceStatements({ digest: index.digest, name }, [], record))
      yield { subject: index, statement };
  }
  for (const platform of platforms) {
    const subject = platform.manifest.descriptor;
    yield { subject, statement: imageSignature(subject.digest) };
    for (const statement of statementsOf(platform, name, record)) yield { subject, statement };
  }
}
