import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventsOf, isWithin, type OsvEvent, spansOf, type VersionSpan } from './events.ts';

const order = (a: string, b: string): number | undefined => {
  const [left, right] = [a, b].map((v) => (/^\d+(?:\.\d+)*$/.test(v) ? v.split('.').map(Number) : undefined));
  if (left === undefined || right === undefined) return undefined;
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};
const spans = (...events: Record<string, string>[]): VersionSpan[] => spansOf(eventsOf(events), order);

test.each<[string, Record<string, string>[], VersionSpan[]]>([
  ['every version', [{ introduced: '0' }], [{ introduced: '0' }]],
  ['up to a fix', [{ introduced: '0' }, { fixed: '1.2' }], [{ introduced: '0', fixed: '1.2' }]],
  ['up to a last version', [{ introduced: '1' }, { last_affected: '1.2' }], [{ introduced: '1', lastAffected: '1.2' }]],
  [
    'several spans in any order',
    [{ fixed: '3.5' }, { introduced: '1.0' }, { introduced: '3.0' }, { fixed: '1.10' }],
    [
      { introduced: '1.0', fixed: '1.10' },
      { introduced: '3.0', fixed: '3.5' },
    ],
  ],
  [
    'several spans, the last open',
    [{ introduced: '2' }, { introduced: '0' }, { fixed: '1' }],
    [{ introduced: '0', fixed: '1' }, { introduced: '2' }],
  ],
  [
    'the first of several fixes',
    [{ introduced: '0' }, { fixed: '2' }, { fixed: '1' }],
    [{ introduced: '0', fixed: '1' }],
  ],
  ['the first of several introductions', [{ introduced: '2' }, { introduced: '1' }], [{ introduced: '1' }]],
  [
    'a span that begins where another ends',
    [{ introduced: '0' }, { introduced: '1' }, { fixed: '2' }, { fixed: '1.0' }],
    [
      { introduced: '0', fixed: '1.0' },
      { introduced: '1', fixed: '2' },
    ],
  ],
  ['nothing, where it is fixed as it is introduced', [{ introduced: '1' }, { fixed: '1' }], []],
  ['one version', [{ last_affected: '1' }, { introduced: '1' }], [{ introduced: '1', lastAffected: '1' }]],
  ['from the first version, where none is named', [{ fixed: '1' }], [{ introduced: '0', fixed: '1' }]],
  ['both ends in one object', [{ introduced: '1', fixed: '2' }], [{ introduced: '1', fixed: '2' }]],
  ['up to a limit', [{ introduced: '1' }, { limit: '2' }], [{ introduced: '1', fixed: '2' }]],
  [
    'up to the highest limit',
    [{ introduced: '1' }, { fixed: '2' }, { introduced: '3' }, { introduced: '7' }, { limit: '1.5' }, { limit: '5' }],
    [
      { introduced: '1', fixed: '2' },
      { introduced: '3', fixed: '5' },
    ],
  ],
  ['no end, where the limit is *', [{ introduced: '1' }, { limit: '*' }, { limit: '2' }], [{ introduced: '1' }]],
  [
    'a last version before the limit',
    [{ introduced: '1' }, { last_affected: '4' }, { limit: '3' }],
    [{ introduced: '1', fixed: '3' }],
  ],
  [
    'as it stands, where a version has no place',
    [{ introduced: '3' }, { fixed: 'x' }, { introduced: '1' }, { fixed: '2' }],
    [
      { introduced: '3', fixed: 'x' },
      { introduced: '1', fixed: '2' },
    ],
  ],
  ['nothing of nothing', [], []],
])('%s', (_, events, expected) => {
  expect(spans(...events)).toEqual(expected);
});

test('stands as it is without an order', () => {
  const events = eventsOf([{ introduced: '2' }, { fixed: '3' }, { introduced: '0' }, { fixed: '1' }]);
  expect(spansOf(events, undefined)).toEqual([
    { introduced: '2', fixed: '3' },
    { introduced: '0', fixed: '1' },
  ]);
});

/** OSV's own words: "Evaluation", with events sorted. */
function isAffected(version: string, events: readonly OsvEvent[]): boolean {
  const limits = events.filter((e) => e.kind === 'limit');
  if (limits.length > 0 && !limits.some((e) => e.version === '*' || (order(version, e.version) ?? 0) < 0)) return false;
  let affected = false;
  for (const { kind, version: at } of events.toSorted((a, b) => order(a.version, b.version) ?? 0)) {
    const distance = order(version, at) ?? 0;
    if (kind === 'introduced' && (at === '0' || distance >= 0)) affected = true;
    else if (kind === 'fixed' && distance >= 0) affected = false;
    else if (kind === 'last_affected' && distance > 0) affected = false;
  }
  return affected;
}

test('holds the versions that the schema means, whatever the events and their order', () => {
  const kinds = fc.constantFrom<OsvEvent['kind'][]>('introduced', 'fixed', 'last_affected', 'limit');
  const event = fc.record({ kind: kinds, version: fc.nat(20).map((n) => `${n}`) });
  const range = fc
    .uniqueArray(event, { selector: (e) => e.version, maxLength: 9 })
    .filter((events) => events.some((e) => e.kind === 'introduced'));
  fc.assert(
    fc.property(range, (events) => {
      const found = spansOf(events, order);
      const versions = Array.from({ length: 43 }, (_, i) => (i % 2 === 0 ? `${i / 2}` : `${(i - 1) / 2}.5`));
      const wrong = versions.filter((version) => isWithin(version, found, order) !== isAffected(version, events));
      expect(wrong).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('cannot say whether a version lies in a span where it has no place', () => {
  expect(isWithin('x', [{ introduced: '1' }], order)).toBeUndefined();
  expect(isWithin('x', [{ introduced: '0' }], order)).toBe(true);
  expect(isWithin('2', [{ introduced: 'x' }, { introduced: '1' }], order)).toBe(true);
  expect(isWithin('2', [{ introduced: 'x' }], order)).toBeUndefined();
  expect(isWithin('2', [], order)).toBe(false);
});

test('an order that contradicts itself ends all the same', () => {
  const many = Array.from(
    { length: 5000 },
    (_, i) => ({ kind: i % 2 ? 'fixed' : 'introduced', version: `${i}` }) as const,
  );
  expect(spansOf(many, () => 1).length).toBeLessThanOrEqual(2500);
  expect(spansOf(many, () => -1).length).toBeLessThanOrEqual(2500);
});
