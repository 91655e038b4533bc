// The image that another one says it was made from, where its layers prove that.
import { baseByPrefix } from '../../image/base.ts';
import { type Digest, isDigest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { parseImageConfig } from '../../oci/documents.ts';
import type { Repository } from '../../repository/types.ts';
import { besideImage } from './base-image.ts';
import { Ledger } from '../verification/ledger.ts';
import { readSubjects } from '../verification/subjects.ts';

/** Where an image is. */
export interface ImagePlace {
  readonly repository: Repository;
  readonly reference: string;
}

const BASE_NAME = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/**
 * What the first platform's labels say, if it lies in the same registry and the image begins with all its layers: what is said of
 * another image is nothing to one that only says it was made from it.
 * @param name of the image
 * @param placeOf where another one is, by its reference; `undefined` where it is not to be asked for
 */
export async function statedBase(
  place: ImagePlace,
  name: string,
  placeOf: (reference: string) => Promise<ImagePlace | undefined>,
): Promise<string | undefined> {
  try {
    const { value: image } = await imagesAt(place).next();
    if (image === undefined) return undefined;
    const [stated, digest] = [image.labels[BASE_NAME], image.labels[BASE_DIGEST] ?? ''];
    const beside = stated === undefined || !isDigest(digest) ? undefined : besideImage(stated, name);
    if (beside === undefined) return undefined;
    const base = `${beside}@${digest}`;
    const basePlace = await placeOf(base);
    return basePlace !== undefined && (await begins(image, basePlace)) ? base : undefined;
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}

interface KnownLayers {
  readonly platform: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly diffIds: readonly Digest[];
}

async function begins({ platform, diffIds }: KnownLayers, base: ImagePlace): Promise<boolean> {
  for await (const one of imagesAt(base, platform)) if (baseByPrefix(one.diffIds, diffIds) !== undefined) return true;
  return false;
}

/** Each platform's image; of one platform where it is named and the index says which is whose. */
async function* imagesAt(
  { repository, reference }: ImagePlace,
  platform?: string,
): AsyncGenerator<KnownLayers, undefined> {
  const { subjects } = await readSubjects(repository, new Ledger(), await repository.resolve(reference));
  for (const subject of subjects) {
    if (subject.role !== 'manifest') continue;
    if (platform !== undefined && subject.platform !== undefined && subject.platform !== platform) continue;
    const { manifest } = subject;
    const config = parseImageConfig(await repository.blob(manifest.config, limits.manifest));
    yield {
      platform: subject.platform,
      labels: { ...manifest.annotations, ...config.config?.Labels },
      diffIds: config.rootfs.diff_ids,
    };
  }
}
