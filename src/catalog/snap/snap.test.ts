import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { snap } from './snap.ts';

test('snaps and their bases', () => {
  const { edges, packages } = catalogFiles(snap, samples['snap'] ?? {});
  expect(edges).toEqual({
    'pkg:snap/core20@20240416': [],
    'pkg:snap/hello@2.10?arch=amd64': ['pkg:snap/core20@20240416'],
  });
  expect(packages[1]).toMatchObject({ description: 'GNU Hello', architecture: 'amd64' });
});
