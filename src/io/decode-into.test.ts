import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { StepDecoder } from '../lib/step-decoder.ts';
import { decodeInto } from './decode-into.ts';
import { END, RingReader, RingWriter, sharedRing } from './ring.ts';

const words = Buffer.concat([randomBytes(70_000), Buffer.alloc(130_000, 'words '), randomBytes(1)]);
const gz = (bytes: Buffer) => zlib.gzipSync(bytes);
const zs = (bytes: Buffer) => zlib.zstdCompressSync(bytes);

/** In a ring that has room for all of it: nothing sleeps. */
async function decoded(kind: 'gzip' | 'zstd', bytes: Buffer, step: number, steps = true): Promise<Buffer> {
  const ring = sharedRing(60, 10_000);
  const pieces = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
    bytes.subarray(i * step, (i + 1) * step),
  );
  using decoder = steps ? StepDecoder.of(kind, 'It') : undefined;
  await decodeInto(new RingWriter(ring), pieces, { kind, what: 'It' }, decoder);
  const reader = new RingReader(ring);
  const out: Buffer[] = [];
  for (let piece = reader.sleepForPiece(); typeof piece !== 'number'; piece = reader.sleepForPiece()) {
    out.push(Buffer.from(piece));
    reader.release();
  }
  expect(reader.piece()).toBe(END);
  return Buffer.concat(out);
}

test('this Node.js has the inside that is known', () => {
  for (const kind of ['gzip', 'zstd'] as const) {
    using decoder = StepDecoder.of(kind, 'It');
    expect(decoder).toBeDefined();
  }
});

const bomb = Buffer.alloc(390_000);
const streams: readonly (readonly [string, 'gzip' | 'zstd', Buffer, Buffer])[] = [
  ['gzip', 'gzip', gz(words), words],
  ['gzip of many times its size', 'gzip', gz(bomb), bomb],
  [
    'members that follow each other',
    'gzip',
    Buffer.concat([gz(words), gz(Buffer.from('a')), Buffer.alloc(600)]),
    Buffer.concat([words, Buffer.from('a')]),
  ],
  ['nothing', 'gzip', gz(Buffer.alloc(0)), Buffer.alloc(0)],
  ['zstd', 'zstd', zs(words), words],
  [
    'frames that follow each other',
    'zstd',
    Buffer.concat([zs(words), zs(Buffer.from('a'))]),
    Buffer.concat([words, Buffer.from('a')]),
  ],
];

test.each(streams)(
  'gives the content of %s, however it is cut and whoever decodes',
  async (_, kind, bytes, content) => {
    for (const step of [1 << 20, 4096, 999])
      for (const steps of [true, false]) expect((await decoded(kind, bytes, step, steps)).equals(content)).toBe(true);
  },
);

test('members whose ends are those of pieces are read on', async () => {
  const one = gz(words);
  expect(
    (await decoded('gzip', Buffer.concat([one, one.subarray()]), one.length)).equals(Buffer.concat([words, words])),
  ).toBe(true);
});

test.each([
  ['gzip', 'an end before its time', gz(words).subarray(0, -1)],
  ['gzip', 'half of a second member', Buffer.concat([gz(words), gz(words).subarray(0, 30)])],
  ['gzip', 'garbage after it', Buffer.concat([gz(words), Buffer.from('garbage')])],
  ['gzip', 'a member after zero bytes', Buffer.concat([gz(words), Buffer.alloc(1000), gz(words)])],
  ['gzip', 'no gzip', Buffer.from([0x1f, 0x8b, 8, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9])],
  ['zstd', 'an end before its time', zs(words).subarray(0, -1)],
  ['zstd', 'garbage after it', Buffer.concat([zs(words), Buffer.from('garbage')])],
  ['zstd', 'a window larger than is held', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 1, 0, 0])],
] as const)('refuses %s with %s in the same words, whoever decodes', async (kind, _, bytes) => {
  const refusal = async (step: number, steps: boolean) =>
    await decoded(kind, bytes, step, steps).then(
      () => 'none',
      (fault: { readonly code: string; readonly message: string }) => `${fault.code}: ${fault.message}`,
    );
  for (const step of [1 << 20, 1000]) {
    const said = await refusal(step, false);
    expect(said).toMatch(/^compression\/malformed: It cannot be decompressed/);
    expect(await refusal(step, true)).toBe(said);
  }
});
