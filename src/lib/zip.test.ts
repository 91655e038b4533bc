import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenCopies, faultOr } from '../../test/fakes/broken.ts';
import { contentOf } from '../../test/fakes/catalog.ts';
import { zipOf, type ZipPart, type ZipShape } from '../../test/fakes/zip.ts';
import { readZipEntry, walkZip, zipEntries } from './zip.ts';

const all = () => true;
const LIMIT = 1 << 20;

function contents(bytes: Buffer, limit = LIMIT): [string, string][] {
  const content = contentOf(bytes);
  return zipEntries(content, all).map((entry) => [entry.name, readZipEntry(content, entry, limit).toString('latin1')]);
}

const parts: ZipPart[] = [
  { name: 'a/b.txt', content: 'deflated'.repeat(100) },
  { name: 'stored', content: 'stored', method: 0 },
  { name: 'empty', content: '' },
  { name: 'a/b.txt', content: 'again' },
];
const expected = parts.map(({ name, content }) => [name, content]);

test.each<[string, ZipShape]>([
  ['a plain archive', {}],
  ['one with a comment', { comment: 'PK\x05\x06 is said here, too' }],
  ['one behind a script, with offsets that do not count it', { prefix: Buffer.from('#!/bin/sh\n') }],
  ['one behind a script, with offsets that count it', { prefix: Buffer.from('#!/bin/sh\n'), counted: true }],
  ['zip64', { wide: true }],
  ['zip64 behind a script', { wide: true, prefix: Buffer.from('#!/bin/sh\n') }],
])('reads %s', (_, shape) => {
  expect(contents(zipOf(parts, shape))).toEqual(expected);
});

test('reads more entries than fit the count, through several windows', () => {
  const many = Array.from({ length: 70_000 }, (_, i) => ({ name: `directory/name-${i}`, content: '', method: 0 }));
  expect(zipEntries(contentOf(zipOf(many)), (name) => name.endsWith('-69999'))).toHaveLength(1);
});

test('gives entries one by one, with their checksums', () => {
  const walk = walkZip(contentOf(zipOf(parts)), all);
  expect(walk.next().value).toMatchObject({ name: 'a/b.txt', crc: crc32('deflated'.repeat(100)) });
  expect([...walk]).toHaveLength(3);
});

test('an impossible size, and a directory beyond the start, are refused before anything is read for them', () => {
  const large = { name: 'a', content: 'abcdef', size: 1 << 30 };
  expect(() => contents(zipOf([large]), 2 ** 31)).toThrow(/states an impossible size/);
  expect(() => contents(zipOf(parts, { directorySize: 1 << 20 }))).toThrow(/its directory does not fit/);
});

test('names that are no UTF-8 are told by their bytes', () => {
  expect(contents(zipOf([{ name: Buffer.from([0x61, 0xff]), content: '' }]))).toEqual([['a\\xff', '']]);
  expect(contents(zipOf([{ name: 'ä', content: '' }]))).toEqual([['ä', '']]);
});

test.each<[string, Buffer, string]>([
  ['nothing', Buffer.alloc(0), 'zip/malformed'],
  ['text', Buffer.from('text'), 'zip/malformed'],
  ['a directory that does not fit', zipOf(parts, { directorySize: 1 << 20 }), 'zip/malformed'],
  ['too many entries', zipOf(parts, { wide: true, count: 2_000_000 }), 'zip/too-large'],
  ['a huge directory', zipOf(parts, { wide: true, directorySize: 2 ** 40 }), 'zip/too-large'],
  ['a size beyond numbers', zipOf([{ name: 'a', content: '', size: 2 ** 60 }], { wide: true }), 'zip/malformed'],
  ['a smaller size than there is', zipOf([{ name: 'a', content: 'abcdef', size: 2 }]), 'zip/malformed'],
  ['a larger size than there is', zipOf([{ name: 'a', content: 'abcdef', size: 20 }]), 'zip/malformed'],
  ['a size that cannot be', zipOf([{ name: 'a', content: 'abcdef', size: LIMIT }]), 'zip/malformed'],
  ['two sizes of a stored entry', zipOf([{ name: 'a', content: 'abc', method: 0, size: 2 }]), 'zip/malformed'],
  ['an entry beyond the end', zipOf([{ name: 'a', content: 'abc', compressedSize: 1 << 30 }]), 'zip/malformed'],
  ['an entry elsewhere', zipOf([{ name: 'a', content: 'abc', offset: 1 }]), 'zip/malformed'],
  ['a bomb', zipOf([{ name: 'a', content: Buffer.alloc(LIMIT + 1) }]), 'zip/too-large'],
  ['an encrypted entry', zipOf([{ name: 'a', content: 'abc', flags: 1 }]), 'zip/unsupported'],
  ['another method', zipOf([{ name: 'a', content: 'abc', method: 12 }]), 'zip/unsupported'],
])('refuses %s', (_, bytes, code) => {
  expect(() => contents(bytes)).toThrow(expect.objectContaining({ code }));
});

test('gives content or a fault, whatever is changed', () => {
  fc.assert(
    fc.property(brokenCopies([zipOf(parts), zipOf(parts, { wide: true, prefix: Buffer.from('#!') })]), (broken) => {
      expect(faultOr(() => contents(broken))).toBeDefined();
    }),
    { numRuns: 5000 },
  );
});
