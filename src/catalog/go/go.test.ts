import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenCopies } from '../../../test/fakes/broken.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { elfOf } from '../../../test/fakes/programs.ts';
import { go } from './go.ts';
import { mainVersion } from './main-version.ts';
import { readBuild } from './modules.ts';

function program(modules: string, version = 'go1.22.1 X:boringcrypto'): Buffer {
  const text = modules === '' ? Buffer.alloc(0) : Buffer.from(`${'s'.repeat(16)}${modules}${'e'.repeat(16)}`);
  const content = Buffer.concat([
    Buffer.from('\xff Go buildinf:\x08\x02', 'latin1'),
    Buffer.alloc(16),
    Buffer.from([version.length]),
    Buffer.from(version),
    Buffer.from([(text.length & 0x7f) | 0x80, text.length >> 7]),
    text,
  ]);
  return elfOf([{ name: '.go.buildinfo', content }]);
}

const MODULES = [
  'path\texample.com/a/cmd/a',
  'mod\texample.com/a\tv1.2.3\th1:a=',
  'dep\tgithub.com/B/b/v2\tv2.0.1\th1:b=',
  'dep\tgithub.com/c/c\tv1.0.0',
  '=>\tgithub.com/fork/c\tv1.0.1\th1:f=',
  'dep\tgithub.com/d/d\tv0.1.0',
  '=>\t./local\t(devel)',
  'build\tGOARCH=arm64',
  'build\t"quoted key"="a b"',
  '',
].join('\n');

test('a program: its module, those it was linked from, the standard library', () => {
  const { packages, edges, read } = catalogFiles(go, {
    'bin/a': program(MODULES),
    'bin/text': 'text',
    'a.so': elfOf([]),
  });
  expect(read).toEqual(['a.so', 'bin/a']);
  const main = 'pkg:golang/example.com/a@v1.2.3';
  const parts = [
    'pkg:golang/github.com/B/b/v2@v2.0.1',
    'pkg:golang/github.com/d/d@v0.1.0',
    'pkg:golang/github.com/fork/c@v1.0.1',
    'pkg:golang/stdlib@1.22.1',
  ];
  expect(edges).toEqual({ [main]: parts, ...Object.fromEntries(parts.map((one) => [one, []])) });
  const found = new Map(packages.map((one) => [one.purl, one]));
  expect(found.get(main)).toMatchObject({
    architecture: 'arm64',
    properties: [
      { name: 'go:build:GOARCH', value: 'arm64' },
      { name: 'go:build:quoted key', value: 'a b' },
      { name: 'go:package', value: 'example.com/a/cmd/a' },
      { name: 'go:toolchain', value: '1.22.1' },
    ],
  });
  expect(found.get('pkg:golang/github.com/fork/c@v1.0.1')?.properties).toEqual([
    { name: 'go:h1', value: 'h1:f=' },
    { name: 'go:replaces', value: 'github.com/c/c v1.0.0' },
  ]);
  expect(found.get('pkg:golang/github.com/d/d@v0.1.0')?.properties).toEqual([
    { name: 'go:replacedBy', value: './local' },
  ]);
  expect(found.get('pkg:golang/stdlib@1.22.1')?.cpes).toEqual(['cpe:2.3:a:golang:go:1.22.1:-:*:*:*:*:*:*']);
});

test('two programs of the same modules are each module once, with both places', () => {
  const { packages } = catalogFiles(go, { 'bin/b': program(MODULES), 'bin/a': program(MODULES) });
  expect(packages.map(({ locations }) => locations?.map(({ path }) => path))).toEqual(
    packages.map(() => ['bin/a', 'bin/b']),
  );
});

test('a program built without modules still tells the standard library', () => {
  const { packages } = catalogFiles(go, { a: program('', 'go1.10'), b: program('', 'devel go1.23-abc') });
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:golang/stdlib@1.10']);
});

const REVISION = 'build\tvcs.revision=5918f71ae14bb564a1b14227a51f14eec9bb4abd\nbuild\tvcs.time=2026-11-23T01:23:30Z\n';
test.each([
  ['its own', 'v1.0.0', '', 'v1.0.0'],
  ['its own before what the linker was told', 'v1.0.0', `build\t-ldflags="-X main.version=2.0.0"\n`, 'v1.0.0'],
  [
    'what the linker was told',
    '(devel)',
    `build\t-ldflags="-s -w -X 'main.version=v2.3.4' -X main.date=1.2.3"\n${REVISION}`,
    'v2.3.4',
  ],
  [
    'that before a pseudo version',
    'v0.0.0-20261123012330-5918f71ae14b',
    `build\t-ldflags="-X=main.Version=2.3.4-rc1"\n`,
    'v2.3.4-rc1',
  ],
  [
    'of several the main package’s',
    '(devel)',
    `build\t-ldflags="-X example.com/a/x.Version=1.0.0 -X main.Version=2.0.0"\n`,
    'v2.0.0',
  ],
  ['not a version of something else', '(devel)', `build\t-ldflags="-X main.dbSchema=2.0.0"\n`, ''],
  ['that of the commit', '(devel)', REVISION, 'v0.0.0-20261123012330-5918f71ae14b'],
  ['none', '(devel)', '', ''],
])('the main module’s version: %s', (_, version, build, expected) => {
  expect(mainVersion(readBuild('go1.22', `path\tx\nmod\texample.com/a\t${version}\t\n${build}`))).toBe(expected);
});

test('modules or none, whatever is changed', () => {
  const odd = MODULES.replace('example.com/a\t', ' \t').replace('github.com/c/c', '/');
  fc.assert(
    fc.property(brokenCopies([program(MODULES), program(odd)], 12), (broken) => {
      expect(catalogFiles(go, { a: broken }).faults).toEqual({});
    }),
    { numRuns: 2000 },
  );
  expect(catalogFiles(go, { a: program(odd) }).packages.map(({ name }) => name)).toContain('stdlib');
});
