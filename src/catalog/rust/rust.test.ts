import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenCopies } from '../../../test/fakes/broken.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { elfOf, machOf, peOf } from '../../../test/fakes/programs.ts';
import { rust } from './rust.ts';

const list = {
  packages: [
    { name: 'adler', version: '0.2.3', source: 'crates.io' },
    { name: 'app', version: '0.1.0', source: 'local', dependencies: [0, 2, 9], root: true },
    { name: 'cc', version: '1.0.0', source: 'registry', kind: 'build' },
  ],
};
const section = (json: unknown) => deflateSync(JSON.stringify(json));
const program = (content: Buffer) => elfOf([{ name: '.dep-v0', content }]);

test.each([
  ['ELF', program(section(list))],
  ['Mach-O', machOf([{ name: '.dep-v0', content: section(list) }])],
  ['PE', peOf([{ name: '.dep-v0', content: section(list) }])],
])('%s: crates and what each needs, without what only building needs', (_, bytes) => {
  const { edges, packages } = catalogFiles(rust, { app: bytes });
  expect(edges).toEqual({ 'pkg:cargo/app@0.1.0': ['pkg:cargo/adler@0.2.3'], 'pkg:cargo/adler@0.2.3': [] });
  expect(packages[0]).toMatchObject({ kind: 'cargo', properties: [{ name: 'cargo:source', value: 'crates.io' }] });
});

test('crates whose names make no package URL are left out', () => {
  const odd = {
    packages: [
      { name: ' ', version: '1' },
      { name: '\ud800', version: '1' },
      { name: 'a', version: '1', dependencies: [0, 1, 2] },
    ],
  };
  expect(catalogFiles(rust, { app: program(section(odd)) }).edges).toEqual({ 'pkg:cargo/a@1': [] });
});

test('a program of another language has none', () => {
  expect(catalogFiles(rust, { app: elfOf([]) })).toMatchObject({ packages: [], faults: {} });
});

test.each([
  ['what is not compressed', Buffer.from('{}'), 'rust/malformed'],
  ['a bomb', deflateSync(Buffer.alloc(65 << 20)), 'rust/malformed'],
  ['another list', section({ packages: [{ name: 1 }] }), 'rust/malformed'],
  ['no JSON', deflateSync('{'), 'json/malformed'],
])('refuses %s', (_, content, code) => {
  expect(catalogFiles(rust, { app: program(content) }).faults).toEqual({ app: code });
});

test('gives crates, none or a fault, whatever is changed', () => {
  fc.assert(
    fc.property(brokenCopies([program(section(list))]), (content) => {
      expect(catalogFiles(rust, { a: content }).packages.length).toBeLessThan(4);
    }),
    { numRuns: 2000 },
  );
});
