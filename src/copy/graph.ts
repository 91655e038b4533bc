// What belongs to an image: what it lists, what hangs on that, and what hangs on what hangs there.
import type { Digest } from '../lib/digest.ts';
import type { Document } from '../oci/documents.ts';
import type { Descriptor } from '../oci/types.ts';

/** `image`: what is copied; `child`: what an index lists; `referrer`: what has a subject; `tagged`: what a tag of cosign's names. */
export type Role = 'image' | 'child' | 'referrer' | 'tagged';

export interface CopyNode {
  readonly role: Role;
  /** With digest, size and media type; without what lists say of it. */
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly document: Document;
  /** `linux/amd64`, where an index says it. */
  readonly platform: string | undefined;
  /** What it hangs on, or what lists it; `undefined` for the image. */
  readonly about: Digest | undefined;
}

export interface CopyTag {
  readonly tag: string;
  readonly digest: Digest;
}

export interface CopyGraph {
  readonly root: CopyNode;
  /** Whatever comes after what it needs or hangs on: children before the index that lists them, referrers after their subject. */
  readonly nodes: readonly CopyNode[];
  /** Tags that stand for a relation, as cosign makes them: `sha256-HEX.sig`. */
  readonly tags: readonly CopyTag[];
  /** What was listed and is not taken along, in sentences. */
  readonly notes: readonly string[];
}

/** Configs and layers of all nodes, each once, the largest first. */
export function blobsOf(nodes: readonly CopyNode[]): readonly Descriptor[] {
  const found = new Map<Digest, Descriptor>();
  for (const { document } of nodes) {
    if (document.kind === 'index') continue;
    for (const blob of [document.manifest.config, ...document.manifest.layers]) found.set(blob.digest, blob);
  }
  return [...found.values()].sort((a, b) => b.size - a.size || (a.digest < b.digest ? -1 : 1));
}

/** What the document says that it is about. */
export function subjectOf(document: Document): Digest | undefined {
  return (document.kind === 'index' ? document.index.subject : document.manifest.subject)?.digest;
}

/** How the document calls itself: its artifact type, else that of a manifest's config. */
export function artifactTypeOf(document: Document): string | undefined {
  const body = document.kind === 'index' ? document.index : document.manifest;
  if (body.artifactType !== undefined && body.artifactType !== '') return body.artifactType;
  return document.kind === 'manifest' ? document.manifest.config.mediaType : undefined;
}
