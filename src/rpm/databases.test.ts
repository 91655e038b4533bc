import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf } from '../../test/fakes/catalog.ts';
import { mutationsOf, outcomeOf } from '../../test/fakes/mutations.ts';
import { hashRpmDatabase, ndbRpmDatabase } from '../../test/fakes/rpm.ts';
import { readHashDatabase } from './hash-database.ts';
import { readNdb } from './ndb.ts';

const headers = [10, 255, 256, 4070, 4071, 20_000].map((size, i) => Buffer.alloc(size, i + 1));
const hash = (bytes: Buffer) => [...readHashDatabase(contentOf(bytes))];
const ndb = (bytes: Buffer) => [...readNdb(contentOf(bytes))];

describe('Packages', () => {
  test.each([true, false])('gives every header, whatever its length; little-endian: %s', (little) => {
    expect(hash(hashRpmDatabase(headers, little))).toEqual(headers);
  });

  test('ends where pages of a header lead round in a circle', () => {
    const bytes = hashRpmDatabase([Buffer.alloc(20_000)]);
    // Each of its pages has one byte and is followed by itself.
    for (let page = 2; page < bytes.length / 4096; page++) {
      bytes.writeUInt32LE(page, page * 4096 + 16);
      bytes.writeUInt16LE(1, page * 4096 + 22);
    }
    expect(() => hash(bytes)).toThrow('the pages of a package are not there');
  });

  test.each([
    ['no database', (bytes: Buffer) => bytes.fill(0), 'does not start as one'],
    ['an encrypted one', (bytes: Buffer) => bytes.fill(1, 24, 25), 'encrypted'],
    ['a page size of 0', (bytes: Buffer) => bytes.fill(0, 20, 24), 'page size'],
    ['an item over another', (bytes: Buffer) => bytes.writeUInt16LE(4096, 4096 + 30), 'an item is outside its page'],
    [
      'a header longer than the file',
      (bytes: Buffer) => bytes.writeUInt32LE(1 << 30, 8192 - 27 + 8),
      'longer than the file',
    ],
  ])('refuses %s', (_name, change, message) => {
    const bytes = hashRpmDatabase([Buffer.alloc(5000)]);
    change(bytes);
    expect(() => hash(bytes)).toThrow(
      expect.objectContaining({ code: 'rpm/malformed-database', message: expect.stringContaining(message) as string }),
    );
  });

  test('damaged causes nothing but faults', () => {
    fc.assert(
      fc.property(mutationsOf(hashRpmDatabase(headers.slice(0, 5), true, 512)), (bytes) => {
        expect(outcomeOf(() => hash(bytes))).toMatch(/^(?:read|rpm\/malformed-database)$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Packages.db', () => {
  test('gives every header, and nothing for empty slots', () => {
    expect(ndb(ndbRpmDatabase(headers))).toEqual(headers);
    expect(ndb(ndbRpmDatabase([]))).toEqual([]);
  });

  test.each([
    ['no database', (bytes: Buffer) => bytes.fill(0, 0, 4), 'does not start as one'],
    ['more slots than bytes', (bytes: Buffer) => bytes.writeUInt32LE(99, 12), 'its slots are outside the file'],
    ['a broken slot', (bytes: Buffer) => bytes.fill(0, 32, 36), 'a slot does not start as one'],
    ['a slot of another package', (bytes: Buffer) => bytes.writeUInt32LE(9, 36), 'not where its slot says'],
    ['a header longer than the file', (bytes: Buffer) => bytes.writeUInt32LE(1 << 30, 4096 + 12), 'outside the file'],
  ])('refuses %s', (_name, change, message) => {
    const bytes = ndbRpmDatabase(headers);
    change(bytes);
    expect(() => ndb(bytes)).toThrow(
      expect.objectContaining({ code: 'rpm/malformed-database', message: expect.stringContaining(message) as string }),
    );
  });

  test('refuses slots that share a package to be more than the file', () => {
    const bytes = ndbRpmDatabase([Buffer.alloc(20_000)]);
    for (let at = 48; at < 4096; at += 16) bytes.copy(bytes, at, 32, 48);
    expect(() => ndb(bytes)).toThrow('longer than the file');
  });

  test('damaged causes nothing but faults', () => {
    fc.assert(
      fc.property(mutationsOf(ndbRpmDatabase(headers.slice(0, 4))), (bytes) => {
        expect(outcomeOf(() => ndb(bytes))).toMatch(/^(?:read|rpm\/malformed-database)$/);
      }),
      { numRuns: 1000 },
    );
  });
});
