import { expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { SourceReader } from './source-reader.ts';

const bytes = Buffer.from('0123456789');

/** Counts how often it is open. */
class Source {
  readonly digest = digestOf(bytes);
  readonly size = bytes.length;
  opened = 0;
  closed = 0;
  /** What a chunk waits for. */
  coming: Promise<void> = Promise.resolve();

  async *open(): AsyncGenerator<Buffer> {
    this.opened++;
    try {
      for (let at = 0; at < bytes.length; at += 3) {
        await this.coming;
        yield bytes.subarray(at, at + 3);
      }
    } finally {
      this.closed++;
    }
  }
}

async function whole(part: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of part) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('parts that follow each other are read of one opening', async () => {
  const source = new Source();
  const reader = new SourceReader(source);
  expect(await whole(reader.read(0, 4))).toBe('0123');
  expect(await whole(reader.read(4, 5))).toBe('45678');
  expect([source.opened, source.closed]).toEqual([1, 0]);
  expect(await whole(reader.read(2, 3))).toBe('234');
  expect([source.opened, source.closed]).toEqual([2, 1]);
  await reader.close();
  expect([source.opened, source.closed]).toEqual([2, 2]);
});

test('a part that was broken off leaves nothing open', async () => {
  const source = new Source();
  const reader = new SourceReader(source);
  for await (const chunk of reader.read(0, 9)) {
    expect(chunk.length).toBe(3);
    break;
  }
  expect(await whole(reader.read(1, 2))).toBe('12');
  expect([source.opened, source.closed]).toEqual([2, 1]);
  const { promise, resolve } = Promise.withResolvers<void>();
  source.coming = promise;
  const waiting = reader.read(3, 6).next();
  await reader.close();
  resolve();
  await waiting.catch(() => undefined);
  await Promise.resolve();
  expect([source.opened, source.closed]).toEqual([2, 2]);
});

test('a source that ends too early is told of, and closed', async () => {
  const source = new Source();
  const reader = new SourceReader(source);
  await expect(whole(reader.read(8, 5))).rejects.toMatchObject({ code: 'blob/altered' });
  await reader.close();
  expect([source.opened, source.closed]).toEqual([1, 1]);
});
