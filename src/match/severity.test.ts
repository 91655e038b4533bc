import { expect, test } from 'vitest';
import type { Severity } from '../advisory/types.ts';
import { countingSeverity, levelOf, scoreOf } from './severity.ts';

const critical = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const high = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N';
const version4 = 'CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
const nvd: Severity = { source: 'nvd', level: 'critical', stated: 'CRITICAL', vector: critical, score: 9.8 };

test("takes the packager's word over NVD's", () => {
  const own: Severity = { source: 'debian', level: 'negligible', stated: 'unimportant' };
  expect(countingSeverity([own], [nvd])).toEqual({
    level: 'negligible',
    source: 'debian',
    score: undefined,
    vector: undefined,
  });
});

test('puts the score and vector of the same source beside the level', () => {
  const own: Severity[] = [
    { source: 'redhat', level: 'medium', stated: 'Moderate' },
    { source: 'redhat', vector: high, score: 7.5 },
  ];
  expect(countingSeverity(own, [nvd])).toEqual({ level: 'medium', source: 'redhat', score: 7.5, vector: high });
});

test("takes what the packager says of the package over the advisory's word", () => {
  const own: Severity[] = [
    { source: 'redhat', level: 'low' },
    { source: 'redhat', level: 'high' },
  ];
  expect(countingSeverity(own, []).level).toBe('low');
});

test("takes the packager's CVSS vector where it states no level", () => {
  const own: Severity[] = [{ source: 'osv', vector: high }];
  expect(countingSeverity(own, [nvd])).toEqual({ level: 'high', source: 'osv', score: 7.5, vector: high });
});

test('takes NVD where the packager says nothing, before others', () => {
  const other: Severity = { source: 'security@example.org', level: 'low', vector: high };
  const unknown: Severity = { source: 'debian', stated: 'not yet assigned' };
  expect(countingSeverity([unknown], [other, nvd])).toEqual({
    level: 'critical',
    source: 'nvd',
    score: 9.8,
    vector: critical,
  });
});

test('takes the newest version of a source that scores by several', () => {
  const all: Severity[] = [
    { source: 'nvd', level: 'high', vector: 'AV:N/AC:L/Au:N/C:C/I:C/A:C', score: 10 },
    { source: 'nvd', level: 'critical', vector: critical, score: 9.8 },
  ];
  expect(countingSeverity([], all)).toMatchObject({ level: 'critical', score: 9.8 });
  expect(countingSeverity([], [...all, { source: 'nvd', vector: version4 }])).toMatchObject({
    vector: version4,
    score: 7.3,
  });
});

test('takes another source where neither the packager nor NVD says anything, and names it', () => {
  expect(countingSeverity([], [{ source: 'ghsa', level: 'high' }])).toMatchObject({ level: 'high', source: 'ghsa' });
});

test('does not know what nobody says', () => {
  const nonsense: Severity[] = [
    { source: 'x', vector: 'AV:nonsense' },
    { source: 'x', score: 11 },
    { source: 'x', score: Number.NaN },
    { source: 'x', score: -1 },
    { source: 'x', stated: 'Terrible' },
  ];
  expect(countingSeverity(nonsense, nonsense)).toEqual({
    level: 'unknown',
    source: undefined,
    score: undefined,
    vector: undefined,
  });
});

test('calls negligible what CVSS calls none', () => {
  expect(levelOf({ source: 'x', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N' })).toBe('negligible');
});

test("trusts a vector more than the score beside it, and takes the base score's word as others show it", () => {
  expect(scoreOf({ source: 'x', vector: critical, score: 1 })).toBe(9.8);
  expect(scoreOf({ source: 'x', vector: 'nonsense', score: 1 })).toBe(1);
  expect(scoreOf({ source: 'x', vector: `${critical}/E:U/RL:O` })).toBe(9.8);
});
