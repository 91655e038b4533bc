// What goes when a tag moves in a layout: the image that it named, the referrers that only hang on it, and the blobs
// that nothing else uses.
import type { Digest } from '../lib/digest.ts';
import { contentsOf, type Document } from '../oci/documents.ts';
import type { Descriptor, Index } from '../oci/types.ts';
import { tagOf } from './layout-index.ts';

/** A manifest or index of the layout; `undefined` when it is not there or is something else. Throws when it is damaged. */
export type Reader = (descriptor: Descriptor) => Promise<Document | undefined>;

export interface Sweep {
  readonly index: Index;
  /** Blobs and manifests that nothing in `index` leads to any more; only of what this change dropped. */
  readonly garbage: readonly Digest[];
}

/**
 * What `after` becomes without the leavings of `before`. Nothing is garbage that an entry leads to: by config, layers,
 * manifests of an index, or subject. Throws what `read` throws; the caller then keeps everything.
 */
export async function sweep(before: Index, after: Index, read: Reader): Promise<Sweep> {
  const kept = new Set(after.manifests.map((entry) => entry.digest));
  const gone = before.manifests.filter((entry) => !kept.has(entry.digest));
  if (gone.length === 0) return { index: after, garbage: [] };
  const dropped = new Walk(read);
  for (const entry of gone) await dropped.visit(entry, false);
  const manifests = await withoutOrphans(after.manifests, dropped, read);
  const live = new Walk(read);
  for (const entry of manifests) await live.visit(entry, true);
  return {
    index: { ...after, manifests },
    garbage: [...dropped.all].filter((digest) => !live.all.has(digest)),
  };
}

/** The entries without those that are about something that was dropped and is not part of another image. */
async function withoutOrphans(entries: readonly Descriptor[], dropped: Walk, read: Reader): Promise<Descriptor[]> {
  const subjects = new Map<Descriptor, Digest>();
  const images = new Walk(read);
  for (const entry of entries) {
    const subject = tagOf(entry) === undefined ? subjectOf(await read(entry)) : relationOf(tagOf(entry));
    if (subject !== undefined) subjects.set(entry, subject);
    else await images.visit(entry, false);
  }
  const orphans = new Set<Descriptor>();
  for (let found = true; found; ) {
    found = false;
    for (const [entry, subject] of subjects) {
      if (orphans.has(entry) || !dropped.all.has(subject) || images.all.has(subject)) continue;
      orphans.add(entry);
      await dropped.visit(entry, false);
      found = true;
    }
  }
  return entries.filter((entry) => !orphans.has(entry));
}

/** Everything that descriptors lead to. */
class Walk {
  readonly all = new Set<Digest>();
  /** Documents only: the same bytes may also be somebody's layer. */
  readonly #visited = new Set<Digest>();
  readonly #read: Reader;

  constructor(read: Reader) {
    this.#read = read;
  }

  async visit(start: Descriptor, subjects: boolean): Promise<void> {
    const open = [start];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#visited.has(next.digest)) continue;
      this.#visited.add(next.digest);
      this.all.add(next.digest);
      const document = await this.#read(next);
      if (document === undefined) continue;
      const { manifests, blobs } = contentsOf(document);
      for (const blob of blobs) this.all.add(blob.digest);
      open.push(...manifests);
      const subject = document.kind === 'index' ? document.index.subject : document.manifest.subject;
      if (subjects && subject !== undefined) open.push(subject);
    }
  }
}

/** The manifest to which a tag of cosign's, `sha256-….sig`, stands in a relation. */
function relationOf(tag = ''): Digest | undefined {
  const [, hex] = /^sha256-([0-9a-f]{64})\.[a-z]{1,16}$/.exec(tag) ?? [];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

function subjectOf(document: Document | undefined): Digest | undefined {
  return (document?.kind === 'index' ? document.index.subject : document?.manifest.subject)?.digest;
}
