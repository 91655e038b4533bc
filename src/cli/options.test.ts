import { expect, test } from 'vitest';
import { formatAsked } from './options.ts';

test('--json is --format json, and nothing else can be asked for with it', () => {
  expect(formatAsked({ json: true })).toBe('json');
  expect(formatAsked({ json: true, format: 'json' })).toBe('json');
  expect(formatAsked({ format: 'sarif' })).toBe('sarif');
  expect(formatAsked({})).toBeUndefined();
  expect(() => formatAsked({ json: true, format: 'sarif' })).toThrow(
    expect.objectContaining({ code: 'usage/format', message: '--json and --format sarif ask for different things.' }),
  );
});
