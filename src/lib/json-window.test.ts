import { expect, test } from 'vitest';
import { JsonWindow } from './json-window.ts';
import { afterValue } from './json-walk.ts';

/** Chunks of that size, of one buffer that is used again. */
async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const chunk = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(chunk, 0, at, at + size);
    yield await Promise.resolve(chunk.subarray(0, length));
  }
}

test.each([1, 3, 1000])('finds values one after the other in chunks of %i', async (size) => {
  const window = new JsonWindow(chunksOf('  {"a": [1, 2]}  "x y" 12345 ', size));
  const found: string[] = [];
  while ((await window.peek()) !== -1) {
    const end = await window.find(afterValue);
    found.push(window.text.toString('utf8', window.at, end));
    window.at = end;
  }
  expect(found).toEqual(['{"a": [1, 2]}', '"x y"', '12345']);
});

test('holds a number that ends with the text for whole, and a string without an end for none', async () => {
  const number = new JsonWindow(chunksOf('12', 1));
  expect([await number.peek(), await number.find(afterValue)]).toEqual([0x31, 2]);
  const string = new JsonWindow(chunksOf('"ab', 2));
  expect(await string.find(afterValue)).toBe(-1);
  expect(await new JsonWindow(chunksOf(' ', 1)).peek()).toBe(-1);
});

test('forgets what was walked, and makes room for a value of many chunks', async () => {
  const long = `"${'x'.repeat(1_000_000)}"`;
  const window = new JsonWindow(chunksOf(`${'[1],'.repeat(100_000)}${long}`, 1 << 16));
  for (let i = 0; i < 100_000; i++) {
    await window.peek();
    window.at = (await window.find(afterValue)) + 1;
  }
  expect(window.text.length).toBeLessThan(1 << 18);
  expect((await window.find(afterValue)) - window.at).toBe(long.length);
});

test('lets go of its source', async () => {
  let closed = false;
  const window = new JsonWindow(
    (async function* chunks() {
      try {
        yield await Promise.resolve(Buffer.from('[1'));
        yield Buffer.from(']');
      } finally {
        closed = true;
      }
    })(),
  );
  await window.peek();
  await window.close();
  expect(closed).toBe(true);
});
