import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NearbyRows } from './nearby-rows.ts';

const number = fc.oneof(fc.nat(400), fc.nat(100_000));

test('gives what is there, in whatever order it is asked for', () => {
  fc.assert(
    fc.property(fc.uniqueArray(number), fc.array(number), (there, asked) => {
      const rows = new NearbyRows((from, to) =>
        there.filter((one) => from <= one && one <= to).map((one) => [one, `row ${one}`]),
      );
      for (const one of [...asked, ...there])
        expect(rows.get(one)).toEqual(there.includes(one) ? [one, `row ${one}`] : undefined);
    }),
  );
});

test('reads neighbours at a time', () => {
  let queries = 0;
  const rows = new NearbyRows((from, to) => {
    queries++;
    return Array.from({ length: to - from + 1 }, (_, i) => [from + i]);
  });
  for (let one = 1000; one < 2000; one++) rows.get(one);
  expect(queries).toBeLessThan(40);
});
