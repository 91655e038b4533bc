import { expect, test } from 'vitest';
import { deb } from '../../test/fakes/packages.ts';
import { findingIn } from '../../test/fakes/scan-report.ts';
import { side } from '../../test/fakes/sides.ts';
import { compare } from './compare.ts';
import { type ExitReason, exitReason, objections } from './exit.ts';
import type { Side } from './types.ts';

const [old, newer] = [deb('a', '1'), deb('a', '2')];
const ask = (a: Side, b: Side, reason: ExitReason | undefined, ...failOn: ('high' | 'any')[]) =>
  objections(compare(a, b, { kind: 'same-data' }, {}), new Set(reason === undefined ? [] : [reason]), failOn);

test('a finding that the first side has not is a reason', () => {
  const [clean, found] = [side([old]), side([old], [findingIn(old, 'CVE-1')])];
  expect(ask(clean, found, 'vulnerability')).toMatchObject([{ reason: 'vulnerability', count: 1 }]);
  expect(ask(found, clean, 'vulnerability')).toEqual([]);
  expect(ask(found, found, 'vulnerability')).toEqual([]);
});

test('a package that came or changed is a reason, one that went is none', () => {
  expect(ask(side([old]), side([newer]), 'package')).toMatchObject([{ reason: 'package', count: 1 }]);
  expect(ask(side([]), side([old]), 'package')).toMatchObject([{ count: 1 }]);
  expect(ask(side([old]), side([]), 'package')).toEqual([]);
});

test('a condition that only the second side meets is a reason', () => {
  const [clean, found] = [side([old]), side([old], [findingIn(old, 'CVE-1')])];
  expect(ask(clean, found, undefined, 'high')).toEqual([{ reason: 'policy', count: 1, condition: 'high' }]);
  expect(ask(found, found, undefined, 'high', 'any')).toEqual([]);
});

test('what is not known has no answer', () => {
  const silent = side([old], [], { findings: { findings: [], covered: 0, notCovered: 1 } });
  const counted = side([old], [], { packages: undefined });
  expect(() => ask(side([old]), silent, 'vulnerability')).toThrow(
    expect.objectContaining({ code: 'compare/not-known' }),
  );
  expect(() => ask(silent, side([old]), undefined, 'any')).toThrow(
    expect.objectContaining({ code: 'compare/not-known' }),
  );
  expect(() => ask(counted, side([old]), 'package')).toThrow(expect.objectContaining({ code: 'compare/not-known' }));
});

test.each([
  ['a system that calls itself another', 'pkg:deb/other/b@1', 'no-feed'],
  ['a package that is somebody else’s now', 'pkg:deb/debian/a@2', 'third-party'],
  ['a version that cannot be read', 'pkg:deb/debian/a@x', 'version-unreadable'],
] as const)('what the second side no longer tells has no answer: %s', (_, purl, reason) => {
  const found = side([old], [findingIn(old, 'CVE-1')]);
  const uncovered = [{ purl, reason }];
  const blind = side([newer], [], { findings: { findings: [], covered: 1, notCovered: 1, uncovered } });
  expect(() => ask(found, blind, 'vulnerability')).toThrow(
    expect.objectContaining({
      code: 'compare/not-known',
      message: expect.stringContaining('of 1 of its packages') as unknown,
    }),
  );
  expect(ask(blind, blind, 'vulnerability')).toEqual([]);
  const elsewhere = [{ purl: 'pkg:deb/debian/z@1', reason: 'third-party' as const }];
  const other = side([newer], [], { findings: { findings: [], covered: 1, notCovered: 1, uncovered: elsewhere } });
  expect(ask(found, other, 'vulnerability')).toEqual([]);
  const passedOver = [{ purl: newer.purl, reason: 'kernel-headers' as const }];
  const left = side([newer], [], { findings: { findings: [], covered: 1, notCovered: 1, uncovered: passedOver } });
  expect(ask(found, left, 'vulnerability')).toEqual([]);
});

test('what filters left out of a newer saved scan has no answer', () => {
  const filtered = side([old], [], { findings: { findings: [], covered: 1, notCovered: 0, leftOut: 2 } });
  expect(() => ask(side([old]), filtered, undefined, 'any')).toThrow(
    expect.objectContaining({ code: 'compare/not-known' }),
  );
  expect(ask(filtered, side([old]), 'vulnerability')).toEqual([]);
});

test('other words are refused, with the one that may be meant', () => {
  expect(exitReason('Package')).toBe('package');
  expect(() => exitReason('vulnerabilities')).toThrow(expect.objectContaining({ code: 'option/exit-on' }));
});
