import { describe, expect, test } from 'vitest';
import { outOfOrder, notSame, placed } from '../../test/contracts/versions.ts';
import { semverParts } from './semver.ts';

describe.each(['npm', 'crates.io', 'Go', 'Hex', 'Pub', 'SwiftURL', 'GitHub Actions', 'NuGet', 'Julia'])(
  '%s',
  (ecosystem) => {
    test('prereleases before their release, numbers before words', () => {
      expect(
        outOfOrder(ecosystem, [
          '0.9.9',
          '1.0.0-0',
          '1.0.0-2',
          '1.0.0-10',
          '1.0.0-alpha',
          '1.0.0-alpha.1',
          '1.0.0-alpha.beta',
          '1.0.0-beta.2',
          '1.0.0-beta.11',
          '1.0.0-rc.1',
          '1.0.0-rc.1.1',
          '1.0.0',
          '1.0.1',
          '1.10.0',
          '99999999999999999999.0.0',
        ]),
      ).toEqual([]);
    });

    test('what is written beside it', () => {
      expect(notSame(ecosystem, ['1.2.0', 'v1.2.0', '=1.2.0', '1.2', '1.02.0'])).toEqual([]);
      expect(outOfOrder(ecosystem, ['1.2.3-rc', '1.2.3', '1.2.3.1-a', '1.2.3.1', '1.2.4'])).toEqual([]);
    });

    test('what is no version', () => {
      expect(
        placed(ecosystem, '1.0.0', [
          'latest',
          '^1.0.0',
          '>=1',
          '1.x',
          '1.*',
          '1..2',
          '1.',
          '1.0.0-',
          '1.0.0-a..b',
          '1.0.0-a.',
          '1.0.0 ',
          '1.0.0-ä',
          '1.0.0+a b',
          '(devel)',
          'v',
          'workspace:*',
        ]),
      ).toEqual([]);
    });
  },
);

test('letters straight after the numbers are a prerelease', () => {
  expect(notSame('npm', ['1.2.3-rc1', '1.2.3rc1', 'v1.2.3-rc1'])).toEqual([]);
});

test('build metadata count for nothing', () => {
  for (const ecosystem of ['npm', 'crates.io', 'Go', 'NuGet'])
    expect(notSame(ecosystem, ['1.2.3', '1.2.3+1', '1.2.3+2.x'])).toEqual([]);
  expect(notSame('Go', ['v2.0.0', 'v2.0.0+incompatible'])).toEqual([]);
});

test('the parts lie where they are written', () => {
  expect(semverParts('v1.20.3-rc.1+b')).toEqual({ core: 1, coreEnd: 7, prerelease: 8, prereleaseEnd: 12, build: 13 });
});
