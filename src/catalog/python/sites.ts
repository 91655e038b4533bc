// Folders in which Python finds distributions, and which of them one interpreter searches together (site, "sys.path").
import { type BytePath, baseOf, bytePath, compareStrings, parentOf } from '../../lib/bytes.ts';
import type { CatalogContext } from '../types.ts';

/** pyvenv.cfg of a virtual environment (PEP 405). */
export interface VirtualEnvironment {
  readonly version?: string | undefined;
  /** Whether the system's folders are searched after its own. */
  readonly system: boolean;
}

/** `key = value` lines. */
export function readVirtualEnvironment(text: string): VirtualEnvironment {
  const values = new Map(
    text.split('\n', 200).map((line) => {
      const sign = line.indexOf('=');
      return [line.slice(0, Math.max(0, sign)).trim().toLowerCase(), line.slice(sign + 1).trim()] as const;
    }),
  );
  return {
    version: values.get('version_info') ?? values.get('version'),
    system: values.get('include-system-site-packages')?.toLowerCase() === 'true',
  };
}

/** What a folder's place says of its interpreter. */
interface Site {
  /** `3.11`, `undefined` where the folder is for several versions. */
  readonly version: string | undefined;
  /** Folders of one interpreter have the same; `undefined` for any other folder, such as pip's `--target`. */
  readonly group: string | undefined;
  readonly virtual: VirtualEnvironment | undefined;
  /** Order on the search path: a user's own before the administrator's before the system's. */
  readonly rank: number;
}

const STANDARD = /^(?:(.*)\/)?lib(?:64)?\/((?:python|pypy)\d+(?:\.\d+)?)t?\/(site|dist)-packages$/;

/** The minor version of Python 3 from which downwards one is looked for. */
const NEWEST = 30;

/** The folders with distributions, and the order in which each one's dependencies are looked for. */
export class Sites {
  readonly #sites: ReadonlyMap<BytePath, Site>;
  readonly #orders = new Map<BytePath, readonly BytePath[]>();
  readonly #named: readonly BytePath[];
  readonly #context: CatalogContext;

  constructor(
    folders: readonly BytePath[],
    environments: ReadonlyMap<BytePath, VirtualEnvironment>,
    context: CatalogContext,
  ) {
    this.#context = context;
    this.#sites = new Map(folders.map((folder) => [folder, siteOf(folder, environments)]));
    const path =
      context.environment.find((entry) => entry.startsWith('PYTHONPATH='))?.slice('PYTHONPATH='.length) ?? '';
    this.#named = path
      .split(':')
      .slice(0, 50)
      .map(bytePath)
      .filter((folder) => this.#sites.has(folder));
  }

  /** The version of the folder's Python, as far as it is known: `3.11`, `3.11.7`. */
  version(folder: BytePath): { readonly short: string | undefined; readonly full: string | undefined } {
    const site = this.#sites.get(this.#standing(folder));
    const full = site?.virtual?.version;
    const short = full === undefined ? undefined : /^\d+\.\d+/.exec(full)?.[0];
    return { short: site?.version ?? short ?? this.#besideOf(this.#standing(folder)), full };
  }

  /** Debian's `lib/python3/dist-packages` stands beside the `lib/python3.11` that it is for. */
  #besideOf(folder: BytePath): string | undefined {
    const library = parentOf(parentOf(folder));
    if (!STANDARD.test(folder)) return undefined;
    for (let minor = NEWEST; minor > 0; minor--) {
      if (this.#context.files.kind(`${library}/python3.${minor}`) === 'directory') return `3.${minor}`;
    }
    return undefined;
  }

  /** Those that the folder's interpreter searches: PYTHONPATH first, but after a folder that is on no search path by itself. */
  order(folder: BytePath): readonly BytePath[] {
    const known = this.#orders.get(folder);
    if (known !== undefined) return known;
    const standard = this.#sites.get(folder)?.group !== undefined;
    const before = standard ? this.#named : [folder, ...this.#named];
    // Each folder's list is kept: together they may not grow with the square of the folders.
    this.#context.effort.spend(this.#sites.size + ((folder.length * folder.length) >> 6));
    const order = [...new Set([...before, folder, ...this.#others(this.#standing(folder))])];
    this.#context.effort.spend(order.length * 10);
    this.#orders.set(folder, order);
    return order;
  }

  /** The folder on a search path inside of which a folder lies, such as one of copies that a distribution carries. */
  #standing(folder: BytePath): BytePath {
    if (this.#sites.get(folder)?.group !== undefined) return folder;
    for (let at = folder; at !== ''; at = parentOf(at)) if (STANDARD.test(at) && this.#sites.has(at)) return at;
    return folder;
  }

  #others(standing: BytePath): readonly BytePath[] {
    const own = this.#sites.get(standing);
    if (own === undefined) return [];
    return [...this.#sites]
      .filter(([folder, site]) => folder === standing || isSearched(site, own))
      .sort(([a, x], [b, y]) => distance(x, own) - distance(y, own) || x.rank - y.rank || compareStrings(a, b))
      .map(([folder]) => folder);
  }
}

/** Whether who uses the one folder also searches the other. */
function isSearched(other: Site, own: Site): boolean {
  if (other.group === undefined) return false;
  const fits = other.version === undefined || own.version === undefined || other.version === own.version;
  if (own.group === undefined) return fits && other.virtual === undefined;
  if (own.group === other.group) return fits;
  const system = own.virtual === undefined ? own.group === USER || other.group === USER : own.virtual.system;
  return fits && system && other.virtual === undefined;
}

/** A virtual environment's own folders come before the system's. */
function distance(other: Site, own: Site): number {
  return own.virtual !== undefined && other.group !== own.group ? 1 : 0;
}

const USER = 'user';

function siteOf(folder: BytePath, environments: ReadonlyMap<BytePath, VirtualEnvironment>): Site {
  const [, prefix = '', interpreter = '', kind = ''] = STANDARD.exec(folder) ?? [];
  const version = /\d+\.\d+/.exec(interpreter)?.[0];
  if (kind === '') return { version: undefined, group: undefined, virtual: undefined, rank: 0 };
  const virtual = environments.get(prefix);
  if (virtual !== undefined) return { version, group: `environment ${prefix}`, virtual, rank: 0 };
  if (baseOf(prefix) === '.local') return { version, group: USER, virtual, rank: 0 };
  const system = prefix === 'usr' || prefix === 'usr/local';
  return { version, group: `${kind} ${system ? 'usr' : prefix}`, virtual, rank: prefix === 'usr/local' ? 1 : 2 };
}
