import { expect, test } from 'vitest';
import { alternativesText, parseRelations, satisfies } from './dependency.ts';

test('reads groups, alternatives, qualifiers and constraints, and writes them back', () => {
  const field =
    'libc6 (>= 2.38), python3:any (<< 4~), default-mta | mail-transport-agent,\n debconf(=1:1.5)|debconf-2.0';
  expect(parseRelations(field, 'it').map(alternativesText)).toEqual([
    'libc6 (>= 2.38)',
    'python3:any (<< 4~)',
    'default-mta | mail-transport-agent',
    'debconf (= 1:1.5) | debconf-2.0',
  ]);
});

test('takes the old < and > for <= and >=', () => {
  expect(parseRelations('a (< 1), b (> 2)', 'it').map(alternativesText)).toEqual(['a (<= 1)', 'b (>= 2)']);
});

test('has nothing to say of an absent or empty field', () => {
  expect(parseRelations(undefined, 'it')).toEqual([]);
  expect(parseRelations(' , ', 'it')).toEqual([]);
});

test.each([
  'a [amd64]',
  'a <!nocheck>',
  'a (>= )',
  'a (== 1)',
  'a (>= 1_0)',
  'a (>= 1',
  'a | | b',
  '-a',
  'a:',
  '${shlibs:Depends}',
  'a b',
])('refuses %s', (field) => {
  expect(() => parseRelations(field, 'Depends of x')).toThrow('Depends of x has a relationship that cannot be read');
});

test('reads a hostile field in one pass', () => {
  expect(() => parseRelations(`a (>=${' '.repeat(200_000)}`, 'it')).toThrow('cannot be read');
  expect(() => parseRelations('a,'.repeat(60_000), 'it')).toThrow('cannot be read');
});

test.each([
  ['1.0', '<<', '1.0', false],
  ['1.0', '<=', '1.0', true],
  ['1.0', '=', '0:1.0', true],
  ['1.0~rc1', '>=', '1.0', false],
  ['1.0+b1', '>>', '1.0', true],
] as const)('%s satisfies (%s %s): %s', (version, operator, bound, expected) => {
  expect(satisfies(version, { operator, version: bound })).toBe(expected);
  expect(satisfies(version, undefined)).toBe(true);
});
