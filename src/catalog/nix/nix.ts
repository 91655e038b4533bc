// Packages of a Nix store, by the names of its paths.
import { type BytePath, baseOf, parentOf } from '../../lib/bytes.ts';
import { nixPurl } from '../../purl/nix.ts';
import { fileText } from '../members.ts';
import { packageOf } from '../package.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, Found } from '../types.ts';
import { readStorePath } from './store-path.ts';

const STORE = 'nix/store';
/** Most store paths that one path passes on, a count. */
const PROPAGATED = 10_000;

/**
 * The folders of `nix/store`; edges from `nix-support/propagated-build-inputs`, where packages name those that whoever
 * uses them needs, too.
 */
export const nix: Cataloger<readonly string[]> = {
  id: 'nix',
  version: 1,
  evidence: 'installed',
  reads: ['propagated-build-inputs', 'propagated-user-env-packages'].map((name) => ({ name, match: inStore })),
  folder: STORE,
  limit: 1 << 20,
  parse: (file) => {
    const paths = fileText(file)
      .slice(0, PROPAGATED * 300)
      .split(/\s+/)
      .filter((path) => path.startsWith(`/${STORE}/`));
    return paths.slice(0, PROPAGATED).map((path) => baseOf(path));
  },
  assemble,
};

function inStore(path: BytePath): boolean {
  return /^nix\/store\/[^/]+\/nix-support\/[^/]+$/.test(path);
}

function assemble(found: readonly Found<readonly string[]>[], { files }: CatalogContext): readonly CatalogedPackage[] {
  const purls = new Map<string, CatalogedPackage>();
  for (const base of files.below?.(STORE) ?? []) {
    const parts = readStorePath(base);
    if (parts === undefined) continue;
    const { name, version } = parts;
    purls.set(base, packageOf({ purl: nixPurl(parts), name, version, locations: [{ path: `${STORE}/${base}` }] }));
  }
  const needs = new Map<string, string[]>();
  for (const { path, fact } of found) {
    const base = baseOf(parentOf(parentOf(path)));
    needs.set(base, [...(needs.get(base) ?? []), ...fact]);
  }
  return [...purls].map(([base, one]) => withNeeds(one, needs.get(base) ?? [], purls));
}

function withNeeds(
  one: CatalogedPackage,
  needs: readonly string[],
  purls: ReadonlyMap<string, CatalogedPackage>,
): CatalogedPackage {
  const dependencies = needs.map((need) => purls.get(need)?.purl).filter((purl) => purl !== undefined);
  return packageOf({ ...one, dependencies });
}
