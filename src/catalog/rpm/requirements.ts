// Which installed packages meet the requirements of others; rpm has compared the versions when it installed them.
import { type Need, parseRichNeed, type RichNeed, type RpmNeed } from '../../rpm/dependency.ts';
import { baseOf } from '../../lib/bytes.ts';
import type { Effort } from '../effort.ts';
import type { OwnedPaths } from '../owned-paths.ts';
import { filePath, type InstalledRpm, type Relation } from './installed.ts';

interface Provider {
  readonly purl: string;
  /** What it provides under the name; empty without a version. */
  readonly version: string;
}

export interface Requirements {
  /** purls, may repeat, may hold the package's own. */
  readonly met: readonly string[];
  /** As rpm writes them: `libfoo >= 1`. */
  readonly unmet: readonly string[];
}

/** Packages that provide one name that are looked at. */
const PROVIDERS = 100;

/** Resolves requirements among the packages of one root: names that packages provide, and files that they bring. */
export class InstalledProviders {
  readonly #provided = new Map<string, Provider[]>();
  readonly #files: ReadonlyMap<string, readonly Provider[]>;

  readonly #effort: Effort;

  constructor(
    packages: readonly { readonly one: InstalledRpm; readonly purl: string }[],
    paths: OwnedPaths,
    effort: Effort,
  ) {
    this.#effort = effort;
    for (const { one, purl } of packages) {
      this.#provide(one.name, { purl, version: '' });
      for (const [name, , version] of one.provides) this.#provide(name, { purl, version });
    }
    this.#files = fileProviders(packages, paths);
  }

  /** @throws Fault `catalog/too-many-steps` */
  resolve({ requires }: InstalledRpm): Requirements {
    const met: string[] = [];
    const unmet: string[] = [];
    for (const relation of requires) {
      const found = this.#meeting(relation);
      if (found === undefined) unmet.push(relation.join(' ').trim());
      else met.push(...found);
    }
    return { met, unmet };
  }

  #meeting([name, operator, version]: Relation): readonly string[] | undefined {
    if (!name.startsWith('(')) return this.#simple({ name, operator, version });
    const need = parseRichNeed(name);
    return need === undefined ? undefined : this.#need(need);
  }

  #need(need: Need): readonly string[] | undefined {
    return 'name' in need ? this.#simple(need) : this.#rich(need);
  }

  /** `undefined` where it is not met; empty where nothing is needed. Each part is looked at once. */
  #rich({ first, rest }: RichNeed): readonly string[] | undefined {
    const operator = rest[0]?.operator ?? 'and';
    const all = [first, ...rest.map(({ need }) => need)].map((need) => this.#need(need));
    this.#effort.spend(all.reduce((sum, met) => sum + 1 + (met?.length ?? 0), 0));
    const [own, other, otherwise] = all;
    const others = new Set(other);
    switch (operator) {
      case 'or':
        return all.find((met) => met !== undefined);
      case 'if':
      case 'unless':
        if ((other !== undefined) === (operator === 'if')) return own;
        return rest.length < 2 ? [] : otherwise;
      case 'with':
        return own?.filter((purl) => others.has(purl));
      case 'without':
        return own?.filter((purl) => !others.has(purl));
      default:
        return all.includes(undefined) ? undefined : all.flatMap((met) => met ?? []);
    }
  }

  #simple({ name, operator, version }: RpmNeed): readonly string[] | undefined {
    const found = this.#provided.get(name) ?? this.#files.get(name);
    this.#effort.spend(1 + (found?.length ?? 0));
    if (found === undefined) return undefined;
    // Of several installed versions, the one that is asked for.
    const exact =
      operator === '=' ? found.filter((one) => one.version === version || one.version.startsWith(`${version}-`)) : [];
    return (exact.length > 0 ? exact : found).map(({ purl }) => purl);
  }

  #provide(name: string, provider: Provider): void {
    append(this.#provided, name, provider);
  }
}

/** Who brings the files that are asked for by their paths, under the path that is asked for. */
function fileProviders(
  packages: readonly { readonly one: InstalledRpm; readonly purl: string }[],
  paths: OwnedPaths,
): ReadonlyMap<string, readonly Provider[]> {
  const asked = new Set<string>();
  for (const { one } of packages) {
    for (const [name] of one.requires) {
      for (const path of name.startsWith('(') ? (name.match(/(?<=[(\s])\/[^\s()]+/g) ?? []) : [name]) {
        if (path.startsWith('/')) asked.add(path);
      }
    }
  }
  // The same file has two names where folders are links.
  const names = new Map<string, string[]>();
  for (const path of asked) {
    for (const name of new Set([path, `/${paths.find(path) ?? path.slice(1)}`])) append(names, name, path);
  }
  const bases = new Set([...names.keys()].map(baseOf));
  const found = new Map<string, Provider[]>();
  for (const { one, purl } of packages) {
    for (const [i, file] of one.files.entries()) {
      if (!bases.has(file.startsWith('/') ? baseOf(file) : file)) continue;
      for (const path of names.get(filePath(one, i)) ?? []) append(found, path, { purl, version: '' });
    }
  }
  return found;
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else if (list.length < PROVIDERS) list.push(value);
}
