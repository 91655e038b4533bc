// Debian's order of versions is the one of dpkg itself.
import { spawnSync } from 'node:child_process';
import { array, constantFrom, sample, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { signOf } from '../contracts/versions.ts';
import { describeWith } from './peers.ts';

const part = constantFrom(
  '0',
  '1',
  '9',
  '10',
  '007',
  '2024',
  'a',
  'rc',
  'Z',
  '+dfsg',
  '~',
  '~~',
  '.',
  '.',
  '+',
  '-',
  'deb13u1',
);
const version = tuple(constantFrom('', '', '0:', '1:', '12:'), array(part, { maxLength: 6 })).map(
  ([epoch, parts]) => `${epoch}1${parts.join('')}1`,
);

describeWith(['dpkg'], 'dpkg --compare-versions', ({ dpkg }) => {
  const holds = (a: string, relation: string, b: string) =>
    spawnSync(dpkg, ['--compare-versions', a, relation, b]).status === 0;

  test('gives the same order', () => {
    const wrong = sample(tuple(version, version), { numRuns: 200, seed: 13 }).filter(
      ([a, b]) => !holds(a, { '<': 'lt', '=': 'eq', '>': 'gt', '?': 'none' }[signOf('Debian', a, b)], b),
    );
    expect(wrong).toEqual([]);
  });
});
