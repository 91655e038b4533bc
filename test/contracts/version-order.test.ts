// What the order of every ecosystem must keep, whatever its rules.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderedEcosystems, versionOrder } from '../../src/version/order.ts';
import { LONGEST_VERSION } from '../../src/version/text.ts';
import { signOf } from './versions.ts';

const words = [
  '0',
  '1',
  '9',
  '10',
  '01',
  '2024',
  'a',
  'b',
  'rc',
  'alpha',
  'dev',
  'post',
  'p',
  'r',
  'x',
  'v',
  'SNAPSHOT',
];
const signs = ['.', '.', '-', '_', '+', '~', '^', ':', '!', '#', ''];
const version = array(constantFrom(...words, ...signs), { maxLength: 8 }).map((parts) => `1${parts.join('')}`);
const garbage = string({ unit: 'binary', maxLength: 20 });

/** Not transitive in what they follow: words of Conan and of Maven after a dot; `#` of PHP, which is the same as any number. */
const plainer: ReadonlyMap<string, RegExp> = new Map([
  ['ConanCenter', /[^0-9.]/],
  ['Maven', /[.][^0-9]|[^0-9.-]/],
  ['Packagist', /#|[-._+]$/],
]);

/** Of ecosystems that share an order, the first. */
const distinct = orderedEcosystems.filter(
  (one, i, all) => all.findIndex((other) => versionOrder(other) === versionOrder(one)) === i,
);

describe.each(distinct)('the order of %s', (ecosystem) => {
  test('turns round with its sides', () => {
    assert(property(version, version, (a, b) => signOf(ecosystem, a, b) !== undefined));
    assert(property(garbage, garbage, (a, b) => signOf(ecosystem, a, b) !== undefined));
    assert(property(version, garbage, (a, b) => signOf(ecosystem, a, b) !== undefined));
  });

  test('has one place for each version', () => {
    const skipped = plainer.get(ecosystem);
    assert(
      property(version, version, version, (a, b, c) => {
        if (skipped !== undefined && [a, b, c].some((text) => skipped.test(text))) return;
        const [ab, bc, ac] = [signOf(ecosystem, a, b), signOf(ecosystem, b, c), signOf(ecosystem, a, c)];
        if (ab === '?' || bc === '?') return;
        expect(ac, `${a} ${ab} ${b} ${bc} ${c}`).toBe(ab === '=' ? bc : bc === '=' || ab === bc ? ab : ac);
      }),
      { numRuns: 2000 },
    );
  });

  test('knows each version that it reads to be the same as itself', () => {
    assert(property(version, (a) => ['=', '?'].includes(signOf(ecosystem, a, a))));
  });

  test('gives nothing a place, nor what is too long', () => {
    const longest = '1'.repeat(LONGEST_VERSION);
    expect(signOf(ecosystem, '1', '')).toBe('?');
    expect(signOf(ecosystem, longest, '1')).toBe('>');
    expect(signOf(ecosystem, `${longest}1`, '1')).toBe('?');
  });

  test('is that of each of its releases', () => {
    expect(versionOrder(`${ecosystem}:13`)).toBe(versionOrder(ecosystem));
  });
});

test('ecosystems share fewer orders than there are of them', () => {
  expect(distinct.length).toBeGreaterThan(10);
  expect(distinct.length).toBeLessThan(orderedEcosystems.length);
});

test('an ecosystem that nobody knows has no order', () => {
  expect(versionOrder('GIT')).toBeUndefined();
  expect(versionOrder('__proto__')).toBeUndefined();
});

const vectors = join(process.env['TEMPER_SHARED'] ?? resolve('../shared'), 'vectors/versions');

describe.skipIf(!existsSync(vectors))('vectors of another scanner', () => {
  test.each([
    ['alpine-versions', 'Alpine', 700],
    ['alpine-versions-generated', 'Alpine', 6000],
    ['cran-versions', 'CRAN', 20],
    ['cran-versions-generated', 'CRAN', 20],
    ['debian-versions', 'Debian', 20],
    ['debian-versions-generated', 'Debian', 6000],
    ['maven-versions', 'Maven', 90],
    ['maven-versions-generated', 'Maven', 6000],
    ['nuget-versions', 'NuGet', 30],
    ['packagist-versions', 'Packagist', 80],
    ['packagist-versions-generated', 'Packagist', 5000],
    ['pypi-versions', 'PyPI', 30],
    ['pypi-versions-generated', 'PyPI', 6000],
    ['redhat-versions', 'Red Hat', 140],
    ['rubygems-versions', 'RubyGems', 20],
    ['rubygems-versions-generated', 'RubyGems', 2000],
    ['semver-versions', 'npm', 80],
  ])('%s.txt in the order of %s', (file, ecosystem, atLeast) => {
    const lines = readFileSync(join(vectors, `${file}.txt`), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('//'));
    const wrong = lines.filter((line) => {
      const [a = '', sign, b = ''] = line.split(' ');
      return signOf(ecosystem, a, b) !== sign;
    });
    expect(wrong).toEqual([]);
    expect(lines.length).toBeGreaterThan(atLeast);
  });
});
