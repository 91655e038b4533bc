import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { neededAtoms } from './atoms.ts';
import { portage } from './portage.ts';

test('packages, what they own and what of theirs is installed', () => {
  const { edges, owners, packages } = catalogFiles(portage, samples['portage'] ?? {});
  expect(edges).toEqual({
    'pkg:ebuild/dev-libs/openssl@3.0.13-r2': ['pkg:ebuild/sys-libs/zlib@1.3'],
    'pkg:ebuild/sys-libs/zlib@1.3': [],
  });
  expect(owners['usr/bin/openssl']).toBe('pkg:ebuild/dev-libs/openssl@3.0.13-r2');
  expect(packages).toMatchObject([
    { name: 'dev-libs/openssl', version: '3.0.13-r2', licence: { expression: 'Apache-2.0' } },
    { name: 'sys-libs/zlib', homepage: 'https://zlib.example' },
  ]);
});

test('atoms with and without operators, slots, conditions and blockers', () => {
  expect(
    neededAtoms('>=dev-libs/a-b-1.2_rc1-r3:0/3=[x,-y] ssl? ( dev-libs/c-2 ) || ( x/y ~x/z-1.0 ) !dev-libs/no !!x/no'),
  ).toEqual(['dev-libs/a-b', 'dev-libs/c-2', 'x/y', 'x/z']);
});
