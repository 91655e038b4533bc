import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../lib/faults.ts';
import { genericPurl } from './generic.ts';
import { packageUrl } from './purl.ts';

const part = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'Z', '/', ' ', '+', ':', '%', '@', '?', '#', '~', "'", 'é', '\u3000', '.') }),
  fc.string({ unit: 'binary' }),
);

test('is what the writer of every type gives', () => {
  fc.assert(
    fc.property(
      fc.option(part, { nil: undefined }),
      part,
      fc.option(part, { nil: undefined }),
      (namespace, name, version) => {
        let expected: string | undefined;
        try {
          expected = packageUrl({ type: 'generic', namespace, name, version });
        } catch (fault) {
          if (!(fault instanceof Fault)) throw fault;
        }
        expect(genericPurl({ namespace, name, version })).toBe(expected ?? `pkg:generic/${encodeURIComponent(name)}`);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ['nothing', '', 'pkg:generic/'],
  ['spaces', ' ', 'pkg:generic/%20'],
  ['half a character', 'a\ud800', 'pkg:generic/a%EF%BF%BD'],
  ['a very long name', 'a'.repeat(5000), `pkg:generic/${'a'.repeat(5000)}`],
])('of %s has the name alone', (_, name, purl) => {
  expect(genericPurl({ namespace: 'x', name, version: '1' })).toBe(purl);
});
