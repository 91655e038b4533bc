import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { goMod } from './go-mod.ts';

const MOD = `module example.com/a // a comment
go 1.24
toolchain go1.24.1
require github.com/one/one v1.0.0
require (
	github.com/two/two v2.0.0+incompatible // indirect
	"github.com/three/three" v0.0.3
	github.com/four/four v4.0.0
)
exclude github.com/five/five v5.0.0
replace github.com/three/three => ./three
replace (
	github.com/four/four v4.0.0 => example.com/four v4.0.1
	github.com/one/one v0.9.0 => example.com/one v9.0.0
)
`;

test('what is required, replaced and summed', () => {
  const { packages, edges } = catalogFiles(goMod, {
    'src/go.mod': MOD,
    'src/go.sum': 'github.com/one/one v1.0.0 h1:one=\ngithub.com/one/one v1.0.0/go.mod h1:mod=\n',
    'other/go.sum': 'example.com/four v4.0.1 h1:other=\n',
  });
  expect(edges['pkg:golang/example.com/a']).toEqual([
    'pkg:golang/example.com/four@v4.0.1',
    'pkg:golang/github.com/one/one@v1.0.0',
    'pkg:golang/github.com/three/three@v0.0.3',
    'pkg:golang/github.com/two/two@v2.0.0%2Bincompatible',
  ]);
  expect(Object.fromEntries(packages.map(({ name, properties }) => [name, properties]))).toEqual({
    'example.com/a': undefined,
    'example.com/four': [{ name: 'go:replaces', value: 'github.com/four/four v4.0.0' }],
    'github.com/one/one': [{ name: 'go:h1', value: 'h1:one=' }],
    'github.com/three/three': [{ name: 'go:replacedBy', value: './three' }],
    'github.com/two/two': [{ name: 'go:indirect', value: 'true' }],
  });
  expect(packages.every(({ evidence }) => evidence === 'declared')).toBe(true);
});

test('a file without a module tells of nothing', () => {
  expect(catalogFiles(goMod, { 'go.mod': 'text\n)\n(\nrequire (\n' }).packages).toEqual([]);
});
