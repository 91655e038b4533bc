import { expect, test } from 'vitest';
import { holdsKey } from './sorted-keys.ts';

type Key = readonly [high: number, low: number];

function sorted(keys: readonly Key[]): DataView {
  const view = new DataView(new ArrayBuffer(keys.length * 8));
  for (const [i, [high, low]] of keys.toSorted(([a, x], [b, y]) => a - b || x - y).entries()) {
    view.setUint32(i * 8, high);
    view.setUint32(i * 8 + 4, low);
  }
  return view;
}

const SPREADS: Readonly<Record<string, readonly Key[]>> = {
  'no key': [],
  'one key': [[7, 9]],
  'the least and the most': [
    [0, 0],
    [0xffffffff, 0xffffffff],
  ],
  'keys spread evenly': Array.from({ length: 1000 }, (_, i) => [Math.imul(i, 0x9e3779b1) >>> 0, i]),
  'one first half': Array.from({ length: 1000 }, (_, i) => [5, i * 4_000_003]),
  'most at one end': Array.from({ length: 1000 }, (_, i) => [i < 999 ? i * 2 : 0xffffffff, 1]),
  'each the double of the one before': Array.from({ length: 31 }, (_, i) => [2 ** i, 2 ** (31 - i)]),
};

test.each(Object.entries(SPREADS))('of %s each is found, and no other', (_, keys) => {
  const view = sorted(keys);
  const has = new Set(keys.map(String));
  for (const [high, low] of keys) {
    expect(holdsKey(view, high, low), `${high} ${low}`).toBe(true);
    expect(holdsKey(view, high | 0, low | 0), `${high} ${low}, signed`).toBe(true);
    for (const near of [
      [high, low - 1],
      [high, low + 1],
      [high - 1, low],
      [high + 1, low],
    ] as const) {
      const other: Key = [near[0] >>> 0, near[1] >>> 0];
      expect(holdsKey(view, other[0], other[1]), `${high} ${low}, near ${other[0]} ${other[1]}`).toBe(
        has.has(String(other)),
      );
    }
  }
  for (const end of [0, 0xffffffff]) expect(holdsKey(view, end, 3)).toBe(has.has(String([end, 3])));
});
