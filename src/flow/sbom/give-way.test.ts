import { expect, test } from 'vitest';
import { giveWay } from './give-way.ts';

test('others have their turn, and what they aborted ends', async () => {
  const aborter = new AbortController();
  const turns: string[] = [];
  setImmediate(() => {
    turns.push('other');
    aborter.abort(new Error('asked'));
  });
  await expect(giveWay(aborter.signal)).rejects.toThrow('asked');
  expect(turns).toEqual(['other']);
  await giveWay(undefined);
});
