import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import type { Release, ReleaseFile } from '../deb/release.ts';
import { BlobFolder } from '../io/blobs.ts';
import { digestOf } from '../lib/digest.ts';
import { indexFiles, indexUrl, readIndex } from './indexes.ts';
import type { VerifiedRepository } from './releases.ts';
import { parseSources } from './sources.ts';

const PLAIN = Buffer.from('Package: app\nVersion: 1\n');
const listed = (bytes: Buffer): ReleaseFile => ({ size: bytes.length, digest: digestOf(bytes) });

function repository(paths: Record<string, Buffer>, change: Partial<Release> = {}, options = ''): VerifiedRepository {
  const [source] = parseSources([`deb ${options} debian: trixie main contrib`]);
  if (source === undefined) throw new Error('no source');
  const release: Release = {
    suite: 'stable',
    codename: 'trixie',
    origin: undefined,
    version: undefined,
    date: 0,
    validUntil: undefined,
    acquireByHash: true,
    architectures: ['all', 'amd64'],
    components: ['main', 'contrib'],
    separateAll: false,
    files: new Map(Object.entries(paths).map(([path, bytes]) => [path, listed(bytes)])),
    ...change,
  };
  return {
    source,
    release,
    inRelease: PLAIN,
    digest: digestOf(PLAIN),
    signers: [],
    mark: { source, keys: undefined },
  };
}

const both = (name: string) => ({ [`main/${name}`]: PLAIN, [`contrib/${name}`]: PLAIN });
const paths = (it: VerifiedRepository, architecture = 'amd64') => indexFiles(it, architecture).map(({ path }) => path);

test('takes gzip before xz before plain, of every component', () => {
  const plain = both('binary-amd64/Packages');
  expect(
    paths(repository({ ...plain, ...both('binary-amd64/Packages.xz'), 'main/binary-amd64/Packages.gz': PLAIN })),
  ).toEqual(['main/binary-amd64/Packages.gz', 'contrib/binary-amd64/Packages.xz']);
  expect(paths(repository(plain))).toEqual(['main/binary-amd64/Packages', 'contrib/binary-amd64/Packages']);
});

test('takes binary-all too where the release keeps it apart', () => {
  const files = { ...both('binary-amd64/Packages'), 'main/binary-all/Packages': PLAIN };
  expect(paths(repository(files))).toHaveLength(2);
  expect(paths(repository(files, { separateAll: true }))).toEqual([
    'main/binary-amd64/Packages',
    'main/binary-all/Packages',
    'contrib/binary-amd64/Packages',
  ]);
});

test('takes nothing from a repository that is for other architectures', () => {
  expect(paths(repository({}, {}, '[arch=arm64,riscv64]'))).toEqual([]);
});

test('takes no index whose content the release does not list', () => {
  expect(() => paths(repository(both('binary-amd64/Packages.xz')))).toThrow(
    'no packages of the component main for amd64',
  );
});

test('fetches by digest where the archive offers that', () => {
  const url = (acquireByHash: boolean) => {
    const path = 'main/binary-amd64/Packages.gz';
    const index = { repository: repository({}, { acquireByHash }), path, file: listed(PLAIN), content: listed(PLAIN) };
    return indexUrl(index, 'http://h/debian');
  };
  const hex = digestOf(PLAIN).slice(7);
  expect(url(true)).toBe(`http://h/debian/dists/trixie/main/binary-amd64/by-hash/SHA256/${hex}`);
  expect(url(false)).toBe('http://h/debian/dists/trixie/main/binary-amd64/Packages.gz');
});

test.each([
  ['another content than the release lists', gzipSync(PLAIN.toString().replace('app', 'evil').slice(0, PLAIN.length))],
  ['a longer content', gzipSync(Buffer.alloc(1 << 20))],
  ['a shorter content', gzipSync(PLAIN.subarray(1))],
  ['no gzip after its first bytes', Buffer.from([0x1f, 0x8b, 0, 0, 0])],
])('refuses an index with %s', async (_name, compressed) => {
  const folder = await mkdtemp(join(tmpdir(), 'temper-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  const store = new BlobFolder(folder);
  const file = listed(compressed);
  await store.write(file.digest, file.size, [compressed]);
  const index = { repository: repository({}), path: 'main/binary-amd64/Packages.gz', file, content: listed(PLAIN) };
  await expect(readIndex(index, store)).rejects.toMatchObject({ code: 'archive/altered' });
});
