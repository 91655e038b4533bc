// What go.mod files of source trees ask for.
import { type BytePath, baseOf, compareStrings, parentOf } from '../../lib/bytes.ts';
import { golangPurl } from '../../purl/golang.ts';
import { barePackage, purlOrNone } from '../bare-package.ts';
import type { CatalogedPackage, Cataloger, Found } from '../types.ts';
import { type GoModFile, readGoMod, readGoSum } from './go-mod-file.ts';

export interface GoModFact {
  readonly file?: GoModFile | undefined;
  readonly sums?: readonly (readonly [string, string])[] | undefined;
}

export const goMod: Cataloger<GoModFact> = {
  id: 'go-mod',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'go.mod' }, { name: 'go.sum' }],
  limit: 16 << 20,
  parse({ path, content }) {
    const text = content.all().toString('utf8');
    if (baseOf(path) === 'go.sum') return { sums: readGoSum(text) };
    const file = readGoMod(text);
    return file && { file };
  },
  assemble,
};

function assemble(found: readonly Found<GoModFact>[]): CatalogedPackage[] {
  const sums = new Map<BytePath, ReadonlyMap<string, string>>();
  for (const { path, fact } of found) if (fact.sums !== undefined) sums.set(parentOf(path), new Map(fact.sums));
  return found.flatMap(({ path, fact }) =>
    fact.file === undefined ? [] : packagesOf(fact.file, path, sums.get(parentOf(path)) ?? new Map()),
  );
}

function packagesOf(file: GoModFile, path: BytePath, sums: ReadonlyMap<string, string>): CatalogedPackage[] {
  const replaced = new Map(file.replaces.map(([from, version, ...to]) => [`${from} ${version}`, to]));
  const needed = file.requires.flatMap(([name, version, indirect]) => {
    const [other, otherVersion] = replaced.get(`${name} ${version}`) ?? replaced.get(`${name} `) ?? [name, version];
    // A folder stands in for the module: its own version is the last that is known.
    const [actual, exact] = otherVersion === '' ? [name, version] : [other, otherVersion];
    const sum = sums.get(`${actual} ${exact}`);
    const properties = [
      ...(sum === undefined ? [] : [{ name: 'go:h1', value: sum }]),
      ...(indirect ? [{ name: 'go:indirect', value: 'true' }] : []),
      ...(otherVersion === '' ? [{ name: 'go:replacedBy', value: other }] : []),
      ...(actual === name ? [] : [{ name: 'go:replaces', value: `${name} ${version}` }]),
    ];
    const one = moduleAt(actual, exact, path);
    return one === undefined ? [] : [{ ...one, properties: properties.length === 0 ? undefined : properties }];
  });
  const own = file.module === '' ? undefined : moduleAt(file.module, '', path);
  if (own === undefined) return needed;
  const dependencies = [...new Set(needed.map(({ purl }) => purl))].sort(compareStrings);
  return [{ ...own, dependencies }, ...needed];
}

function moduleAt(name: string, version: string, path: BytePath): CatalogedPackage | undefined {
  const purl = purlOrNone(() => golangPurl(name, version));
  return purl === undefined ? undefined : barePackage(purl, 'golang', name, version, [{ path }]);
}
