// `temper copy`: an image with all that hangs on it, from one place to another, byte for byte.
import { artifactTypeOf, blobsOf, type CopyGraph, type CopyNode } from '../../copy/graph.ts';
import { frozen } from '../../copy/frozen.ts';
import { gather } from '../../copy/gather.ts';
import { putOrder } from '../../copy/order.ts';
import { humanSize } from '../../lib/bytes.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { isRelationTag } from '../../oci/referrers.ts';
import { copyBlobs, type BlobOutcome } from './copy-blobs.ts';
import { platformRoot } from './copy-platform.ts';
import { type CopySource, copySource } from './copy-source.ts';
import { type CopyTarget, copyTarget, targetTag } from './copy-target.ts';
import type { TrustRequest } from '../verification/trust.ts';
import { type NamedResult, type ReferenceOptions, Verifier } from '../verification/verify-reference.ts';

export interface CopyOptions extends ReferenceOptions {
  /** `linux/arm64`: only that manifest and what hangs on it. */
  readonly platform: string | undefined;
  readonly allTags: boolean;
  readonly referrers: boolean;
  /** Blobs and requests at the same time. */
  readonly jobs: number;
  readonly dryRun: boolean;
  /** Whom to verify by before anything is written; `undefined`: nothing is verified. */
  readonly verify: Omit<TrustRequest, 'repository' | 'offline'> | undefined;
  readonly progress: (line: string) => void;
}

export interface CopyResult {
  readonly source: string;
  readonly destination: string;
  readonly dryRun: boolean;
  readonly images: readonly CopiedImage[];
  readonly notes: readonly string[];
}

export interface CopiedImage {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly tag: string;
  /** What the tag named before, if that was something else. */
  readonly previous: Digest | undefined;
  /** `refused`: it does not verify, and nothing of it was written. */
  readonly outcome: 'copied' | 'unchanged' | 'planned' | 'refused';
  readonly manifests: readonly CopiedManifest[];
  readonly blobs: readonly CopiedBlob[];
  readonly verification: NamedResult | undefined;
}

export interface CopiedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly role: CopyNode['role'];
  readonly artifactType: string | undefined;
  readonly platform: string | undefined;
  /** What it hangs on, or what lists it. */
  readonly about: Digest | undefined;
  /** Cosign's tags of it. */
  readonly tags: readonly string[];
  /** Whether it was written, would be, or was there. */
  readonly outcome: 'written' | 'present';
}

export interface CopiedBlob {
  readonly digest: Digest;
  readonly size: number;
  readonly outcome: BlobOutcome;
}

/** One image on its way. */
interface Job {
  readonly tag: string;
  readonly graph: CopyGraph;
  readonly verification: NamedResult | undefined;
}

/**
 * Copies an image, or one for each tag. Each reference is resolved once; all else is read by digest, and what is verified are the
 * very manifests that are written.
 * @throws Fault `copy/…`, `source/…`, `reference/…`, `verify/no-trust`, faults of both places
 */
export async function copy(source: string, destination: string, options: CopyOptions): Promise<CopyResult> {
  await using scope = new AsyncDisposableStack();
  const opening = { ...options, scope };
  const from = await copySource(source, opening);
  const to = await copyTarget(destination, { several: options.allTags }, opening);
  const notes: string[] = [];
  const jobs: Job[] = [];
  for (const reference of options.allTags ? await tagsOf(from) : [from.reference]) {
    jobs.push(await prepare(from, reference, targetTag(to, options.allTags ? reference : from.tag), notes, options));
  }
  const images: CopiedImage[] = [];
  for (const job of jobs) images.push(await one(from, to, job, options));
  if (!options.dryRun && to.finish !== undefined && images.some(({ outcome }) => outcome !== 'refused')) {
    options.progress(`writing ${to.name}`);
    const written = await to.finish(() => undefined);
    if (!written) return { source: from.name, destination: to.name, dryRun: false, images: images.map(asFound), notes };
  }
  return { source: from.name, destination: to.name, dryRun: options.dryRun, images, notes };
}

async function tagsOf({ repository }: CopySource): Promise<readonly string[]> {
  const tags = (await repository.tags()).filter((tag) => !isRelationTag(tag));
  if (tags.length > 0) return tags;
  throw new Fault('copy/no-tags', `Nothing is tagged in ${repository.name}.`, 'Name an image by its digest.');
}

async function prepare(
  { repository }: CopySource,
  reference: string,
  tag: string,
  notes: string[],
  options: CopyOptions,
): Promise<Job> {
  options.progress(`reading ${repository.name} ${reference}`);
  const resolved = await repository.resolve(reference);
  const chosen = await platformRoot(repository, resolved, options.platform);
  notes.push(...chosen.notes);
  const { jobs, verify } = options;
  const graph = await gather(repository, chosen.root, { referrers: options.referrers, jobs });
  notes.push(...graph.notes);
  if (verify === undefined) return { tag, graph, verification: undefined };
  // What nobody copies may still be evidence.
  const evidence = options.referrers ? graph : await gather(repository, chosen.root, { referrers: true, jobs });
  options.progress(`verifying ${repository.name} ${reference}`);
  const verifier = new Verifier(verify, options);
  const { result } = await verifier.judgeIn(frozen(evidence, repository), chosen.root.digest);
  return { tag, graph, verification: result };
}

async function one(from: CopySource, to: CopyTarget, job: Job, options: CopyOptions): Promise<CopiedImage> {
  const { tag, graph, verification } = job;
  const { root, nodes } = graph;
  const { digest, mediaType } = root.descriptor;
  const answer = { digest, mediaType, tag, verification };
  if (verification !== undefined && verification.decision.answer !== 'yes') {
    return { ...answer, previous: undefined, outcome: 'refused', manifests: [], blobs: [] };
  }
  const standing = await to.standing(tag);
  const lacking = await to.lacking(graph, options.jobs);
  const moved = await movedTags(to, graph);
  const blobs = await copyBlobs(from, to, blobsOf(nodes), {
    ...options,
    progress: (done, all) => options.progress(`${tag}: ${countOf(done)} of ${countOf(all)}`),
  });
  const named = standing?.digest === digest && moved.length === 0;
  const whole = named && lacking.size === 0 && to.finish === undefined;
  if (!options.dryRun && !whole) await to.putManifests(putOrder({ ...graph, tags: moved }, tag, lacking));
  const nothing = whole && blobs.every(({ outcome }) => outcome === 'present');
  return {
    ...answer,
    previous: standing === undefined || standing.digest === digest ? undefined : standing.digest,
    outcome: nothing ? 'unchanged' : options.dryRun ? 'planned' : 'copied',
    manifests: nodes.map((node) => manifestOf(node, graph, lacking)),
    blobs,
  };
}

/** Cosign's tags that do not name there what they name here; all of them where everything is written. */
async function movedTags(to: CopyTarget, { tags }: CopyGraph): Promise<CopyGraph['tags']> {
  if (to.finish !== undefined) return tags;
  const moved: CopyGraph['tags'][number][] = [];
  for (const one of tags) if ((await to.standing(one.tag))?.digest !== one.digest) moved.push(one);
  return moved;
}

function manifestOf(node: CopyNode, { tags }: CopyGraph, lacking: ReadonlySet<Digest>): CopiedManifest {
  const { role, document, platform, about, descriptor } = node;
  const { digest, mediaType, size } = descriptor;
  return {
    digest,
    mediaType,
    size,
    role,
    artifactType: role === 'image' || role === 'child' ? undefined : artifactTypeOf(document),
    platform,
    about,
    tags: tags.filter((one) => one.digest === digest).map(({ tag }) => tag),
    outcome: lacking.has(digest) ? 'written' : 'present',
  };
}

/** Nothing was written, because all of it was there. */
function asFound(image: CopiedImage): CopiedImage {
  if (image.outcome === 'refused') return image;
  const present = <T>(list: readonly T[]) => list.map((item) => ({ ...item, outcome: 'present' as const }));
  return { ...image, outcome: 'unchanged', manifests: present(image.manifests), blobs: present(image.blobs) };
}

function countOf({ blobs, bytes }: { readonly blobs: number; readonly bytes: number }): string {
  return `${blobs} blobs, ${humanSize(bytes)}`;
}
