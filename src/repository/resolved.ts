// One digest per answer: what a name stood for when it was first asked for, it stands for until the answer is given.
import { isDigest } from '../lib/digest.ts';
import { isRelationTag } from '../oci/referrers.ts';
import type { Descriptor } from '../oci/types.ts';
import type { RawRepository } from './types.ts';

/** By repository and reference. One for each command, handed to whatever it opens. */
export type Resolved = Map<string, Promise<Descriptor>>;

/**
 * The repository, whose tags are resolved once. Tags that stand for a relation, to which others add all the time, are read anew, and
 * what could not be resolved is asked for again.
 */
export function resolvedOnce(repository: RawRepository, resolved: Resolved): RawRepository {
  return {
    name: repository.name,
    resolve: async (reference) => {
      if (isDigest(reference) || isRelationTag(reference)) return await repository.resolve(reference);
      return await remembered(
        resolved,
        `${repository.name} ${reference}`,
        async () => await repository.resolve(reference),
      );
    },
    manifest: async (content) => await repository.manifest(content),
    blob: async (content, limit) => await repository.blob(content, limit),
    stream: (content) => repository.stream(content),
    raw: (content, options) => repository.raw(content, options),
    has: async (content) => await repository.has(content),
    referrers: async (digest, artifactType) => await repository.referrers(digest, artifactType),
    tags: async () => await repository.tags(),
    putBlob: async (source) => await repository.putBlob(source),
    putManifests: async (manifests) => await repository.putManifests(manifests),
  };
}

async function remembered(resolved: Resolved, key: string, resolve: () => Promise<Descriptor>): Promise<Descriptor> {
  const before = resolved.get(key);
  if (before !== undefined) return await before;
  const asked = resolve();
  resolved.set(key, asked);
  try {
    return await asked;
  } catch (error) {
    resolved.delete(key);
    throw error;
  }
}
