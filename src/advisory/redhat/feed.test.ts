import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { folderOf, readFeed } from '../../../test/fakes/feed.ts';
import { fakeFeedFiles } from '../../../test/fakes/feed-files.ts';
import { pathOf, vexDocument } from '../../../test/fakes/redhat.ts';
import { TAR_END, tarHeader, tarPadding } from '../../lib/tar-write.ts';
import { folderFiles } from '../folder-files.ts';
import { redhatFeed } from './feed.ts';

const ARCHIVE = 'csaf_vex_2024-06-10.tar.zst';
const day = Date.UTC(2024, 5, 10) / 1000;

function tarOf(files: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text);
    const header = { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, size: content.length } as const;
    return [tarHeader({ ...header, target: undefined }), content, tarPadding(content.length)];
  });
  return Buffer.concat([...parts, TAR_END]);
}

/** A document in which the source package `name` has no fix in a release of Red Hat Enterprise Linux 9 or 8. */
function document(id: string, name: string, product = 'red_hat_enterprise_linux_9'): string {
  return vexDocument({
    id,
    components: { [name]: `pkg:rpm/redhat/${name}?arch=src` },
    status: { known_affected: [`${product}:${name}`] },
  });
}

const list = (times: Readonly<Record<string, string>>) =>
  Object.entries(times)
    .map(([id, time]) => `"${pathOf(id)}","${time}"\n`)
    .join('');

const archive = (documents: Readonly<Record<string, string>>) => ({
  'archive_latest.txt': ARCHIVE,
  [ARCHIVE]: { content: zlib.zstdCompressSync(tarOf(documents)), modified: day + 3600 },
});

const [one, two, three] = ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003'];
const base = { [pathOf(one)]: document(one, 'a'), [pathOf(two)]: document(two, 'b') };
const nine = 'Red Hat:enterprise_linux:9';

test.each([7, 512, 100_000])('gives the documents of the archive, however it is cut: %i', async (piece) => {
  const files = fakeFeedFiles({ ...archive({ ...base, 'README.txt': 'no document' }) }, piece);
  const given = await readFeed(redhatFeed, files);
  expect(given.ids).toEqual([one, two]);
  expect(given.of('covers')).toEqual([{ kind: 'covers', ecosystem: nine, scope: 'all' }]);
  expect(given.of('skipped')).toEqual([]);
  expect(given.end).toMatchObject({ mode: 'whole', modified: undefined });
  expect(files.held()).toBe(0);
});

test('gives what changed after the archive was made in its place, and nothing of what was deleted', async () => {
  const files = fakeFeedFiles({
    ...archive({ ...base, [pathOf(three)]: document(three, 'c') }),
    'changes.csv': list({ [two]: '2024-06-10T05:00:00+00:00', [one]: '2024-06-09T00:00:00+00:00' }),
    'deletions.csv': list({ [three]: '2024-06-10T06:00:00+00:00' }),
    [pathOf(two)]: document(two, 'changed'),
  });
  const given = await readFeed(redhatFeed, files);
  expect(given.of('advisory').map(({ advisory }) => [advisory.id, advisory.affected[0]?.name])).toEqual([
    [two, 'changed'],
    [one, 'a'],
  ]);
  expect(given.end.modified).toBe(day + 6 * 3600);
});

test('keeps what the archive has where a copy has no other', async () => {
  const changes = list({ [two]: '2024-06-10T05:00:00+00:00' });
  const given = await readFeed(redhatFeed, fakeFeedFiles({ ...archive(base), 'changes.csv': changes }));
  expect(given.ids).toEqual([one, two]);
  expect(given.of('skipped')).toEqual([]);
});

test('gives the changes since the last reading alone', async () => {
  const old = { [one]: '2024-06-09T00:00:00+00:00', [two]: '2024-06-09T00:00:00+00:00' };
  const { end } = await readFeed(redhatFeed, fakeFeedFiles({ ...archive(base), 'changes.csv': list(old) }));
  const files = fakeFeedFiles({
    'changes.csv': list({
      [three]: '2024-06-11T00:00:00+00:00',
      [two]: '2024-06-11T00:00:00+00:00',
      'CVE-2024-0004': '2024-06-11T00:00:00+00:00',
      [one]: '2024-06-01T00:00:00+00:00',
    }),
    'deletions.csv': list({ [one]: '2024-06-12T00:00:00+00:00', [three]: '2024-06-10T00:00:00+00:00' }),
    [pathOf(three)]: document(three, 'c'),
    [pathOf(two)]: vexDocument({ id: two }),
  });
  const given = await readFeed(redhatFeed, files, { since: end.state });
  expect(given.ids).toEqual([three]);
  expect(given.of('gone').map(({ id }) => id)).toEqual([two, one]);
  expect(given.of('skipped')).toMatchObject([{ record: '2024/cve-2024-0004.json', code: 'feed/missing' }]);
  expect(given.end).toMatchObject({ mode: 'changes', modified: day + 2 * 86_400 });
  expect(files.opened).not.toContain('archive_latest.txt');
});

test('gives wanted ecosystems, and everything anew where others are wanted than before', async () => {
  const changes = list({ [one]: '2024-06-09T00:00:00+00:00' });
  const eight = document(two, 'b', 'AppStream-8.10.0.Z.MAIN.EUS');
  const files = fakeFeedFiles({ ...archive({ ...base, [pathOf(two)]: eight }), 'changes.csv': changes });
  const first = await readFeed(redhatFeed, files, { ecosystems: ['Red Hat:enterprise_linux:9::appstream'] });
  expect(first.ids).toEqual([one]);
  const again = await readFeed(redhatFeed, files, {
    ecosystems: [nine, 'Red Hat:enterprise_linux:8'],
    since: first.end.state,
  });
  expect([again.ids, again.end.mode]).toEqual([[one, two], 'whole']);
  expect((await readFeed(redhatFeed, files, { ecosystems: ['Red Hat'] })).ids).toEqual([one, two]);
});

test('takes a folder of documents without an archive', async () => {
  const folder = await folderOf({
    ...base,
    'index.txt': `${pathOf(one)}\n${pathOf(two)}\n../../etc/passwd\n${pathOf(three)}`,
  });
  const given = await readFeed(redhatFeed, folderFiles(folder));
  expect(given.ids).toEqual([one, two]);
  expect(given.of('skipped')).toMatchObject([{ record: '2024/cve-2024-0003.json', code: 'feed/missing' }]);
});

const cycle = JSON.parse(document(one, 'a')) as { product_tree: { relationships: object[] } };
Object.assign(cycle.product_tree.relationships[0] ?? {}, {
  relates_to_product_reference: 'red_hat_enterprise_linux_9:a',
});

test.each([
  ['no JSON', '{"document":', 'json/malformed', 'is not valid JSON'],
  ['no CSAF', '{}', 'csaf/malformed', 'it has no csaf_version'],
  ['an empty file', '', 'json/malformed', 'is not valid JSON'],
  ['deep nesting', '['.repeat(100_000), 'json/malformed', 'nested deeper than 100'],
  ['a product that is a part of itself', JSON.stringify(cycle), 'csaf/malformed', 'is a part of itself'],
])('skips a document that is %s', async (_, bad, code, reason) => {
  const given = await readFeed(
    redhatFeed,
    fakeFeedFiles(archive({ [pathOf(one)]: bad, [pathOf(two)]: document(two, 'b') })),
  );
  expect(given.ids).toEqual([two]);
  expect(given.of('skipped')).toEqual([
    { kind: 'skipped', record: pathOf(one), code, reason: expect.stringContaining(reason) },
  ]);
});

const packed = zlib.zstdCompressSync(tarOf(base));

test.each([
  ['nothing', {}, 'feed/missing', 'fake:feed has no archive_latest.txt'],
  ['a name that is none', { 'archive_latest.txt': '../../x.tar.zst' }, 'feed/malformed', 'it names no archive'],
  [
    'a day that is none',
    { 'archive_latest.txt': 'csaf_vex_2024-99-10.tar.zst' },
    'feed/malformed',
    'it names no archive',
  ],
  ['no archive', { 'archive_latest.txt': ARCHIVE }, 'feed/missing', `fake:feed has no ${ARCHIVE}`],
  ['an archive that is cut off', { ...archive(base), [ARCHIVE]: packed.subarray(0, -9) }, 'feed/malformed', ARCHIVE],
  [
    'a tar that is cut off',
    { ...archive(base), [ARCHIVE]: zlib.zstdCompressSync(tarOf(base).subarray(0, 700)) },
    'feed/malformed',
    'it ends in the middle of an entry',
  ],
  ['an archive without documents', archive({ x: 'y' }), 'feed/malformed', 'it has no document'],
  [
    'a list that is none',
    { ...archive(base), 'changes.csv': '<html></html>' },
    'feed/malformed',
    'it names no document',
  ],
])('refuses %s', async (_, files, code, why) => {
  const read = readFeed(redhatFeed, fakeFeedFiles(files, 1000));
  await expect(read).rejects.toMatchObject({ code });
  await expect(read).rejects.toThrow(why);
});
