import { expect, test } from 'vitest';
import { isGoPseudoVersion } from './go.ts';
import { outOfOrder, notSame } from '../../test/contracts/versions.ts';

test('pseudo-versions stand where their base and time put them', () => {
  expect(
    outOfOrder('Go', [
      'v0.0.0-20190101000000-abcdefabcdef',
      'v0.0.0-20210101000000-000000000000',
      'v0.3.7',
      'v0.3.8-0.20211105212822-18b340fc7af2',
      'v0.3.8-0.20220101000000-aaaaaaaaaaaa',
      'v0.3.8',
      'v2.0.0-rc.1.0.20200101000000-aaaaaaaaaaaa',
      'v2.0.0+incompatible',
    ]),
  ).toEqual([]);
});

test("Go's own releases are written in two ways", () => {
  expect(notSame('Go', ['go1.21rc2', '1.21rc2', '1.21.0-rc.2'])).toEqual([]);
  expect(notSame('Go', ['go1.9beta1', '1.9.0-beta.1'])).toEqual([]);
  expect(outOfOrder('Go', ['1.20.14', '1.21.0-0', '1.21beta1', '1.21rc2', '1.21rc10', 'go1.21', '1.21.1'])).toEqual([]);
});

test('pseudo-versions are told from releases', () => {
  const pseudo = [
    'v0.0.0-20190101000000-abcdefabcdef',
    '1.2.4-0.20220101000000-aaaaaaaaaaaa',
    'v1.80.0-v2.20.0.20240312162750-5908b97e7c22',
    'v2.0.0-rc.1.0.20200101000000-aaaaaaaaaaaa+incompatible',
  ];
  expect(pseudo.filter((version) => !isGoPseudoVersion(version))).toEqual([]);
  const released = ['v1.2.3', 'v2.0.0+incompatible', 'v1.0.0-rc.1', '1.0.0-20220101000000', '(devel)', ''];
  expect(released.filter(isGoPseudoVersion)).toEqual([]);
});
