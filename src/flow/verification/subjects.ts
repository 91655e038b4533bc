// What a reference leads to: one manifest, or an index and its platforms' manifests.
import type { Digest } from '../../lib/digest.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { parseDocument } from '../../oci/documents.ts';
import { type Descriptor, type Index, type Manifest, platformName } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';
import type { Check } from '../../verify/check.ts';
import { isDocumentFault } from './bundles.ts';
import type { Ledger } from './ledger.ts';

/** Most manifests of one index. */
const MOST_MANIFESTS = 1000;

export interface IndexSubject {
  readonly role: 'index';
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly index: Index;
}

export interface ManifestSubject {
  readonly role: 'manifest';
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** `linux/amd64`, when the index says it. */
  readonly platform: string | undefined;
  readonly manifest: Manifest;
}

export type Subject = IndexSubject | ManifestSubject;

export interface Subjects {
  /** The index first, if there is one; then the manifests, as it lists them. */
  readonly subjects: readonly Subject[];
  /** Documents that were read and are no manifests. */
  readonly checks: readonly Check[];
}

/** What of an index is read: every platform's manifest, one platform's, or none. */
export type SubjectChoice = 'all' | { readonly platform: string } | 'root';

/**
 * Reads the manifest or index and, of an index, what it lists, each by its digest. Content that is altered or missing
 * ends in the ledger.
 * @throws Fault of the repository; `verify/too-much` for an index of more than 1000 manifests or one that lists indexes;
 * `verify/no-platform` where an index does not list the one that is chosen.
 */
export async function readSubjects(
  repository: Repository,
  ledger: Ledger,
  root: Descriptor,
  choice: SubjectChoice = 'all',
): Promise<Subjects> {
  const checks: Check[] = [];
  const subjects: Subject[] = [];
  const read = async (descriptor: Descriptor): Promise<Subject | undefined> => {
    try {
      return subjectOf(descriptor, await repository.manifest(descriptor));
    } catch (fault) {
      if (ledger.note(fault, descriptor.digest) !== undefined) return undefined;
      if (!isDocumentFault(fault)) throw fault;
      const reason = messageOf(fault).replace(/\.$/, '');
      checks.push({ check: 'manifest', subject: descriptor.digest, outcome: 'refuted', reason });
      return undefined;
    }
  };
  const first = await read(root);
  if (first === undefined) return { subjects, checks };
  subjects.push(first);
  if (first.role === 'manifest') return { subjects, checks };
  if (first.index.manifests.length > MOST_MANIFESTS) throw tooMuch(root, `lists more than ${MOST_MANIFESTS} manifests`);
  for (const entry of chosen(first.index, root, choice)) {
    const child = await read(entry);
    if (child?.role === 'index') throw tooMuch(root, 'lists other indexes');
    if (child !== undefined && !subjects.some(({ digest }) => digest === child.digest)) subjects.push(child);
  }
  return { subjects, checks };
}

function chosen({ manifests }: Index, root: Descriptor, choice: SubjectChoice): readonly Descriptor[] {
  if (choice === 'all') return manifests;
  if (choice === 'root') return [];
  const { platform } = choice;
  const found = manifests.filter((entry) => entry.platform !== undefined && platformName(entry.platform) === platform);
  if (found.length > 0) return found;
  const there = manifests.flatMap((entry) => (entry.platform === undefined ? [] : platformName(entry.platform)));
  throw new Fault(
    'verify/no-platform',
    `The index ${root.digest} has no manifest for ${platform.slice(0, 100)}.`,
    `It has ${there.slice(0, 10).join(', ') || 'none that says its platform'}.`,
  );
}

function subjectOf(descriptor: Descriptor, bytes: Buffer): Subject {
  const document = parseDocument(bytes, descriptor.mediaType);
  const { digest, platform } = descriptor;
  const own = { digest, mediaType: document.mediaType, size: bytes.length };
  if (document.kind === 'index') return { role: 'index', ...own, index: document.index };
  return {
    role: 'manifest',
    ...own,
    platform: platform === undefined ? undefined : platformName(platform),
    manifest: document.manifest,
  };
}

function tooMuch(root: Descriptor, what: string): Fault {
  return new Fault('verify/too-much', `The index ${root.digest} ${what}.`, 'Name one of its manifests by digest.');
}
