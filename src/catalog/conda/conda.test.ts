import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { conda } from './conda.ts';

test('packages of a prefix with their channel, files and edges', () => {
  const { edges, owners, packages } = catalogFiles(conda, samples['conda'] ?? {});
  const idna = 'pkg:conda/idna@3.3?build=pyhd8ed1ab_0&channel=main&subdir=noarch&type=conda';
  const requests = 'pkg:conda/requests@2.27.1?build=pyhd8ed1ab_0&channel=conda-forge&subdir=noarch&type=tar.bz2';
  expect(edges).toEqual({ [idna]: [], [requests]: [idna] });
  expect(owners['opt/conda/lib/python3.9/site-packages/requests/api.py']).toBe(requests);
  expect(packages.find(({ name }) => name === 'requests')).toMatchObject({
    licence: { expression: 'Apache-2.0' },
    unmetDependencies: ['python >=3.6'],
    hashes: [{ algorithm: 'MD5' }, { algorithm: 'SHA-256' }],
    architecture: 'noarch',
  });
});

test('packages need those of their own prefix only', () => {
  const record = (name: string, depends: readonly string[]): string =>
    JSON.stringify({ name, version: '1', build: '0', depends });
  const { edges } = catalogFiles(conda, {
    'a/conda-meta/x-1-0.json': record('x', ['y']),
    'b/conda-meta/y-1-0.json': record('y', []),
  });
  expect(edges['pkg:conda/x@1?build=0']).toEqual([]);
});

test('a record without a name is none', () => {
  expect(catalogFiles(conda, { 'a/conda-meta/state.json': '{"version": 1}' }).packages).toEqual([]);
});
