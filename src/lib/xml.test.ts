import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenCopies, faultOr } from '../../test/fakes/broken.ts';
import { readXml, xmlChild, xmlChildren, xmlName, xmlText } from './xml.ts';

test('elements by their local names, text trimmed', () => {
  const root = readXml(Buffer.from('\ufeff<m:a xmlns:m="x"><m:b> one </m:b><b>two</b><c/><!-- b --></m:a>'), 'x.xml');
  expect(xmlName(root)).toBe('a');
  expect(xmlChildren(root, 'b').map((b) => b.text)).toEqual([' one ', 'two']);
  expect(xmlChildren(root)).toHaveLength(3);
  expect(xmlText(root, 'b')).toBe('one');
  expect(xmlText(root, 'c')).toBeUndefined();
  expect(xmlChild(root, 'd')).toBeUndefined();
});

test('the declared encoding is followed, an unknown one is read as UTF-8', () => {
  const text = (encoding: string, name: string) =>
    xmlText(
      readXml(Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><a><b>ü</b></a>`, name as 'latin1'), ''),
      'b',
    );
  expect(text('ISO-8859-1', 'latin1')).toBe('ü');
  expect(text('x-none', 'utf8')).toBe('ü');
});

test('entities of the document are not expanded', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY x "y"><!ENTITY f SYSTEM "file:///etc/passwd">]><a><b>&x;&f;</b></a>`;
  expect(xmlText(readXml(Buffer.from(bomb), ''), 'b')).toBe('&x;&f;');
});

test.each([
  ['nothing', ''],
  ['text', 'text'],
  ['an open element', '<a><b></a>'],
  ['elements too deep', '<a>'.repeat(200_000) + '</a>'.repeat(200_000)],
  ['elements that can be parsed and are too deep', '<a>'.repeat(1001) + '</a>'.repeat(1001)],
])('refuses %s', (_, text) => {
  expect(() => readXml(Buffer.from(text), 'x.xml')).toThrow(expect.objectContaining({ code: 'xml/malformed' }));
});

test.each([1001, 200_000])('says of %d elements in each other that they nest too deeply', (depth) => {
  const text = '<a>'.repeat(depth) + '</a>'.repeat(depth);
  expect(() => readXml(Buffer.from(text), 'x.xml')).toThrow('its elements nest deeper than 1000');
});

test('gives elements or a fault, whatever is changed', () => {
  const whole = Buffer.from('<?xml version="1.0"?><!DOCTYPE a><a b="c"><d>&amp;&#65;</d><![CDATA[x]]><!--y--></a>');
  fc.assert(
    fc.property(brokenCopies([whole]), (broken) => {
      expect(faultOr(() => xmlChildren(readXml(broken, 'x.xml')))).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});
