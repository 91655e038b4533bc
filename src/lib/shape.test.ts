import { describe, expect, test } from 'vitest';
import { anything, boolean, count, list, literal, loose, object, record, string } from './shape.ts';

const shape = object<{ name: string; size: number; kinds: string[]; more?: Record<string, string> | undefined }>({
  name: string(5, 1),
  size: count(),
  kinds: list(literal('a', 'b'), 2),
  more: record(string()).optional(),
});
const good = { name: 'n', size: 1, kinds: ['a'] };

describe('a shape', () => {
  test('gives what is named and leaves out the rest; a loose one keeps it', () => {
    expect(shape.parse({ ...good, other: 1 })).toEqual(good);
    const open = loose<{ name: string }>({ name: string() });
    expect(open.parse({ name: 'n', other: 1 })).toEqual({ name: 'n', other: 1 });
  });

  test.each([
    ['nothing', undefined, '', 'Invalid input: expected object, received undefined'],
    ['a list', [], '', 'Invalid input: expected object, received array'],
    ['null', { ...good, name: null }, 'name', 'Invalid input: expected string, received null'],
    ['an empty text', { ...good, name: '' }, 'name', 'Too small: expected string to have >=1 characters'],
    ['a long text', { ...good, name: 'abcdef' }, 'name', 'Too big: expected string to have <=5 characters'],
    ['a missing member', { name: 'n', kinds: [] }, 'size', 'Invalid input: expected number, received undefined'],
    ['a fraction', { ...good, size: 0.5 }, 'size', 'Invalid input: expected int, received number'],
    ['a number that is not exact', { ...good, size: 2 ** 60 }, 'size', 'Invalid input: expected int, received number'],
    ['a negative number', { ...good, size: -1 }, 'size', 'Too small: expected number to be >=0'],
    ['another word', { ...good, kinds: ['a', 'c'] }, 'kinds.1', 'Invalid option: expected one of "a"|"b"'],
    ['a long list', { ...good, kinds: ['a', 'a', 'a'] }, 'kinds', 'Too big: expected array to have <=2 items'],
    [
      'a wrong member of a record',
      { ...good, more: { x: 1 } },
      'more.x',
      'Invalid input: expected string, received number',
    ],
  ])('tells where and what is wrong: %s', (_, value, path, message) => {
    const { success, error } = shape.safeParse(value);
    expect([success, error?.issues[0].path.join('.'), error?.issues[0].message]).toEqual([false, path, message]);
  });

  test('reads no member that is inherited, and lets nothing into prototypes', () => {
    const inherited = object<{ toString: unknown }>({ toString: anything });
    expect(Object.hasOwn(inherited.parse({}), 'toString')).toBe(false);
    const hostile = JSON.parse('{"__proto__":"x","a":"b"}') as unknown;
    const read = record(string()).parse(hostile);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.entries(read)).toEqual([
      ['__proto__', 'x'],
      ['a', 'b'],
    ]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('may be absent, null, checked, or made into something else', () => {
    expect(boolean().optional().parse(undefined)).toBeUndefined();
    expect(boolean().nullish().parse(null)).toBeNull();
    const even = count().checked((value) => (value % 2 === 0 ? undefined : 'is odd'));
    expect(even.safeParse(1).error?.issues[0].message).toBe('is odd');
    const length = string().made((text) => (text === '' ? undefined : text.length), 'is empty');
    expect(length.parse('abc')).toBe(3);
    expect(length.safeParse('').error?.issues[0].message).toBe('is empty');
  });
});
