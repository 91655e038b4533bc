import { expect, test } from 'vitest';
import { type Turn, Turns } from './turns.ts';

async function begun(turns: readonly Turn[]): Promise<boolean[]> {
  const states = turns.map(() => false);
  turns.forEach((turn, i) => void turn.begun.then(() => (states[i] = true)));
  await new Promise((resolve) => setImmediate(resolve));
  return states;
}

test('work begins in order while the allowance lasts, and goes on when some is given back', async () => {
  const turns = new Turns(10);
  const all = [6, 6, 1].map((amount) => turns.announce(amount));
  expect(await begun(all)).toEqual([true, false, false]);
  all[0]?.end();
  expect(await begun(all)).toEqual([true, true, true]);
});

test('what is larger than the allowance begins alone', async () => {
  const turns = new Turns(10);
  const all = [50, 1].map((amount) => turns.announce(amount));
  expect(await begun(all)).toEqual([true, false]);
  all[0]?.end();
  expect(await begun(all)).toEqual([true, true]);
});

test('what is waited for begins at once, and counts', async () => {
  const turns = new Turns(10);
  const all = [9, 9, 9, 1].map((amount) => turns.announce(amount));
  all[2]?.hurry();
  expect(await begun(all)).toEqual([true, false, true, false]);
  all[0]?.end();
  expect(await begun(all)).toEqual([true, false, true, false]);
  all[2]?.end();
  expect(await begun(all)).toEqual([true, true, true, true]);
});

test('what takes less than was thought lets the next one in', async () => {
  const turns = new Turns(10);
  const all = [9, 5].map((amount) => turns.announce(amount));
  all[0]?.takes(4);
  expect(await begun(all)).toEqual([true, true]);
});

test('work that was given up before it began is passed over', async () => {
  const turns = new Turns(10);
  const all = [9, 9, 9].map((amount) => turns.announce(amount));
  all[1]?.end();
  all[0]?.end();
  expect(await begun(all)).toEqual([true, false, true]);
});
