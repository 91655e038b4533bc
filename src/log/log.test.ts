import { beforeEach, describe, expect, test } from 'vitest';
import { ed25519Signer } from '../../test/fakes/log-keys.ts';
import { leafHash } from '../tlog/hashes.ts';
import { formatNote } from '../tlog/note.ts';
import { formatProof, parseProof, provesEntry } from '../tlog/proof.ts';
import { verifyConsistency } from '../tlog/verify.ts';
import { auditLog } from './audit.ts';
import { COMMIT_FOLDER, commitPath } from './commit.ts';
import { Log } from './log.ts';
import { MemoryStorage } from './memory.ts';
import { LogKey } from './signing.ts';

const signer = ed25519Signer();
const origin = 'log.example/team';
const keys = [new LogKey(origin, signer).key];
let storage: MemoryStorage;
const open = async () => await Log.open(storage, { origin, signer });
const entries = (count: number, word = 'entry') => Array.from({ length: count }, (_, i) => Buffer.from(`${word} ${i}`));

beforeEach(() => {
  storage = new MemoryStorage();
});

describe('a log', () => {
  test('begins with the checkpoint of the empty tree', async () => {
    const log = await open();
    expect(log.checkpoint).toMatchObject({ origin, size: 0, extensions: [] });
    expect((await auditLog(storage, { keys })).checks.map(({ outcome }) => outcome)).not.toContain('refuted');
    expect(await log.append([])).toEqual({ index: 0, checkpoint: log.checkpoint });
  });

  test('proves every entry and every older checkpoint', async () => {
    const log = await open();
    const seen = [log.checkpoint];
    for (const count of [1, 2, 253, 1, 300]) seen.push((await log.append(entries(count, `of ${count}:`))).checkpoint);
    const reader = log.reader();
    for (const index of [0, 1, 2, 255, 256, 257, 511, 512, 556]) {
      const { entry, proof } = await reader.entryWithProof(index, log.checkpoint);
      expect(provesEntry(parseProof(formatProof(proof)), entry)).toBe(true);
    }
    for (const older of seen) {
      const proof = await reader.consistency(older, log.checkpoint);
      expect(verifyConsistency(older, log.checkpoint, proof)).toBe(true);
      if (older.size > 0) await reader.inclusion(older.size - 1, older);
    }
    await expect(reader.entry(557, log.checkpoint)).rejects.toMatchObject({ code: 'log/no-entry' });
    await expect(reader.inclusion(-1, log.checkpoint)).rejects.toMatchObject({ code: 'log/no-entry' });
  });

  test('gives many callers one checkpoint, in the order in which they came', async () => {
    const log = await open();
    const added = await Promise.all(entries(500).map(async (entry) => await log.append([entry])));
    expect(added.map(({ index }) => index)).toEqual(added.map((_, i) => i));
    expect(new Set(added.map(({ checkpoint }) => checkpoint.size))).toEqual(new Set([500]));
    const more = await Promise.all([log.append(entries(3)), log.append([]), log.append(entries(2))]);
    expect(more.map(({ index }) => index)).toEqual([500, 500, 503]);
  });

  test('refuses what is too long or too much, and takes the rest', async () => {
    const log = await open();
    await expect(log.append([Buffer.alloc(65_536)])).rejects.toMatchObject({ code: 'tlog/entry-too-long' });
    await expect(log.append(entries(8193))).rejects.toMatchObject({ code: 'log/too-much' });
    expect(await log.append([Buffer.alloc(65_535), Buffer.alloc(0)])).toMatchObject({ index: 0 });
    const large = Array.from({ length: 255 }, () => Buffer.alloc(65_535));
    const both = await Promise.all([log.append(large), log.append(large)]);
    expect(both.map(({ checkpoint }) => checkpoint.size)).toEqual([257, 512]);
  });

  test('keeps no partial tile that is full, and one commit', async () => {
    const log = await open();
    for (const count of [100, 100, 56, 256]) await log.append(entries(count));
    expect(await storage.list('tile/0')).toEqual(['000', '001']);
    expect(await storage.list('tile/entries')).toEqual(['000', '001']);
    expect(await storage.list(COMMIT_FOLDER)).toHaveLength(1);
  });
});

async function altered(path: string, change: (bytes: Buffer) => Buffer | undefined): Promise<void> {
  const bytes = change((await storage.read(path, 1 << 25)) ?? Buffer.alloc(0));
  if (bytes === undefined) await storage.remove([path]);
  else await storage.write([{ path, bytes }]);
}
const flip = (bytes: Buffer) => {
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  return bytes;
};
const cut = (bytes: Buffer) => bytes.subarray(0, -1);
const gone = () => undefined;

describe('a log is not extended', () => {
  test.each([
    ['its checkpoint is gone', 'checkpoint', gone, 'log/missing-checkpoint'],
    ['its checkpoint is torn', 'checkpoint', cut, 'tlog/malformed'],
    ['its checkpoint is empty', 'checkpoint', () => Buffer.alloc(0), 'tlog/malformed'],
    [
      'its checkpoint was altered',
      'checkpoint',
      (b: Buffer) => Buffer.from(b.toString().replace('\n557\n', '\n556\n')),
      'log/checkpoint',
    ],
    ['its last tile is gone', 'tile/0/002.p/45', gone, 'log/missing-tile'],
    ['its last tile is torn', 'tile/0/002.p/45', cut, 'log/torn-tile'],
    ['its last tile was altered', 'tile/0/002.p/45', flip, 'log/altered-tree'],
    ['its last full tile is gone', 'tile/0/001', gone, 'log/missing-tile'],
    ['its last full tile is torn', 'tile/0/001', cut, 'log/torn-tile'],
    ['its last full tile was altered', 'tile/0/001', flip, 'log/altered-tile'],
    ['the tile above is gone', 'tile/1/000.p/2', gone, 'log/missing-tile'],
    ['the tile above was altered', 'tile/1/000.p/2', flip, 'log/altered-tree'],
    ['its last entries are gone', 'tile/entries/002.p/45', gone, 'log/missing-tile'],
    ['its last entries are torn', 'tile/entries/002.p/45', cut, 'log/torn-tile'],
    ['its last entries were altered', 'tile/entries/002.p/45', flip, 'log/altered-tile'],
    ['its last full bundle was altered', 'tile/entries/001', flip, 'log/altered-tile'],
    ['its commit is torn', commitPath(257), cut, 'log/torn-commit'],
    ['its commit was altered', commitPath(257), flip, 'log/torn-commit'],
  ])('when %s', async (_, path, change, code) => {
    const log = await open();
    for (const count of [1, 256, 300]) await log.append(entries(count));
    expect(log.checkpoint.size).toBe(557);
    await altered(path, change);
    await expect(open()).rejects.toMatchObject({ code });
  });

  test('when its checkpoint is an old one', async () => {
    const log = await open();
    const { checkpoint } = await log.append(entries(3));
    await log.append(entries(4));
    await storage.write([{ path: 'checkpoint', bytes: Buffer.from(formatNote(checkpoint.note)) }]);
    await expect(open()).resolves.toBeInstanceOf(Log); // The commit is there: it is carried out again.
    await log.append(entries(2));
    await log.append(entries(2));
    await storage.write([{ path: 'checkpoint', bytes: Buffer.from(formatNote(checkpoint.note)) }]);
    await expect(open()).rejects.toMatchObject({
      code: 'log/rolled-back',
      message: expect.stringContaining('size 3') as string,
    });
    await expect(log.append(entries(1))).rejects.toMatchObject({ code: 'log/rolled-back' });
  });

  test('when another log took its place under the same key', async () => {
    const log = await open();
    await log.append(entries(5));
    const mine = storage;
    storage = new MemoryStorage();
    const other = await open();
    await other.append(entries(7, 'other'));
    for (const path of ['checkpoint', 'tile/0/000.p/7', 'tile/entries/000.p/7']) {
      await mine.write([{ path, bytes: (await storage.read(path, 9999)) ?? Buffer.alloc(0) }]);
    }
    await expect(log.append(entries(1))).rejects.toMatchObject({ code: 'log/forked' });
  });

  test('under another origin or another key', async () => {
    await open();
    await expect(Log.open(storage, { origin: 'log.other', signer })).rejects.toMatchObject({
      code: 'log/other-origin',
    });
    await expect(Log.open(storage, { origin, signer: ed25519Signer() })).rejects.toMatchObject({
      code: 'log/checkpoint',
      hint: expect.stringContaining('--log-key') as string,
    });
  });
});

describe('a reader', () => {
  test('gives no proof from an altered tile in the middle', async () => {
    const log = await open();
    await log.append(entries(1000));
    await altered('tile/0/000', flip);
    const reader = log.reader();
    await expect(reader.inclusion(7, log.checkpoint)).rejects.toMatchObject({ code: 'log/altered-tree' });
    await expect(reader.inclusion(7, log.checkpoint, leafHash(Buffer.from('entry 7')))).rejects.toMatchObject({
      code: 'log/altered-tree',
    });
  });

  test('gives no entry that the tree does not hold', async () => {
    const log = await open();
    await log.append(entries(1000));
    await altered('tile/entries/001', flip);
    await expect(log.reader().entry(256 + 3, log.checkpoint)).rejects.toMatchObject({ code: 'log/altered-tree' });
  });
});

describe('an audit', () => {
  test('establishes a whole log and its past', async () => {
    const log = await open();
    const { checkpoint: since } = await log.append(entries(300));
    await log.append(entries(700));
    const { checks } = await auditLog(storage, { keys, since });
    expect(checks.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
      'signature established',
      'entries established',
      'tiles established',
      'root established',
      'consistency established',
    ]);
    expect((await auditLog(storage, { keys: [] })).checks[0]).toMatchObject({
      check: 'signature',
      outcome: 'not established',
    });
  });

  test.each([
    ['an altered entry', 'tile/entries/000', flip, ['tiles', 'root'], 'tile/0/000'],
    ['a missing bundle', 'tile/entries/001', gone, ['entries'], 'tile/entries/001'],
    ['a torn bundle', 'tile/entries/001', cut, ['entries'], 'tile/entries/001'],
    ['an altered tile', 'tile/0/001', flip, ['tiles'], 'tile/0/001'],
    ['a missing tile', 'tile/0/000', gone, ['tiles'], 'tile/0/000'],
    ['an altered tile above', 'tile/1/000.p/3', flip, ['tiles'], 'tile/1/000.p/3'],
  ])('refutes %s, with its place', async (_, path, change, refuted, place) => {
    const log = await open();
    await log.append(entries(1000));
    await altered(path, change);
    const bad = (await auditLog(storage, { keys })).checks.filter(({ outcome }) => outcome === 'refuted');
    expect(bad.map(({ check }) => check)).toEqual(refuted);
    expect(bad[0]?.reason).toContain(place);
  });

  test('refutes another key, another past and a log that went back', async () => {
    const log = await open();
    const { checkpoint } = await log.append(entries(3));
    const other = await Log.open(new MemoryStorage(), { origin, signer });
    const { checkpoint: foreign } = await other.append(entries(2, 'other'));
    const { checkpoint: longer } = await other.append(entries(2, 'other'));
    const bad = async (options: Parameters<typeof auditLog>[1]) =>
      (await auditLog(storage, options)).checks.filter(({ outcome }) => outcome === 'refuted');
    const stranger = new LogKey(origin, ed25519Signer()).key;
    expect(await bad({ keys: [stranger] })).toMatchObject([
      { check: 'signature', reason: 'it is signed by none of the trusted keys' },
    ]);
    expect(await bad({ keys, since: foreign })).toMatchObject([
      { reason: 'the first 2 entries are not those of the older checkpoint' },
    ]);
    expect(await bad({ keys, since: longer })).toMatchObject([{ reason: 'the log went back from size 4 to 3' }]);
    expect(await bad({ keys, since: checkpoint })).toEqual([]);
  });
});
