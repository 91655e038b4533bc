// Everything that an image consists of in a repository: manifests, configs, layers, and its referrers with theirs.
import { contentsOf, parseDocument } from '../oci/documents.ts';
import type { Descriptor } from '../oci/types.ts';
import type { Repository } from '../repository/types.ts';

export interface Content {
  readonly digest: Descriptor['digest'];
  readonly size: number;
}

/** @throws faults of the repository, for content that is missing or altered */
export async function imageContents(repository: Repository, image: Descriptor): Promise<Content[]> {
  const found = new Map<string, Content>();
  const pending = [image];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next.digest)) continue;
    found.set(next.digest, next);
    const { manifests, blobs } = contentsOf(parseDocument(await repository.manifest(next), next.mediaType));
    for (const blob of blobs) found.set(blob.digest, blob);
    pending.push(...manifests, ...(await repository.referrers(next.digest)));
  }
  return [...found.values()].map(({ digest, size }) => ({ digest, size }));
}
