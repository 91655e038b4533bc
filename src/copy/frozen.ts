// What was gathered, as a repository: whoever asks it hears of what will be copied, and of nothing that came later.
import { isDigest } from '../lib/digest.ts';
import { asReferrer, selectReferrers } from '../oci/referrers.ts';
import { altered, notFound } from '../repository/content.ts';
import type { ReadRepository, Repository } from '../repository/types.ts';
import { type CopyGraph, subjectOf } from './graph.ts';

/** Manifests, referrers and tags are those of the graph; blobs are read where they are, by digest. Nothing can be put. */
export function frozen(graph: CopyGraph, from: ReadRepository): Repository {
  const nodes = new Map(graph.nodes.map((node) => [node.descriptor.digest as string, node]));
  const tags = new Map(graph.tags.map(({ tag, digest }) => [tag, digest as string]));
  const nodeOf = (reference: string) => {
    const node = nodes.get(isDigest(reference) ? reference : (tags.get(reference) ?? ''));
    if (node === undefined) throw notFound(reference.slice(0, 200), from.name, 'Copy what belongs to it, too.');
    return node;
  };
  const refuse = async (): Promise<void> => {
    await Promise.reject(new RangeError('nothing is put where one copies from'));
  };
  return {
    name: from.name,
    resolve: async (reference) => await Promise.resolve(nodeOf(reference).descriptor),
    manifest: async ({ digest, size }) => {
      const { bytes } = nodeOf(digest);
      if (bytes.length !== size)
        throw altered({ digest }, from.name, `it has ${bytes.length} bytes instead of ${size}`);
      return await Promise.resolve(bytes);
    },
    blob: async (content, limit) => await from.blob(content, limit),
    stream: (content) => from.stream(content),
    has: async (content) => nodes.has(content.digest) || (await from.has(content)),
    referrers: async (digest, artifactType) => {
      const hung = graph.nodes.filter(({ document }) => subjectOf(document) === digest);
      const listed = hung.map(({ bytes, descriptor }) => asReferrer(bytes, descriptor.mediaType)?.descriptor);
      return await Promise.resolve(
        selectReferrers(
          listed.filter((one) => one !== undefined),
          artifactType,
        ),
      );
    },
    tags: async () => await Promise.resolve([...tags.keys()]),
    putBlob: refuse,
    putManifests: refuse,
  };
}
