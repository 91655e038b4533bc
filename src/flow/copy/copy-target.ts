// Where a copy goes: a registry, a layout folder, or a new archive of a layout.
import { layoutIndex, writeArchive } from '../../copy/write-archive.ts';
import { environment } from '../../io/environment.ts';
import { fileExists, joinPath } from '../../io/files.ts';
import { userFolders } from '../../io/user-folders.ts';
import { mapInBatches } from '../../lib/batches.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import {
  DEFAULT_TAG,
  formatReference,
  parseReference,
  type PathReference,
  repositoryText,
} from '../../oci/reference.ts';
import { describe, documentBytes } from '../../oci/documents.ts';
import { isRelationTag } from '../../oci/referrers.ts';
import type { Descriptor } from '../../oci/types.ts';
import type { CopyGraph } from '../../copy/graph.ts';
import { subjectOf } from '../../copy/graph.ts';
import { type OpenOptions, openRepository } from '../../repository/open.ts';
import type { BlobSource, ManifestToPut, ReadRepository } from '../../repository/types.ts';
import type { ArchiveRepository } from '../../source/archive-repository.ts';
import { registrySettings } from '../registry-settings.ts';

export interface CopyTarget {
  /** In its normal form, without a tag. */
  readonly name: string;
  /** As the user named it. */
  readonly tag: string | undefined;
  /** What a tag names there now. */
  standing(tag: string): Promise<Descriptor | undefined>;
  /** Manifests that are not there, or are not listed where they hang. */
  lacking(graph: CopyGraph, jobs: number): Promise<ReadonlySet<Digest>>;
  has(blob: Pick<Descriptor, 'digest' | 'size'>): Promise<boolean>;
  /** Whether a blob that is there is put all the same, which holds it against its digest. */
  readonly checksBlobs: boolean;
  putBlob(blob: BlobSource): Promise<void>;
  /** In order; a tag is last. */
  putManifests(manifests: readonly ManifestToPut[]): Promise<void>;
  /**
   * Of a place that is written whole, once everything is known. @param wrote called after each blob
   * @returns false where all of it was there already
   */
  finish?(wrote: (blob: BlobSource) => void): Promise<boolean>;
}

/** What lets go of archives. */
export type ScopedOptions = OpenOptions & { readonly scope: AsyncDisposableStack };

/**
 * @param tags whether several images are copied
 * @throws Fault `copy/target` for what nothing is copied to, `copy/holds-others` for an archive with other images; `reference/…`
 */
export async function copyTarget(
  text: string,
  tags: { readonly several: boolean },
  options: ScopedOptions,
): Promise<CopyTarget> {
  if (/^(?:\.{0,2}\/|file:|archive:)/.test(text))
    throw noTarget(text, `Write oci:${text} for a layout, oci-archive:${text} for an archive.`);
  const reference = parseReference(text.replace(/^oci-dir:(?!\/\/)/, 'oci:'));
  if (reference.kind !== 'registry' && reference.kind !== 'layout' && reference.kind !== 'oci-archive') {
    throw noTarget(text, 'Copy to a registry, oci:DIR[:TAG] or oci-archive:FILE[:TAG].');
  }
  if (reference.digest !== undefined) {
    const sentence = `${formatReference(reference)} names a digest, under which nothing can be published.`;
    throw new Fault('reference/digest', sentence, 'Name a tag instead.');
  }
  if (tags.several && reference.tag !== undefined) {
    throw new Fault('copy/tag', `${text} names a tag, and several are copied.`, 'Leave the tag out.');
  }
  if (reference.kind === 'oci-archive') return await archiveTarget(reference, options);
  if (reference.kind === 'registry' && !/[:@]/.test(text) && (await fileExists(joinPath(text, 'oci-layout')))) {
    throw new Fault(
      'reference/folder',
      `"${text}" is a layout folder here, and without "oci:" a name in a registry.`,
      `Write oci:${text}.`,
    );
  }
  const { repository, tag } = openRepository(reference, {
    registries: await registrySettings(environment()),
    ...options,
  });
  return {
    name: repositoryText(reference),
    tag,
    checksBlobs: reference.kind === 'layout',
    standing: async (named) => await unlessAbsent(repository.resolve(named)),
    lacking: async (graph, jobs) => await lackingIn(repository, graph, jobs),
    has: async (blob) => await repository.has(blob),
    putBlob: async (blob) => await repository.putBlob(blob),
    putManifests: async (manifests) => await repository.putManifests(manifests),
  };
}

/** Under which tag it goes where the user names none. */
export function targetTag({ tag }: Pick<CopyTarget, 'tag'>, source: string | undefined): string {
  return tag ?? source ?? DEFAULT_TAG;
}

/** A tar is not changed in parts: all of it is there already, or all of it is written. */
async function archiveTarget({ path, tag }: PathReference, options: ScopedOptions): Promise<CopyTarget> {
  const before = (await fileExists(path)) ? await archiveBefore(path, options) : undefined;
  const blobs = new Map<Digest, BlobSource>();
  const pending: ManifestToPut[] = [];
  return {
    name: `oci-archive:${path}`,
    tag,
    checksBlobs: true,
    standing: async (named) => (before === undefined ? undefined : await unlessAbsent(before.resolve(named))),
    lacking: async (graph) => await Promise.resolve(new Set(graph.nodes.map(({ descriptor: { digest } }) => digest))),
    has: async (blob) => (await before?.has(blob)) === true,
    putBlob: async (blob) => {
      blobs.set(blob.digest, blob);
      await Promise.resolve();
    },
    putManifests: async (manifests) => {
      pending.push(...manifests);
      await Promise.resolve();
    },
    finish: async (wrote) => {
      const all = [...blobs.values()];
      if (before !== undefined && (await isSame(before, pending, all))) return false;
      const others = imageTags(await before?.tags()).filter((one) => !pending.some((manifest) => manifest.tag === one));
      if (others.length > 0) throw holdsOthers(path, others);
      if (pending.length > 0) await writeArchive(path, pending, all, wrote);
      return true;
    },
  };
}

/** Whether an archive lists the same, and all of it is there and what its digests say. */
async function isSame(
  before: ArchiveRepository,
  manifests: readonly ManifestToPut[],
  blobs: readonly BlobSource[],
): Promise<boolean> {
  const listed = documentBytes({ manifests: await before.listed() });
  if (!listed.equals(documentBytes({ manifests: layoutIndex(manifests).manifests }))) return false;
  const documents = manifests.map(({ bytes, mediaType }) => describe(bytes, mediaType));
  try {
    for (const content of [...documents, ...blobs]) for await (const _ of before.stream(content));
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code.startsWith('repository/')) return false;
    throw error;
  }
}

function imageTags(tags: readonly string[] | undefined): readonly string[] {
  return (tags ?? []).filter((one) => !isRelationTag(one));
}

async function archiveBefore(path: string, { scope, signal }: ScopedOptions): Promise<ArchiveRepository> {
  const { openArchive } = await import('../../source/archive-repository.ts');
  return await openArchive(path, { scope, signal, temporary: joinPath(userFolders.cache(), 'temporary') });
}

/** Manifests that a repository does not hold; referrers count as missing where it does not list them. */
async function lackingIn(repository: ReadRepository, graph: CopyGraph, jobs: number): Promise<ReadonlySet<Digest>> {
  const subjects = new Set(graph.nodes.map(({ document }) => subjectOf(document)).filter((one) => one !== undefined));
  const lists = await mapInBatches(
    [...subjects],
    jobs,
    async (subject) => await unlessAbsent(repository.referrers(subject)),
  );
  const listed = new Set(lists.flatMap((list) => list ?? []).map(({ digest }) => digest));
  const found = await mapInBatches(graph.nodes, jobs, async ({ document, descriptor: { digest } }) => {
    if (subjectOf(document) !== undefined && !listed.has(digest)) return digest;
    if (listed.has(digest)) return undefined;
    return (await unlessAbsent(repository.resolve(digest))) === undefined ? digest : undefined;
  });
  return new Set(found.filter((digest) => digest !== undefined));
}

const ABSENT: ReadonlySet<string> = new Set(['repository/not-found', 'layout/missing', 'source/not-found']);

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault && ABSENT.has(error.code)) return undefined;
    throw error;
  }
}

function noTarget(text: string, hint: string): Fault {
  return new Fault('copy/target', `Nothing is copied to ${text.slice(0, 200)}.`, hint);
}

function holdsOthers(path: string, tags: readonly string[]): Fault {
  return new Fault(
    'copy/holds-others',
    `The archive ${path} holds other images, too: ${tags.slice(0, 10).join(', ')}.`,
    'An archive is written whole: choose another name, or remove it first.',
  );
}
