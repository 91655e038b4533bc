import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { opam, opamFile } from './opam.ts';

test('what a switch has installed, and its edges', () => {
  const { edges, packages } = catalogFiles(opam, samples['opam'] ?? {});
  expect(edges).toEqual({ 'pkg:opam/dune@3.15.0': ['pkg:opam/ocaml@5.1.1'], 'pkg:opam/ocaml@5.1.1': [] });
  expect(packages[1]?.licence?.expression).toBe('LGPL-2.1-or-later WITH OCaml-LGPL-linking-exception');
});

test("a source tree's own package, where its version is said", () => {
  const { packages, read } = catalogFiles(opamFile, {
    ...samples['opam-file'],
    'src/other.opam': 'opam-version: "2.0"\n',
  });
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:opam/mine@1.2']);
  expect(read).toEqual(['src/mine.opam', 'src/other.opam']);
});
