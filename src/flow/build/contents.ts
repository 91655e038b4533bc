// Everything that an image consists of in a repository: manifests, configs, layers, and its referrers with theirs.
import type { Digest } from '../../lib/digest.ts';
import { contentsOf, parseDocument } from '../../oci/documents.ts';
import type { Descriptor } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';

export interface Content {
  readonly digest: Digest;
  readonly size: number;
}

export interface ImageContents {
  /** Indexes and manifests, those of referrers, too. */
  readonly manifests: Content[];
  /** Configs, layers and bundles. */
  readonly blobs: Content[];
  /** What hangs on what. */
  readonly referrers: { subject: Digest; digest: Digest }[];
}

/** @throws faults of the repository, for content that is missing or altered */
export async function imageContents(repository: Repository, image: Descriptor): Promise<ImageContents> {
  const manifests = new Map<Digest, Content>();
  const blobs = new Map<Digest, Content>();
  const referrers: { subject: Digest; digest: Digest }[] = [];
  const keep = (found: Map<Digest, Content>, { digest, size }: Content) => found.set(digest, { digest, size });
  const pending = [image];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { digest: subject, mediaType } = next;
    if (manifests.has(subject)) continue;
    keep(manifests, next);
    const contents = contentsOf(parseDocument(await repository.manifest(next), mediaType));
    for (const blob of contents.blobs) keep(blobs, blob);
    const hanging = await repository.referrers(subject);
    referrers.push(...hanging.map(({ digest }) => ({ subject, digest })));
    pending.push(...contents.manifests, ...hanging);
  }
  return { manifests: [...manifests.values()], blobs: [...blobs.values()], referrers };
}
