import { expect, test } from 'vitest';
import { deb, pkg } from '../../test/fakes/packages.ts';
import { decided, findingIn } from '../../test/fakes/scan-report.ts';
import { side } from '../../test/fakes/sides.ts';
import { findingChanges } from './findings.ts';
import type { ComparedFinding, FindingChange, Hindsight } from './types.ts';

const libc = deb('libc6', '2.36-9');
const newer = deb('libc6', '2.36-10');
const lodash = pkg('pkg:npm/lodash@4.17.20');
const same: Hindsight = { kind: 'same-data' };
const again = (...findings: ComparedFinding[]): Hindsight => ({ kind: 'again', findings });

const shown = (changes: readonly FindingChange[]) => changes.map(({ a, b, cause }) => [(b ?? a)?.id, cause]);

test('what one side has and the other has not is new or gone; one vulnerability in another version is neither', () => {
  const a = side([libc], [findingIn(libc, 'CVE-1'), findingIn(libc, 'CVE-2')]);
  const b = side([newer], [findingIn(newer, 'CVE-2'), findingIn(newer, 'CVE-3')]);
  const changes = findingChanges(a, b, same, {});
  expect(shown(changes.added)).toEqual([['CVE-3', 'image']]);
  expect(shown(changes.gone)).toEqual([['CVE-1', 'image']]);
  expect(shown(changes.unchanged)).toEqual([['CVE-2', 'image']]);
});

test('a vulnerability that has another name since is still the same', () => {
  const a = side([lodash], [findingIn(lodash, 'GHSA-aaaa-bbbb-cccc')]);
  const b = side([lodash], [findingIn(lodash, 'CVE-9', { aliases: ['GHSA-aaaa-bbbb-cccc'] })]);
  expect(findingChanges(a, b, same, {})).toMatchObject({ added: [], gone: [] });
  expect(findingChanges(b, a, same, {})).toMatchObject({ added: [], gone: [] });
});

test('what the first side would have by the newer data is the database’s, the rest is the image’s', () => {
  const a = side([libc, lodash], [findingIn(libc, 'CVE-1'), findingIn(libc, 'CVE-2')]);
  const now = [findingIn(libc, 'CVE-1'), findingIn(lodash, 'CVE-3')];
  const b = side([newer, lodash], [findingIn(lodash, 'CVE-3'), findingIn(newer, 'CVE-4')]);
  const changes = findingChanges(a, b, again(...now), {});
  expect(shown(changes.added)).toEqual([
    ['CVE-3', 'database'],
    ['CVE-4', 'image'],
  ]);
  // CVE-1 still is in the first image; of CVE-2 the database does not speak any more.
  expect(shown(changes.gone)).toEqual([
    ['CVE-1', 'image'],
    ['CVE-2', 'database'],
  ]);
});

test('a statement that came or went is a cause of its own', () => {
  const suppressed = findingIn(libc, 'CVE-1', { status: 'not-affected', decisions: [decided] });
  const [stated, open] = [side([libc], [suppressed]), side([libc], [findingIn(libc, 'CVE-1')])];
  expect(shown(findingChanges(stated, open, same, {}).added)).toEqual([['CVE-1', 'statement']]);
  expect(shown(findingChanges(open, stated, same, {}).gone)).toEqual([['CVE-1', 'statement']]);
  expect(findingChanges(stated, stated, same, {})).toMatchObject({ added: [], gone: [], b: { suppressed: 1 } });
});

test('the packager’s word is the database’s', () => {
  const denied = findingIn(libc, 'CVE-1', { status: 'not-affected', decisions: [{ ...decided, by: 'packager' }] });
  const [a, b] = [side([libc], [findingIn(libc, 'CVE-1')]), side([libc], [denied])];
  expect(shown(findingChanges(a, b, again(denied), {}).gone)).toEqual([['CVE-1', 'database']]);
});

test('where the first side cannot be asked again, the same package with another answer is the database’s', () => {
  const a = side([libc], [], { kind: 'scan' });
  const b = side([libc, lodash], [findingIn(libc, 'CVE-1'), findingIn(lodash, 'CVE-2')]);
  expect(shown(findingChanges(a, b, { kind: 'packages' }, {}).added)).toEqual([
    ['CVE-1', 'database'],
    ['CVE-2', 'image'],
  ]);
  const silent = side([], [findingIn(libc, 'CVE-0')], { kind: 'scan', packages: undefined, packageCount: 2 });
  expect(shown(findingChanges(silent, b, { kind: 'packages' }, {}).added)).toEqual([
    ['CVE-1', 'database'],
    ['CVE-2', 'unknown'],
  ]);
});

test('says what is different of a finding that stays', () => {
  const worse = findingIn(libc, 'CVE-1', {
    severity: { level: 'critical', source: 'nvd', score: 9.8, vector: undefined },
    fix: { state: 'fixed', versions: ['2.36-10'], published: undefined, advisory: undefined },
  });
  const [a, b] = [side([libc], [findingIn(libc, 'CVE-1')]), side([libc], [worse])];
  expect(findingChanges(a, b, again(worse), {}).changed).toMatchObject([
    {
      cause: 'database',
      differences: [
        { what: 'severity', a: 'high', b: 'critical' },
        { what: 'fix', a: 'not-fixed', b: 'fixed' },
      ],
    },
  ]);
});

test('filters choose what is listed, not what is new', () => {
  const low = findingIn(libc, 'CVE-1', {
    severity: { level: 'low', source: undefined, score: undefined, vector: undefined },
  });
  const [a, b] = [side([libc], [low]), side([libc], [findingIn(libc, 'CVE-1'), findingIn(libc, 'CVE-2')])];
  const changes = findingChanges(a, b, same, { severities: new Set(['high']) });
  expect(shown(changes.added)).toEqual([['CVE-2', 'image']]);
  expect(shown(changes.changed)).toEqual([['CVE-1', 'image']]);
  expect([changes.a.findings.length, changes.a.filtered, changes.b.findings.length]).toEqual([0, 1, 2]);
});
