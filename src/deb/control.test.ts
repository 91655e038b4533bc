import { assert, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../lib/faults.ts';
import { parseStanza, parseStanzas, requiredField } from './control.ts';

test('joins the lines of a field and ignores the case of its name', () => {
  const stanza = parseStanza('Package: a\nDescription: one\n two\n .\n  three\nX-Foo:bar  ', 'it');
  expect(Object.fromEntries(stanza)).toEqual({
    package: 'a',
    description: 'one\ntwo\n.\n three',
    'x-foo': 'bar',
  });
});

test('keeps a field whose first line is empty', () => {
  expect(parseStanza('SHA256:\n a\n b', 'it').get('sha256')).toBe('\na\nb');
});

test.each([
  ['a line that is no field', 'Package: a\nnonsense'],
  ['a continuation of nothing', ' a'],
  ['a field twice, whatever its case', 'Package: a\npackage: b'],
  ['a name that starts with a hyphen', '-a: b'],
  ['too many fields', Array.from({ length: 600 }, (_, i) => `F${i}: x`).join('\n')],
])('refuses %s', (_name, text) => {
  expect(() => parseStanza(text, 'it')).toThrow('it is not control data');
});

test('parts paragraphs at blank lines and drops comments, also inside one', () => {
  const text = '# top\nA: 1\n# inside\nB: 2\n\n\n \t\n#\n\nA: 3\r\n';
  expect(parseStanzas(text, 'it').map((s) => Object.fromEntries(s))).toEqual([{ a: '1', b: '2' }, { a: '3' }]);
});

test('says which field is missing', () => {
  expect(() => requiredField(parseStanza('A: 1', 'it'), 'Version', 'it')).toThrow('it has no field Version.');
});

test('gives a value or a fault for any text', () => {
  assert(
    property(string({ unit: constantFrom('A', ':', ' ', '\n', '\t', '#', '-', '\0', 'é') }), (text) => {
      const fault = faultOf(() => parseStanzas(text, 'it'));
      expect(fault === undefined || fault instanceof Fault).toBe(true);
    }),
  );
});

function faultOf(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}
