import { expect, test } from 'vitest';
import { outOfOrder, notSame } from '../../test/contracts/versions.ts';

test('revisions are after their version', () => {
  expect(outOfOrder('Bitnami', ['7.0.4', '7.0.5', '7.0.5-0', '7.0.5-3', '7.0.5-10', '7.0.6'])).toEqual([]);
  expect(notSame('Bitnami', ['7.0.5-3', '7.0.5-3+x'])).toEqual([]);
});
