import { expect, test } from 'vitest';
import { packageUrl } from '../purl/purl.ts';
import { type AssemblyContext, assemblePackages, type LocatedFact } from './catalog.ts';
import type { CatalogedPackage, Cataloger } from './types.ts';

function cataloger(id: string, assemble: () => readonly CatalogedPackage[]): Cataloger<unknown> {
  return { id, version: 1, evidence: 'installed', reads: [{ name: id }], limit: 1, parse: () => undefined, assemble };
}

function pkg(name: string, path: string, more: Partial<CatalogedPackage> = {}): CatalogedPackage {
  return {
    purl: packageUrl({ type: 'generic', name, version: '1' }),
    kind: 'generic',
    name,
    version: '1',
    architecture: undefined,
    source: undefined,
    maintainer: undefined,
    description: undefined,
    homepage: undefined,
    archive: undefined,
    licence: undefined,
    dependencies: [],
    locations: [{ path }],
    ...more,
  };
}

const context: AssemblyContext = {
  distribution: undefined,
  platform: undefined,
  environment: [],
  files: { kind: () => undefined, resolve: () => undefined },
};
const facts = (...ids: readonly string[]): Map<string, readonly LocatedFact[]> =>
  new Map(ids.map((id) => [id, [{ path: `etc/${id}`, fact: 1, layer: undefined }]]));

test('a cataloger that fails costs its own packages alone, and is said', () => {
  const bad = cataloger('bad', () => [pkg('x', 'x', { purl: packageUrl({ type: 'generic', name: '' }) })]);
  const odd = cataloger('odd', () => {
    throw new TypeError('a defect');
  });
  const good = cataloger('good', () => [pkg('a', 'etc/good')]);
  const { packages, failed } = assemblePackages([bad, odd, good], facts('bad', 'odd', 'good'), context);
  expect(packages.map((p) => p.name)).toEqual(['a']);
  expect(failed.map(({ path, cataloger: id, code }) => [path, id, code])).toEqual([
    ['etc/bad', 'bad', 'purl/malformed'],
    ['etc/odd', 'odd', 'catalog/defect'],
  ]);
});

test('what several say of one package comes together: the first counts, gaps are filled, places and needs are of all', () => {
  const first = cataloger('first', () => [pkg('a', 'b', { description: 'one', dependencies: ['pkg:generic/z@1'] })]);
  const second = cataloger('second', () => [
    pkg('a', 'a', { description: 'two', homepage: 'h', dependencies: ['pkg:generic/y@1', 'pkg:generic/z@1'] }),
    pkg('a', 'b'),
  ]);
  const { packages } = assemblePackages([first, second], facts('first', 'second'), context);
  expect(packages).toMatchObject([
    {
      description: 'one',
      homepage: 'h',
      foundBy: 'first',
      dependencies: ['pkg:generic/y@1', 'pkg:generic/z@1'],
      locations: [{ path: 'a' }, { path: 'b' }],
    },
  ]);
  expect(packages[0]).not.toHaveProperty('unmetDependencies');
});
