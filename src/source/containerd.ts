// Images in containerd's content store, read from its folder (containerd, docs/content-flow.md): blobs by digest, and a
// database of names.
import { joinPath } from '../io/files.ts';
import { RandomFile } from '../io/random-file.ts';
import { type Digest, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { parseDocument } from '../oci/documents.ts';
import type { Descriptor } from '../oci/types.ts';
import type { Content } from '../repository/content.ts';
import { LayoutBlobs } from '../repository/layout-blobs.ts';
import { Bolt } from './bolt.ts';
import type { Context } from './context.ts';
import { type ImagePlace, imagesOf } from './images.ts';
import { normalName } from './reference.ts';
import type { SourceImage, StreamOptions } from './types.ts';

const ROOT = '/var/lib/containerd';
const CONTENT = 'io.containerd.content.v1.content';
const DATABASE = 'io.containerd.metadata.v1.bolt/meta.db';
/** How often names are read anew because containerd wrote meanwhile. */
const MOST_TRIES = 10;
const MOST_NAMESPACES = 1000;

interface Found {
  readonly namespace: string;
  readonly digest: Digest;
}

/**
 * The image of a name or, for `sha256:…`, of a digest. `CONTAINERD_NAMESPACE` names the namespace; otherwise all are
 * looked through.
 * @throws Fault `source/not-found`, `source/several`, `bolt/malformed`, `file/missing`, `file/denied`, faults of images
 */
export async function containerdImages(name: string, context: Context): Promise<readonly SourceImage[]> {
  const root = context.environment['TEMPER_CONTAINERD_ROOT'] || ROOT;
  const said = `containerd:${name}`;
  const store = new ContentStore(joinPath(root, CONTENT), said);
  const digest = isDigest(name) ? name : await named(joinPath(root, DATABASE), name, context);
  return await imagesOf(store, [await store.find(digest)], { ...context.choice, name: said, partial: true });
}

class ContentStore implements ImagePlace {
  readonly name: string;
  readonly #blobs: LayoutBlobs;

  constructor(folder: string, name: string) {
    this.name = name;
    this.#blobs = new LayoutBlobs(folder, name);
  }

  async find(digest: Digest): Promise<Descriptor> {
    const bytes = await this.#blobs.find(digest, limits.manifest);
    if (bytes === undefined) throw notThere(this.name, digest);
    return { digest, size: bytes.length, mediaType: parseDocument(bytes).mediaType };
  }

  async manifest(content: Content): Promise<Buffer> {
    return await this.#blobs.read(content, limits.manifest);
  }

  async blob(content: Content, limit: number): Promise<Buffer> {
    return await this.#blobs.read(content, limit);
  }

  async has(content: Content): Promise<boolean> {
    return await this.#blobs.has(content);
  }

  async *raw(content: Content, options?: StreamOptions): AsyncGenerator<Uint8Array> {
    if (!(await this.#blobs.has(content))) throw discarded(this.name, content.digest);
    yield* this.#blobs.raw(content, options);
  }
}

async function named(path: string, name: string, { environment }: Context): Promise<Digest> {
  for (let attempt = 1; ; attempt++) {
    const file = await RandomFile.open(path);
    try {
      const bolt = await Bolt.open(file);
      const found = await search(bolt, name, environment['CONTAINERD_NAMESPACE'] || undefined);
      if ((await bolt.isCurrent()) || attempt >= MOST_TRIES) return only(found, name);
    } catch (error) {
      // A page that is written to just now may be malformed, too.
      if (!(error instanceof Fault) || error.code !== 'bolt/malformed' || attempt >= MOST_TRIES) throw error;
    } finally {
      await file.close();
    }
  }
}

/** containerd's buckets: v1 / NAMESPACE / images / NAME / target / digest. */
async function search(bolt: Bolt, name: string, namespace: string | undefined): Promise<readonly Found[]> {
  const all = namespace === undefined ? ((await bolt.bucket(['v1'])) ?? []) : [];
  const names =
    namespace === undefined ? all.filter(({ bucket }) => bucket).map(({ key }) => key.toString('utf8')) : [namespace];
  const found: Found[] = [];
  for (const one of names.slice(0, MOST_NAMESPACES)) {
    for (const image of new Set([name, normalName(name) ?? name])) {
      const target = await bolt.bucket(['v1', one, 'images', image, 'target']);
      const digest = target?.find(({ key }) => key.toString() === 'digest')?.value.toString('latin1');
      if (digest !== undefined && isDigest(digest)) found.push({ namespace: one, digest });
    }
  }
  return found;
}

function only(found: readonly Found[], name: string): Digest {
  const digests = [...new Set(found.map(({ digest }) => digest))];
  const [digest, another] = digests;
  if (digest === undefined) {
    const hint = 'Name it as `ctr images ls` does, or set CONTAINERD_NAMESPACE.';
    throw new Fault('source/not-found', `containerd has no image ${name}.`, hint);
  }
  if (another === undefined) return digest;
  const namespaces = found
    .map(({ namespace }) => namespace)
    .join(', ')
    .slice(0, 300);
  const sentence = `containerd has several images ${name}, in the namespaces ${namespaces}.`;
  throw new Fault('source/several', sentence, 'Set CONTAINERD_NAMESPACE to one of them.');
}

function notThere(name: string, digest: Digest): Fault {
  return new Fault(
    'source/not-found',
    `There is no ${digest} for ${name} in the content store.`,
    'Pull the image again.',
  );
}

function discarded(name: string, digest: Digest): Fault {
  return new Fault(
    'source/not-found',
    `The layer ${digest} of ${name} is not in the content store: containerd may throw layers away once they are unpacked.`,
    'Name the image in its registry, or set discard_unpacked_layers to false and pull it again.',
  );
}
