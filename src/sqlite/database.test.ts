import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf } from '../../test/fakes/catalog.ts';
import { mutationsOf, outcomeOf } from '../../test/fakes/mutations.ts';
import { sqliteFile } from '../../test/fakes/rpm.ts';
import { SqliteDatabase } from './database.ts';

const open = (bytes: Buffer) => new SqliteDatabase(contentOf(bytes));

/** Blobs of many lengths: inside pages, at their edges, over several. */
function blobs(pageSize: number, count: number): Buffer {
  return sqliteFile((database) => {
    database.exec(`PRAGMA page_size = ${pageSize}; CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB); BEGIN`);
    const insert = database.prepare('INSERT INTO t VALUES (?, ?)');
    for (let i = 0; i < count; i++) insert.run(3 * i, Buffer.alloc(i * 37, i));
    database.exec('COMMIT');
  });
}

describe('rows', () => {
  test.each([512, 4096, 65_536])('of pages of %i bytes are what SQLite wrote', (pageSize) => {
    const rows = [...open(blobs(pageSize, 400)).rows('t')];
    expect(rows.map(({ rowid }) => rowid)).toEqual(rows.map((_, i) => 3 * i));
    expect(rows).toHaveLength(400);
    expect(rows.every(({ values: [, blob] }, i) => Buffer.alloc(i * 37, i).equals(blob as Buffer))).toBe(true);
  });

  test('have values of every type', () => {
    const numbers = [0, 1, -1, 127, -32_768, 8_388_607, -2_147_483_648, 2 ** 47 - 1, -(2 ** 50), 1.5];
    const bytes = sqliteFile((database) => {
      database.exec('CREATE TABLE t (a, b, c)');
      for (const n of numbers) database.prepare('INSERT INTO t VALUES (?, ?, ?)').run(n, 'é', null);
    });
    const rows = [...open(bytes).rows('t')];
    expect(rows.map(({ values }) => values[0])).toEqual(numbers);
    expect(rows[0]?.values.slice(1)).toEqual([Buffer.from('é'), null]);
  });

  test('of a table that is not there are none', () => {
    expect([...open(blobs(512, 3)).rows('Packages')]).toEqual([]);
  });
});

describe('refuses', () => {
  test.each([
    ['what is no database', Buffer.alloc(4096), 'does not start as one'],
    ['what ends too early', Buffer.from('SQLite format 3\0'), 'does not start as one'],
  ])('%s', (_name, bytes, message) => {
    expect(() => open(bytes)).toThrow(
      expect.objectContaining({ code: 'sqlite/malformed', message: expect.stringContaining(message) as string }),
    );
  });

  test('pages that point back at each other', () => {
    const bytes = blobs(512, 200);
    const root = 2;
    // The right-most child of the table's root is the root itself.
    bytes.writeUInt32BE(root, (root - 1) * 512 + 8);
    expect(bytes[(root - 1) * 512]).toBe(5);
    expect(() => [...open(bytes).rows('t')]).toThrow('its pages form no tree');
  });

  test('rows that share their bytes to be more than the file', () => {
    const bytes = sqliteFile((database) => {
      database.exec('PRAGMA page_size = 4096; CREATE TABLE t (b BLOB)');
      for (let i = 0; i < 40; i++) database.prepare('INSERT INTO t VALUES (zeroblob(?))').run(i === 0 ? 100_000 : 10);
    });
    expect(bytes[4096]).toBe(13);
    for (let i = 1; i < 40; i++) bytes.copy(bytes, 4096 + 8 + 2 * i, 4096 + 8, 4096 + 10);
    expect(() => [...open(bytes).rows('t')]).toThrow('its rows are longer than the file');
  });
});

test('damaged databases cause nothing but faults', () => {
  const good = blobs(512, 60);
  fc.assert(
    fc.property(mutationsOf(good), (bytes) => {
      expect(outcomeOf(() => [...open(bytes).rows('t')])).toMatch(/^(?:read|sqlite\/malformed)$/);
    }),
    { numRuns: 1000 },
  );
});
