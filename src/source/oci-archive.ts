// A tar that holds an OCI layout (image-spec 1.1, image-layout.md).
import { type Digest, hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { parseDocument, parseIndex } from '../oci/documents.ts';
import { isRelationTag } from '../oci/referrers.ts';
import { annotations, type Descriptor, type Index } from '../oci/types.ts';
import { altered, type Content, collect, notFound, sized, verified } from '../repository/content.ts';
import type { ImagePlace } from './images.ts';
import { normalName } from './reference.ts';
import type { TarFiles } from './tar-files.ts';
import type { StreamOptions } from './types.ts';

/** containerd's and Docker's annotation of an index's entries: the image's whole name. */
const IMAGE_NAME = 'io.containerd.image.name';
const LAYOUT = 'oci-layout';
const INDEX = 'index.json';

/** Whether an archive holds a layout. */
export function holdsLayout(files: TarFiles): boolean {
  return files.has(LAYOUT) && files.has(INDEX);
}

export class OciArchive implements ImagePlace {
  readonly name: string;
  readonly #files: TarFiles;

  /** @param name of the archive, for messages */
  constructor(files: TarFiles, name: string) {
    this.#files = files;
    this.name = name;
  }

  /**
   * What a name stands for.
   * @param tag of an entry's `ref.name`, or the image's whole name; without one `latest`, else all there is, if that is one image
   * @throws Fault `source/not-found`, `source/several`, `oci/…`
   */
  async roots(tag: string | undefined, digest: Digest | undefined): Promise<readonly Descriptor[]> {
    const { manifests } = await this.#index();
    if (digest !== undefined) return [await this.#byDigest(digest, manifests)];
    const found = distinct(tag === undefined ? unnamed(manifests) : manifests.filter((entry) => isNamed(entry, tag)));
    if (found.length === 0) throw notFound(tag === undefined ? 'image' : `"${tag}"`, this.name, hintOf(manifests));
    if (found.length > 1 && (tag !== undefined || !areOnePerPlatform(found))) {
      throw new Fault('source/several', `${this.name} holds several images.`, hintOf(manifests));
    }
    return found;
  }

  /** What its index.json lists. @throws Fault `source/unknown`, `oci/…` */
  async listed(): Promise<readonly Descriptor[]> {
    return (await this.#index()).manifests;
  }

  async manifest(content: Content): Promise<Buffer> {
    return await this.blob(content, limits.manifest);
  }

  async blob(content: Content, limit: number): Promise<Buffer> {
    return await collect(content, limit, () => this.#bytes(content), this.name);
  }

  async has(content: Content): Promise<boolean> {
    return await Promise.resolve(this.#files.size(pathOf(content.digest)) === content.size);
  }

  raw(content: Content, options?: StreamOptions): AsyncIterable<Uint8Array> {
    return sized(content, this.#bytes(content, options), this.name);
  }

  stream(content: Content): AsyncIterable<Uint8Array> {
    return verified(content, this.#bytes(content), this.name);
  }

  #bytes({ digest, size }: Content, options?: StreamOptions): AsyncIterable<Uint8Array> {
    const there = this.#files.size(pathOf(digest));
    if (there === undefined) throw notFound(digest, this.name, 'Make the archive again; it is not whole.');
    if (there !== size) throw altered({ digest }, this.name, `it has ${there} bytes instead of ${size}`);
    return this.#files.stream(pathOf(digest), options);
  }

  async #index(): Promise<Index> {
    const layout = await this.#files.document(LAYOUT, limits.key);
    const version = parseJson(layout ?? '', LAYOUT) as { imageLayoutVersion?: unknown } | null;
    if (version?.imageLayoutVersion !== '1.0.0') {
      throw new Fault('source/unknown', `${this.name} is a layout of another version.`, 'Make it with a current tool.');
    }
    return parseIndex((await this.#files.document(INDEX, limits.manifest)) ?? Buffer.alloc(0));
  }

  async #byDigest(digest: Digest, listed: readonly Descriptor[]): Promise<Descriptor> {
    const found = listed.find((entry) => entry.digest === digest);
    if (found !== undefined) return found;
    const size = this.#files.size(pathOf(digest));
    if (size === undefined) throw notFound(digest, this.name, hintOf(listed));
    const { mediaType } = parseDocument(await this.manifest({ digest, size }));
    return { digest, size, mediaType };
  }
}

function pathOf(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

function namesOf({ annotations: notes }: Descriptor): readonly string[] {
  return [notes?.[annotations.refName], notes?.[IMAGE_NAME]].filter((name) => name !== undefined);
}

function isNamed(entry: Descriptor, name: string): boolean {
  const names = namesOf(entry);
  if (names.includes(name)) return true;
  const wanted = normalName(name);
  return wanted !== undefined && names.some((one) => one.includes('/') && normalName(one) === wanted);
}

/** What is meant where nothing is named: `latest`, else what has a name, else all but referrers. */
function unnamed(entries: readonly Descriptor[]): readonly Descriptor[] {
  const latest = entries.filter((entry) => namesOf(entry).includes('latest'));
  if (latest.length > 0) return latest;
  const named = entries.filter((entry) => namesOf(entry).some((name) => !isRelationTag(name)));
  return named.length > 0 ? named : entries.filter(({ artifactType }) => artifactType === undefined);
}

function distinct(entries: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(entries.map((entry) => [entry.digest, entry])).values()];
}

/** Manifests that stand in index.json for themselves, as an index lists them. */
function areOnePerPlatform(entries: readonly Descriptor[]): boolean {
  const platforms = entries.map(({ platform }) =>
    JSON.stringify([platform?.os, platform?.architecture, platform?.['variant']]),
  );
  return entries.every(({ platform }) => platform !== undefined) && new Set(platforms).size === entries.length;
}

function hintOf(entries: readonly Descriptor[]): string {
  if (entries.length === 0) return 'Nothing is in it.';
  const names = new Set(entries.map((entry) => namesOf(entry)[0] ?? `@${entry.digest}`));
  return `Name one of: ${[...names]
    .slice(0, 10)
    .join(', ')
    .replace(/\p{Cc}/gu, '?')
    .slice(0, 800)}.`;
}
