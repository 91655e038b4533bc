// Which layers are the base image's: by what the user names, by labels, by the base that the image says it was made from.
import { baseByLabels, baseByPrefix } from '../../image/base.ts';
import { isDigest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import type { SourceOptions } from '../../source/context.ts';
import { parseSource } from '../../source/reference.ts';
import { openSources } from '../../source/open.ts';
import type { SourceImage } from '../../source/types.ts';

/** image-spec, annotations.md: also used as labels. */
const BASE_NAME = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/**
 * The number of layers, lowest first, that the base image brings; `undefined` where none is recognised.
 * @param base what the user says the base is
 * @throws Fault `base/other` when the image is not made from the one named; faults of its source
 */
export async function recognisedBase(
  image: SourceImage,
  base: string | undefined,
  options: SourceOptions,
): Promise<number | undefined> {
  const diffIds = image.layers.map((layer) => layer.diffId);
  if (base !== undefined) {
    const count = await prefixOf(base, image, options);
    if (count !== undefined) return count;
    throw new Fault(
      'base/other',
      `${image.name} does not begin with the layers of ${base}.`,
      'Name the image that it was built from.',
    );
  }
  const labels = { ...image.annotations, ...image.config.config?.Labels };
  // What is proven counts before what is only said.
  return (await statedBase(image, labels, options)) ?? baseByLabels(labels, diffIds);
}

// What an image says of itself makes this machine ask no other host than that which it comes from, and read no file.
async function statedBase(
  image: SourceImage,
  labels: Readonly<Record<string, string>>,
  options: SourceOptions,
): Promise<number | undefined> {
  const name = labels[BASE_NAME];
  const digest = labels[BASE_DIGEST] ?? '';
  if (name === undefined || !isDigest(digest) || !image.remote || options.offline === true) return undefined;
  try {
    const reference = besideImage(name, image.name);
    return reference === undefined ? undefined : await prefixOf(`${reference}@${digest}`, image, options);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/**
 * The repository that an image names as its base's, if it is in the same registry as the image; else `undefined`.
 * @throws Fault `reference/…`
 */
export function besideImage(stated: string, name: string): string | undefined {
  const base = parseSource(stated);
  const own = parseSource(name);
  if (base.kind !== 'registry' || own.kind !== 'registry' || base.host !== own.host) return undefined;
  return `registry://${base.host}/${base.repository}`;
}

async function prefixOf(reference: string, image: SourceImage, options: SourceOptions): Promise<number | undefined> {
  await using scope = new AsyncDisposableStack();
  const [source] = await openSources(reference, { ...options, scope, platform: image.platform });
  if (source?.kind !== 'image') return undefined;
  return baseByPrefix(
    source.layers.map((layer) => layer.diffId),
    image.layers.map((layer) => layer.diffId),
  );
}
