import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonElement, jsonElements } from './json-stream.ts';

/** One piece of memory, used again and again, as a source may. */
async function* source(bytes: Buffer, step: number): AsyncGenerator<Buffer> {
  const memory = Buffer.alloc(Math.max(1, Math.min(step, bytes.length)));
  for (let at = 0; at < bytes.length; at += step) {
    await Promise.resolve();
    yield memory.subarray(0, bytes.copy(memory, 0, at, at + step));
    memory.fill(0xff);
  }
}

async function elements(
  text: string | Buffer,
  { step = 1 << 16, within, limit = 1 << 20 }: { step?: number; within?: string; limit?: number } = {},
): Promise<JsonElement[]> {
  const out: JsonElement[] = [];
  const options = { what: 'It', within, limit };
  for await (const element of jsonElements(source(Buffer.from(text), step), options)) out.push(element);
  return out;
}

const document = `{ "format" : "X\\"]}é", "n":-1.5e3,"items":\r\n[ {"a":"}\\\\"}, [1,[2]], "x\\u005d", true, null,{}],"after":[]}`;

test.each([1, 2, 3, 7, 1000])('gives the members of a named array, however it is cut: %i', async (step) => {
  expect(await elements(document, { step, within: 'items' })).toEqual([
    { inside: false, key: 'format', value: 'X"]}é' },
    { inside: false, key: 'n', value: -1500 },
    ...[{ a: '}\\' }, [1, [2]], 'x]', true, null, {}].map((value) => ({ inside: true, key: undefined, value })),
    { inside: false, key: 'after', value: [] },
  ]);
});

test('gives the members of a named object, and not those of one that lies deeper', async () => {
  const found = await elements('{"x":{"items":{"no":1}},"items":{"a":1,"items":{"b":2}}}', { within: 'items' });
  expect(found).toEqual([
    { inside: false, key: 'x', value: { items: { no: 1 } } },
    { inside: true, key: 'a', value: 1 },
    { inside: true, key: 'items', value: { b: 2 } },
  ]);
});

test('gives the same as JSON.parse for any object, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(undefined, 2),
      async (object, step, space) => {
        const text = JSON.stringify(object, undefined, space);
        const found = await elements(text, { step });
        const expected = Object.entries(JSON.parse(text) as object);
        expect(new Map(found.map(({ key, value }) => [key, value]))).toEqual(new Map(expected));
      },
    ),
  );
});

test('passes over a byte order mark, and takes empty containers', async () => {
  expect(await elements('\ufeff[]', { step: 1 })).toEqual([]);
  expect(await elements('{"a":[]}', { within: 'a' })).toEqual([]);
});

test('keeps a member named __proto__ as a member', async () => {
  expect(await elements('{"__proto__":{"a":1}}')).toEqual([{ inside: true, key: '__proto__', value: { a: 1 } }]);
});

test.each([
  ['nothing', '', 'it is cut off'],
  ['a document that is cut off', '{"items":[1,2', 'it is cut off'],
  ['a string that is cut off', '{"items":["abc', 'it is cut off'],
  ['an escape at the end', '{"items":["abc\\', 'it is cut off'],
  ['a comma too many', '{"items":[1,]}', 'a member: Unexpected end'],
  ['a comma too few', '{"items":[1 2]}', '"2" stands where comma or end is expected'],
  ['no value', '{"items":}', 'its member "items": Unexpected end'],
  ['no name', '{1:2}', '"1" stands where key or end is expected'],
  ['no colon', '{"items"[]}', '"[" stands where colon is expected'],
  ['the wrong bracket', '{"items":[1}', '"}" stands where comma or end is expected'],
  ['the wrong bracket inside', '{"items":[{"a":1]]}', 'a member: '],
  ['content after it', '{"items":[]}{}', '"{" stands where nothing is expected'],
  ['a word that is none', '{"items":[tru]}', 'a member: '],
  ['a document that is a text', '"items"', 'it is neither an object nor an array'],
  ['other members alone', '{"item":[]}', 'it has no array or object "items"'],
  ['a number in the place of the array', '{"items":5}', 'it has no array or object "items"'],
  ['a member that nests too deeply', `{"items":[${'['.repeat(100_000)}`, 'nested deeper than 100'],
  ['bytes that are no UTF-8', Buffer.from([...Buffer.from('{"items":["'), 0xff, 0x22, 0x5d, 0x7d]), 'a member: '],
])('refuses %s', async (_, text, why) => {
  for (const step of [1, 1000]) {
    const read = elements(text, { step, within: 'items' });
    await expect(read).rejects.toMatchObject({ code: 'json/malformed' });
    await expect(read).rejects.toThrow(`It is not valid JSON: ${why}`);
  }
});

test.each([
  ['an element', `{"items":[1,"${'x'.repeat(100)}"]}`, 'a member is longer than 50 bytes'],
  ['a name', `{"items":{"${'x'.repeat(100)}":1}}`, 'a member is longer than 50 bytes'],
  ['a number', `{"items":{"n":${'1'.repeat(100)}}}`, 'its member "n" is longer than 50 bytes'],
  ['a member beside them', `{"other":["${'x'.repeat(100)}"],"items":[]}`, 'its member "other" is longer than'],
])('refuses %s beyond the bound, before it is held', async (_, text, why) => {
  for (const step of [1, 7, 1000]) {
    const read = elements(text, { step, within: 'items', limit: 50 });
    await expect(read).rejects.toMatchObject({ code: 'json/too-large' });
    await expect(read).rejects.toThrow(why);
  }
});
