import { crc32 } from 'node:zlib';
import { xz } from '@napi-rs/lzma';
import { expect, test } from 'vitest';
import { decodeXz, xzSize } from './xz.ts';

const text = Buffer.from('the same words over and over, '.repeat(20_000));
const packed = await xz.compress(text);

/** The same file whose index states another size (xz format 1.2, section 4). */
function claiming(size: number): Buffer {
  const start = packed.length - 12 - (packed.readUInt32LE(packed.length - 8) + 1) * 4;
  let at = start + 2;
  while ((packed[at] ?? 0) >= 0x80) at++;
  const fields = [...packed.subarray(start, at + 1), ...variable(size)];
  while (fields.length % 4 !== 0) fields.push(0);
  const index = Buffer.from(fields);
  const footer = Buffer.from(packed.subarray(-12));
  footer.writeUInt32LE(index.length / 4, 4);
  footer.writeUInt32LE(crc32(footer.subarray(4, 10)), 0);
  return Buffer.concat([packed.subarray(0, start), index, checksum(index), footer]);
}

function variable(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...variable(Math.floor(value / 0x80))];
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(bytes));
  return sum;
}

const decoded = async (bytes: Buffer) => await decodeXz(bytes, xzSize(bytes, 'It'), 'It');

test('decodes what the index says', async () => {
  expect((await decoded(packed)).equals(text)).toBe(true);
  expect((await decoded(claiming(text.length))).equals(text)).toBe(true);
});

test('decodes streams that follow each other, with padding between them', async () => {
  const two = Buffer.concat([packed, Buffer.alloc(8), packed]);
  expect((await decoded(two)).equals(Buffer.concat([text, text]))).toBe(true);
});

test.each([
  ['holds more than its index states', claiming(text.length - 1), 'it holds more than its index states'],
  ['holds less than its index states', claiming(text.length + 1), 'it holds less than its index states'],
  ['claims more than memory can hold', claiming(2 ** 48), ''],
  ['was cut short', packed.subarray(0, -20), 'its footer is damaged'],
  ['was altered', Buffer.concat([packed.subarray(0, 40), Buffer.from([0x55]), packed.subarray(41)]), ''],
])('refuses a file that %s', async (_, bytes, reason) => {
  await expect(decoded(bytes)).rejects.toMatchObject({
    code: 'compression/malformed',
    message: expect.stringContaining(reason) as string,
  });
});
