import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { npmPurl } from '../../purl/npm.ts';
import { npmLock } from './npm-lock.ts';

function locked(name: string, text: string) {
  const { packages, edges, faults } = catalogFiles(npmLock, { [`src/${name}`]: text });
  const marks = Object.fromEntries(
    packages.flatMap((p) => (p.properties === undefined ? [] : [[p.purl, p.properties.map((one) => one.name)]])),
  );
  return { packages, edges, marks, faults };
}

const GIT = npmPurl('g', '2.0.0', { vcs: 'git+ssh://git@host.example/x/g.git@c0ffee' });
const ARCHIVE = npmPurl('t', '3.0.0', { download: 'https://host.example/t.tgz' });

const EDGES = {
  'pkg:npm/%40s/a@1.0.0': [GIT, 'pkg:npm/real@5.0.0'],
  [GIT]: [],
  'pkg:npm/real@4.0.0': [],
  'pkg:npm/real@5.0.0': [],
  [ARCHIVE]: ['pkg:npm/real@4.0.0'],
};

test('package-lock 2 and 3: nearest folders, aliases, links, repositories, archives', () => {
  const { edges, marks, packages } = locked(
    'package-lock.json',
    JSON.stringify({
      name: 'app',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'app', version: '1.0.0', dependencies: { '@s/a': '1', member: '*' } },
        'node_modules/@s/a': {
          version: '1.0.0',
          resolved: 'https://registry.example/@s/a/-/a-1.0.0.tgz',
          integrity: `sha1-${Buffer.alloc(20).toString('base64')}`,
          license: 'MIT',
          dependencies: { g: '*', alias: 'npm:real@5', gone: '^1' },
          optionalDependencies: { never: '*' },
        },
        'node_modules/@s/a/node_modules/alias': { name: 'real', version: '5.0.0' },
        'node_modules/alias': { name: 'real', version: '4.0.0', dev: true, optional: true },
        'node_modules/g': { version: '2.0.0', resolved: 'git+ssh://git@host.example/x/g.git#c0ffee' },
        'node_modules/member': { resolved: 'packages/member', link: true },
        'node_modules/t': { version: '3.0.0', resolved: 'https://host.example/t.tgz', dependencies: { alias: '*' } },
        'packages/member': { version: '1.0.0', dependencies: { t: '*' } },
      },
    }),
  );
  expect(edges).toEqual(EDGES);
  expect(marks).toEqual({ 'pkg:npm/real@4.0.0': ['npm:dev', 'npm:optional'] });
  expect(packages[0]).toMatchObject({
    name: '@s/a',
    evidence: 'declared',
    licence: { expression: 'MIT' },
    unmetDependencies: ['gone@^1'],
    hashes: [{ algorithm: 'SHA-1', value: '00'.repeat(20) }],
  });
});

test('package-lock: what a folder does not have stands in one above it, not in one beside it', () => {
  const { edges } = locked(
    'package-lock.json',
    JSON.stringify({
      packages: {
        'node_modules/a': { version: '1.0.0' },
        'node_modules/a/node_modules/b': { version: '1.0.0' },
        'node_modules/a/node_modules/b/node_modules/c': { version: '1.0.0', dependencies: { d: '*', e: '*' } },
        'node_modules/a/node_modules/d': { version: '1.0.0' },
        'node_modules/d': { version: '2.0.0' },
        'node_modules/x/node_modules/e': { version: '1.0.0' },
      },
    }),
  );
  expect(edges['pkg:npm/c@1.0.0']).toEqual(['pkg:npm/d@1.0.0']);
});

test('package-lock 1 says the same in another form', () => {
  const { edges, marks } = locked(
    'npm-shrinkwrap.json',
    JSON.stringify({
      lockfileVersion: 1,
      requires: true,
      dependencies: {
        '@s/a': {
          version: '1.0.0',
          requires: { g: '*', alias: 'npm:real@5' },
          dependencies: { alias: { version: 'npm:real@5.0.0' } },
        },
        alias: { version: 'npm:real@4.0.0', dev: true },
        g: { version: 'git+ssh://git@host.example/x/g.git#c0ffee', from: 'git+ssh://git@host.example/x/g.git' },
        t: { version: 'https://host.example/t.tgz', integrity: 'sha1-x', requires: { alias: '*' } },
        member: { version: 'file:packages/member' },
      },
    }),
  );
  // It does not know the versions of what comes from elsewhere.
  const git = npmPurl('g', '', { vcs: 'git+ssh://git@host.example/x/g.git@c0ffee' });
  const archive = npmPurl('t', '', { download: 'https://host.example/t.tgz' });
  expect(edges).toEqual({
    'pkg:npm/%40s/a@1.0.0': [git, 'pkg:npm/real@5.0.0'],
    [git]: [],
    'pkg:npm/real@4.0.0': [],
    'pkg:npm/real@5.0.0': [],
    [archive]: ['pkg:npm/real@4.0.0'],
  });
  expect(marks).toEqual({ 'pkg:npm/real@4.0.0': ['npm:dev'] });
});

test('yarn 1', () => {
  const { edges, packages } = locked(
    'yarn.lock',
    `# yarn lockfile v1

"@s/a@^1.0.0", "@s/a@~1.0.0":
  version "1.0.0"
  resolved "https://registry.example/@s/a/-/a-1.0.0.tgz#${'0a'.repeat(20)}"
  dependencies:
    alias "npm:real@5"
  optionalDependencies:
    g "git+ssh://git@host.example/x/g.git"

"alias@npm:real@4":
  version "4.0.0"

"alias@npm:real@5", "real@^5.0.0":
  version "5.0.0"

"g@git+ssh://git@host.example/x/g.git":
  version "2.0.0"
  resolved "git+ssh://git@host.example/x/g.git#c0ffee"

"t@https://host.example/t.tgz":
  version "3.0.0"
  resolved "https://host.example/t.tgz#${'0b'.repeat(20)}"
  dependencies:
    alias "npm:real@4"
`,
  );
  expect(edges).toEqual(EDGES);
  expect(packages[0]?.hashes).toEqual([{ algorithm: 'SHA-1', value: '0a'.repeat(20) }]);
});

test('yarn since 2', () => {
  const { edges, packages } = locked(
    'yarn.lock',
    `__metadata:
  version: 8
  cacheKey: 10c0

"@s/a@npm:^1.0.0, @s/a@npm:~1.0.0":
  version: 1.0.0
  resolution: "@s/a@npm:1.0.0"
  dependencies:
    alias: "npm:real@5"
    g: "git@host.example:x/g.git"
    gone: "npm:^1"
    maybe: "npm:^1"
  dependenciesMeta:
    maybe:
      optional: true
  checksum: 10c0/00
  languageName: node
  linkType: hard

"alias@npm:real@4":
  version: 4.0.0
  resolution: "real@npm:4.0.0"
  linkType: hard

"alias@npm:real@5":
  version: 5.0.0
  resolution: "real@npm:5.0.0"
  linkType: hard

"real@patch:real@npm%3A5.0.0#~/.yarn/patches/real.patch":
  version: 5.0.0
  resolution: "real@patch:real@npm%3A5.0.0#~/.yarn/patches/real.patch::version=5.0.0&hash=1"
  linkType: hard

"g@git@host.example:x/g.git":
  version: 2.0.0
  resolution: "g@ssh://git@host.example/x/g.git#commit=c0ffee"
  linkType: hard

"t@https://host.example/t.tgz":
  version: 3.0.0
  resolution: "t@https://host.example/t.tgz"
  dependencies:
    alias: "npm:real@4"
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    "@s/a": "npm:^1.0.0"
  languageName: unknown
  linkType: soft
`,
  );
  expect(edges).toEqual(EDGES);
  expect(packages[0]?.unmetDependencies).toEqual(['gone@npm:^1']);
});

const PNPM_9 = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      '@s/a': {specifier: ^1, version: 1.0.0(real@5.0.0)}
      member: {specifier: workspace:*, version: link:packages/member}
    devDependencies:
      t: {specifier: https://host.example/t.tgz, version: https://host.example/t.tgz}
packages:
  '@s/a@1.0.0':
    resolution: {integrity: sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=}
  g@git+ssh://git@host.example/x/g.git#c0ffee:
    resolution: {commit: c0ffee, repo: ssh://git@host.example/x/g.git, type: git}
    version: 2.0.0
  real@4.0.0:
    resolution: {integrity: sha512-x}
  real@5.0.0:
    resolution: {integrity: sha512-x}
  t@https://host.example/t.tgz:
    resolution: {tarball: https://host.example/t.tgz}
    version: 3.0.0
  local@file:local:
    resolution: {directory: local, type: directory}
snapshots:
  '@s/a@1.0.0(real@5.0.0)':
    dependencies:
      g: git+ssh://git@host.example/x/g.git#c0ffee
      alias: real@5.0.0
  g@git+ssh://git@host.example/x/g.git#c0ffee: {}
  real@4.0.0:
    optional: true
  real@5.0.0: {}
  local@file:local: {}
  t@https://host.example/t.tgz:
    optionalDependencies:
      real: 4.0.0
`;

test('pnpm 9: packages, their installations, and what only development needs', () => {
  const { edges, marks, packages } = locked('pnpm-lock.yaml', PNPM_9);
  expect(edges).toEqual(EDGES);
  expect(marks).toEqual({ [ARCHIVE]: ['npm:dev'], 'pkg:npm/real@4.0.0': ['npm:dev', 'npm:optional'] });
  expect(packages[0]?.hashes).toEqual([{ algorithm: 'SHA-1', value: '00'.repeat(20) }]);
});

test("pnpm 11's first document, which locks pnpm itself, is read with the second", () => {
  const { packages } = locked(
    'pnpm-lock.yaml',
    `---\nlockfileVersion: '9.0'\npackages:\n  pnpm@11.0.0:\n    resolution: {}\nsnapshots:\n  pnpm@11.0.0: {}\n---\n${PNPM_9}`,
  );
  expect(packages.map((p) => p.name)).toEqual(['@s/a', 'g', 'pnpm', 'real', 'real', 't']);
});

test.each([
  ['6.0', '/@s/a@1.0.0(real@5.0.0)', '/real@4.0.0', '/real@5.0.0', '1.0.0(real@5.0.0)'],
  ['5.4', '/@s/a/1.0.0_real@5.0.0', '/real/4.0.0', '/real/5.0.0', '1.0.0_real@5.0.0'],
])('pnpm with lockfileVersion %s', (version, a, real4, real5, version1) => {
  const { edges, marks } = locked(
    'pnpm-lock.yaml',
    `lockfileVersion: '${version}'
dependencies:
  '@s/a': ${version1}
devDependencies:
  t: '@host.example/t.tgz'
packages:
  ${a}:
    resolution: {integrity: sha512-x}
    dependencies:
      g: git@host.example+x/g/c0ffee
      alias: ${real5}
  ${real4}:
    resolution: {integrity: sha512-x}
    optional: true
  ${real5}:
    resolution: {integrity: sha512-x}
  git@host.example+x/g/c0ffee:
    resolution: {commit: c0ffee, repo: ssh://git@host.example/x/g.git, type: git}
    name: g
    version: 2.0.0
  '@host.example/t.tgz':
    resolution: {tarball: https://host.example/t.tgz}
    name: t
    version: 3.0.0
    dependencies:
      real: 4.0.0
`,
  );
  expect(edges).toEqual(EDGES);
  expect(marks).toEqual({ [ARCHIVE]: ['npm:dev'], 'pkg:npm/real@4.0.0': ['npm:dev', 'npm:optional'] });
});

test('bun', () => {
  const { edges, marks } = locked(
    'bun.lock',
    `{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "app", "dependencies": { "@s/a": "^1", }, "devDependencies": { "t": "https://host.example/t.tgz", }, },
    "packages/member": { "name": "member", "dependencies": { "@s/a": "^1", }, },
  },
  "packages": {
    "@s/a": ["@s/a@1.0.0", "", { "dependencies": { "g": "*", "alias": "npm:real@5" } }, "sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA="],
    "@s/a/alias": ["real@5.0.0", "", {}, "sha512-x"],
    "alias": ["real@4.0.0", "", {}, "sha512-x"],
    "g": ["g@git+ssh://git@host.example/x/g.git#c0ffee", {}, "c0ffee"],
    "member": ["member@workspace:packages/member"],
    "t": ["t@https://host.example/t.tgz", { "dependencies": { "alias": "npm:real@4" } }, "sha512-x"],
  },
}`,
  );
  // It does not know the versions of what comes from elsewhere.
  const git = npmPurl('g', '', { vcs: 'git+ssh://git@host.example/x/g.git@c0ffee' });
  const archive = npmPurl('t', '', { download: 'https://host.example/t.tgz' });
  expect(edges).toEqual({
    'pkg:npm/%40s/a@1.0.0': [git, 'pkg:npm/real@5.0.0'],
    [git]: [],
    'pkg:npm/real@4.0.0': [],
    'pkg:npm/real@5.0.0': [],
    [archive]: ['pkg:npm/real@4.0.0'],
  });
  expect(marks).toEqual({ [archive]: ['npm:dev'], 'pkg:npm/real@4.0.0': ['npm:dev'] });
});

test("says that bun's binary lock file is not read", () => {
  expect(locked('bun.lockb', '#!/usr/bin/env bun\n').faults).toEqual({ 'src/bun.lockb': 'lock/binary' });
});

test('passes over the lock files that packages carry', () => {
  const { read } = catalogFiles(npmLock, {
    'node_modules/a/yarn.lock': '',
    'node_modules/.package-lock.json': '{}',
  });
  expect(read).toEqual([]);
});

test.each([
  ['package-lock.json', '{"packages":', 'json/malformed'],
  ['yarn.lock', 'what is this\n', 'lock/malformed'],
  ['yarn.lock', '__metadata:\n  version: 8\na: &x\n', 'lock/malformed'],
  ['pnpm-lock.yaml', 'packages: {', 'lock/malformed'],
  ['bun.lock', '{"packages": }', 'json/malformed'],
])('names a broken %s', (name, text, code) => {
  expect(locked(name, text).faults).toEqual({ [`src/${name}`]: code });
});
