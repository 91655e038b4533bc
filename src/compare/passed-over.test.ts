import { expect, test } from 'vitest';
import { deb } from '../../test/fakes/packages.ts';
import { findingIn } from '../../test/fakes/scan-report.ts';
import { side } from '../../test/fakes/sides.ts';
import { likeSides } from './passed-over.ts';
import type { SideFindings } from './types.ts';

const [older, newer] = [deb('linux-libc-dev', '6.1', 'linux'), deb('linux-libc-dev', '6.2', 'linux')];
const libc = deb('libc6', '2', 'glibc');
const found = [findingIn(older, 'CVE-1'), findingIn(older, 'CVE-2'), findingIn(libc, 'CVE-3')];
const uncovered = (reason: 'kernel-headers' | 'third-party', purl = newer.purl): SideFindings => ({
  findings: [findingIn(libc, 'CVE-3')],
  covered: 1,
  notCovered: 1,
  uncovered: [{ purl, reason }],
});

test('findings in headers are left out where the other side did not look its headers up, in whatever version', () => {
  const [looked, passed] = [
    side([older, libc], found),
    side([newer, libc], [], { findings: uncovered('kernel-headers') }),
  ];
  const like = likeSides(looked, passed);
  expect(like.a.findings.findings.map(({ id }) => id)).toEqual(['CVE-3']);
  expect([like.b, like.leftOut]).toEqual([passed, { a: 2, b: 0 }]);
  const turned = likeSides(passed, looked);
  expect([turned.b.findings.findings.length, turned.leftOut]).toEqual([1, { a: 0, b: 2 }]);
});

test('nothing is left out where the other side has no headers, or not for this reason, or says nothing', () => {
  const looked = side([older, libc], found);
  for (const other of [
    side([libc]),
    side([newer], [], { findings: uncovered('third-party') }),
    side([libc], [], { findings: uncovered('kernel-headers', 'pkg:rpm/fedora/kernel-headers@6.2') }),
    side([newer], [], { findings: { findings: [], covered: 1, notCovered: 1 } }),
  ])
    expect(likeSides(looked, other)).toEqual({ a: looked, b: other, leftOut: { a: 0, b: 0 } });
});
