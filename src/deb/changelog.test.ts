import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { describe, expect, it } from 'vitest';
import { readChangelog } from './changelog.ts';

const LAST = ' -- Jane Doe <jane@example.org>  Mon, 03 Mar 2025 10:00:00 +0100';
const entry = (heading: string, ...lines: readonly string[]) => [heading, '', ...lines, '', LAST, ''].join('\n');
const versions = (text: string) => readChangelog(text).map(({ source, version }) => `${source} ${version}`);

describe('a changelog', () => {
  it('is a list of entries with their source, version, lines and date', () => {
    const [first, second] = readChangelog(
      entry('xz-utils (5.4.1-1) unstable; urgency=medium', '  * Fix it.') +
        entry('xz-utils (1:5.4~rc1) trixie-security trixie; urgency=high, binary-only=yes', '  * Older.'),
    );
    expect(first).toEqual({
      source: 'xz-utils',
      version: '5.4.1-1',
      date: Date.parse('2025-03-03T10:00:00+01:00') / 1000,
      lines: ['', '  * Fix it.', ''],
    });
    expect(second?.version).toBe('1:5.4~rc1');
  });

  it('may have carriage returns, comments, keywords, and editors’ settings at its end', () => {
    const text = [
      '# a comment',
      '$Id: changelog $',
      '/* another */',
      entry('a (1) unstable; urgency=low', '  * x CVE-2020-0001'),
      'Local variables:',
      'a (0) unstable; urgency=low',
    ].join('\r\n');
    const [only, ...others] = readChangelog(text);
    expect(others).toEqual([]);
    expect(only?.lines).toContain('  * x CVE-2020-0001');
  });

  it.each([
    'Wed Apr 17 17:54:44 1996  Jane <j@example.org>',
    'Mon Jan 1 12:00:00 MET 1996  Jane <j@example.org>',
    'a (1.0)',
    'a-1.0 Debian 1',
    'a 1.0 Debian 1',
    'Changes from version 1 to 2:',
    'Old Changelog:',
    '1.0-1:',
    'vim: ts=4',
  ])('is not read beyond a line of no known form: %s', (ancient) => {
    const current = entry('a (2) unstable; urgency=low', '  * new');
    const old = entry('a (1) unstable; urgency=low', '  * old');
    expect(versions(`${current}\n${ancient}\n${old}`)).toEqual(['a 2']);
  });

  it('goes on after a heading that is badly formed, whose changes belong to the entry above', () => {
    const text = `${entry('a (2) unstable; urgency=low', '  * two')}
a(1) unstable: urgency
${entry('a (not_a_version) unstable; urgency=low', '  * one')}${entry('a (0.9) unstable; urgency=low', '  * zero')}`;
    expect(versions(text)).toEqual(['a 2', 'a 0.9']);
    expect(readChangelog(text)[0]?.lines.filter((line) => line.includes('*'))).toEqual(['  * two', '  * one']);
  });

  it('has no date where the last line has none that can be read', () => {
    for (const line of [' -- Jane <j@example.org>  someday', ' --', ' -- J <j> Mon, 99 Foo 2020 10:00:00 +0000']) {
      expect(readChangelog(`a (1) unstable; urgency=low\n  * x\n${line}\n`)[0]?.date).toBeUndefined();
    }
  });

  it.each([
    ['nothing', ''],
    ['text', 'no changelog at all\n'],
    ['an upstream changelog', 'Version 1.0\n  * CVE-2020-0001\n'],
    ['bytes', '\0\xff\x80'.repeat(100)],
  ])('is refused when it is %s', (_, text) => {
    expect(() => readChangelog(text)).toThrow(
      expect.objectContaining({ code: 'deb/malformed-changelog', message: expect.stringContaining('it has no entry') }),
    );
  });

  it('is refused with more than 50,000 entries', () => {
    expect(() => readChangelog('a (1) x; u=l\n'.repeat(50_001))).toThrow(/more than 50000 entries/);
  });

  it('is read in no time, whatever its lines are', () => {
    const long = 'a-'.repeat(200_000);
    const lines = [
      `a (1${' '.repeat(400_000)}`,
      long,
      `${long} Debian`,
      ` -- ${'<> '.repeat(200_000)}`,
      `a (1) ${'x '.repeat(200_000)}`,
      `Mon Jan 1 1:1:1 ${'0 '.repeat(200_000)}`,
      `Changes for ${'a'.repeat(400_000)} `,
    ];
    const started = cpuTime();
    readChangelog(['a (2) unstable; urgency=low', ...Array.from({ length: 20 }, () => lines).flat()].join('\n'));
    expect(cpuTime() - started).toBeLessThan(2000);
  });
});
