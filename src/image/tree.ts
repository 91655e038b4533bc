// The names in an image: its layers over each other as runtimes unpack them (image-spec, layer.md), whatever they hold.
import { baseOf, type BytePath, parentOf } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { EntryKind } from '../lib/tar.ts';
import type { FileDigests } from './file-digests.ts';

/** An entry of a layer, without its content. */
export interface LayerEntry {
  readonly path: BytePath;
  readonly kind: EntryKind;
  /** 0–0o7777 */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a file's content, else 0. */
  readonly size: number;
  /** A link's target: of a symlink as it stands, of a hard link a path from the root. */
  readonly target?: string | undefined;
  /** Of a file's content, where digests were asked for. */
  readonly digests?: FileDigests | undefined;
  /** Present where an extended attribute gives it capabilities (capabilities(7)). */
  readonly capabilities?: true | undefined;
}

export interface TreeNode {
  readonly entry: LayerEntry;
  /** Which layer brings it, from 0. */
  readonly layer: number;
  /** Its place among the entries of its layer; -1 for a folder that others only imply. */
  readonly at: number;
}

/** Where a link leads, `undefined` for nowhere, and over how many links, itself among them. */
interface Led {
  readonly to: BytePath | undefined;
  readonly links: number;
}

const NOWHERE: Led = { to: undefined, links: 0 };

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Symbolic links that one path may lead through (Linux: MAXSYMLINKS). */
const MOST_LINKS = 40;
/** Names that all links of an image together may lead over, a count. */
const MOST_STEPS = 20_000_000;

/**
 * The merged view of layers that are applied lowest first. Unlike `MergedView`, which refuses what readers could take
 * differently, this one takes every image as container runtimes do: the later entry counts.
 */
export class ImageTree {
  readonly #nodes = new Map<BytePath, TreeNode>([['', implied('', 0)]]);
  // Only layers that hide or replace need to know what is below a folder.
  #below: Map<BytePath, Set<BytePath>> | undefined;
  #layers = 0;
  #steps = 0;
  /** Where links lead, by their paths; forgotten when a name comes or goes. */
  readonly #links = new Map<BytePath, Led>();
  /** Bytes of the names of all nodes that were ever there. */
  #names = 0;
  /** A folder that is known to be one: entries of one folder follow each other. */
  #folder: BytePath | undefined;
  /** Entries that a link of their own layer led elsewhere: by where they stand, the path that the layer states. */
  readonly moved = new Map<BytePath, BytePath>();
  /**
   * Links of lower layers in whose place an upper one has a folder without saying so, and where they led: runtimes that
   * unpack into one folder follow them, those that lay layers over each other do not.
   */
  readonly replaced = new Map<BytePath, BytePath>();

  /** All but the root, in the order in which they appeared. */
  *nodes(): Generator<TreeNode> {
    for (const node of this.#nodes.values()) if (node.entry.path !== '') yield node;
  }

  get(path: BytePath): TreeNode | undefined {
    return this.#nodes.get(path);
  }

  /** @throws Fault `image/too-large`, `image/parent` for an entry below links that lead in a circle */
  apply(entries: readonly LayerEntry[]): void {
    const layer = this.#layers++;
    // Whiteouts hide what lower layers bring, wherever in the layer they stand.
    if (layer > 0) for (const entry of entries) this.#hide(entry.path);
    entries.forEach((entry, at) => {
      if (entry.path === '' || isWhiteout(entry.path)) return;
      const path = this.#makeParents(entry.path, layer);
      if (path === '') return;
      const there = this.#nodes.get(path);
      if (there?.entry.kind === 'directory' && entry.kind !== 'directory') this.#removeBelow(path);
      if (path === entry.path) this.moved.delete(path);
      else this.moved.set(path, entry.path);
      this.#put({ entry: path === entry.path ? entry : { ...entry, path }, layer, at });
    });
  }

  #hide(path: BytePath): void {
    if (!isWhiteout(path)) return;
    const base = baseOf(path);
    const folder = parentOf(path);
    if (base === OPAQUE) this.#removeBelow(folder);
    else {
      const hidden = base.slice(WHITEOUT.length);
      if (hidden === '' || hidden === '.' || hidden === '..') return;
      this.#remove(folder === '' ? hidden : `${folder}/${hidden}`);
    }
  }

  #put(node: TreeNode): void {
    const { path } = node.entry;
    if (this.#links.size > 0) this.#links.clear();
    const before = this.#nodes.size;
    this.#nodes.set(path, node);
    if (this.#nodes.size > before) this.#names += path.length;
    if (this.#nodes.size > limits.imageEntries) throw tooLarge(`${limits.imageEntries} entries`);
    if (this.#names > limits.imageNames) throw tooLarge(`${limits.imageNames} bytes of names`);
    if (this.#below !== undefined) addBelow(this.#below, path);
  }

  // A link of the same layer that stands where a folder must be is followed; a file, or a link of a lower layer, which
  // runtimes do not see while they unpack this one, gives way. Returns where the entry then stands.
  #makeParents(path: BytePath, layer: number): BytePath {
    const slash = path.lastIndexOf('/');
    if (slash === this.#folder?.length && path.startsWith(this.#folder)) return path;
    let parent = parentOf(path);
    while (parent !== '' && !this.#nodes.has(parent)) parent = parentOf(parent);
    const there = this.#nodes.get(parent);
    if (there?.entry.kind === 'symlink') {
      if (there.layer === layer) return this.#makeParents(this.#followed(path, layer), layer);
      const target = this.resolve(parent);
      if (target !== undefined) this.replaced.set(parent, target);
    }
    if (there?.entry.kind !== 'directory') this.#put(implied(parent, layer));
    for (let folder = parentOf(path); folder.length > parent.length; folder = parentOf(folder))
      this.#put(implied(folder, layer));
    this.#folder = parentOf(path);
    return path;
  }

  // As containerd's RootPath: links of this layer are followed; what is not there stands as it is written.
  #followed(path: BytePath, layer: number): BytePath {
    const parent = this.#lead(parentOf(path), (node) => (node?.layer === layer ? node : IMPLIED));
    if (parent !== undefined) return parent === '' ? baseOf(path) : `${parent}/${baseOf(path)}`;
    throw new Fault(
      'image/parent',
      `A layer has an entry ${JSON.stringify(path.slice(0, 200))} below links that lead in a circle.`,
      'The layer is damaged or hostile.',
    );
  }

  #remove(path: BytePath): void {
    this.#removeBelow(path);
    this.#nodes.delete(path);
    this.#children().get(parentOf(path))?.delete(path);
  }

  #removeBelow(path: BytePath): void {
    this.#links.clear();
    this.#folder = undefined;
    const below = this.#children();
    const pending = [...(below.get(path) ?? [])];
    below.delete(path);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      this.#nodes.delete(next);
      pending.push(...(below.get(next) ?? []));
      below.delete(next);
    }
  }

  #children(): Map<BytePath, Set<BytePath>> {
    if (this.#below === undefined) {
      this.#below = new Map();
      for (const path of this.#nodes.keys()) if (path !== '') addBelow(this.#below, path);
    }
    return this.#below;
  }

  kind(path: BytePath): 'file' | 'directory' | 'symlink' | 'other' | undefined {
    const kind = this.#nodes.get(path)?.entry.kind;
    if (kind === undefined || kind === 'file' || kind === 'directory' || kind === 'symlink') return kind;
    return kind === 'hardlink' ? 'file' : 'other';
  }

  /** Names in a folder, sorted; none where there is no folder. */
  below(path: BytePath): readonly string[] {
    return [...(this.#children().get(path) ?? [])].map(baseOf).sort();
  }

  /**
   * Where a path leads when links are followed; `..` and absolute targets stay inside the root. `undefined`: nowhere.
   * @throws Fault `image/too-large`
   */
  resolve(path: BytePath): BytePath | undefined {
    const base = baseOf(path);
    if (base !== '' && base !== '.' && base !== '..' && !path.startsWith('/') && this.#plain(path)) {
      const node = this.#nodes.get(path);
      if (node?.entry.kind !== 'symlink') return node === undefined ? undefined : path;
    }
    return this.#led('', path, 0)?.to;
  }

  // Whether none of the folders above is a link: entries stand below real folders only.
  #plain(path: BytePath): boolean {
    return this.#nodes.get(parentOf(path))?.entry.kind === 'directory';
  }

  /**
   * Where a path leads from a folder, and over how many links; `undefined` where it lies behind more links than a path
   * may lead through. Each link is followed once, so that many paths over the same links cost little.
   * @param deep links that led here
   */
  #led(from: BytePath, path: string, deep: number): Led | undefined {
    this.#spend(path.length >> 4);
    let at = path.startsWith('/') ? '' : from;
    let links = 0;
    for (const segment of path.split('/')) {
      if (segment === '' || segment === '.') continue;
      if (segment === '..') {
        at = parentOf(at);
        continue;
      }
      const next = at === '' ? segment : `${at}/${segment}`;
      this.#spend(next.length >> 6);
      const node = this.#nodes.get(next);
      if (node === undefined) return NOWHERE;
      if (node.entry.kind !== 'symlink') {
        at = next;
        continue;
      }
      const led = this.#ledByLink(next, node.entry.target ?? '', deep + 1);
      if (led === undefined) return undefined;
      links += led.links;
      if (led.to === undefined || links > MOST_LINKS) return NOWHERE;
      at = led.to;
    }
    return { to: at, links };
  }

  #ledByLink(link: BytePath, target: string, deep: number): Led | undefined {
    const known = this.#links.get(link);
    if (known !== undefined) return known;
    if (deep > MOST_LINKS) return undefined;
    const led = this.#led(parentOf(link), target, deep);
    // What is too deep from elsewhere may not be so from here: only of the first link of a path one knows.
    if (led === undefined && deep > 1) return undefined;
    const found = led?.to === undefined ? NOWHERE : { to: led.to, links: led.links + 1 };
    this.#links.set(link, found);
    return found;
  }

  // Long names take longer to look up: 64 bytes of one count as much as a name.
  #spend(more: number): void {
    this.#steps += 1 + more;
    if (this.#steps > MOST_STEPS) throw tooManySteps();
  }

  /** @param seen what counts as standing there; `undefined` for nothing: then the path leads nowhere */
  #lead(path: BytePath, seen: (node: TreeNode | undefined) => TreeNode | undefined): BytePath | undefined {
    const pending = path.split('/').reverse();
    let at: BytePath = '';
    let links = 0;
    for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
      if (segment === '' || segment === '.') continue;
      if (segment === '..') {
        at = parentOf(at);
        continue;
      }
      const next = at === '' ? segment : `${at}/${segment}`;
      this.#spend(next.length >> 6);
      const node = seen(this.#nodes.get(next));
      if (node === undefined) return undefined;
      if (node.entry.kind !== 'symlink') {
        at = next;
        continue;
      }
      if (++links > MOST_LINKS) return undefined;
      const target = node.entry.target ?? '';
      this.#spend(target.length >> 4);
      if (target.startsWith('/')) at = '';
      pending.push(...target.split('/').reverse());
    }
    return at;
  }
}

function tooLarge(what: string): Fault {
  return new Fault(
    'image/too-large',
    `The layers of the image together have more than ${what}.`,
    'Check that it is the right image; it may be made to exhaust memory.',
  );
}

function tooManySteps(): Fault {
  return new Fault(
    'image/too-large',
    `The links of the image lead over more than ${MOST_STEPS} names.`,
    'Check that it is the right image; it may be made to keep readers busy.',
  );
}

function isWhiteout(path: BytePath): boolean {
  return path.startsWith(WHITEOUT, path.lastIndexOf('/') + 1);
}

function addBelow(below: Map<BytePath, Set<BytePath>>, path: BytePath): void {
  const parent = parentOf(path);
  const siblings = below.get(parent);
  if (siblings === undefined) below.set(parent, new Set([path]));
  else siblings.add(path);
}

function implied(path: BytePath, layer: number): TreeNode {
  return { entry: { path, kind: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }, layer, at: -1 };
}

/** A folder that is taken to be where a layer does not say what is. */
const IMPLIED = implied('', 0);
