import { expect, test } from 'vitest';
import { closest } from './closest.ts';

test('finds what was meant, the closest first', () => {
  expect(closest('nodjes', ['nodejs', 'node-js', 'npm', 'nodes'])).toEqual(['nodes', 'nodejs']);
  expect(closest('tzdat', ['tzdata', 'tzdata-legacy'])).toEqual(['tzdata']);
});

test('does not guess at short words or long ones', () => {
  expect(closest('npm', ['git', 'nvm', 'nmap'])).toEqual(['nvm']);
  expect(closest('x'.repeat(65), ['x'.repeat(64)])).toEqual([]);
});

test('gives at most as many as asked', () => {
  expect(closest('aaaaa', ['aaaab', 'aaaac', 'aaaad', 'aaaae'], 2)).toEqual(['aaaab', 'aaaac']);
});
