// The merged file view of an image while it is built: which entry stands where, and who put it there.
import type { Owner } from '../bom/types.ts';
import { type BytePath, parentOf, pathText } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import type { TarEntry } from '../lib/tar.ts';
import { directoryItem, type Item } from './item.ts';

interface Placed {
  readonly entry: TarEntry;
  readonly owner: Owner;
}

export class FileView {
  readonly #placed = new Map<BytePath, Placed>();
  readonly #epoch: number;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  get(path: BytePath): Placed | undefined {
    return this.#placed.get(path);
  }

  paths(): IterableIterator<BytePath> {
    return this.#placed.keys();
  }

  entries(): IterableIterator<[BytePath, Placed]> {
    return this.#placed.entries();
  }

  /**
   * Puts a package's items in their places.
   * @returns what the package's layer holds: the items, and before each the directories above it that are not in
   * `inLayer` yet, so that a layer stands by itself. `inLayer` is added to.
   * @throws Fault `build/conflict` when two packages ship a path, unless both ship a directory
   */
  place(items: readonly Item[], inLayer: Set<BytePath>): Item[] {
    const out: Item[] = [];
    for (const item of items) {
      const { path, kind } = item.entry;
      const there = this.#placed.get(path);
      if (there !== undefined && (kind !== 'directory' || there.entry.kind !== 'directory'))
        throw conflict(path, there.owner, item.owner);
      this.#above(path, inLayer, out);
      if (there === undefined) this.#placed.set(path, { entry: item.entry, owner: item.owner });
      if (kind !== 'directory') out.push(item);
      else if (!inLayer.has(path))
        out.push(there === undefined ? item : { ...item, entry: there.entry, owner: there.owner });
      if (kind === 'directory') inLayer.add(path);
    }
    return out;
  }

  /** Like {@link place} for what the definition says, which overrides what packages ship. */
  override(items: readonly Item[], inLayer: Set<BytePath>): Item[] {
    const out: Item[] = [];
    for (const item of items) {
      const { path, kind } = item.entry;
      const there = this.#placed.get(path);
      if (there?.entry.kind === 'directory' && kind !== 'directory') {
        throw new Fault(
          'build/conflict',
          `The definition puts a ${kind} at /${pathText(path)}, where a directory stands.`,
          'Choose another path.',
        );
      }
      this.#above(path, inLayer, out);
      this.#placed.set(path, { entry: item.entry, owner: item.owner });
      if (kind === 'directory') {
        if (inLayer.has(path)) continue;
        inLayer.add(path);
      }
      out.push(item);
    }
    return out;
  }

  #above(path: BytePath, inLayer: Set<BytePath>, out: Item[]): void {
    const parent = parentOf(path);
    if (parent === '' || inLayer.has(parent)) return;
    const there = this.#placed.get(parent);
    if (there !== undefined && there.entry.kind !== 'directory') {
      throw new Fault(
        'build/conflict',
        `/${pathText(path)} would lie under /${pathText(parent)}, which is a ${there.entry.kind}.`,
        'Exclude one of the packages, or choose another path.',
      );
    }
    this.#above(parent, inLayer, out);
    const item =
      there === undefined
        ? directoryItem(parent, { step: 'directories' }, { mtime: this.#epoch })
        : { entry: there.entry, owner: there.owner, content: Buffer.alloc(0) };
    this.#placed.set(parent, { entry: item.entry, owner: item.owner });
    inLayer.add(parent);
    out.push(item);
  }
}

function name(owner: Owner): string {
  return 'package' in owner ? owner.package : `the step "${owner.step}"`;
}

function conflict(path: BytePath, one: Owner, other: Owner): Fault {
  return new Fault(
    'build/conflict',
    `Both ${name(one)} and ${name(other)} bring /${pathText(path)}.`,
    'Exclude one of the two packages.',
  );
}
