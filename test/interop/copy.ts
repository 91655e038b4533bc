import { contentsOf, parseDocument } from '../../src/oci/documents.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { publishImage } from '../../src/publish/image.ts';
import type { Referrer } from '../../src/publish/referrer.ts';
import type { BlobSource, Repository } from '../../src/repository/types.ts';

/** Copies an image with everything that hangs on it. */
export async function copyAll(from: Repository, reference: string, to: Repository, tag: string): Promise<Descriptor> {
  const blobs: BlobSource[] = [];
  const manifests: { bytes: Buffer; mediaType: string }[] = [];
  const referrers: Referrer[] = [];
  const take = async (descriptor: Descriptor): Promise<{ bytes: Buffer; mediaType: string }> => {
    const bytes = await from.manifest(descriptor);
    const { blobs: needed } = contentsOf(parseDocument(bytes, descriptor.mediaType));
    blobs.push(...needed.map((blob) => ({ digest: blob.digest, size: blob.size, open: () => from.stream(blob) })));
    for (const referrer of await from.referrers(descriptor.digest)) {
      referrers.push({ descriptor: referrer, manifest: { ...(await take(referrer)), listed: true }, blobs: [] });
    }
    return { bytes, mediaType: descriptor.mediaType };
  };
  const image = await from.resolve(reference);
  const document = parseDocument(await from.manifest(image), image.mediaType);
  for (const child of contentsOf(document).manifests) manifests.push(await take(child));
  manifests.push(await take(image));
  return await publishImage(to, { blobs, manifests, referrers, tag });
}
