import { expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { baseByLabels, baseByPrefix, chainIds } from './base.ts';

const [a, b, c] = ['a', 'b', 'c'].map((text) => digestOf(text)) as [
  `sha256:${string}`,
  `sha256:${string}`,
  `sha256:${string}`,
];

test('a chain ID covers a layer and all below it', () => {
  expect(chainIds([a, b])).toEqual([a, digestOf(`${a} ${b}`)]);
  expect(chainIds([])).toEqual([]);
});

test('the label names the base by its chain ID', () => {
  const label = (id: string) => ({ 'com.docker.dhi.chain-id': id });
  expect(baseByLabels(label(digestOf(`${a} ${b}`)), [a, b, c])).toBe(2);
  expect(baseByLabels(label(a), [a, b, c])).toBe(1);
  expect(baseByLabels(label(b), [a, b, c])).toBeUndefined();
  expect(baseByLabels({}, [a])).toBeUndefined();
});

test('an image is the base when all its layers come first', () => {
  expect(baseByPrefix([a, b], [a, b, c])).toBe(2);
  expect(baseByPrefix([b], [a, b])).toBeUndefined();
  expect(baseByPrefix([a, b, c], [a, b])).toBeUndefined();
  expect(baseByPrefix([], [a])).toBeUndefined();
});
