// The files of an image with their digests and owners: rows over the merged view that are made out when they are asked for.
import type { BomFile, Owner } from '../bom/types.ts';
import type { FileDigests } from '../image/file-digests.ts';
import { fileDigests, sha1Of, sha256Of } from '../image/file-digests.ts';
import type { ImageTree, LayerEntry, TreeNode } from '../image/tree.ts';
import { type BytePath, compareStrings } from '../lib/bytes.ts';
import type { Digest } from '../lib/digest.ts';

/**
 * Sorted by path, without folders; for layers that were read with digests.
 * @param owners purls of packages, by the paths of their files
 */
export function imageFiles(
  tree: ImageTree,
  owners: ReadonlyMap<BytePath, string>,
  diffIds: readonly Digest[],
): BomFile[] {
  const of = new Map<string, Owner>();
  const ownerOf = (path: BytePath): Owner | undefined => {
    const purl = owners.get(path);
    if (purl === undefined) return undefined;
    const known = of.get(purl) ?? { package: purl };
    of.set(purl, known);
    return known;
  };
  const files: ImageFile[] = [];
  for (const node of tree.nodes()) {
    const kind = fileKind(node);
    if (kind === undefined) continue;
    const { entry } = node;
    files.push(new ImageFile(kind, entry, contentOf(entry, tree), diffIds[node.layer] ?? '', ownerOf(entry.path)));
  }
  return files.sort((a, b) => compareStrings(a.path, b.path));
}

function fileKind({ entry: { kind } }: TreeNode): BomFile['kind'] | undefined {
  if (kind === 'directory') return undefined;
  return kind === 'character-device' || kind === 'block-device' ? 'device' : kind;
}

/** What a file's digests and size are of: a text, or the content of an entry. */
type Content = LayerEntry | string;

function contentOf(entry: LayerEntry, tree: ImageTree): Content {
  if (entry.kind === 'file') return entry;
  if (entry.kind === 'symlink') return entry.target ?? '';
  const linked = entry.kind === 'hardlink' ? tree.get(entry.target ?? '')?.entry : undefined;
  return linked?.kind === 'file' ? linked : '';
}

/** Every member but the first five is computed: an image has tens of thousands of these. */
class ImageFile implements BomFile {
  readonly kind: BomFile['kind'];
  readonly layer: Digest | '';
  readonly owner: Owner | undefined;
  readonly #entry: LayerEntry;
  readonly #content: Content;

  constructor(
    kind: BomFile['kind'],
    entry: LayerEntry,
    content: Content,
    layer: Digest | '',
    owner: Owner | undefined,
  ) {
    this.kind = kind;
    this.#entry = entry;
    this.#content = content;
    this.layer = layer;
    this.owner = owner;
  }

  get path(): BytePath {
    return this.#entry.path;
  }

  get mode(): number {
    return this.#entry.mode;
  }

  get uid(): number {
    return this.#entry.uid;
  }

  get gid(): number {
    return this.#entry.gid;
  }

  get target(): string | undefined {
    return this.#entry.target;
  }

  get capabilities(): true | undefined {
    return typeof this.#content === 'string' ? undefined : this.#content.capabilities;
  }

  get size(): number {
    return typeof this.#content === 'string' ? this.#content.length : this.#content.size;
  }

  get sha256(): string {
    return sha256Of(this.#digests());
  }

  get sha1(): string {
    return sha1Of(this.#digests());
  }

  #digests(): FileDigests {
    if (typeof this.#content === 'string') return fileDigests(Buffer.from(this.#content, 'latin1'));
    return this.#content.digests ?? '';
  }
}
