import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { describe, expect, it } from 'vitest';
import type { ChangelogEntry } from './changelog.ts';
import { changelogFixes, namedCves } from './changelog-cves.ts';

const entry = (version: string, text: string, source = 'a'): ChangelogEntry => ({
  source,
  version,
  date: 1_700_000_000,
  lines: text.split('\n'),
});
const fixes = (...entries: readonly ChangelogEntry[]) =>
  [...changelogFixes(entries, 'a').values()].map(({ id, version }) => `${id} ${version}`);

describe('vulnerabilities that a text names', () => {
  it.each([
    ['  * Fix CVE-2024-3094.', ['CVE-2024-3094']],
    ['    CVE-2024-1234567-fix.patch', ['CVE-2024-1234567']],
    ['    (CVE-2024-1234/CVE-2024-1235)', ['CVE-2024-1234', 'CVE-2024-1235']],
    ['    CVE-2024-1234/1235', ['CVE-2024-1234', 'CVE-2024-1235']],
    ['    CVE-2020-1234, -1235 and -12366', ['CVE-2020-1234', 'CVE-2020-1235', 'CVE-2020-12366']],
    ['    - CVE-2025-{49794,49796}: use after free', ['CVE-2025-49794', 'CVE-2025-49796']],
    ['  * Addresses cve-2014-8140 and CVE 2026-33416.', ['CVE-2014-8140', 'CVE-2026-33416']],
    ['  * Really fix CVE_2019_10086', ['CVE-2019-10086']],
    ['  * buffer overflow, CVE-2024-\n    12345', ['CVE-2024-12345']],
    ['  * CAN-2005-2475', ['CVE-2005-2475']],
  ])('%j', (text, ids) => {
    expect([...namedCves(text).keys()]).toEqual(ids);
  });

  it.each([
    'CVE-2024-XXXX',
    'CVE-????-?????',
    'CVE-2024-123',
    'CAN-2026-2034440',
    'can 2005-1234',
    'CVE 12345',
    'CVE-2024-{a,b}',
  ])('none in %j', (text) => {
    expect([...namedCves(text).keys()]).toEqual([]);
  });

  it('does not take a path or a bug for a further number', () => {
    expect([
      ...namedCves('CVE-2024-1234/0001-fix.patch, CVE-2024-1235/1236.patch, CVE-2020-1237, 1238').keys(),
    ]).toEqual(['CVE-2024-1234', 'CVE-2024-1235', 'CVE-2020-1237']);
  });
});

describe('the fixes of a changelog', () => {
  it('are in the version whose entry names them', () => {
    expect(fixes(entry('2', 'CVE-2020-0002'), entry('1', 'CVE-2020-0001'))).toEqual([
      'CVE-2020-0002 2',
      'CVE-2020-0001 1',
    ]);
  });

  it('count from the last entry that names one', () => {
    expect(fixes(entry('2', 'complete CVE-2020-0001'), entry('1', 'CVE-2020-0001'))).toEqual(['CVE-2020-0001 2']);
  });

  it('are in a rebuild that is lower than the version that it rebuilds', () => {
    expect(fixes(entry('1.2-1~deb13u1', 'rebuild'), entry('1.2-1', 'CVE-2020-0001'), entry('1.1-1', ''))).toEqual([
      'CVE-2020-0001 1.2-1~deb13u1',
    ]);
  });

  it('are those of the sources that it was before, too', () => {
    const older = [entry('1.9', 'CVE-2020-0001', 'old'), entry('3', 'CVE-2020-0003', 'old')];
    expect(fixes(entry('2', ''), ...older)).toEqual(['CVE-2020-0001 1.9', 'CVE-2020-0003 1.9']);
  });

  it('are not those of another source above', () => {
    expect(fixes(entry('9', 'CVE-2020-0009', 'other'), entry('2', 'CVE-2020-0002'))).toEqual(['CVE-2020-0002 2']);
    expect(fixes(entry('9', 'CVE-2020-0009', 'other'))).toEqual([]);
  });

  it('say the item that names them, as one line', () => {
    const text =
      '\n  [ Jane ]\n  * First.\n  * Fix an overflow\n    in the parser\n    (CVE-2020-0001).\n    - more\n  * Last.';
    const [fix] = changelogFixes([entry('1', text)], 'a').values();
    expect(fix).toEqual({
      id: 'CVE-2020-0001',
      version: '1',
      date: 1_700_000_000,
      item: 'Fix an overflow in the parser (CVE-2020-0001).',
    });
  });

  it('keep items short', () => {
    const [fix] = changelogFixes(
      [entry('1', `  * ${'x'.repeat(5000)} CVE-2020-0001 ${'y'.repeat(5000)}`)],
      'a',
    ).values();
    expect(fix?.item.length).toBe(300);
  });

  it('are found in no time, whatever the text is', () => {
    const text = [
      'CVE-2024-1234'.repeat(100_000),
      `CVE-2024-1234${'/1234'.repeat(200_000)}`,
      `CVE-2024-{${'1,'.repeat(300_000)}`,
      'CVE-2024-{'.repeat(100_000),
      'CVE-2024-\n'.repeat(100_000),
      ' '.repeat(1_000_000),
      'CVE-2024-1234,'.repeat(10_000),
    ].join('\n');
    const started = cpuTime();
    changelogFixes([entry('1', text)], 'a');
    expect(cpuTime() - started).toBeLessThan(2000);
  });
});
