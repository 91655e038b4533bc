import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { describe } from '../oci/documents.ts';
import { annotations, COSIGN_IMAGE, type Descriptor } from '../oci/types.ts';
import type { BlobSource, ManifestToPut, Repository } from '../repository/types.ts';
import type { Referrer } from './referrer.ts';

export interface Publication {
  /** Configs and layers of all platforms; the same digest may come twice. */
  readonly blobs: readonly BlobSource[];
  /** Children before the index that lists them; the last one is the image that the tag names. */
  readonly manifests: readonly { readonly bytes: Uint8Array; readonly mediaType: string }[];
  readonly referrers: readonly Referrer[];
  readonly tag: string;
}

/** How many blobs and bytes are there, and how many there will be. */
export interface Progress {
  readonly blobs: number;
  readonly bytes: number;
  readonly ofBlobs: number;
  readonly ofBytes: number;
}

export interface PublishOptions {
  /** Called after each blob. */
  readonly progress?: ((progress: Progress) => void) | undefined;
}

/** Blobs on their way at the same time. */
const PARALLEL = 4;

/**
 * Publishes an image with its referrers. Blobs go first; then the manifests, children first; then the referrers; the
 * tag moves last, so that nobody finds the new image without its proofs. Blobs that are there are not sent again.
 * @returns the descriptor of the image.
 * @throws Fault `publish/empty` without a manifest, and what the repository throws.
 */
export async function publishImage(
  repository: Repository,
  publication: Publication,
  options: PublishOptions = {},
): Promise<Descriptor> {
  const image = publication.manifests.at(-1);
  if (image === undefined) {
    throw new Fault('publish/empty', 'There is no image to publish.', 'Name at least one platform.');
  }
  await putBlobs(repository, [...publication.blobs, ...publication.referrers.flatMap(({ blobs }) => blobs)], options);
  const children = publication.manifests
    .slice(0, -1)
    .map(({ bytes, mediaType }): ManifestToPut => ({ bytes, mediaType, listed: false }));
  const tagged: ManifestToPut = {
    ...image,
    tag: publication.tag,
    // An index has it too: with `…/imageIndex`, which would be its own, cosign 3.1 finds no bundles.
    annotations: { [annotations.cosignKind]: COSIGN_IMAGE },
    listed: true,
  };
  await repository.putManifests([...children, tagged, ...publication.referrers.map(({ manifest }) => manifest)]);
  return describe(image.bytes, image.mediaType);
}

/** Adds referrers to manifests that are published already. @throws what the repository throws. */
export async function publishReferrers(repository: Repository, referrers: readonly Referrer[]): Promise<void> {
  const blobs = referrers.flatMap((referrer) => referrer.blobs);
  await putBlobs(repository, blobs, {});
  await repository.putManifests(referrers.map(({ manifest }) => manifest));
}

/** Each digest once, the largest first; after a fault no new one is begun, and those under way end first. */
async function putBlobs(repository: Repository, blobs: readonly BlobSource[], options: PublishOptions): Promise<void> {
  const unique = [...new Map<Digest, BlobSource>(blobs.map((blob) => [blob.digest, blob])).values()];
  const queue = unique.sort((a, b) => b.size - a.size);
  const done = { blobs: 0, bytes: 0, ofBlobs: queue.length, ofBytes: queue.reduce((sum, { size }) => sum + size, 0) };
  const waiting = queue.values();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const blob of waiting) {
      if (failed) return;
      try {
        await repository.putBlob(blob);
      } catch (error) {
        failed = true;
        throw error;
      }
      done.blobs++;
      done.bytes += blob.size;
      options.progress?.({ ...done });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: PARALLEL }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
