// Node's resolution of a package by its name ("Modules: CommonJS modules", LOAD_NODE_MODULES).
import { type BytePath, baseOf, bytePath, normalPath, parentOf } from '../../lib/bytes.ts';
import type { CatalogContext } from '../types.ts';

/** Folders that are searched one after the other. */
interface Chain {
  readonly modules: BytePath;
  readonly above: Chain | undefined;
}

/** Finds the folder that a name leads to from the folder of a package. */
export class ModuleResolver {
  readonly #folders: { has(folder: BytePath): boolean };
  readonly #context: CatalogContext;
  /** Where the node_modules beside a folder really is; `undefined` when there is none. */
  readonly #beside = new Map<BytePath, BytePath | undefined>();
  readonly #global: readonly BytePath[];

  /** @param folders those that are known to hold a package */
  constructor(folders: { has(folder: BytePath): boolean }, context: CatalogContext) {
    this.#folders = folders;
    this.#context = context;
    this.#global = globalFolders(context);
  }

  /** By a folder, the node_modules of it and of those above it. */
  readonly #chains = new Map<BytePath, Chain | undefined>();

  /** The package's real folder, nearest node_modules first; `undefined` when nothing of that name is installed. @throws Fault `catalog/too-many-steps` */
  resolve(name: string, from: BytePath): BytePath | undefined {
    const wanted = bytePath(name);
    for (let at = this.#chain(from); at !== undefined; at = at.above) {
      const found = this.#packageAt(at.modules, wanted);
      if (found !== undefined) return found;
    }
    for (const folder of this.#global) {
      const found = this.#packageAt(folder, wanted);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #chain(folder: BytePath): Chain | undefined {
    const unknown: BytePath[] = [];
    let at = folder;
    while (!this.#chains.has(at)) {
      unknown.push(at);
      if (at === '') break;
      at = parentOf(at);
    }
    let chain = this.#chains.get(at);
    for (let next = unknown.pop(); next !== undefined; next = unknown.pop()) {
      this.#context.effort.spend(1 + (next.length >> 6));
      const modules = baseOf(next) === 'node_modules' ? undefined : this.modulesBeside(next);
      if (modules !== undefined) chain = { modules, above: chain };
      this.#chains.set(next, chain);
    }
    return chain;
  }

  /** The real path of the node_modules in a folder; `undefined` where it has none. */
  modulesBeside(folder: BytePath): BytePath | undefined {
    if (this.#beside.has(folder)) return this.#beside.get(folder);
    const path = folder === '' ? 'node_modules' : `${folder}/node_modules`;
    const found = this.#context.files.resolve(path);
    const modules = found !== undefined && this.#context.files.kind(found) === 'directory' ? found : undefined;
    this.#beside.set(folder, modules);
    return modules;
  }

  #packageAt(modules: BytePath, name: BytePath): BytePath | undefined {
    const folder = `${modules}/${name}`;
    this.#context.effort.spend(1 + (folder.length >> 4));
    if (this.#folders.has(folder)) return folder;
    const real = this.#context.files.resolve(folder);
    return real !== undefined && this.#folders.has(real) ? real : undefined;
  }
}

/** Folders that are looked through last: NODE_PATH, and those built into Debian's Node.js (Debian JavaScript policy). */
function globalFolders({ environment, files, platform }: CatalogContext): BytePath[] {
  const named = environment.find((entry) => entry.startsWith('NODE_PATH='))?.slice('NODE_PATH='.length) ?? '';
  const triplet = platform === undefined ? undefined : TRIPLETS.get(platform);
  return [
    ...named
      .split(':')
      .filter((path) => path !== '')
      .slice(0, 20)
      .map(bytePath),
    ...(triplet === undefined ? [] : [`usr/lib/${triplet}/nodejs`]),
    'usr/share/nodejs',
    'usr/lib/nodejs',
  ]
    .map((path) => files.resolve(normalPath(path)))
    .filter((path) => path !== undefined);
}

const TRIPLETS: ReadonlyMap<string, string> = new Map([
  ['linux/amd64', 'x86_64-linux-gnu'],
  ['linux/arm64', 'aarch64-linux-gnu'],
  ['linux/arm64/v8', 'aarch64-linux-gnu'],
  ['linux/arm/v7', 'arm-linux-gnueabihf'],
  ['linux/386', 'i386-linux-gnu'],
  ['linux/ppc64le', 'powerpc64le-linux-gnu'],
  ['linux/riscv64', 'riscv64-linux-gnu'],
  ['linux/s390x', 's390x-linux-gnu'],
]);
