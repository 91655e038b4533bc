// What every cataloger keeps to, tried on files as tools write them and on what becomes of them when they are broken.
import { expect, test } from 'vitest';
import { CatalogerIndex, isProgram } from '../../src/catalog/catalog.ts';
import { Effort } from '../../src/catalog/effort.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, Found } from '../../src/catalog/types.ts';
import { type BytePath, bytePath, compareStrings } from '../../src/lib/bytes.ts';
import { Fault } from '../../src/lib/faults.ts';
import { parsePackageUrl } from '../../src/purl/purl.ts';
import { catalogFiles, contentOf, treeOf } from '../fakes/catalog.ts';

type Files = Readonly<Record<string, string | Buffer>>;

/** Milliseconds that one broken file may take: what is quadratic takes minutes. */
const PATIENCE = 4000;
const LARGE = 200_000;

const EMPTY: CatalogContext = {
  effort: new Effort(),
  distribution: undefined,
  platform: 'linux/amd64',
  environment: [],
  files: treeOf([]),
};

/** @param files that it reads and finds packages in */
export function catalogerContract(cataloger: Cataloger<unknown>, files: Files): void {
  const read = filesRead(cataloger, files);

  test('names what it reads, and reads it', () => {
    expect(cataloger.limit).toBeGreaterThan(0);
    expect(cataloger.reads.length).toBeGreaterThan(0);
    for (const { path, folder, name, suffix, program } of cataloger.reads) {
      expect([path, folder, name, suffix, program].some((one) => one !== undefined)).toBe(true);
    }
    expect(read.length).toBeGreaterThan(0);
    expect(catalogFiles(cataloger, files).faults).toEqual({});
  });

  test('finds packages whose package URLs, edges and locations hold', () => {
    const packages = assembled(cataloger, files, read);
    expect(packages.length).toBeGreaterThan(0);
    holds(packages);
    const known = new Set(packages.map(({ purl }) => purl));
    for (const { dependencies } of packages) for (const needed of dependencies) expect(known).toContain(needed);
  });

  test('gives nothing for nothing', () => {
    expect(cataloger.assemble([], EMPTY)).toEqual([]);
  });

  test('gives the same whatever the order in which files are found', () => {
    const backwards = Object.fromEntries(Object.entries(files).reverse());
    expect(catalogFiles(cataloger, backwards).packages).toEqual(catalogFiles(cataloger, files).packages);
  });

  test('facts are the same after a stay in the cache', () => {
    for (const { fact } of factsOf(cataloger, read)) expect(JSON.parse(JSON.stringify(fact))).toEqual(fact);
  });

  test('every broken file is a fault or says less, soon', { timeout: 60_000 }, () => {
    for (const [path, bytes] of read) {
      for (const broken of brokenFrom(bytes)) tryOn(cataloger, path, broken);
    }
    for (const [path] of read.slice(0, 3)) {
      for (const broken of BROKEN) tryOn(cataloger, path, broken);
    }
    expect(read.length).toBeGreaterThan(0);
  });

  test('names that every object has are names like others', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      for (const { name: real } of assembled(cataloger, files, read)) {
        const renamed = Object.entries(files).map(([path, content]) => [path, replaced(content, real, name)] as const);
        const packages = catalogFiles(cataloger, Object.fromEntries(renamed)).packages as readonly CatalogedPackage[];
        holds(packages);
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
}

function filesRead(cataloger: Cataloger<unknown>, files: Files): readonly (readonly [BytePath, Buffer])[] {
  const index = new CatalogerIndex([cataloger]);
  return Object.entries(files)
    .map(([path, content]) => [bytePath(path), Buffer.from(content)] as const)
    .filter(([path, bytes]) => [...index.byPath(path), ...(isProgram(bytes) ? index.ofPrograms(path) : [])].length > 0);
}

function factsOf(
  cataloger: Cataloger<unknown>,
  read: readonly (readonly [BytePath, Buffer])[],
): readonly Found<unknown>[] {
  return read.flatMap(([path, bytes]) => {
    const fact = cataloger.parse({ path, mode: 0o644, content: contentOf(bytes) });
    return fact === undefined ? [] : [{ path, fact }];
  });
}

function inOrder(found: readonly Found<unknown>[]): readonly Found<unknown>[] {
  return [...found].sort((a, b) => compareStrings(a.path, b.path));
}

function treeFor(files: Files): CatalogContext['files'] {
  return treeOf(Object.entries(files).map(([path, content]) => [bytePath(path), content] as const));
}

function assembled(
  cataloger: Cataloger<unknown>,
  files: Files,
  read: readonly (readonly [BytePath, Buffer])[],
): readonly CatalogedPackage[] {
  return cataloger.assemble(inOrder(factsOf(cataloger, read)), { ...EMPTY, files: treeFor(files) });
}

// Asked tens of thousands of times: one assertion for all packages.
function holds(packages: readonly CatalogedPackage[]): void {
  expect(packages.flatMap(problemsOf)).toEqual([]);
}

function problemsOf({ purl, kind, dependencies, locations, unmetDependencies = [] }: CatalogedPackage): string[] {
  const problems: readonly (readonly [boolean, string])[] = [
    [typeOf(purl) === kind, `is no package URL of the kind ${kind}`],
    [locations.length > 0, 'has no location'],
    [isSorted(dependencies), `needs, unsorted or twice: ${dependencies.join()}`],
    [isSorted(unmetDependencies), `misses, unsorted or twice: ${unmetDependencies.join()}`],
    [!dependencies.includes(purl), 'needs itself'],
    [dependencies.every((needed) => typeOf(needed) !== undefined), `needs no package URL: ${dependencies.join()}`],
  ];
  return problems.flatMap(([holding, problem]) => (holding ? [] : [`${purl} ${problem}`]));
}

/** Of a package URL; `undefined` for another text. */
function typeOf(purl: string): string | undefined {
  try {
    return parsePackageUrl(purl).type;
  } catch {
    return undefined;
  }
}

/** Sorted, and each once. */
function isSorted(list: readonly string[]): boolean {
  return list.every((one, i) => i === 0 || compareStrings(list[i - 1] ?? '', one) < 0);
}

function tryOn(cataloger: Cataloger<unknown>, path: BytePath, bytes: Buffer): void {
  const start = performance.now();
  try {
    const fact = cataloger.parse({ path, mode: 0o644, content: contentOf(bytes) });
    if (fact !== undefined) {
      const kept: unknown = JSON.parse(JSON.stringify(fact));
      holds(cataloger.assemble([{ path, fact: kept }], EMPTY));
    }
  } catch (fault) {
    if (!(fault instanceof Fault))
      throw new Error(`on ${JSON.stringify(bytes.toString('latin1', 0, 100))}`, { cause: fault });
  }
  const took = performance.now() - start;
  if (took > PATIENCE) throw new Error(`${took} ms on ${JSON.stringify(bytes.toString('latin1', 0, 60))}`);
}

/** Cut off at many places, one byte altered at many places, numbers grown, blanks lost. */
function brokenFrom(bytes: Buffer): readonly Buffer[] {
  const step = Math.max(1, Math.floor(bytes.length / 25));
  const places = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) => i * step);
  const text = bytes.toString('latin1');
  return [
    ...places.map((at) => bytes.subarray(0, at)),
    ...places.flatMap((at) => [0, 0x22, 0x7b, 0xff].map((value) => withByte(bytes, at, value))),
    Buffer.from(text.replace(/[0-9]+/g, '99999999999999999999999999'), 'latin1'),
    Buffer.from(text.replace(/[0-9]+/g, '-1'), 'latin1'),
    Buffer.from(text.replace(/\s+/g, ' '), 'latin1'),
    Buffer.from(
      text.replace(/[a-z]+/g, (word) => word.repeat(200)),
      'latin1',
    ),
  ];
}

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const altered = Buffer.from(bytes);
  altered[at] = value;
  return altered;
}

/** What is empty, deep, or of one thing again and again. */
const BROKEN: readonly Buffer[] = [
  Buffer.alloc(0),
  Buffer.alloc(LARGE),
  Buffer.alloc(LARGE, 0xff),
  ...[
    '[',
    '{',
    '(',
    '<',
    '"',
    "'",
    '%',
    '%<',
    '%q<',
    '{"a":',
    '[[',
    '- ',
    'a',
    ' ',
    '\n',
    '\n ',
    'a: ',
    ': ',
    '<a',
    '<a b',
    '</',
    '<!--',
    'a=',
    'a="',
    '["',
    '{:',
    '{:a, "',
    '{<<"',
    'a:1:{i:0;',
    's:9:"',
    '#',
    '{application, a, [',
    '{vsn, "',
    'depends: [',
    'dependencies = {',
    'license = ',
    '*/',
    '/*',
    'obj ',
    'x/y-1 ',
    '>=a/b-',
    'a-1.',
    '- a-',
    'provider "',
    'any.',
    'Plugin Name: ',
    's.add_dependency "',
    's.name = "',
    '    a (1)\n      b (',
    'uses: a/b@',
    'PackageName: a\n',
    'Relationship: a DEPENDS_ON b\n',
  ].map((text) => Buffer.from(text.repeat(Math.ceil(LARGE / text.length)))),
];

function replaced(content: string | Buffer, name: string, by: string): string | Buffer {
  return typeof content === 'string' ? content.replaceAll(name, by) : content;
}
