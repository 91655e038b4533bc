import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { Fault } from '../../lib/faults.ts';
import { type LockValue, parseLockYaml } from './lock-yaml.ts';

function plain(value: LockValue): unknown {
  if (typeof value === 'string') return value;
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));
  return (value as readonly LockValue[]).map(plain);
}

/** Whether a text is read; anything but a Fault is thrown on. */
function isRead(text: string): boolean {
  try {
    read(text);
    return true;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return false;
  }
}

function read(text: string): unknown {
  return parseLockYaml(text, 'the lock').map(plain);
}

test('reads what pnpm writes', () => {
  const text = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

packages:

  '@s/a@1.0.0':
    resolution: {integrity: sha512-abc==, tarball: https://host.example/a.tgz}
    engines: {node: '>=18', "npm": ^9 || ^10}
    cpu: [x64, arm64]
    deprecated: |-
      Do not use:
        not at all

      # never
    hasBin: true
  b@2.0.0: {}
snapshots:
  b@2.0.0:
    transitivePeerDependencies:
      - supports-color
      - 'it''s'
`;
  expect(read(text)).toEqual([
    {
      lockfileVersion: '9.0',
      settings: { autoInstallPeers: 'true' },
      packages: {
        '@s/a@1.0.0': {
          resolution: { integrity: 'sha512-abc==', tarball: 'https://host.example/a.tgz' },
          engines: { node: '>=18', npm: '^9 || ^10' },
          cpu: ['x64', 'arm64'],
          deprecated: '',
          hasBin: 'true',
        },
        'b@2.0.0': {},
      },
      snapshots: { 'b@2.0.0': { transitivePeerDependencies: ['supports-color', "it's"] } },
    },
  ]);
});

test('reads keys of more than 1,024 characters, lists at the level of their key, and what prettier makes of flow', () => {
  const key = 'k'.repeat(2000);
  const text = `? ${key}\n: dependencies:\n    a: 1.0.0\n  optional: true\n? "${key}2"\n:\n  version: 7\nlist:\n- a: 1\n  b: 2\n- c\nflow:\n  {\n    integrity: x,\n  }\nlast: "\\u0041"\r\n`;
  expect(read(text)).toEqual([
    {
      [key]: { dependencies: { a: '1.0.0' }, optional: 'true' },
      [`${key}2`]: { version: '7' },
      list: [{ a: '1', b: '2' }, 'c'],
      flow: { integrity: 'x' },
      last: 'A',
    },
  ]);
});

test('reads several documents', () => {
  expect(read('---\na: 1\n---\nb: 2\n')).toEqual([{ a: '1' }, { b: '2' }]);
});

test('agrees with a whole YAML reader on mappings, lists and texts', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab1@/:^~.-_# \'"(){}[],&*!|>%?=\\é'.split('')), maxLength: 12 });
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.dictionary(fc.oneof(text, fc.constant('__proto__x')), tie('tree'), { maxKeys: 4 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));
  const document = fc.dictionary(text, tree, { minKeys: 1, maxKeys: 5 });
  fc.assert(
    fc.property(document, (value) => {
      const yaml = stringify(value, {
        lineWidth: 0,
        defaultStringType: 'QUOTE_SINGLE',
        defaultKeyType: 'QUOTE_SINGLE',
      });
      fc.pre(!/^ *(?:- )*\? ?[[{-]/m.test(yaml));
      expect(read(yaml)).toEqual([parseYaml(yaml)]);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['an alias', 'a: &x 1\nb: *x\n'],
  ['a tag', 'a: !!binary x\n'],
  ['a quote that is not closed', "a: 'x\n"],
  ['a bracket that is not closed', 'a: {b: c\n'],
  ['a line without a key', 'a: 1\nwhat is this\n'],
  ['an indent out of nothing', 'a: 1\n    b: 2\n'],
  ['a nesting of 1,000', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['brackets of 1,000', `a: ${'['.repeat(1000)}`],
])('refuses %s', (_, text) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'lock/malformed' }));
});

test('reads or refuses any text, soon', () => {
  const pieces = fc.constantFrom(
    'a: b\n',
    '- ',
    ': ',
    '? ',
    "'",
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    '\n',
    '  ',
    '#',
    '|',
    '---\n',
    'x',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      expect([true, false]).toContain(isRead(parts.join('')));
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['lines of a list', `a:\n${'- x\n'.repeat(300_000)}`],
  ['quotes', `a: ${'"'.repeat(500_000)}`],
  ['brackets', `a: ${'{}'.repeat(500_000)}`],
  ['blanks', `a:${' '.repeat(1_000_000)}b`],
  ['keys without values', 'a:\n'.repeat(300_000)],
])('takes time in proportion to its length: %s', (_, text) => {
  const start = cpuTime();
  isRead(text);
  expect(cpuTime() - start).toBeLessThan(3000);
});
