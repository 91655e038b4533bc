// What is signed: what references name, resolved once, and what hangs below.
import { environment } from '../../io/environment.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { formatReference, namesImage } from '../../oci/reference.ts';
import { type Descriptor, platformName } from '../../oci/types.ts';
import { openRepository } from '../../repository/open.ts';
import type { Repository } from '../../repository/types.ts';
import { Ledger } from '../verification/ledger.ts';
import { namedImage } from '../named-image.ts';
import { registrySettings } from '../registry-settings.ts';
import { readSubjects } from '../verification/subjects.ts';
import type { ReferenceOptions } from '../verification/verify-reference.ts';

export interface SigningSubject {
  readonly descriptor: { readonly mediaType: string; readonly digest: Digest; readonly size: number };
  readonly role: 'index' | 'manifest';
  /** `linux/amd64`, when the index says it. */
  readonly platform: string | undefined;
}

export interface SigningTarget {
  /** As the user named it. */
  readonly reference: string;
  readonly repository: Repository;
  /** `registry.example/acme/app`; `undefined` of a folder, whose name means nothing elsewhere. */
  readonly name: string | undefined;
  /** What the reference named when it was resolved. */
  readonly named: SigningSubject;
  /** That, then the manifests that it lists. */
  readonly all: readonly SigningSubject[];
  /** @throws Fault `sign/moved` when the reference is a tag that names something else by now */
  unmoved(): Promise<void>;
}

/**
 * Resolves a reference once, and reads by digest what it names and, of an index, the manifests that it lists.
 * @throws Fault `sign/place` for what cannot hold signatures, `sign/altered` for what is altered, missing or no manifest, and what
 * the repository throws
 */
export async function signingTarget(reference: string, options: ReferenceOptions): Promise<SigningTarget> {
  const parsed = await namedImage(reference);
  if (!namesImage(parsed) || (parsed.kind !== 'registry' && parsed.kind !== 'layout')) {
    throw new Fault(
      'sign/place',
      `${formatReference(parsed)} has no place for signatures: only registries and layout folders have.`,
      'Copy the image into a layout folder or a registry first, or sign the file itself with --blob.',
    );
  }
  const registries = await registrySettings(environment());
  // That a tag moves meanwhile is to be noticed, here of all places.
  const opened = openRepository(parsed, { registries, ...options, resolved: undefined });
  const { repository } = opened;
  const asked = await opened.reference();
  const root = await repository.resolve(asked);
  return {
    reference,
    repository,
    name: parsed.kind === 'registry' ? repository.name : undefined,
    ...(await subjectsOf(repository, root)),
    unmoved: async () => {
      const { digest } = await repository.resolve(asked);
      if (digest !== root.digest) throw moved(reference, root.digest, digest);
    },
  };
}

async function subjectsOf(repository: Repository, root: Descriptor): Promise<Pick<SigningTarget, 'named' | 'all'>> {
  const ledger = new Ledger();
  const { subjects, checks } = await readSubjects(ledger.watch(repository), ledger, root);
  const against = [...ledger.checks(), ...checks].find(({ outcome }) => outcome !== 'established');
  const [first] = subjects;
  if (against !== undefined || first === undefined) {
    throw new Fault(
      'sign/altered',
      `${against?.subject ?? root.digest}: ${against?.reason ?? 'it cannot be read'}.`,
      'Nothing was signed. Publish the image again, or name what is whole by its digest.',
    );
  }
  const named: SigningSubject = { descriptor: bare(root), role: first.role, platform: undefined };
  const below = first.role === 'index' ? first.index.manifests : [];
  const listed = new Map(below.map((entry) => [entry.digest, entry]));
  const children = [...listed.values()].map(
    (entry): SigningSubject => ({
      descriptor: bare(entry),
      role: 'manifest',
      platform: entry.platform === undefined ? undefined : platformName(entry.platform),
    }),
  );
  return { named, all: [named, ...children] };
}

function bare({ mediaType, digest, size }: Descriptor): SigningSubject['descriptor'] {
  return { mediaType, digest, size };
}

function moved(reference: string, before: Digest, now: Digest): Fault {
  return new Fault(
    'sign/moved',
    `${reference} named ${before} when it was read, and names ${now} now: nothing was published.`,
    'Sign again, or name the image by its digest.',
  );
}
