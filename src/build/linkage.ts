// Whether every program and library of an image finds what it is linked with: what makes exclusions safe.
import { readElf } from '../elf/elf.ts';
import { type BytePath, baseOf, parentOf, pathText } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import type { Item } from './item.ts';
import type { FileView } from './view.ts';

interface Linked {
  readonly path: BytePath;
  readonly machine: string;
  readonly needed: readonly string[];
  readonly runpath: readonly string[];
  readonly interpreter: string | undefined;
}

export interface LinkageEvidence {
  /** ELF files for the image's machine that were checked. */
  readonly objects: number;
  /** NEEDED entries that were found present. */
  readonly resolved: number;
  /** ELF files for other machines in the definition's own files, which cannot run here: paths. */
  readonly foreign: readonly string[];
}

const machines: Readonly<Record<string, { readonly id: string; readonly triplet: string }>> = {
  'linux/amd64': { id: '62/64', triplet: 'x86_64-linux-gnu' },
  'linux/arm64': { id: '183/64', triplet: 'aarch64-linux-gnu' },
};

/** Collects ELF files while layers are written; {@link LinkageCheck.finish} judges them together. */
export class LinkageCheck {
  readonly #objects: Linked[] = [];
  readonly #links: [BytePath, BytePath][] = [];
  readonly #machine: { readonly id: string; readonly triplet: string };

  /** @param platform `linux/amd64` or `linux/arm64` */
  constructor(platform: string) {
    const machine = machines[platform];
    if (machine === undefined)
      throw new Fault(
        'build/platform',
        `The platform ${platform} is not supported.`,
        'Build for linux/amd64 or linux/arm64.',
      );
    this.#machine = machine;
  }

  add({ entry: { path, kind, target }, content }: Item): void {
    if (kind === 'hardlink' && target !== undefined) this.#links.push([path, target]);
    const elf = readElf(content);
    if (elf !== undefined)
      this.#objects.push({
        path,
        machine: elf.machine,
        needed: elf.needed,
        runpath: elf.runpath,
        interpreter: elf.interpreter,
      });
  }

  /**
   * Follows ld.so(8): DT_RUNPATH with `$ORIGIN`, then the machine's default folders.
   * @throws Fault `build/missing-library` naming the file, the library and who else needs it
   */
  finish(view: FileView): LinkageEvidence {
    const ours = this.#objects.filter((o) => o.machine === this.#machine.id && this.#present(view, o.path));
    const machineAt = new Map(this.#objects.map((o) => [o.path, o.machine]));
    for (const [path, target] of this.#links) {
      const machine = machineAt.get(target);
      if (machine !== undefined) machineAt.set(path, machine);
    }
    const defaults = [`usr/lib/${this.#machine.triplet}`, 'usr/lib', 'usr/lib64', 'usr/local/lib'];
    let resolved = 0;
    for (const object of ours) {
      const folders = [...object.runpath.map((path) => expand(path, object.path)), ...defaults];
      for (const soname of object.needed) {
        const candidates = soname.includes('/') ? [soname] : folders.map((folder) => `${folder}/${soname}`);
        const found = candidates.some((path) => {
          const real = realPath(view, path);
          return real !== undefined && machineAt.get(real) === this.#machine.id;
        });
        if (!found) throw missing(object.path, soname, ours);
        resolved++;
      }
      if (object.interpreter !== undefined && realPath(view, object.interpreter) === undefined)
        throw missing(object.path, object.interpreter, ours);
    }
    const foreign = this.#objects
      .filter((o) => o.machine !== this.#machine.id && this.#present(view, o.path))
      .map((o) => pathText(o.path));
    return { objects: ours.length, resolved, foreign };
  }

  #present(view: FileView, path: BytePath): boolean {
    return view.get(path)?.entry.kind === 'file' || view.get(path)?.entry.kind === 'hardlink';
  }
}

function expand(runpath: string, object: BytePath): BytePath {
  return runpath.replace(/\$ORIGIN|\$\{ORIGIN\}/g, `/${parentOf(object)}`);
}

function missing(path: BytePath, library: string, all: readonly Linked[]): Fault {
  const others = all
    .filter((o) => o.path !== path && (o.needed.includes(library) || o.interpreter === library))
    .map((o) => baseOf(o.path));
  const also =
    others.length === 0 ? '' : `; ${others.slice(0, 3).join(', ')} need${others.length === 1 ? 's' : ''} it too`;
  return new Fault(
    'build/missing-library',
    `/${pathText(path)} needs ${library}, which is not in the image${also}.`,
    'Add the package that has it, or remove the exclusion that keeps it out.',
  );
}

/** Follows links inside the image's root; `undefined` where nothing is there or links go round (40 steps, as path_resolution(7)). */
export function realPath(view: FileView, path: string): BytePath | undefined {
  let segments = path.split('/').filter((s) => s !== '' && s !== '.');
  const done: string[] = [];
  for (let links = 0; segments.length > 0; ) {
    const [head = '', ...rest] = segments;
    segments = rest;
    if (head === '..') {
      done.pop();
      continue;
    }
    const here = [...done, head].join('/');
    const placed = view.get(here);
    if (placed?.entry.kind === 'symlink') {
      if (++links > 40) return undefined;
      const target = placed.entry.target ?? '';
      if (target.startsWith('/')) done.length = 0;
      segments = [...target.split('/').filter((s) => s !== '' && s !== '.'), ...segments];
    } else if (placed === undefined) return undefined;
    else done.push(head);
  }
  return done.join('/');
}
