import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRichNeed } from './dependency.ts';

const need = (name: string, operator = '', version = '') => ({ name, operator, version });

test.each([
  ['(a or b >= 1)', { first: need('a'), rest: [{ operator: 'or', need: need('b', '>=', '1') }] }],
  [
    '(perl(Carp) if (glibc and font(:lang=en)) else /bin/sh)',
    {
      first: need('perl(Carp)'),
      rest: [
        { operator: 'if', need: { first: need('glibc'), rest: [{ operator: 'and', need: need('font(:lang=en)') }] } },
        { operator: 'else', need: need('/bin/sh') },
      ],
    },
  ],
  ['((a))', need('a')],
  [
    '(python3.9dist(x) >= 1:2 with python3.9dist(x) < 3)',
    {
      first: need('python3.9dist(x)', '>=', '1:2'),
      rest: [{ operator: 'with', need: need('python3.9dist(x)', '<', '3') }],
    },
  ],
])('reads %s', (text, expected) => {
  expect(parseRichNeed(text)).toEqual(expected);
});

test.each(['(a', '(a or)', '()', '(a xor b)', '(a) b', `${'('.repeat(30)}a${')'.repeat(30)}`])(
  'cannot read %s',
  (text) => {
    expect(parseRichNeed(text)).toBeUndefined();
  },
);

test('throws for no text', () => {
  const word = fc.constantFrom('(', ')', ' ', 'a', 'or', ' if ', '>=', '1');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      expect(() => parseRichNeed(words.join(''))).not.toThrow();
    }),
  );
});
