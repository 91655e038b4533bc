import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finding } from '../../test/fakes/findings.ts';
import { applyIgnoreRules } from './ignore.ts';
import { ignoreRules } from './ignore-rules.ts';
import { matchesWildcard } from './wildcard.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z') / 1000;
const rules = (text: string) => [ignoreRules(text, 'rules.yaml')];
const rule = (more = '', expires = '2026-06-15') =>
  rules(`ignore:\n  - vulnerability: CVE-2026-1\n    reason: not reachable\n    expires: ${expires}\n${more}`);

describe('reading', () => {
  test('takes a list, or a map with one', () => {
    const text = '- vulnerability: CVE-1\n  reason: x\n  expires: "2027-01-31"\n';
    expect(ignoreRules(text, 'a')).toEqual(
      ignoreRules(`ignore:\n  ${text.replaceAll('\n', '\n  ')}`, 'a') && ignoreRules(text, 'a'),
    );
    expect(ignoreRules(text, 'a').rules[0]).toMatchObject({ vulnerability: 'CVE-1', expires: 1_801_440_000, line: 1 });
    expect(ignoreRules('', 'a').rules).toEqual([]);
    expect(
      ignoreRules('- {vulnerability: a, reason: b, expires: 2027-01-31, version: 1.10}', 'a').rules[0]?.version,
    ).toBe('1.10');
  });

  test.each([
    ['- vulnerability: CVE-1\n  expires: 2027-01-31', 'rules.yaml, line 1: the rule has no reason.'],
    ['- vulnerability: CVE-1\n  reason: x', 'the rule has no expires.'],
    ['- reason: x\n  expires: 2027-01-31', 'the rule has no vulnerability.'],
    ['- vulnerability: CVE-1\n  raeson: x', 'rules.yaml, line 2: unknown field "raeson"; it is called reason here.'],
    ['- id: CVE-1', 'unknown field "id"; it is called vulnerability here.'],
    ['- vulnerability: CVE-1\n  expired_at: 2027-01-31', 'unknown field "expired_at"; it is called expires here.'],
    ['- zzz: CVE-1', 'unknown field "zzz"; there are vulnerability, package,'],
    ['- {vulnerability: a, reason: b, expires: 2027-02-30}', 'expires is no date: "2027-02-30"; write 2027-01-31.'],
    ['- {vulnerability: a, reason: b, expires: soon}', 'expires is no date: "soon"'],
    ['- {vulnerability: a, reason: "", expires: 2027-02-20}', 'reason is no text, or an empty one.'],
    ['- {vulnerability: [a]}', 'vulnerability is no text'],
    ['- {vulnerability: a, reason: b, expires: 2027-02-20, purl: openssl}', 'purl is no package URL: "openssl"'],
    ['- a', 'a rule is no map'],
    ['ignored: []', 'unknown field "ignored"; rules stand under "ignore"'],
    ['just text', 'it is neither a list of rules nor a map'],
    ['- &a {vulnerability: a}\n- *a', 'the rule has no reason'],
    ['- {a: 1, a: 2}', 'Map keys must be unique'],
  ])('refuses %j', (text, message) => {
    expect(() => ignoreRules(text, 'rules.yaml')).toThrow(
      expect.objectContaining({ code: 'ignore/invalid', message: expect.stringContaining(message) as unknown }),
    );
  });

  test('refuses nesting beyond the stack, and endless files', () => {
    expect(() => ignoreRules('['.repeat(100_000), 'a')).toThrow(expect.objectContaining({ code: 'ignore/invalid' }));
    expect(() => ignoreRules('#'.repeat(5 << 20), 'a')).toThrow('larger than 4 MiB');
  });
});

describe('applying', () => {
  const found = finding({ id: 'GHSA-x', aliases: ['CVE-2026-1'] });
  const apply = (files: ReturnType<typeof rules>, images: string[] = ['app:1']) =>
    applyIgnoreRules([found], files, images, NOW);

  test('ignores by an alias, with the reason, the line and the end', () => {
    const [one] = apply(rule()).findings;
    expect(one).toMatchObject({
      status: 'ignored',
      decisions: [{ by: 'ignore-rule', reason: 'not reachable', source: 'rules.yaml, line 2', expires: 1_781_568_000 }],
    });
  });

  test('a rule that expired counts for nothing and is told', () => {
    expect(apply(rule('    package: openssl\n', '2026-06-14'))).toEqual({
      findings: [found],
      expired: ['rules.yaml, line 2: the rule for CVE-2026-1 in openssl expired on 2026-06-14; it counts again.'],
    });
  });

  test.each([
    ['package: libssl3', true],
    ['package: openssl', true],
    ['package: libssl', false],
    ['version: 3.0.1-1', true],
    ['version: 3.0.1-2', false],
    ['purl: pkg:deb/debian/libssl3', true],
    ['purl: pkg:deb/debian/openssl@3.0.1-1', true],
    ['purl: pkg:deb/debian/libssl3?arch=arm64', false],
    ['path: /var/lib/dpkg/*', true],
    ['path: var/lib/rpm/*', false],
    ['image: "app:*"', true],
    ['image: "other:*"', false],
  ])('%s: %s', (field, matches) => {
    expect(apply(rule(`    ${field}\n`)).findings[0]?.status).toBe(matches ? 'ignored' : 'affected');
  });

  test('leaves what somebody else said is not affected', () => {
    const suppressed = finding({ id: 'CVE-2026-1', status: 'not-affected' });
    expect(applyIgnoreRules([suppressed], rule(), [], NOW).findings).toEqual([suppressed]);
  });
});

test('wildcards are what a regular expression would say', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (pattern, text) => {
      const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
      expect(matchesWildcard(pattern, text)).toBe(expected);
    }),
  );
});
