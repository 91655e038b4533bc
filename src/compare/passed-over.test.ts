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

test('a finding stays whose own package is something else, whatever the other side says of its name', () => {
  const other = deb('linux-libc-dev', '6.1', 'mine');
  const looked = side([other], [findingIn(other, 'CVE-1')]);
  const passed = side([newer], [], { findings: uncovered('kernel-headers') });
  expect(likeSides(looked, passed)).toEqual({ a: looked, b: passed, leftOut: { a: 0, b: 0 } });
  // What says that headers were passed over names something else.
  const named = side([libc], [], { findings: uncovered('kernel-headers', libc.purl) });
  const both = side([libc], [findingIn(libc, 'CVE-3')]);
  expect(likeSides(both, named).leftOut).toEqual({ a: 0, b: 0 });
});
