import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Affected, AffectedOnly, FixState, Severity, VersionRange } from '../types.ts';
import { severityLevels } from '../types.ts';
import { decodeSeverity, decodeSpec, encodeSeverity, encodeSpec } from './encoding.ts';
import { decodeFact, decodeHead, encodeFact, encodeHead } from './heads.ts';
import { advisory } from '../../../test/fakes/feeds.ts';

const text = fc.oneof(fc.constantFrom('0', '', '1.2.3', '__proto__', '[', '"', '\u2028', '1:2~rc1-3'), fc.string());
const present = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const time = present(fc.oneof(fc.constant(0), fc.integer()));

const range: fc.Arbitrary<VersionRange> = fc.oneof(
  fc.record({ introduced: text }),
  fc.record({ introduced: text, fixed: text }),
  fc.record({ introduced: text, lastAffected: text }),
);
const severity: fc.Arbitrary<Severity> = fc.record(
  {
    source: text,
    level: fc.constantFrom(...severityLevels),
    stated: text,
    vector: text,
    score: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 10, noNaN: true })),
  },
  { requiredKeys: ['source'] },
);
const only: fc.Arbitrary<AffectedOnly> = fc.record(
  {
    architectures: fc.array(text),
    module: text,
    imports: fc.array(fc.record({ path: text, symbols: fc.array(text) })),
    goos: fc.array(text),
    goarch: fc.array(text),
    notPackages: fc.array(text),
  },
  { requiredKeys: [] },
);
const affected: fc.Arbitrary<Affected> = fc.record(
  {
    ecosystem: fc.constant('npm'),
    name: fc.constant('a'),
    status: fc.constantFrom('affected', 'not-affected', 'under-investigation'),
    ranges: fc.array(range, { maxLength: 4 }),
    versions: fc.array(text, { maxLength: 4 }),
    fix: fc.constantFrom<FixState[]>('fixed', 'not-fixed', 'deferred', 'wont-fix', 'unknown'),
    severities: fc.array(severity, { maxLength: 3 }),
    only,
    fixedBy: text,
    fixedAt: fc.integer(),
  },
  { requiredKeys: ['ecosystem', 'name', 'status', 'ranges', 'versions', 'fix'] },
);

/** As it is after JSON, where -0 is 0. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('what is said of a package is the same after it was kept', () => {
  fc.assert(
    fc.property(affected, ({ ecosystem, name, ...rest }) => {
      const decoded = decodeSpec(JSON.parse(encodeSpec({ ecosystem, name, ...rest })));
      expect(plain(decoded)).toEqual(plain(rest));
    }),
  );
});

test('a severity is the same after it was kept', () => {
  fc.assert(
    fc.property(severity, (one) => {
      expect(plain(decodeSeverity(plain(encodeSeverity(one))))).toEqual(plain(one));
    }),
  );
});

test('what is usual takes few bytes', () => {
  expect(advisory('A-1').advisory.affected.map(encodeSpec)).toEqual(['[["1.0.0"]]']);
});

const head = fc.record({
  aliases: fc.array(text),
  covers: fc.array(text),
  severities: fc.array(severity, { maxLength: 3 }),
  cwes: fc.array(text),
  summary: text,
  published: time,
  modified: time,
});

test('an advisory is the same after it was kept, and so is what NVD says', () => {
  fc.assert(
    fc.property(head, (one) => {
      expect(plain(decodeHead(encodeHead(advisory('A-1', one).advisory)))).toEqual(plain(one));
      const { severities, cwes, summary, published } = one;
      const fact = { severities, cwes, summary, published };
      expect(plain(decodeFact(encodeFact(fact)))).toEqual(plain(fact));
    }),
  );
});

test('a row of anything else is a TypeError or a value, and nothing worse', () => {
  const unlike = (read: () => unknown): unknown => {
    try {
      read();
      return undefined;
    } catch (error) {
      return error instanceof TypeError ? undefined : error;
    }
  };
  fc.assert(
    fc.property(fc.json(), (row) => {
      const reads = [() => decodeSpec(JSON.parse(row)), () => decodeHead(row), () => decodeFact(row)];
      expect(reads.map(unlike)).toEqual([undefined, undefined, undefined]);
    }),
  );
});
