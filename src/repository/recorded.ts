// What was read of a repository, kept to be read again without it.
import { type Digest, digestOf, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import type { Descriptor } from '../oci/types.ts';
import { type Content, collect, notFound } from './content.ts';
import type { Repository } from './types.ts';

/** Names, contents and lists as they were given. */
export interface Recording {
  /** The repository's name. */
  readonly repository: string;
  readonly resolved: Readonly<Record<string, Descriptor>>;
  /** Base64 by digest. */
  readonly contents: Readonly<Record<string, string>>;
  readonly referrers: Readonly<Record<string, readonly Descriptor[]>>;
}

/** A repository that takes down what is read of it. What is streamed, layers, is not kept. */
export function recorded(repository: Repository): { readonly repository: Repository; readonly recording: Recording } {
  const resolved: Record<string, Descriptor> = {};
  const contents: Record<string, string> = {};
  const referrers: Record<string, readonly Descriptor[]> = {};
  const keep = (bytes: Buffer): Buffer => {
    contents[digestOf(bytes)] = bytes.toString('base64');
    return bytes;
  };
  const watched: Repository = {
    name: repository.name,
    resolve: async (reference) => (resolved[reference] = await repository.resolve(reference)),
    manifest: async (content) => keep(await repository.manifest(content)),
    blob: async (content, limit) => keep(await repository.blob(content, limit)),
    stream: (content) => repository.stream(content),
    has: async (content) => await repository.has(content),
    referrers: async (digest, artifactType) => {
      const list = await repository.referrers(digest, artifactType);
      if (artifactType === undefined) referrers[digest] = list;
      return list;
    },
    tags: async () => await repository.tags(),
    putBlob: async (source) => await repository.putBlob(source),
    putManifests: async (manifests) => await repository.putManifests(manifests),
  };
  return { repository: watched, recording: { repository: repository.name, resolved, contents, referrers } };
}

/** A recording as a repository: what was not read is not there, and what was is held against its digest. */
export function replayed({ repository: name, resolved, contents, referrers }: Recording): Repository {
  const read = async (content: Content, limit: number): Promise<Buffer> => {
    const text = Object.hasOwn(contents, content.digest) ? contents[content.digest] : undefined;
    if (text === undefined) throw notFound(content.digest, name, 'Record the case again.');
    return await collect(content, limit, () => once(Buffer.from(text, 'base64')), name);
  };
  return {
    name,
    resolve: async (reference) => {
      const found = Object.hasOwn(resolved, reference) ? resolved[reference] : undefined;
      if (found !== undefined) return await Promise.resolve(found);
      throw notFound(isDigest(reference) ? reference : `"${reference}"`, name, 'Record the case again.');
    },
    manifest: async (content) => await read(content, content.size),
    blob: read,
    stream: (content) => {
      throw notFound(content.digest, name, 'A case has no layers.');
    },
    has: async ({ digest }) => await Promise.resolve(Object.hasOwn(contents, digest)),
    referrers: async (digest: Digest) =>
      await Promise.resolve(Object.hasOwn(referrers, digest) ? [...(referrers[digest] ?? [])] : []),
    tags: async () => await Promise.resolve(Object.keys(resolved)),
    putBlob: async () => await Promise.reject(readOnly(name)),
    putManifests: async () => await Promise.reject(readOnly(name)),
  };
}

function readOnly(name: string): Fault {
  return new Fault('repository/read-only', `What was recorded of ${name} cannot be changed.`, 'Record it anew.');
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
