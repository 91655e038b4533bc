import { expect, test } from 'vitest';
import { emptyState, nextState, parseState, stateBytes, type VerifierState } from './state.ts';

const seen = { log: 'ab', origin: 'log.example', size: 1, root: 'ab'.repeat(32) };
const scopes = (count: number): VerifierState => ({
  ...emptyState,
  checkpoints: Array.from({ length: count }, (_, at) => ({ scope: `r.example/${at}`, ...seen })),
});

test('what is written can be read again, in the same order whatever came first', () => {
  const one = nextState(nextState(emptyState, 'b', [seen], 5), 'a', [seen], 6);
  const other = nextState(nextState(emptyState, 'a', [seen], 6), 'b', [seen], 5);
  expect(stateBytes(one)).toEqual(stateBytes(other));
  expect(parseState(stateBytes(one), 's').checkpoints.map(({ scope }) => scope)).toEqual(['a', 'b']);
});

test.each([
  ['a name that is too long', nextState(emptyState, `oci:/${'x'.repeat(1000)}`, [seen], 1)],
  ['more than is read', scopes(100_001)],
])('nothing is written that could not be read: %s', (_, state) => {
  expect(() => stateBytes(state)).toThrow(expect.objectContaining({ code: 'verify/state' }));
});
