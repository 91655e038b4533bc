import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { homebrew } from './receipt.ts';

test('formulas, the tap of those that are of another one, and edges', () => {
  const { edges, packages } = catalogFiles(homebrew, samples['homebrew'] ?? {});
  expect(edges).toEqual({
    'pkg:brew/jq@1.7.1': ['pkg:brew/oniguruma@6.9.9?tap=other%2Ftap'],
    'pkg:brew/oniguruma@6.9.9?tap=other%2Ftap': [],
  });
  expect(packages[0]?.unmetDependencies).toEqual(['gone 1']);
});
