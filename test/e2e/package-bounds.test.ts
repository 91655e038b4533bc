// Packages that name each other in every way are ended by a bound, and cost nothing but their own kind.
import { expect, test } from 'vitest';
import { catalogFiles, treeOf } from '../fakes/catalog.ts';
import { ImageTree } from '../../src/image/tree.ts';
import { apk } from '../../src/catalog/apk/cataloger.ts';
import { barePackage } from '../../src/catalog/bare-package.ts';
import { type AssemblyContext, assemblePackages, type LocatedFact } from '../../src/catalog/catalog.ts';
import { dpkg } from '../../src/catalog/dpkg/cataloger.ts';
import { Effort, PackageBound } from '../../src/catalog/effort.ts';
import { npm } from '../../src/catalog/npm/npm.ts';
import { python } from '../../src/catalog/python/python.ts';
import type { Cataloger } from '../../src/catalog/types.ts';

const context: AssemblyContext = {
  distribution: undefined,
  platform: undefined,
  environment: [],
  files: treeOf([]),
};

function assembled(cataloger: Cataloger<unknown>, path: string, text: string) {
  const bytes = Buffer.from(text);
  const content = { size: bytes.length, read: (at: number, n: number) => bytes.subarray(at, at + n), all: () => bytes };
  const fact = cataloger.parse({ path, mode: 0o644, content });
  const facts = new Map<string, readonly LocatedFact[]>([[cataloger.id, [{ path, fact, layer: undefined }]]]);
  return assemblePackages([cataloger], facts, context);
}

/** Milliseconds: what is quadratic takes minutes. */
const PATIENCE = 60_000;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test(
  'packages of which each provides and needs what all others do end at a bound',
  () => {
    const names = numbers(100).map((i) => `v${i}`);
    const stanza = (i: number) =>
      `Package: p${i}\nStatus: install ok installed\nVersion: 1\nProvides: ${names.join(', ')}\nDepends: ${names.join(', ')}\n`;
    const deb = assembled(dpkg, 'var/lib/dpkg/status', numbers(6000).map(stanza).join('\n'));
    const apks = numbers(6000).map((i) => `P:p${i}\nV:1\np:${names.join(' ')}\nD:${names.join(' ')}\n`);
    const alpine = assembled(apk, 'lib/apk/db/installed', apks.join('\n'));
    for (const { packages, failed } of [deb, alpine]) {
      expect(packages).toEqual([]);
      expect(failed).toMatchObject([
        {
          code: 'catalog/too-many-steps',
          reason: expect.stringContaining(
            'The packages of one kind take more than 50000000 steps to be put together.',
          ) as string,
        },
      ]);
    }
  },
  PATIENCE,
);

test(
  'a version that 40,000 packages ask for is compared once',
  () => {
    const long = '1'.repeat(900);
    const stanza = (i: number) =>
      `Package: p\nStatus: install ok installed\nVersion: ${long}${i}\nDepends: p (>= ${long}9999999), p (= 5)\n`;
    const { packages } = assembled(dpkg, 'var/lib/dpkg/status', numbers(10_000).map(stanza).join('\n'));
    expect(packages).toHaveLength(10_000);
    expect(packages[0]?.unmetDependencies).toHaveLength(2);
  },
  PATIENCE,
);

test(
  'a package deep below node_modules finds its many needs in time or ends at a bound',
  () => {
    const needs = JSON.stringify(Object.fromEntries(numbers(9000).map((i) => [`n${i}`, '1'])));
    const files: Record<string, string> = {};
    for (let depth = 1; depth <= 250; depth++) {
      const dependencies = depth > 200 ? needs : '{}';
      files[`${'node_modules/p/'.repeat(depth)}package.json`] =
        `{"name":"p","version":"${depth}.0.0","dependencies":${dependencies}}`;
    }
    const tree = new ImageTree();
    tree.apply(Object.keys(files).map((path) => ({ path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 1 })));
    expect(() => catalogFiles(npm, files, { files: tree })).toThrow('catalog/too-many-steps');
  },
  PATIENCE,
);

test(
  'extras that others ask for one after the other are followed together, and every one counts',
  () => {
    const site = 'usr/lib/python3.11/site-packages';
    const wide = numbers(2000).map((i) => `Requires-Dist: d${i} ; extra == "x${i}"\n`);
    const files: Record<string, string> = {
      [`${site}/a-1.dist-info/METADATA`]: `Name: a\nVersion: 1\n${wide.join('')}`,
    };
    for (const i of numbers(300)) {
      files[`${site}/q${i}-1.dist-info/METADATA`] = `Name: q${i}\nVersion: 1\nRequires-Dist: a[x${i}]\n`;
      files[`${site}/d${i}-1.dist-info/METADATA`] = `Name: d${i}\nVersion: 1\n`;
    }
    const { edges } = catalogFiles(python, files);
    expect(edges['pkg:pypi/a@1']).toHaveLength(300);
  },
  PATIENCE,
);

test('what one kind may take is not taken from another', () => {
  const effort = new Effort();
  effort.spend(50_000_000);
  expect(() => effort.spend(1)).toThrow(expect.objectContaining({ code: 'catalog/too-many-steps' }));
  expect(() => effort.dependencies(4_000_001)).toThrow(
    expect.objectContaining({
      code: 'catalog/too-many-dependencies',
      message: 'The packages of one kind need each other in more than 4000000 ways.',
    }),
  );
  expect(() => effort.packages(500_001)).toThrow(
    expect.objectContaining({
      code: 'catalog/too-many-packages',
      message: 'The packages of one kind are more than 500000.',
    }),
  );
  expect(() => new Effort().packages(500_000)).not.toThrow();
});

test('packages, what they need and how long its names are, are bounded for the image', () => {
  const one = (dependencies: readonly string[]) => ({ dependencies });
  const count = new PackageBound();
  for (let i = 0; i < 500_000; i++) count.add(one([]));
  expect(() => count.add(one([]))).toThrow(
    expect.objectContaining({
      code: 'catalog/too-many-packages',
      message: 'The packages of the image are more than 500000.',
    }),
  );
  const needs = new PackageBound();
  const many = numbers(1_000_000).map(() => 'a');
  for (let i = 0; i < 4; i++) needs.add(one(many));
  expect(() => needs.add(one(['a']))).toThrow(
    expect.objectContaining({
      code: 'catalog/too-many-dependencies',
      message: 'The packages of the image need each other in more than 4000000 ways.',
    }),
  );
  const text = new PackageBound();
  const long = one([`pkg:generic/${'a'.repeat(2 ** 28 - 12)}`]);
  for (let i = 0; i < 4; i++) text.add(long);
  expect(() => text.add(one(['a']))).toThrow('need each other by more than 1073741824 characters');
});

test('more packages than an image may have are a Fault of the image, from whichever kinds they come', () => {
  const many = (id: string): Cataloger<unknown> => ({
    id,
    version: 1,
    evidence: 'installed',
    reads: [{ name: id }],
    limit: 1,
    parse: () => undefined,
    assemble: () => numbers(260_000).map(() => barePackage('pkg:generic/a@1', 'generic', 'a', '1', [{ path: id }])),
  });
  const facts = new Map(['a', 'b'].map((id) => [id, [{ path: id, fact: 1, layer: undefined }]]));
  expect(() => assemblePackages([many('a'), many('b')], facts, context)).toThrow(
    expect.objectContaining({ code: 'catalog/too-many-packages' }),
  );
});
