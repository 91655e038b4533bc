import { expect, test } from 'vitest';
import { finding } from '../../../test/fakes/findings.ts';
import { type Judged, unjudged } from './unjudged.ts';

const unrated = finding({ severity: { level: 'unknown', source: undefined, score: undefined, vector: undefined } });
const image = (more: Partial<Judged> = {}): Judged => ({
  name: 'app:1',
  packages: 3,
  notCovered: [],
  findings: [finding()],
  ...more,
});

test('nothing is told where all is judged, or nothing is asked', () => {
  expect(unjudged(image(), ['high'])).toEqual([]);
  expect(unjudged(image({ packages: 0, notCovered: [{ reason: 'no-feed' }], findings: [unrated] }), [])).toEqual([]);
});

test('packages of which nothing is known are told, and that there are none', () => {
  const notCovered = [
    { reason: 'no-feed' },
    { reason: 'third-party' },
    { reason: 'kind' },
    { reason: 'kernel-headers' },
  ] as const;
  expect(unjudged(image({ notCovered }), ['kev'])).toEqual([
    'Of 2 of the 3 packages of app:1 nothing is known: --fail-on says nothing of them.',
  ]);
  expect(unjudged(image({ notCovered: [{ reason: 'no-purl' }] }), ['any'])).toEqual([
    'Of 1 of the 3 packages of app:1 nothing is known: --fail-on says nothing of them.',
  ]);
  expect(unjudged(image({ packages: 0 }), ['any'])).toEqual([
    'No packages were found in app:1: --fail-on says nothing of what is in it.',
  ]);
});

test('findings that nobody has rated are told where a level is asked for, and they do not count', () => {
  const one = image({ findings: [finding(), unrated] });
  expect(unjudged(one, ['kev', 'high'])).toEqual([
    '1 finding in app:1 nobody has rated: --fail-on high does not count them, --fail-on high,unknown does.',
  ]);
  expect([unjudged(one, ['high', 'unknown']), unjudged(one, ['any', 'low']), unjudged(one, ['fixable'])]).toEqual([
    [],
    [],
    [],
  ]);
});
