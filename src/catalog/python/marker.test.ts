import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markerHolds } from './marker.ts';
import { readRequirement } from './requirement.ts';

const linux = new Map([
  ['os_name', 'posix'],
  ['sys_platform', 'linux'],
  ['platform_machine', 'x86_64'],
  ['platform_python_implementation', 'CPython'],
  ['python_version', '3.11'],
  ['python_full_version', '3.11.7'],
]);
const shortOnly = new Map([['python_version', '3.11']]);

function holds(marker: string, extras: string[] = [], environment = linux) {
  return markerHolds(marker, environment, new Set(extras));
}

test.each([
  ["python_version >= '3.8'", true],
  ["python_version < '3.8'", false],
  ["'3.8' <= python_version", true],
  ['python_version == "3.*"', true],
  ["python_version != '3.11.*'", false],
  ["python_version ~= '3.10'", true],
  ["python_version ~= '3.10.1'", false],
  ["python_version in '2.7, 3.11'", true],
  ["python_full_version < '3.11.3'", false],
  ["python_full_version >= '3.11.7rc1'", true],
  ["sys_platform == 'win32'", false],
  ["sys.platform == 'linux'", true],
  ["sys_platform not in 'win32 darwin'", true],
  ["'linux' in sys_platform", true],
  ["platform_machine == 'x86_64' and (os_name == 'nt' or python_version > '3')", true],
  ["os_name == 'nt' or os_name == 'posix' and sys_platform == 'linux'", true],
  ["os_name == 'nt' and unknown_variable == '1'", false],
  ["os_name == 'posix' or unknown_variable == '1'", true],
  ["platform_release >= '5'", undefined],
  ["os_name == 'posix' and platform_release >= '5'", undefined],
  ['os_name', undefined],
  ["os_name == 'posix' nonsense", undefined],
  [`${'('.repeat(50)}os_name == 'posix'${')'.repeat(50)}`, undefined],
])('%s is %s', (marker, expected) => {
  expect(holds(marker)).toBe(expected);
});

test('an extra holds where it is asked for, however it is spelt', () => {
  expect(holds("extra == 'Foo_Bar'", ['foo-bar'])).toBe(true);
  expect(holds("extra == 'foo'")).toBe(false);
  expect(holds("python_version > '3' and extra == 'foo'", ['foo'])).toBe(true);
});

test('where only 3.11 is known, a question for a later digit has no answer', () => {
  expect(holds("python_full_version < '3.12'", [], shortOnly)).toBe(true);
  expect(holds("python_full_version >= '3.10.2'", [], shortOnly)).toBe(true);
  expect(holds("python_full_version < '3.11.3'", [], shortOnly)).toBeUndefined();
});

test('prereleases of the interpreter are told apart, and a build between releases is its release', () => {
  const candidate = new Map([['python_full_version', '3.12.0rc2']]);
  expect(holds("python_full_version < '3.12.0rc3'", [], candidate)).toBe(true);
  expect(holds("python_full_version >= '3.12.0rc3'", [], candidate)).toBe(false);
  expect(holds("python_full_version >= '3.12.0b4'", [], candidate)).toBe(true);
  expect(holds("python_full_version <= '3.12.1'", [], new Map([['python_full_version', '3.12.1+']]))).toBe(true);
});

test('any text has an answer or none', () => {
  const piece = fc.constantFrom(
    'python_version',
    ' ',
    '>=',
    "'3'",
    '(',
    ')',
    'and',
    'or',
    'not',
    'in',
    'extra',
    '==',
    '"x',
    "'",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      expect([true, false, undefined]).toContain(holds(pieces.join(' ')));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['requests', { name: 'requests' }],
  ['Foo.Bar[a, B_c] >=1.0,<2', { name: 'foo-bar', extras: ['a', 'b-c'], constraint: '>=1.0,<2' }],
  ['a (>=1.0) ; os_name == "nt"', { name: 'a', constraint: '>=1.0', marker: 'os_name == "nt"' }],
  ["a;python_version<'3'", { name: 'a', marker: "python_version<'3'" }],
  [
    'a @ https://host.example/a;b.zip ; os_name == "nt"',
    { name: 'a', constraint: '@ https://host.example/a;b.zip', marker: 'os_name == "nt"' },
  ],
  ['-e .', undefined],
  ['a[b', undefined],
  ['a b', undefined],
  ['', undefined],
])('reads the specifier %s', (text, expected) => {
  expect(readRequirement(text)).toEqual(expected);
});
