import { describe, expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { PAYLOAD_LIMIT, parseSimpleSigning, simpleSigningBytes } from './payload.ts';

const digest = digestOf('image');
const written = simpleSigningBytes({ reference: 'registry.example/acme/app', digest, optional: { who: 'me' } });
const change = (from: string, to: string): Buffer => {
  const text = written.toString();
  expect(text).toContain(from);
  return Buffer.from(text.replace(from, to));
};

describe('payloads of image signatures', () => {
  test('are written as cosign writes them', () => {
    expect(written.toString()).toBe(
      `{"critical":{"identity":{"docker-reference":"registry.example/acme/app"},"image":{"docker-manifest-digest":"${digest}"},"type":"cosign container image signature"},"optional":{"who":"me"}}`,
    );
    expect(simpleSigningBytes({ reference: 'r', digest, optional: {} }).toString()).toMatch(/,"optional":null\}$/);
  });

  test('are read back', () => {
    const { optional, ...rest } = parseSimpleSigning(written);
    expect(rest).toEqual({ reference: 'registry.example/acme/app', digest });
    expect([...optional]).toEqual([['who', 'me']]);
  });

  test.each([
    ['another type', change('cosign container', 'atomic container'), /of type atomic container image signature/],
    ['an unknown critical member', change('"type":', '"mode":"x","type":'), /mode/],
    ['another hash', change(digest, `sha512:${'0'.repeat(128)}`), /no SHA-256/],
    ['no digest', change(digest, ''), /no SHA-256/],
    ['a second digest in another case', change('"image":{', `"image":{"Docker-manifest-digest":"${digest}",`), /./],
    ['the same member twice', change('"image":{', `"image":{"docker-manifest-digest":"${digestOf('')}",`), /twice/],
    ['optional words that are no map', change('{"who":"me"}', '[1]'), /optional/],
    ['what is no JSON', Buffer.from('{'), /not valid JSON/],
    ['what is nested deeply', Buffer.from('['.repeat(200)), /nested deeper/],
    ['what is too large', Buffer.alloc(PAYLOAD_LIMIT + 1, 0x20), /larger than 1024 KiB/],
  ])('with %s are refused', (_, bytes, reason) => {
    expect(() => parseSimpleSigning(bytes)).toThrow(reason);
  });

  test('with prototype names as words do no harm', () => {
    const { optional } = parseSimpleSigning(change('"who":"me"', '"__proto__":{"polluted":true},"constructor":"x"'));
    expect(optional.get('constructor')).toBe('x');
    expect((Object.prototype as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
