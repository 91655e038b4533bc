import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { nix } from './nix.ts';
import { readStorePath } from './store-path.ts';

test('the folders of the store are packages, propagated inputs their edges', () => {
  const { edges, read } = catalogFiles(nix, samples['nix'] ?? {});
  const glibc = 'pkg:nix/glibc@2.39-52?outputhash=1c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc';
  expect(edges).toEqual({
    [glibc]: [],
    'pkg:nix/openssl@3.0.13?output=bin&outputhash=0c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc': [glibc],
  });
  expect(read).toEqual([
    'nix/store/0c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc-openssl-3.0.13-bin/nix-support/propagated-build-inputs',
  ]);
});

test('a store of which no file is read is seen, too', () => {
  const { packages } = catalogFiles(nix, {
    'nix/store/1c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc-glibc-2.39-52/lib/libc.so': '',
  });
  expect(packages.map(({ name, version }) => [name, version])).toEqual([['glibc', '2.39-52']]);
});

const HASH = '0c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc';

test.each([
  [`${HASH}-gcc-13.2.0-lib`, { name: 'gcc', version: '13.2.0', output: 'lib' }],
  [`${HASH}-python3.11-requests-2.31.0`, { name: 'python3.11-requests', version: '2.31.0', output: undefined }],
  [`${HASH}-x-unstable-2024-01-05`, { name: 'x-unstable', version: '2024-01-05', output: undefined }],
])('%s', (base, parts) => {
  expect(readStorePath(base)).toEqual({ hash: HASH, ...parts });
});

test.each([`${HASH}-stdenv-linux`, `${HASH}-a-1.drv`, 'x-1.0', `${HASH.replace('0', 'e')}-a-1`, '.links'])(
  'no package: %s',
  (base) => {
    expect(readStorePath(base)).toBeUndefined();
  },
);
