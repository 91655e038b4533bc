import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAsked, parseBeforeProperties } from './syft-properties.ts';

const text = fc.oneof(
  fc.constantFrom('', 'a', '"', '\\', '\\"', ']}', '"},{"', ',"properties":[', 'é', '\n'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const name = fc.oneof(
  fc.constantFrom('syft:cpe23', 'syft:package:foundBy', 'syft:package:type', 'syft:location:0:path', 'other'),
  text,
);
const property = fc.record({ name, value: text });
const component = fc.record({ name: text, licenses: fc.array(fc.record({ properties: fc.array(property) })) });

describe('parseBeforeProperties', () => {
  test('gives what JSON.parse gives, but for properties that nobody asks for', () => {
    let read = 0;
    fc.assert(
      fc.property(component, fc.array(property, { maxLength: 4 }), (one, properties) => {
        const json = JSON.stringify({ ...one, properties });
        const parsed = parseBeforeProperties(json);
        if (parsed === undefined) return;
        read++;
        const asked = properties.filter((p) => isAsked(JSON.stringify(p.name).slice(1, -1)));
        expect(parsed).toEqual({ ...one, properties: asked });
      }),
    );
    expect(read).toBeGreaterThan(20);
  });

  test.each([
    ['something stands behind the properties', '{"a":1,"properties":[{"name":"x","value":"y"}],"b":2}'],
    ['they belong to something inside', '{"a":[{"b":1,"properties":[{"name":"x","value":"y"}]}]}'],
    ['one has another member', '{"a":1,"properties":[{"name":"x","value":"y","z":1}]}'],
    ['a value is no text', '{"a":1,"properties":[{"name":"x","value":1}]}'],
    ['a value is not closed', '{"a":1,"properties":[{"name":"x","value":"y\\"}]}'],
    ['there are none', '{"a":1,"properties":[]}'],
    ['there is no list', '{"a":1}'],
  ])('is not asked to judge where %s', (_, json) => {
    expect(parseBeforeProperties(json)).toBeUndefined();
  });

  test('what stands before them must be JSON', () => {
    expect(() => parseBeforeProperties('{"a":,"properties":[{"name":"x","value":"y"}]}')).toThrow(SyntaxError);
  });
});
