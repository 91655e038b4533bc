import { expect, test } from 'vitest';
import { outOfOrder } from '../../test/contracts/versions.ts';

test.each(['Pub', 'Julia'])('builds are after their version in %s', (ecosystem) => {
  expect(
    outOfOrder(ecosystem, [
      '1.2.3-a',
      '1.2.3-a+1',
      '1.2.3',
      '1.2.3+0',
      '1.2.3+1',
      '1.2.3+10',
      '1.2.3+a',
      '1.2.3+a.1',
      '1.2.4',
    ]),
  ).toEqual([]);
});
