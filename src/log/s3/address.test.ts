import { describe, expect, test } from 'vitest';
import { bucketUrl, isS3Address, parseS3Address } from './address.ts';
import { parseError, parseListing } from './answers.ts';

describe('an address', () => {
  test.each([
    ['s3://logs', 'logs', ''],
    ['s3://logs/', 'logs', ''],
    ['s3://my.logs-1/a/b_c/v1.2', 'my.logs-1', 'a/b_c/v1.2/'],
    ['s3://logs/team/', 'logs', 'team/'],
  ])('%s names a bucket and a prefix', (text, bucket, prefix) => {
    expect(isS3Address(text)).toBe(true);
    expect(parseS3Address(text)).toEqual({ bucket, prefix });
  });

  test.each([
    's3://',
    's3://Logs/a',
    's3:logs/a',
    's3://lo/a',
    's3://a..b/c',
    's3://logs//a',
    's3://logs/a/../b',
    's3://logs/a b',
    's3://logs/ä',
    's3://logs/a%2fb',
    's3://logs/a?b',
    's3://user:password@logs/a',
    `s3://logs/${'a'.repeat(900)}`,
  ])('%s is none', (text) => {
    expect(() => parseS3Address(text)).toThrow(expect.objectContaining({ code: 's3/address' }));
  });

  test('leads to the host of the bucket at AWS, to a path elsewhere and for names with dots', () => {
    expect(bucketUrl('logs', 'eu-west-1', undefined).href).toBe('https://logs.s3.eu-west-1.amazonaws.com/');
    expect(bucketUrl('my.logs', 'eu-west-1', undefined).href).toBe('https://s3.eu-west-1.amazonaws.com/my.logs/');
    expect(bucketUrl('logs', 'r', new URL('http://127.0.0.1:9000')).href).toBe('http://127.0.0.1:9000/logs/');
    expect(bucketUrl('logs', 'r', new URL('https://x.example/s3/')).href).toBe('https://x.example/s3/logs/');
  });
});

describe('a listing', () => {
  const listing = (inside: string) => Buffer.from(`<ListBucketResult xmlns="x">${inside}</ListBucketResult>`);

  test('has keys, folders and what asks for the rest', () => {
    const text =
      '<IsTruncated>true</IsTruncated><NextContinuationToken>t+/=</NextContinuationToken><Contents><Key>a&amp;b</Key></Contents><CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes>';
    expect(parseListing(listing(text), 'it')).toEqual({ keys: ['a&b'], prefixes: ['c/'], next: 't+/=' });
    expect(parseListing(listing('<IsTruncated>false</IsTruncated>'), 'it')).toEqual({
      keys: [],
      prefixes: [],
      next: undefined,
    });
  });

  test.each([
    ['another document', Buffer.from('<html/>'), 's3/answer'],
    ['one that does not say whether it is whole', listing(''), 's3/answer'],
    ['one that is cut without more', listing('<IsTruncated>true</IsTruncated>'), 's3/answer'],
    ['one without a key', listing('<IsTruncated>false</IsTruncated><Contents/>'), 's3/answer'],
    ['a torn one', Buffer.from('<ListBucketResult><Is'), 'xml/malformed'],
  ])('is not %s', (_, bytes, code) => {
    expect(() => parseListing(bytes, 'it')).toThrow(expect.objectContaining({ code }));
  });

  test('an error has a code, if it has one', () => {
    expect(parseError(Buffer.from('<Error><Code>NoSuchKey</Code><Message>It\n is not.</Message></Error>'))).toEqual({
      code: 'NoSuchKey',
      message: 'It is not.',
    });
    expect(parseError(Buffer.from('no XML'))).toEqual({ code: '', message: '' });
  });
});
