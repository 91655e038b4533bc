// What the signed attestations on an image, and on the image that it was made from, say of vulnerabilities.
import { environment } from '../../io/environment.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { openRepository } from '../../repository/open.ts';
import type { Repository } from '../../repository/types.ts';
import { aboutSubject, readVex } from '../../vex/read.ts';
import type { ImageNames } from '../../vex/subject.ts';
import type { VexDocument } from '../../vex/types.ts';
import { provenStatements } from '../verification/attestations.ts';
import { registrySettings } from '../registry-settings.ts';
import { withReferrers } from '../referrers-repository.ts';
import { repositoryReference } from '../repository-reference.ts';
import { statedBase } from '../sbom/stated-base.ts';
import { loadTrust } from '../verification/trust.ts';
import type { ReferenceOptions } from '../verification/verify-reference.ts';

export interface AttestedOptions extends ReferenceOptions {
  /** `--key`: public keys; else the policy names the signers. */
  readonly keys: readonly string[];
  readonly policy: string | undefined;
  /** The image that it was made from; what its labels say unless given. */
  readonly base?: string | undefined;
}

export interface Attested {
  /** Those that a trusted key signed; the base's first. */
  readonly documents: readonly VexDocument[];
  /** Of the manifest or index that the reference names. */
  readonly digests: readonly Digest[];
  /** The same, and what that index lists: the documents are about nothing else. */
  readonly subjects: readonly Digest[];
  readonly base: ImageNames | undefined;
  /** What was there and was not used, in sentences. */
  readonly notes: readonly string[];
}

const NOTHING: Attested = { documents: [], digests: [], subjects: [], base: undefined, notes: [] };

/** in-toto predicate types of documents that {@link readVex} reads. */
const TYPES = ['https://openvex.dev/ns', 'https://cyclonedx.org/vex', 'https://docs.oasis-open.org/csaf/'];

/**
 * Of an image in a registry or layout folder; nothing of what is elsewhere. Where nobody is trusted for its repository nothing is
 * asked of it, unless the command line names whom to trust.
 * @throws Fault of the repository; `verify/no-trust`, `policy/…`, `key/…`
 */
export async function attestedVex(reference: string, options: AttestedOptions): Promise<Attested> {
  const place = await placeOf(reference, options);
  if (place === undefined) return NOTHING;
  const root = await place.repository.resolve(place.reference);
  const pinned = { ...place, reference: root.digest };
  const own = await documentsOn(pinned, reference);
  const base = options.base ?? (await statedBase(pinned, reference, async (named) => await placeOf(named, options)));
  const basePlace = base === undefined ? undefined : await placeOf(base, options);
  const under = base === undefined || basePlace === undefined ? undefined : await documentsOn(basePlace, base);
  return {
    documents: [...(under?.documents ?? []), ...own.documents],
    digests: [root.digest],
    subjects: own.subjects,
    base: base === undefined ? undefined : { digests: under?.digests ?? [], names: [base] },
    notes: [...own.notes, ...(under?.notes ?? [])],
  };
}

interface Place {
  readonly repository: Repository;
  readonly reference: string;
  readonly trust: Pick<Awaited<ReturnType<typeof loadTrust>>, 'keys' | 'groups'>;
}

async function placeOf(text: string, options: AttestedOptions): Promise<Place | undefined> {
  const reference = repositoryReference(text);
  if (reference === undefined) return undefined;
  const opened = openRepository(reference, { registries: await registrySettings(environment()), ...options });
  const repository = await withReferrers(opened.repository, options);
  try {
    const { offline } = options;
    const trust = await loadTrust({ keys: options.keys, policy: options.policy, offline, repository: repository.name });
    return { repository, reference: await opened.reference(), trust };
  } catch (fault) {
    const isAsked = options.keys.length > 0 || options.policy !== undefined;
    if (fault instanceof Fault && fault.code === 'verify/no-trust' && !isAsked) return undefined;
    throw fault;
  }
}

async function documentsOn({ repository, reference, trust: { keys, groups } }: Place, name: string) {
  const request = { repository, reference, keys, groups };
  const isVex = (type: string) => TYPES.some((known) => type.startsWith(known));
  const { proven, problems, subjects } = await provenStatements(request, isVex);
  const notes = problems.map((problem) => `A statement on ${name} is not used: ${problem}.`);
  const documents: VexDocument[] = [];
  for (const { attestation, predicate } of proven) {
    try {
      const source = `attestation ${attestation.bundle}`;
      documents.push(aboutSubject(readVex(predicate, source), attestation.subject));
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      notes.push(`A statement on ${name} is not used: ${messageOf(fault)}`);
    }
  }
  return { documents, notes, subjects, digests: [...new Set(proven.map(({ attestation }) => attestation.subject))] };
}
