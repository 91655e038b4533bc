import { expect, test } from 'vitest';
import { outOfOrder, notSame } from '../../test/contracts/versions.ts';

test('prereleases are of no case', () => {
  expect(notSame('NuGet', ['1.0.0-BETA.X', '1.0-beta.x', '1.0.0.0-Beta.x+meta'])).toEqual([]);
  expect(outOfOrder('NuGet', ['1.0.0-ALPHA', '1.0.0-beta', '1.0.0-Beta2', '1.0.0-RC'])).toEqual([]);
});

test('there is a fourth number', () => {
  expect(outOfOrder('NuGet', ['1.0.0', '1.0.0.1-alpha', '1.0.0.1', '1.0.0.2', '1.0.0.10'])).toEqual([]);
});
