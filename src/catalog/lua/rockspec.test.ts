import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { luarocks } from './rockspec.ts';

test('rocks of a tree need each other by names of any case', () => {
  const { edges, packages } = catalogFiles(luarocks, samples['luarocks'] ?? {});
  expect(edges).toEqual({
    'pkg:luarocks/lpeg@1.0.2-1': [],
    'pkg:luarocks/lulpeg@0.1-1': ['pkg:luarocks/lpeg@1.0.2-1'],
  });
  expect(packages).toMatchObject([
    { name: 'LPeg', licence: { expression: 'MIT' }, homepage: 'http://lpeg.example', description: 'Parsing' },
    { name: 'lulpeg', unmetDependencies: ['gone'] },
  ]);
});

test('a rockspec that computes its version says nothing', () => {
  expect(
    catalogFiles(luarocks, { 'a.rockspec': 'local v = "1"\npackage = "a"\nversion = v .. "-1"\n' }).packages,
  ).toEqual([]);
});
