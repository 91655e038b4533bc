import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { addTo, folderOf, type Given, NOW, readFeed } from '../../../test/fakes/feed.ts';
import { zipOf, type ZipPart } from '../../../test/fakes/zip.ts';
import type { FeedFiles } from '../feed.ts';
import { feedFiles } from '../files.ts';
import { osvFeed } from './feed.ts';

interface Shape {
  readonly ecosystem?: string | readonly string[];
  readonly modified?: string;
  readonly withdrawn?: string;
  readonly versions?: readonly string[];
}

function record(id: string, shape: Shape = {}): Record<string, unknown> {
  const { ecosystem = 'npm', modified = '2026-01-01T00:00:00Z', withdrawn, versions } = shape;
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }];
  const affected = [ecosystem].flat().map((name) => ({
    package: { ecosystem: name, name: 'x' },
    ...(versions === undefined ? { ranges } : { versions }),
  }));
  return { id, modified, withdrawn, affected };
}

const text = (value: unknown): string => JSON.stringify(value);
const part = (value: Record<string, unknown>): ZipPart => ({
  name: `${String(value['id'])}.json`,
  content: text(value),
});
const archive = (...records: Record<string, unknown>[]): Buffer => zipOf(records.map(part));

/** The files of a folder, and which of them were opened. */
async function bucket(files: Record<string, Buffer | string>): Promise<{
  files: FeedFiles;
  folder: string;
  opened: string[];
}> {
  const folder = await folderOf(files);
  const inner = feedFiles(folder);
  const opened: string[] = [];
  const open: FeedFiles['open'] = async (path, limit) => {
    opened.push(path);
    return await inner.open(path, limit);
  };
  const list = async (path: string) => (await inner.list?.(path)) ?? [];
  return { folder, opened, files: { base: folder, open, list } };
}

const read = async (files: FeedFiles, ecosystems?: readonly string[], since?: Given, more = {}): Promise<Given> =>
  await readFeed(osvFeed, files, { ecosystems, since: since?.end.state, ...more });
const places = (given: Given): [string, string][] =>
  given.of('advisory').map(({ advisory }) => [advisory.id, advisory.record]);
const covered = (given: Given): string[] => given.of('covers').map(({ ecosystem }) => ecosystem);

describe('at first', () => {
  test('every record of the ecosystems that are asked for is given', async () => {
    const { files, opened } = await bucket({
      'npm/all.zip': archive(record('GHSA-a'), record('GHSA-b', { modified: '2026-02-03T00:00:00.5Z' })),
      'PyPI/all.zip': archive(record('PYSEC-1', { ecosystem: 'PyPI' })),
      'Go/all.zip': archive(record('GO-1', { ecosystem: 'Go' })),
    });
    const given = await read(files, ['npm', 'PyPI']);
    expect(places(given)).toEqual([
      ['PYSEC-1', 'PyPI/all.zip#PYSEC-1.json'],
      ['GHSA-a', 'npm/all.zip#GHSA-a.json'],
      ['GHSA-b', 'npm/all.zip#GHSA-b.json'],
    ]);
    expect(given.of('covers')).toEqual([
      { kind: 'covers', ecosystem: 'PyPI', scope: 'all' },
      { kind: 'covers', ecosystem: 'npm', scope: 'all' },
    ]);
    expect(given.end).toMatchObject({ mode: 'whole', modified: Date.parse('2026-02-03') / 1000 });
    expect(opened).toEqual(['PyPI/all.zip', 'npm/all.zip']);
  });

  test('of releases, those that are asked for are kept, and what speaks of all releases', async () => {
    const { files, opened } = await bucket({
      'Debian/all.zip': archive(
        record('DSA-1-1', { ecosystem: ['Debian:12', 'Debian:13'] }),
        record('DSA-2-1', { ecosystem: 'Debian:12' }),
        record('DSA-3-1', { ecosystem: 'Debian' }),
      ),
    });
    const given = await read(files, ['Debian:13', 'Debian:11']);
    const kept = given.of('advisory').map(({ advisory }) => [advisory.id, advisory.affected.map((a) => a.ecosystem)]);
    expect(kept).toEqual([
      ['DSA-1-1', ['Debian:13']],
      ['DSA-3-1', ['Debian']],
    ]);
    expect([covered(given), given.of('skipped'), opened]).toEqual([['Debian', 'Debian:13'], [], ['Debian/all.zip']]);
    expect((await read(files, ['Debian'])).ids).toEqual(['DSA-1-1', 'DSA-2-1', 'DSA-3-1']);
  });

  test('ecosystems are known by their normal names', async () => {
    const { files } = await bucket({
      'Ubuntu/all.zip': archive(record('USN-1-1', { ecosystem: ['Ubuntu:24.04:LTS', 'Ubuntu:Pro:24.04:LTS'] })),
    });
    for (const asked of ['Ubuntu:24.04', 'Ubuntu:24.04:LTS']) {
      const given = await read(files, [asked]);
      expect(given.of('advisory')[0]?.advisory.affected.map((a) => a.ecosystem)).toEqual(['Ubuntu:24.04']);
      expect(covered(given)).toEqual(['Ubuntu:24.04']);
    }
  });

  test('everything is what the bucket lists', async () => {
    const { files, opened } = await bucket({
      'ecosystems.txt': 'npm\nDebian\nDebian:13\nGIT\n[EMPTY]\nPyPI\n',
      'npm/all.zip': archive(record('GHSA-a')),
      'Debian/all.zip': archive(record('DSA-1-1', { ecosystem: 'Debian:13' })),
    });
    const given = await read(files);
    expect(given.ids).toEqual(['DSA-1-1', 'GHSA-a']);
    expect(covered(given)).toEqual(['Debian:13', 'npm']);
    expect(opened).toEqual(['ecosystems.txt', 'Debian/all.zip', 'PyPI/all.zip', 'npm/all.zip']);
  });

  test('everything is what folders there are, where none are listed', async () => {
    const { files } = await bucket({
      'npm/all.zip': archive(record('GHSA-a')),
      'Go/all.zip': archive(record('GO-1', { ecosystem: 'Go' })),
      'README.md': '',
      'other/x': '',
      '.git/all.zip': '',
    });
    expect((await read(files)).ids).toEqual(['GO-1', 'GHSA-a']);
  });

  test('an ecosystem that the bucket does not have is not covered', async () => {
    const { files } = await bucket({ 'npm/all.zip': archive(record('GHSA-a')) });
    const lines: string[] = [];
    const given = await read(files, ['Hex', 'npm'], undefined, { progress: (line: string) => lines.push(line) });
    expect([given.ids, covered(given)]).toEqual([['GHSA-a'], ['npm']]);
    expect(lines).toEqual(['Hex: not there', 'npm: 1 records']);
  });

  test('a record of several ecosystems is given once, with all of them that are wanted', async () => {
    const both = record('GHSA-a', { ecosystem: ['npm', 'PyPI', 'Go'] });
    const { files } = await bucket({ 'npm/all.zip': archive(both), 'PyPI/all.zip': archive(both) });
    const given = await read(files, ['npm', 'PyPI']);
    expect(given.of('advisory').map(({ advisory }) => advisory.affected.map((a) => a.ecosystem))).toEqual([
      ['npm', 'PyPI'],
    ]);
    expect(covered(given)).toEqual(['PyPI', 'npm']);
  });

  test('what was withdrawn is given as such', async () => {
    const { files } = await bucket({
      'npm/all.zip': archive(record('GHSA-a', { withdrawn: '2026-01-02T00:00:00Z' }), {
        id: 'MAL-1',
        withdrawn: '2026-01-02T00:00:00Z',
      }),
    });
    const given = await read(files, ['npm']);
    expect(given.of('advisory').map(({ advisory }) => [advisory.id, advisory.withdrawn])).toEqual([
      ['GHSA-a', 1767312000],
      ['MAL-1', 1767312000],
    ]);
  });
});

describe('later', () => {
  const first = {
    'npm/all.zip': archive(
      record('GHSA-a', { modified: '2026-03-01T00:00:00Z' }),
      record('GHSA-b', { modified: '2026-03-02T00:00:00Z' }),
    ),
    'npm/modified_id.csv': '2026-03-02T00:00:00Z,GHSA-b\n2026-03-01T00:00:00Z,GHSA-a\n',
  };

  test('nothing is read but the list where nothing changed', async () => {
    const { files, opened } = await bucket(first);
    const before = await read(files, ['npm']);
    opened.length = 0;
    const given = await read(files, ['npm'], before);
    expect([given.records.length, given.end.mode, opened]).toEqual([1, 'changes', ['npm/modified_id.csv']]);
    expect(given.end).toEqual({ ...before.end, mode: 'changes' });
  });

  test('records that changed are read one by one', async () => {
    const { files, folder, opened } = await bucket(first);
    const before = await read(files, ['npm']);
    await addTo(folder, {
      'npm/modified_id.csv':
        '2026-03-04T00:00:00Z,GHSA-a\n2026-03-03T00:00:00.25Z,GHSA-c\n2026-03-02T00:00:00Z,GHSA-b\n2026-03-02T00:00:00Z,GHSA-d\nnonsense\n',
      'npm/GHSA-a.json': text(
        record('GHSA-a', { modified: '2026-03-04T00:00:00Z', withdrawn: '2026-03-04T00:00:00Z' }),
      ),
      'npm/GHSA-c.json': text(record('GHSA-c', { modified: '2026-03-03T00:00:00.25Z' })),
      'npm/GHSA-d.json': text(record('GHSA-d', { modified: '2026-03-02T00:00:00Z' })),
    });
    opened.length = 0;
    const halted = read(files, ['npm'], before);
    await expect(halted).rejects.toThrow('"nonsense" is no time and ID');
    await addTo(folder, {
      'npm/modified_id.csv':
        '2026-03-04T00:00:00Z,GHSA-a\n2026-03-03T00:00:00.25Z,GHSA-c\n2026-03-02T00:00:00Z,GHSA-b\n2026-03-02T00:00:00Z,GHSA-d\n2026-03-01T00:00:00Z,GHSA-z\nnonsense\n',
    });
    opened.length = 0;
    const given = await read(files, ['npm'], before);
    expect(places(given)).toEqual([
      ['GHSA-a', 'npm/GHSA-a.json'],
      ['GHSA-c', 'npm/GHSA-c.json'],
      ['GHSA-d', 'npm/GHSA-d.json'],
    ]);
    expect(given.of('advisory')[0]?.advisory.withdrawn).toBe(1772582400);
    expect(opened).toEqual(['npm/modified_id.csv', 'npm/GHSA-a.json', 'npm/GHSA-c.json', 'npm/GHSA-d.json']);
    expect(given.end).toMatchObject({ mode: 'changes', modified: 1772582400 });
    opened.length = 0;
    expect((await read(files, ['npm'], given)).records).toHaveLength(1);
    expect(opened).toEqual(['npm/modified_id.csv']);
  });

  test('a record that says nothing of what is wanted any more is gone', async () => {
    const { files, folder } = await bucket(first);
    const before = await read(files, ['npm']);
    await addTo(folder, {
      'npm/modified_id.csv': '2026-03-05T00:00:00Z,GHSA-a\n2026-03-04T00:00:00Z,GHSA-b\n',
      'npm/GHSA-a.json': text(record('GHSA-a', { ecosystem: 'Hex' })),
      'npm/GHSA-b.json': text(record('GHSA-b', { versions: [] })),
    });
    const given = await read(files, ['npm'], before);
    expect(given.of('gone').map(({ id }) => id)).toEqual(['GHSA-a', 'GHSA-b']);
    expect(given.of('skipped')).toEqual([
      {
        kind: 'skipped',
        record: 'npm/GHSA-b.json',
        code: 'osv/no-versions',
        reason: 'The record names no version of a package.',
      },
    ]);
  });

  test('a record that is listed and has no file is looked for in the archive, and gone where that has it not', async () => {
    const { files, folder } = await bucket(first);
    const before = await read(files, ['npm']);
    await addTo(folder, {
      'npm/modified_id.csv': '2026-03-05T00:00:00Z,GHSA-c\n2026-03-04T00:00:00Z,GHSA-a\n2026-03-02T00:00:00Z,GHSA-b\n',
      'npm/all.zip': archive(record('GHSA-b'), record('GHSA-c', { modified: '2026-03-05T00:00:00Z' })),
    });
    const given = await read(files, ['npm'], before);
    expect(places(given)).toEqual([['GHSA-c', 'npm/all.zip#GHSA-c.json']]);
    expect(given.of('gone')).toEqual([{ kind: 'gone', id: 'GHSA-a' }]);
  });

  test('the whole archive is read where that is sooner, and what changed is given', async () => {
    const { files, folder, opened } = await bucket(first);
    const before = await read(files, ['npm']);
    const many = Array.from({ length: 150 }, (_, i) => `GHSA-${i}`);
    await addTo(folder, {
      'npm/modified_id.csv': `${many.map((id) => `2026-03-05T00:00:00Z,${id}`).join('\n')}\n2026-03-02T00:00:00Z,GHSA-b\n`,
      'npm/all.zip': archive(
        record('GHSA-a', { modified: '2026-03-01T00:00:00Z' }),
        record('GHSA-b', { modified: '2026-03-02T00:00:00Z' }),
        ...many.map((id) => record(id, { modified: '2026-03-05T00:00:00Z' })),
      ),
    });
    opened.length = 0;
    const lines: string[] = [];
    const given = await read(files, ['npm'], before, { progress: (line: string) => lines.push(line) });
    expect([given.ids, given.end.mode]).toEqual([many, 'changes']);
    expect(opened).toEqual(['npm/modified_id.csv', 'npm/all.zip']);
    expect(lines).toEqual(['npm: 150 records changed, which the whole archive brings sooner']);
  });

  test('records are read one by one where the archive is large', async () => {
    const { files, folder, opened } = await bucket(first);
    const before = await read(files, ['npm']);
    const many = Array.from({ length: 150 }, (_, i) => `GHSA-${i}`);
    const padding = { name: 'X-1.json', content: Buffer.alloc(7_000_000, ' '), method: 0 };
    await addTo(folder, {
      'npm/modified_id.csv': many.map((id) => `2026-03-05T00:00:00Z,${id}\n`).join(''),
      'npm/all.zip': zipOf([padding]),
      ...Object.fromEntries(many.map((id) => [`npm/${id}.json`, text(record(id))])),
    });
    opened.length = 0;
    expect((await read(files, ['npm'], before)).ids).toEqual(many);
    expect(opened).toHaveLength(152);
  });

  test('an ecosystem that is newly asked for is read whole, and what was asked for before stays wanted', async () => {
    const { files, opened } = await bucket({
      ...first,
      'PyPI/all.zip': archive(record('PYSEC-1', { ecosystem: 'PyPI' })),
    });
    const before = await read(files, ['npm']);
    opened.length = 0;
    const given = await read(files, ['PyPI'], before);
    expect([given.ids, covered(given), given.end.mode]).toEqual([['PYSEC-1'], ['PyPI'], 'changes']);
    expect(opened).toEqual(['npm/modified_id.csv', 'PyPI/all.zip']);
    opened.length = 0;
    expect((await read(files, ['npm'], given)).records).toHaveLength(1);
    expect(opened).toEqual(['PyPI/modified_id.csv', 'PyPI/all.zip', 'npm/modified_id.csv']);
  });

  test('a release that is newly asked for has its ecosystem read again, with both', async () => {
    const { files } = await bucket({
      'Debian/all.zip': archive(
        record('DSA-1-1', { ecosystem: ['Debian:12', 'Debian:13'] }),
        record('DSA-2-1', { ecosystem: 'Debian:12' }),
        record('DSA-3-1', { ecosystem: 'Debian:11' }),
      ),
    });
    const given = await read(files, ['Debian:12'], await read(files, ['Debian:13']));
    expect(given.of('advisory').map(({ advisory }) => advisory.affected.map((a) => a.ecosystem))).toEqual([
      ['Debian:12', 'Debian:13'],
      ['Debian:12'],
    ]);
    expect([given.of('gone'), given.end.mode]).toEqual([[{ kind: 'gone', id: 'DSA-3-1' }], 'changes']);
  });

  test('a copy without lists is read again when its archive is another', async () => {
    const { files, folder } = await bucket({ 'npm/all.zip': first['npm/all.zip'] });
    const before = await read(files, ['npm']);
    expect((await read(files, ['npm'], before)).records).toHaveLength(1);
    await addTo(folder, { 'npm/all.zip': archive(record('GHSA-c'), record('GHSA-d')) });
    const again = await read(files, ['npm'], before);
    expect([again.ids, again.end.mode]).toEqual([['GHSA-c', 'GHSA-d'], 'whole']);
    expect((await read(files, ['npm'], again)).records).toHaveLength(1);
  });

  test('an archive that is no longer there is a fault, not nothing', async () => {
    const { files } = await bucket({ ...first, 'PyPI/all.zip': archive(record('PYSEC-1', { ecosystem: 'PyPI' })) });
    const before = await read(files, ['npm', 'PyPI']);
    const other = await bucket({ 'npm/all.zip': first['npm/all.zip'] });
    await expect(read({ ...other.files, base: files.base }, ['npm'], before)).rejects.toThrow(
      expect.objectContaining({
        code: 'feed/missing',
        message: `${files.base} has no PyPI/all.zip, and it had one before.`,
      }),
    );
  });

  test.each<[string, (state: string) => string, object]>([
    ['the state is of another place', (state) => state.replace(/"base":"[^"]*"/, '"base":"elsewhere"'), {}],
    ['the state is of another program', (state) => state.replace('"version":1', '"version":2'), {}],
    ['the state is damaged', (state) => state.slice(0, -5), {}],
    ['a month has passed', (state) => state, { now: NOW + 31 * 86_400 }],
  ])('everything is read anew where %s', async (_, change, more) => {
    const { files } = await bucket(first);
    const before = await read(files, ['npm']);
    const given = await readFeed(osvFeed, files, { ecosystems: ['npm'], since: change(before.end.state), ...more });
    expect([given.ids, given.end.mode]).toEqual([['GHSA-a', 'GHSA-b'], 'whole']);
  });

  test('a record of the future hides nothing that comes before it', async () => {
    const { files, folder } = await bucket({
      ...first,
      'npm/all.zip': archive(record('GHSA-a', { modified: '9999-01-01T00:00:00Z' }), record('GHSA-b')),
    });
    const before = await read(files, ['npm']);
    await addTo(folder, {
      'npm/modified_id.csv': '2026-03-05T00:00:00Z,GHSA-c\n',
      'npm/GHSA-c.json': text(record('GHSA-c')),
    });
    expect((await read(files, ['npm'], before)).ids).toEqual(['GHSA-c']);
  });
});

describe('hostile', () => {
  const good = [record('GHSA-a'), record('GHSA-b'), record('GHSA-c')].map(part);
  const whole = zipOf(good);
  const once = { name: 'GHSA-0.json', content: Buffer.alloc(50_000, ' '), method: 0 };
  const again = { content: '', method: 0, offset: 0, size: 50_000, compressedSize: 50_000, crc: crc32(once.content) };
  const faulty = async (zip: Buffer): Promise<unknown> =>
    await read((await bucket({ 'npm/all.zip': zip })).files, ['npm']).catch((error: unknown) => error);

  test.each<[string, Buffer, string, RegExp]>([
    ['nothing', Buffer.alloc(0), 'feed/malformed', /npm\/all\.zip of .* is no good: it has no directory/],
    ['a web page', Buffer.from('<html>'), 'feed/malformed', /it has no directory/],
    ['an archive that was cut off', whole.subarray(0, whole.length - 30), 'feed/malformed', /it has no directory/],
    ['an archive that misses its start', whole.subarray(60), 'feed/malformed', /starts after its end|is not where/],
    [
      'an entry with another checksum',
      zipOf([{ ...good[0]!, crc: 1 }]),
      'feed/malformed',
      /entry GHSA-a\.json is damaged/,
    ],
    [
      'an entry that is longer than it says',
      zipOf([{ ...good[0]!, size: 20 }]),
      'feed/malformed',
      /cannot be inflated|another size/,
    ],
    ['an encrypted entry', zipOf([{ ...good[0]!, flags: 1 }]), 'feed/malformed', /is encrypted/],
    [
      'one entry that is named a thousand times',
      zipOf([once, ...Array.from({ length: 1000 }, (_, i) => ({ ...again, name: `GHSA-${i}.json` }))]),
      'feed/malformed',
      /Its entries overlap/,
    ],
    [
      'records that come to much more than the archive',
      zipOf(Array.from({ length: 4 }, (_, i) => ({ name: `GHSA-${i}.json`, content: Buffer.alloc(20 << 20, ' ') }))),
      'feed/too-large',
      /Its records exceed \d+ bytes/,
    ],
    [
      'ten million entries',
      zipOf(good, { wide: true, count: 10_000_000 }),
      'feed/too-large',
      /too large: .*directory is larger/,
    ],
    ['a directory of a terabyte', zipOf(good, { wide: true, directorySize: 2 ** 40 }), 'feed/too-large', /too large/],
  ])('%s is a fault that names the archive', async (_, zip, code, message) => {
    expect(await faulty(zip)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('an archive cut anywhere is a fault', async () => {
    for (let at = 0; at < whole.length; at += 37) {
      expect([at, await faulty(whole.subarray(0, at))]).toEqual([
        at,
        expect.objectContaining({ code: 'feed/malformed' }),
      ]);
    }
  });

  test('a record that is broken is named with the reason, and the others are given', async () => {
    const bomb = { name: 'GHSA-bomb.json', content: Buffer.alloc((32 << 20) + 1, ' ') };
    const { files } = await bucket({
      'npm/all.zip': zipOf([
        good[0]!,
        bomb,
        { name: '../../etc/passwd.json', content: '{}' },
        { name: 'a/GHSA-x.json', content: '{}' },
        { name: 'README.md', content: '' },
        { name: 'folder/', content: '' },
        { name: 'GHSA-d.json', content: '{' },
        { name: 'GHSA-e.json', content: text(record('GHSA-a')) },
        { name: 'GHSA-f.json', content: text({ id: 'GHSA-f', affected: 'npm' }) },
        { name: 'GHSA-g.json', content: '['.repeat(1 << 20) },
        good[1]!,
      ]),
    });
    const given = await read(files, ['npm']);
    expect(given.ids).toEqual(['GHSA-a', 'GHSA-b']);
    const skipped = given.of('skipped').map(({ record: name, code }) => [name.slice('npm/all.zip#'.length), code]);
    expect(skipped).toEqual([
      ['GHSA-bomb.json', 'osv/too-large'],
      ['../../etc/passwd.json', 'osv/name'],
      ['a/GHSA-x.json', 'osv/name'],
      ['README.md', 'osv/name'],
      ['GHSA-d.json', 'json/malformed'],
      ['GHSA-e.json', 'osv/name'],
      ['GHSA-f.json', 'osv/malformed'],
      ['GHSA-g.json', 'json/malformed'],
    ]);
    expect(given.of('skipped').map(({ reason }) => reason)).toEqual([
      `The record is passed over: it has ${(32 << 20) + 1} bytes, more than the ${32 << 20} that are read.`,
      ...Array.from({ length: 3 }, () => 'The record is passed over: its name is no ID with .json behind it.'),
      expect.stringContaining('The record is not valid JSON'),
      'The record is passed over: it calls itself GHSA-a.',
      'The record is no OSV record: affected of the record is no list.',
      expect.stringContaining('nested deeper than 100'),
    ]);
  });

  test('an ecosystem that is a path is refused', async () => {
    const { files } = await bucket({ 'npm/all.zip': whole });
    await expect(read(files, ['../x:1'])).rejects.toThrow(expect.objectContaining({ code: 'feed/path' }));
  });

  test.each(['<html>\n', '../x\n', '\n'])('a list of ecosystems that is %j is refused', async (list) => {
    const { files } = await bucket({ 'ecosystems.txt': list, 'npm/all.zip': whole });
    await expect(read(files)).rejects.toThrow(expect.objectContaining({ code: 'feed/malformed' }));
  });

  test('a place that has nothing is a fault that says what was looked for', async () => {
    const { files, folder } = await bucket({ 'README.md': '' });
    await expect(read(files)).rejects.toThrow(`${folder} has no ecosystems.txt, and no folder of an ecosystem.`);
    await expect(read(files, ['npm'])).rejects.toThrow(expect.objectContaining({ code: 'feed/missing' }));
  });

  test('an ecosystem that is not there is a fault that names those that may be meant', async () => {
    const { files, folder } = await bucket({ 'npm/all.zip': whole, 'Go/all.zip': whole });
    const fault = { code: 'feed/missing', message: `${folder} has no nmp/all.zip, and nothing else that is wanted.` };
    await expect(read(files, ['nmp'])).rejects.toMatchObject({ ...fault, hint: 'There are Go, npm.' });
    await expect(read(files, ['npmm'])).rejects.toMatchObject({ hint: 'Did you mean --ecosystem npm?' });
    await expect(read(files, ['GO'])).rejects.toMatchObject({ hint: 'Did you mean --ecosystem Go?' });
    const { files: empty } = await bucket({ 'README.md': '' });
    await expect(read(empty, ['npm'])).rejects.toMatchObject({
      hint: expect.stringContaining("is a copy of OSV's bucket"),
    });
  });

  test('a list of changes that does not end a line, or names a path, is refused', async () => {
    const { files, folder } = await bucket({ 'npm/all.zip': whole, 'npm/modified_id.csv': '' });
    const before = await read(files, ['npm']);
    for (const csv of ['x'.repeat(1 << 20), '2026-11-01T00:00:00Z,..\n', 'x,GHSA-a\n', '2026-11-01T00:00:00Z\n']) {
      await addTo(folder, { 'npm/modified_id.csv': csv });
      await expect(read(files, ['npm'], before)).rejects.toThrow(expect.objectContaining({ code: 'feed/malformed' }));
    }
  });

  test('stops when it is told to', async () => {
    const { files } = await bucket({ 'npm/all.zip': whole });
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(read(files, ['npm'], undefined, { signal: stop })).rejects.toThrow('enough');
  });
});

test('it is needed for what has no feed of its own', () => {
  const served = ['npm', 'Ubuntu:24.04', 'Maven', 'Debian:13', 'Alpine:v3.22', 'Red Hat:enterprise_linux:9', 'Nothing'];
  expect(served.filter((ecosystem) => osvFeed.serves(ecosystem))).toEqual(['npm', 'Ubuntu:24.04', 'Maven']);
});
