import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LayerEntry } from '../image/tree.ts';
import type { LayerAnalysis } from './layer.ts';
import { analysisOf, recordOf } from './record.ts';

const bytes = (length: fc.StringConstraints) =>
  fc.string({ ...length, unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) });
const number = fc.oneof(fc.nat({ max: 20 }), fc.maxSafeInteger());
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const entries: fc.Arbitrary<readonly LayerEntry[]> = fc.array(
  fc.record({
    path: bytes({ maxLength: 40 }),
    kind: fc.constantFrom('file', 'directory', 'symlink', 'hardlink', 'character-device', 'block-device', 'fifo'),
    mode: number,
    uid: number,
    gid: number,
    size: number,
    target: maybe(bytes({ maxLength: 20 })),
    digests: maybe(bytes({ minLength: 52, maxLength: 52 })),
    capabilities: maybe(fc.constant(true as const)),
  }),
  { maxLength: 40 },
);

test('a record gives back whatever entries a layer has', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const analysis: LayerAnalysis = {
        diffId: `sha256:${'0'.repeat(64)}`,
        size: 1,
        entries: list,
        facts: [],
        notRead: [],
      };
      expect(analysisOf(Buffer.concat(recordOf(analysis)))).toEqual(analysis);
    }),
  );
});

test('a record of many entries is several lines', () => {
  const one: LayerEntry = { path: 'usr/share/x', kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 1 };
  const list = Array.from({ length: 3000 }, (_, i) => ({ ...one, path: `${one.path}${i}`, size: i }));
  const pieces = recordOf({ diffId: 'sha256:0', size: 1, entries: list, facts: [], notRead: [] });
  expect(pieces.length).toBeGreaterThan(4);
  for (const piece of pieces) expect(piece.indexOf('\n')).toBe(piece.length - 1);
  expect(analysisOf(Buffer.concat(pieces)).entries).toEqual(list);
});
