import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import { describe, expect, it } from 'vitest';
import { Notices, parseNotices } from './notices.ts';

const LIST = `[14 Mar 2024] DSA-5640-1 openvswitch - security update
\t{CVE-2023-3966 CVE-2023-5366}
\t[bullseye] - openvswitch 2.15.0+ds1-2+deb11u5
\t[bookworm] - openvswitch 3.1.0-2+deb12u1
\tNOTE: about it
[01 Feb 2024] DSA-5612-2 chromium - regression update
\t[bookworm] - chromium 121.0.6167.139-1~deb12u2
[31 Jan 2024] DSA-5612-1 chromium - security update
\t{CVE-2024-1059}
\t[bookworm] - chromium 121.0.6167.139-1~deb12u1
\t[buster] - chromium <end-of-life>
`;

describe('a list of advisories', () => {
  it('has their ids, dates, vulnerabilities and fixes', () => {
    expect(parseNotices(LIST)[0]).toEqual({
      id: 'DSA-5640-1',
      date: Date.UTC(2024, 2, 14) / 1000,
      title: 'openvswitch - security update',
      cves: ['CVE-2023-3966', 'CVE-2023-5366'],
      fixes: [
        { ecosystem: 'Debian:11', source: 'openvswitch', version: '2.15.0+ds1-2+deb11u5' },
        { ecosystem: 'Debian:12', source: 'openvswitch', version: '3.1.0-2+deb12u1' },
      ],
    });
    expect(parseNotices(LIST)[2]?.fixes.length).toBe(1);
  });

  it('finds the highest fix of a vulnerability, and keeps advisories that name none', () => {
    const later = LIST.replace('\t[bookworm] - chromium 121.0.6167.139-1~deb12u2', '\t{CVE-2024-1059}\n$&');
    expect(new Notices(parseNotices(later)).fix('Debian:12', 'chromium', 'CVE-2024-1059')).toMatchObject({
      id: 'DSA-5612-2',
      version: '121.0.6167.139-1~deb12u2',
    });
    expect(new Notices(parseNotices(LIST)).nameless.map(({ id }) => id)).toEqual(['DSA-5612-2']);
    expect(new Notices([]).fix('Debian:12', '__proto__', 'x')).toBeUndefined();
  });

  it('is read in no time, whatever it holds', () => {
    const started = cpuTime();
    const hostile = [
      `[1 Jan 2024] DSA-1-1 ${'x '.repeat(500_000)}`,
      `\t{${' '.repeat(1_000_000)}`,
      `\t[a] - ${'b'.repeat(1_000_000)}`,
    ];
    expect(parseNotices(hostile.join('\n')).length).toBe(1);
    expect(parseNotices('\0'.repeat(1_000_000))).toEqual([]);
    expect(cpuTime() - started).toBeLessThan(1000);
  });
});
