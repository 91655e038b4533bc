// What `docker save` writes (Docker image specification 1.2, "Combined Image JSON + Filesystem Changeset Format"): a
// manifest.json that names configs and layers by their paths. Newer archives hold a layout, too.
import { z } from 'zod';
import { baseOf } from '../lib/bytes.ts';
import { type Digest, digestOf, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { parseImageConfig } from '../oci/documents.ts';
import { platformOf, shownPlatform, unlikeLayers } from './images.ts';
import { type Choice, choosePlatforms } from './platform.ts';
import { normalName } from './reference.ts';
import { missing, type TarFiles } from './tar-files.ts';
import type { SourceImage, SourceLayer } from './types.ts';

const MANIFEST = 'manifest.json';

const Saved = z.object({
  Config: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  Layers: z.array(z.string()).max(10_000).nullish(),
});
type Saved = z.infer<typeof Saved>;
const SavedList = z.array(Saved).max(10_000);

/** Whether an archive is one of Docker's. */
export function holdsDockerImages(files: TarFiles): boolean {
  return files.has(MANIFEST);
}

/**
 * The image that is named, or the only one.
 * @param name of the archive, for messages and as the image's
 * @throws Fault `source/not-found`, `source/several`, `source/platform`, `source/altered`, `source/ambiguous`,
 * `source/malformed`, `image/layers`, `oci/…`, `json/malformed`
 */
export async function dockerImages(
  files: TarFiles,
  wanted: Choice & { readonly name: string; readonly tag: string | undefined; readonly digest: Digest | undefined },
): Promise<readonly SourceImage[]> {
  const { name, tag, digest } = wanted;
  const list = await manifestOf(files, name);
  const named =
    tag === undefined ? list : list.filter(({ RepoTags }) => (RepoTags ?? []).some((one) => isSame(one, tag)));
  const images: SourceImage[] = [];
  for (const saved of named) {
    const image = await imageOf(files, saved, name);
    if (digest === undefined || image.configDigest === digest) images.push(image);
  }
  if (images.length === 0) {
    const what = tag === undefined ? (digest ?? 'image') : `"${tag}"`;
    throw new Fault('source/not-found', `There is no ${what} in ${name}.`, hintOf(list));
  }
  if (new Set(images.map(({ configDigest }) => configDigest)).size > 1) {
    throw new Fault('source/several', `${name} holds several images.`, hintOf(list));
  }
  return choosePlatforms(images.slice(0, 1), wanted, { name, absent: [] });
}

async function manifestOf(files: TarFiles, name: string): Promise<readonly Saved[]> {
  const bytes = await files.document(MANIFEST, limits.document);
  const result = SavedList.safeParse(parseJson(bytes ?? '', MANIFEST));
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.').slice(0, 100) ?? '';
  throw new Fault(
    'source/malformed',
    `${MANIFEST} of ${name} is not as Docker writes it: ${where}.`,
    'Save the image again.',
  );
}

async function imageOf(files: TarFiles, saved: Saved, name: string): Promise<SourceImage> {
  const bytes = await files.document(saved.Config, limits.manifest);
  if (bytes === undefined) throw missing(saved.Config, name);
  const configDigest = digestOf(bytes);
  const promised = digestIn(saved.Config);
  if (promised !== undefined && promised !== configDigest) {
    const sentence = `The config ${promised} in ${name} is not what its digest says.`;
    throw new Fault('source/altered', sentence, 'Do not use it: it was altered or is damaged. Save the image again.');
  }
  const config = parseImageConfig(bytes);
  const diffIds = config.rootfs.diff_ids;
  const layers = saved.Layers ?? [];
  if (layers.length !== diffIds.length) throw unlikeLayers(name, layers.length, diffIds.length);
  return {
    kind: 'image',
    remote: false,
    name,
    digest: undefined,
    index: undefined,
    configDigest,
    config,
    platform: shownPlatform(platformOf(config)),
    annotations: {},
    layers: diffIds.map((diffId, i) => layerOf(files, layers[i] ?? '', diffId, name)),
  };
}

function layerOf(files: TarFiles, path: string, diffId: Digest, name: string): SourceLayer {
  const size = files.size(path);
  if (size === undefined) throw missing(path, name);
  const digest = path.startsWith('blobs/sha256/') ? digestIn(path) : undefined;
  return { diffId, digest, mediaType: undefined, size, stream: (options) => files.stream(path, options) };
}

/** The digest that a path is called by: `HEX.json`, `blobs/sha256/HEX`. */
function digestIn(path: string): Digest | undefined {
  const digest = `sha256:${baseOf(path).replace(/\.json$/, '')}`;
  return isDigest(digest) ? digest : undefined;
}

function isSame(tag: string, wanted: string): boolean {
  const normal = normalName(wanted);
  return tag === wanted || (normal !== undefined && normalName(tag) === normal);
}

function hintOf(list: readonly Saved[]): string {
  const names = list.flatMap(({ RepoTags, Config }) => RepoTags ?? [`@${digestIn(Config) ?? Config}`]);
  if (names.length === 0) return 'Nothing is in it.';
  return `Name one of: ${names
    .slice(0, 10)
    .join(', ')
    .replace(/\p{Cc}/gu, '?')
    .slice(0, 800)}.`;
}
