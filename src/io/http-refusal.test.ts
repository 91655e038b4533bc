import { expect, test } from 'vitest';
import { refusalText } from './http-refusal.ts';

test.each([
  ['{"code":3,"message":"no such thing."}', 'no such thing'],
  ['{"error":"access_denied","error_description":"they said no"}', 'they said no'],
  ['{"error":"access_denied"}', 'access_denied'],
  ['{"message":{"deep":1}}', ''],
  ['{"error":{"code":"Forbidden","message":"not you"}}', 'not you'],
  ['{"Message":"as AWS does"}', 'as AWS does'],
  ['null', 'null'],
  ['bad\r\n\u001b[31m gateway\u2028', 'bad [31m gateway'],
  ['', ''],
  ['x'.repeat(1000), 'x'.repeat(300)],
])('%j says %j', (body, text) => {
  expect(refusalText(Buffer.from(body))).toBe(text);
});

test('a secret that is sent back is not shown', () => {
  expect(refusalText(Buffer.from('{"message":"bad token s3cret, s3cret"}'), ['s3cret'])).toBe('bad token …, …');
});
