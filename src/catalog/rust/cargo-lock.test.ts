import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { cargoLock } from './cargo-lock.ts';

const SUM = 'a'.repeat(64);
const INDEX = 'registry+https://example.com/index';

const four = `version = 4
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["rand 0.8.5", "libc"]
[[package]]
name = "libc"
version = "0.2.150"
source = "${INDEX}"
checksum = "${SUM}"
[[package]]
name = "rand"
version = "0.7.3"
source = "${INDEX}"
[[package]]
name = "rand"
version = "0.8.5"
source = "${INDEX}"
dependencies = ["libc"]
`;

test('crates with what each needs and their checksums', () => {
  const { edges, packages } = catalogFiles(cargoLock, { 'src/Cargo.lock': four });
  expect(edges).toEqual({
    'pkg:cargo/app@0.1.0': ['pkg:cargo/libc@0.2.150', 'pkg:cargo/rand@0.8.5'],
    'pkg:cargo/libc@0.2.150': [],
    'pkg:cargo/rand@0.7.3': [],
    'pkg:cargo/rand@0.8.5': ['pkg:cargo/libc@0.2.150'],
  });
  expect(packages.find(({ name }) => name === 'libc')).toMatchObject({
    hashes: [{ algorithm: 'SHA-256', value: SUM }],
    evidence: 'declared',
  });
});

test('version 1: the project apart, checksums in the metadata', () => {
  const one = `[root]
name = "app"
version = "0.1.0"
dependencies = ["libc 0.2.1 (${INDEX})"]
[[package]]
name = "libc"
version = "0.2.1"
source = "${INDEX}"
[metadata]
"checksum libc 0.2.1 (${INDEX})" = "${SUM}"
`;
  const { edges, packages } = catalogFiles(cargoLock, { 'Cargo.lock': one });
  expect(edges['pkg:cargo/app@0.1.0']).toEqual(['pkg:cargo/libc@0.2.1']);
  expect(packages.find(({ name }) => name === 'libc')?.hashes).toEqual([{ algorithm: 'SHA-256', value: SUM }]);
});

test.each([
  ['no TOML', '[['],
  ['a crate without a version', '[[package]]\nname = "a"\n'],
  ['keys of objects’ own', '[[package]]\n__proto__ = 1\nname = 2\nversion = ""\n'],
])('refuses %s', (_, text) => {
  expect(catalogFiles(cargoLock, { 'Cargo.lock': text }).faults).toEqual({ 'Cargo.lock': 'cargo/malformed' });
});
