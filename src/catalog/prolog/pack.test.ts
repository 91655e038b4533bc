import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { swiplPack } from './pack.ts';

test('packs and what they require', () => {
  const { edges, packages } = catalogFiles(swiplPack, samples['swiplpack'] ?? {});
  expect(edges).toEqual({
    'pkg:swiplpack/condition@0.1.1': [],
    'pkg:swiplpack/hmac@1.0': ['pkg:swiplpack/condition@0.1.1'],
  });
  expect(packages[1]).toMatchObject({ description: 'Message authentication', homepage: 'https://hmac.example' });
});
