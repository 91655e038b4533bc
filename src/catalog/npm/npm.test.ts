import { expect, test } from 'vitest';
import { type Link, catalogFiles } from '../../../test/fakes/catalog.ts';
import type { CatalogContext } from '../types.ts';
import { npmPurl } from '../../purl/npm.ts';
import { npm } from './npm.ts';

type Files = Record<string, string | Buffer | Link>;

function manifest(name: string, version: string, more: object = {}): string {
  return JSON.stringify({ name, version, ...more });
}

function cataloged(files: Files, context: Partial<CatalogContext> = {}) {
  return catalogFiles(npm, files, context);
}

test('takes the package.json of packages, and none that lies deeper inside of one', () => {
  const { packages, read } = cataloged({
    'app/node_modules/a/package.json': manifest('a', '1.0.0'),
    'app/node_modules/@s/b/package.json': manifest('@s/b', '2.0.0'),
    'app/node_modules/a/node_modules/c/package.json': manifest('c', '3.0.0'),
    'app/node_modules/a/dist/esm/package.json': '{"type":"module"}',
    'app/node_modules/a/test/fixtures/package.json': manifest('fixture', '1.0.0'),
    'app/node_modules/.bin/package.json': manifest('hidden', '1.0.0'),
    'usr/share/nodejs/d/package.json': manifest('d', '4.0.0'),
    'usr/lib/x86_64-linux-gnu/nodejs/e/package.json': manifest('e', '5.0.0'),
  });
  expect(packages.map((p) => p.purl)).toEqual([
    'pkg:npm/%40s/b@2.0.0',
    'pkg:npm/a@1.0.0',
    'pkg:npm/c@3.0.0',
    'pkg:npm/d@4.0.0',
    'pkg:npm/e@5.0.0',
  ]);
  expect(read).not.toContain('app/node_modules/a/test/fixtures/package.json');
});

test('a dependency is the nearest one up the folders', () => {
  const { edges } = cataloged({
    'app/node_modules/a/package.json': manifest('a', '1.0.0', { dependencies: { c: '^2', d: '^1' } }),
    'app/node_modules/a/node_modules/c/package.json': manifest('c', '2.0.0', { dependencies: { d: '*' } }),
    'app/node_modules/b/package.json': manifest('b', '1.0.0', { dependencies: { c: '^1' } }),
    'app/node_modules/c/package.json': manifest('c', '1.0.0'),
    'app/node_modules/d/package.json': manifest('d', '1.0.0'),
  });
  expect(edges['pkg:npm/a@1.0.0']).toEqual(['pkg:npm/c@2.0.0', 'pkg:npm/d@1.0.0']);
  expect(edges['pkg:npm/b@1.0.0']).toEqual(['pkg:npm/c@1.0.0']);
  expect(edges['pkg:npm/c@2.0.0']).toEqual(['pkg:npm/d@1.0.0']);
});

test('a package needs what stands in its own node_modules and nobody finds', () => {
  const { edges } = cataloged({
    'usr/share/nodejs/npm/package.json': manifest('npm', '9.0.0', { dependencies: { b: '^1' } }),
    'usr/share/nodejs/npm/node_modules/a/package.json': manifest('a', '2.0.0'),
    'usr/share/nodejs/npm/node_modules/b/package.json': manifest('b', '1.0.0', { dependencies: { c: '^1' } }),
    'usr/share/nodejs/npm/node_modules/c/package.json': manifest('c', '1.0.0'),
    'usr/share/nodejs/other/package.json': manifest('other', '1.0.0', { dependencies: { a: '^2' } }),
    'node_modules/lone/package.json': manifest('lone', '1.0.0'),
    'package.json': manifest('app', '1.0.0'),
  });
  expect(edges).toEqual({
    'pkg:npm/npm@9.0.0': ['pkg:npm/a@2.0.0', 'pkg:npm/b@1.0.0'],
    'pkg:npm/a@2.0.0': [],
    'pkg:npm/b@1.0.0': ['pkg:npm/c@1.0.0'],
    'pkg:npm/c@1.0.0': [],
    'pkg:npm/other@1.0.0': [],
    'pkg:npm/lone@1.0.0': [],
    'pkg:npm/app@1.0.0': [],
  });
});

test("follows the links of pnpm's store", () => {
  const { edges, packages } = cataloged({
    'app/package.json': manifest('app', '1.0.0', { dependencies: { a: '^1' } }),
    'app/node_modules/a': { link: '.pnpm/a@1.0.0/node_modules/a' },
    'app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json': manifest('a', '1.0.0', { dependencies: { b: '^1' } }),
    'app/node_modules/.pnpm/a@1.0.0/node_modules/b': { link: '../../b@1.0.0/node_modules/b' },
    'app/node_modules/.pnpm/b@1.0.0/node_modules/b/package.json': manifest('b', '1.0.0'),
  });
  expect(edges).toEqual({
    'pkg:npm/app@1.0.0': ['pkg:npm/a@1.0.0'],
    'pkg:npm/a@1.0.0': ['pkg:npm/b@1.0.0'],
    'pkg:npm/b@1.0.0': [],
  });
  expect(packages.find((p) => p.name === 'a')?.locations?.[0]?.path).toBe(
    'app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json',
  );
});

test("an application counts where its node_modules stands beside it, with what its development needs, and says that it is nobody else's", () => {
  const { packages, edges } = cataloged({
    'app/package.json': manifest('app', '1.0.0', { devDependencies: { t: '*', gone: '*' }, dependencies: { l: '*' } }),
    'app/node_modules/t/package.json': manifest('t', '1.0.0', { devDependencies: { l: '*' } }),
    'app/node_modules/l/package.json': manifest('l', '1.0.0'),
    'other/package.json': manifest('other', '1.0.0'),
  });
  expect(packages.map((p) => p.name)).toEqual(['app', 'l', 't']);
  expect(edges['pkg:npm/app@1.0.0']).toEqual(['pkg:npm/l@1.0.0', 'pkg:npm/t@1.0.0']);
  expect(edges['pkg:npm/t@1.0.0']).toEqual([]);
  expect(packages[0]?.properties).toEqual([{ name: 'npm:local', value: 'true' }]);
  expect(packages[0]?.unmetDependencies).toBeUndefined();
});

test("a workspace's member is a package when a link leads to it", () => {
  const { edges } = cataloged({
    'app/package.json': manifest('app', '1.0.0', { dependencies: { member: '*' } }),
    'app/node_modules/member': { link: '../packages/member' },
    'app/packages/member/package.json': JSON.stringify({ name: 'member', dependencies: { x: '*' } }),
    'app/packages/alone/package.json': manifest('alone', '1.0.0'),
    'app/node_modules/x/package.json': manifest('x', '1.0.0'),
  });
  expect(edges).toEqual({
    'pkg:npm/app@1.0.0': ['pkg:npm/member'],
    'pkg:npm/member': ['pkg:npm/x@1.0.0'],
    'pkg:npm/x@1.0.0': [],
  });
});

test('a program that was unpacked to a folder named after it is a package', () => {
  const { packages } = cataloged({
    'opt/yarn-v1.22.22/package.json': manifest('yarn', '1.22.22'),
    'root/.cache/node/corepack/v1/pnpm/9.1.0/package.json': manifest('pnpm', '9.1.0'),
    'root/.bun/install/cache/a@1.0.0@@@1/package.json': manifest('a', '1.0.0'),
    'srv/yarn-v1.22.22/sub/package.json': manifest('sub', '1.22.22'),
  });
  expect(packages.map((p) => p.name)).toEqual(['a', 'pnpm', 'yarn']);
  expect(packages.every((p) => p.properties === undefined)).toBe(true);
});

test('a copy in a vendor folder is needed by the package that carries it', () => {
  const { edges } = cataloged({
    'app/node_modules/a/package.json': manifest('a', '1.0.0'),
    'app/node_modules/a/vendor/b/package.json': manifest('b', '2.0.0'),
    'app/node_modules/a/vendor/c/package.json': manifest('something-else', '2.0.0'),
  });
  expect(edges).toEqual({ 'pkg:npm/a@1.0.0': ['pkg:npm/b@2.0.0'], 'pkg:npm/b@2.0.0': [] });
});

test('an alias is the package that it stands for', () => {
  const { edges } = cataloged({
    'node_modules/x/package.json': manifest('x', '1.0.0', { dependencies: { 'ansi-old': 'npm:ansi@^5' } }),
    'node_modules/ansi-old/package.json': manifest('ansi', '5.0.0'),
  });
  expect(edges['pkg:npm/x@1.0.0']).toEqual(['pkg:npm/ansi@5.0.0']);
});

test('says what is missing, but not of optional dependencies and waived peers', () => {
  const { packages } = cataloged({
    'node_modules/a/package.json': manifest('a', '1.0.0', {
      dependencies: { gone: '^1', both: '^1' },
      optionalDependencies: { both: '^1', maybe: '*' },
      peerDependencies: { peer: '>=2', waived: '*' },
      peerDependenciesMeta: { waived: { optional: true } },
    }),
  });
  expect(packages[0]?.unmetDependencies).toEqual(['gone@^1', 'peer@>=2']);
});

test("Debian's folders and NODE_PATH are looked through last", () => {
  const { edges } = cataloged(
    {
      'srv/node_modules/a/package.json': manifest('a', '1.0.0', { dependencies: { d: '*', n: '*' } }),
      'usr/share/nodejs/d/package.json': manifest('d', '4.0.0'),
      'opt/mods/node_modules/n/package.json': manifest('n', '1.0.0'),
    },
    { environment: ['NODE_PATH=/opt/mods/node_modules'] },
  );
  expect(edges['pkg:npm/a@1.0.0']).toEqual(['pkg:npm/d@4.0.0', 'pkg:npm/n@1.0.0']);
});

test('reads who made it, and licences in the forms of all times', () => {
  const licence = (more: object) => {
    const { packages } = cataloged({ 'node_modules/a/package.json': manifest('a', '1.0.0', more) });
    return packages[0]?.licence?.expression;
  };
  expect(licence({ license: '(MIT OR Apache-2.0)' })).toBe('MIT OR Apache-2.0');
  expect(licence({ license: { type: 'ISC', url: 'https://host.example' } })).toBe('ISC');
  expect(licence({ licenses: [{ type: 'MIT' }, { type: 'GPL-2.0-only' }] })).toBe('MIT OR GPL-2.0-only');
  expect(licence({})).toBeUndefined();
  const { packages } = cataloged({
    'node_modules/a/package.json': manifest('a', '1.0.0', {
      description: 'does it',
      homepage: 'https://host.example',
      author: { name: 'An', email: 'an@host.example' },
    }),
  });
  expect(packages[0]).toMatchObject({
    maintainer: 'An <an@host.example>',
    description: 'does it',
    homepage: 'https://host.example',
  });
});

test("npm's hidden lock file says where packages came from", () => {
  const hash = Buffer.alloc(64, 7);
  const { packages } = cataloged({
    'app/node_modules/a/package.json': manifest('a', '1.0.0', { dependencies: { g: '*' } }),
    'app/node_modules/g/package.json': manifest('g', '2.0.0'),
    'app/node_modules/.package-lock.json': JSON.stringify({
      packages: {
        'node_modules/a': {
          resolved: 'https://registry.example/a/-/a-1.0.0.tgz',
          integrity: `sha512-${hash.toString('base64')}`,
        },
        'node_modules/g': { resolved: 'git+ssh://git@host.example/x/g.git#c0ffee' },
      },
    }),
  });
  const git = npmPurl('g', '2.0.0', { vcs: 'git+ssh://git@host.example/x/g.git@c0ffee' });
  expect(packages.map((p) => [p.purl, p.dependencies])).toEqual([
    ['pkg:npm/a@1.0.0', [git]],
    [git, []],
  ]);
  expect(packages[0]?.hashes).toEqual([{ algorithm: 'SHA-512', value: hash.toString('hex') }]);
});

test('the same package at several places is one with all its places and edges', () => {
  const { packages } = cataloged({
    'a/node_modules/x/package.json': manifest('x', '1.0.0', { dependencies: { y: '*' } }),
    'a/node_modules/y/package.json': manifest('y', '1.0.0'),
    'b/node_modules/x/package.json': manifest('x', '1.0.0', { dependencies: { y: '*' } }),
    'b/node_modules/y/package.json': manifest('y', '2.0.0'),
  });
  const x = packages.find((p) => p.name === 'x');
  expect(x?.dependencies).toEqual(['pkg:npm/y@1.0.0', 'pkg:npm/y@2.0.0']);
  expect(x?.locations?.map((at) => at.path)).toEqual([
    'a/node_modules/x/package.json',
    'b/node_modules/x/package.json',
  ]);
});

test('a name that leads elsewhere is no dependency, and one that means something in JavaScript is only a name', () => {
  const { edges, packages } = cataloged({
    'app/node_modules/a/package.json':
      '{"name":"a","version":"1.0.0","dependencies":{"../../etc":"*","__proto__":"*","constructor":"*"},"__proto__":{"license":"MIT"}}',
    'app/node_modules/constructor/package.json': manifest('constructor', '1.0.0'),
  });
  expect(edges['pkg:npm/a@1.0.0']).toEqual(['pkg:npm/constructor@1.0.0']);
  expect(packages.find((p) => p.name === 'a')?.unmetDependencies).toEqual(['__proto__@*']);
  expect(packages.find((p) => p.name === 'a')?.licence).toBeUndefined();
});

test('a package.json of old bytes, with a mark or without a name is read; a broken one is named', () => {
  const { packages, faults } = cataloged({
    'node_modules/a/package.json': Buffer.from('\ufeff{"name":"a","version":"1.0.0"}'),
    'node_modules/b/package.json': Buffer.from('{"version":"1.0.0","author":"J\xf6rg"}', 'latin1'),
    'node_modules/c/package.json': '{"name":',
    'node_modules/d/package.json': '[]',
    'node_modules/e/package.json': `{"name":"${'x'.repeat(300)}","version":"1.0.0"}`,
  });
  const purls = ['pkg:npm/a@1.0.0', 'pkg:npm/b@1.0.0', 'pkg:npm/d', 'pkg:npm/e@1.0.0'];
  expect(packages.map((p) => p.purl)).toEqual(purls);
  expect(faults).toEqual({ 'node_modules/c/package.json': 'json/malformed' });
});

test('links that lead in circles or out of the root end somewhere', () => {
  const { edges } = cataloged({
    'app/node_modules/a/package.json': manifest('a', '1.0.0', { dependencies: { loop: '*', out: '*' } }),
    'app/node_modules/loop': { link: 'loop' },
    'app/node_modules/out': { link: '../../../../../etc' },
  });
  expect(edges).toEqual({ 'pkg:npm/a@1.0.0': [] });
});
