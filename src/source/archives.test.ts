import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  type FakeEntry,
  fakeArchiveImage,
  fakeIndex,
  fakeManifest,
  fakeTar,
  hybridEntries,
  layoutEntries,
  oldDockerEntries,
  tagged,
} from '../../test/fakes/image-archive.ts';
import { compressionOf } from '../lib/decompress.ts';
import { digestOf, hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import type { SourceOptions } from './context.ts';
import { openSources } from './open.ts';
import type { SourceImage, StreamOptions } from './types.ts';

const withCode = (code: string, message = '', hint = ''): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringContaining(message) as string,
    hint: expect.stringContaining(hint) as string,
  });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-archives-'));
  return async () => await rm(folder, { recursive: true });
});

let count = 0;
async function fileOf(entries: readonly FakeEntry[] | Buffer): Promise<string> {
  const path = join(folder, `archive-${count++}.tar`);
  await writeFile(path, Buffer.isBuffer(entries) ? entries : fakeTar(entries));
  return path;
}

async function images(reference: string, options: SourceOptions = {}): Promise<SourceImage[]> {
  const scope = new AsyncDisposableStack();
  onTestFinished(async () => await scope.disposeAsync());
  const sources = await openSources(reference, { temporary: join(folder, 'temporary'), scope, ...options });
  return sources as SourceImage[];
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

async function layerOf(image: SourceImage | undefined, at: number, options?: StreamOptions): Promise<Buffer> {
  const layer = image?.layers[at];
  if (layer === undefined) throw new Error('There is no such layer.');
  return await bytesOf(layer.stream(options));
}

async function diffIdsOf(image: SourceImage | undefined): Promise<string[]> {
  return await Promise.all((image?.layers ?? []).map(async (layer) => digestOf(await bytesOf(layer.stream()))));
}

const amd64 = fakeArchiveImage(['a', 'b', 'a']);
const arm64 = fakeArchiveImage(['c'], 'linux/arm64/v8');

describe('an archive is read by what it holds', () => {
  test.each([
    ["Docker's old layout, with links for layers that are there twice", oldDockerEntries(amd64), undefined],
    ["Docker's new layout", hybridEntries(amd64), fakeManifest(amd64).digest],
    [
      'a layout',
      layoutEntries([fakeManifest(amd64).descriptor], fakeManifest(amd64).entries),
      fakeManifest(amd64).digest,
    ],
  ])('%s', async (_, entries, digest) => {
    const [image, another] = await images(await fileOf(entries));
    expect(another).toBeUndefined();
    expect(image).toMatchObject({
      digest,
      index: undefined,
      configDigest: amd64.configDigest,
      platform: 'linux/amd64',
    });
    expect(image?.layers.map(({ diffId }) => diffId)).toEqual(amd64.diffIds);
    expect(await diffIdsOf(image)).toEqual(amd64.diffIds);
    // A layer may be read again, and in memory that is used again.
    expect(digestOf(await layerOf(image, 1, { reuse: true }))).toBe(amd64.diffIds[1]);
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    ['gzip in zstd', (bytes: Buffer) => zstdCompressSync(gzipSync(bytes))],
  ])('compressed with %s, leaving nothing behind', async (_, compress) => {
    const path = await fileOf(compress(fakeTar(oldDockerEntries(amd64))));
    const [image] = await images(path);
    expect(await diffIdsOf(image)).toEqual(amd64.diffIds);
    expect(await readdir(join(folder, 'temporary'))).toEqual([]);
  });

  test('layers come as they are stored', async () => {
    const layer = gzipSync(amd64.layers[0] ?? '');
    const entries = oldDockerEntries(fakeArchiveImage(['a'])).map((entry) =>
      entry.path.endsWith('/layer.tar') ? { ...entry, content: layer } : entry,
    );
    const [image] = await images(await fileOf(entries));
    const stored = await layerOf(image, 0);
    expect([stored.equals(layer), compressionOf(stored)]).toEqual([true, 'gzip']);
  });

  test('from a pipe', async () => {
    const bytes = fakeTar(hybridEntries(amd64));
    const input = async function* () {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    };
    for (const reference of ['-', 'docker-archive:-']) {
      const [image] = await images(reference, { input });
      expect(await diffIdsOf(image)).toEqual(amd64.diffIds);
    }
    expect(await readdir(join(folder, 'temporary'))).toEqual([]);
  });
});

describe('an image is found by its name', () => {
  const two = [...oldDockerEntries(amd64, ['a/b:1', 'node:20']), ...oldDockerEntries(arm64, ['node:21'])];
  const lists = two
    .filter(({ path }) => path === 'manifest.json')
    .flatMap(({ content }) => JSON.parse(String(content)) as object[]);
  const docker = [
    ...two.filter(({ path }) => path !== 'manifest.json' && path !== 'repositories'),
    { path: 'manifest.json', content: JSON.stringify(lists) },
  ];
  // Both images' layers lie in folders of the same names: the last one counts for neither.
  const [first, second] = [fakeManifest(amd64), fakeManifest(arm64)];
  const layout = layoutEntries(
    [tagged(first.descriptor, '1'), tagged(second.descriptor, 'node:21')],
    [...first.entries, ...second.entries],
  );

  test.each([
    ['docker-archive', docker, 'node:20', amd64.configDigest],
    ['docker-archive', docker, 'docker.io/library/node:20', amd64.configDigest],
    ['docker-archive', docker, 'a/b:1', amd64.configDigest],
    ['oci-archive', layout, '1', amd64.configDigest],
    ['oci-archive', layout, 'node:21', arm64.configDigest],
  ])('%s', async (kind, entries, name, config) => {
    const reference = `${kind}:${await fileOf(entries)}:${name}`;
    const [image] = await images(reference);
    expect([image?.configDigest, image?.name]).toEqual([config, reference]);
  });

  test('or by its digest', async () => {
    const [image] = await images(`oci-archive:${await fileOf(layout)}@${second.digest}`);
    expect(image?.configDigest).toBe(arm64.configDigest);
    const [other] = await images(`docker-archive:${await fileOf(docker)}@${arm64.configDigest}`);
    expect(other?.configDigest).toBe(arm64.configDigest);
  });

  test.each([
    ['docker-archive', docker, '', 'source/several', 'a/b:1, node:20, node:21'],
    ['oci-archive', layout, '', 'source/several', '1, node:21'],
    ['docker-archive', docker, ':x', 'source/not-found', 'a/b:1'],
    ['oci-archive', layout, ':x', 'repository/not-found', '1, node:21'],
    ['oci-archive', docker, '', 'source/kind', 'docker-archive:'],
    ['docker-archive', layout, '', 'source/kind', 'oci-archive:'],
  ])('%s names what there is (%#)', async (kind, entries, tag, code, hint) => {
    await expect(images(`${kind}:${await fileOf(entries)}${tag}`)).rejects.toThrow(withCode(code, '', hint));
  });
});

describe('the platform', () => {
  const [first, second] = [fakeManifest(amd64), fakeManifest(arm64)];
  const attestation = fakeManifest(fakeArchiveImage(['x']));
  const listed = [
    { ...first.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
    { ...second.descriptor, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    {
      ...attestation.descriptor,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    },
  ];
  const index = fakeIndex(listed);
  const all = [index.entry, ...first.entries, ...second.entries, ...attestation.entries];

  test('is the one that is asked for, or each but attestations', async () => {
    const path = await fileOf(layoutEntries([index.descriptor], all));
    const [one] = await images(path, { platform: 'arm64' });
    expect(one).toMatchObject({ platform: 'linux/arm64/v8', digest: second.digest, index: index.descriptor.digest });
    const both = await images(path, { platform: 'all' });
    expect(both.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64/v8']);
    await expect(images(path, { platform: 'linux/s390x' })).rejects.toThrow(
      withCode('source/platform', 'linux/s390x', 'there is: linux/amd64, linux/arm64/v8'),
    );
  });

  test('is the only one that is there, where the index lists more', async () => {
    const path = await fileOf(layoutEntries([index.descriptor], [index.entry, ...second.entries]));
    expect((await images(path)).map(({ platform }) => platform)).toEqual(['linux/arm64/v8']);
    const nothing = await fileOf(layoutEntries([index.descriptor], [index.entry]));
    await expect(images(nothing)).rejects.toThrow(
      withCode('source/platform', '', 'lists linux/amd64, linux/arm64/v8, but'),
    );
  });

  test('is of a single image what its config says', async () => {
    const path = await fileOf(oldDockerEntries(arm64));
    expect((await images(path)).map(({ platform }) => platform)).toEqual(['linux/arm64/v8']);
    await expect(images(path, { platform: 'linux/amd64' })).rejects.toThrow(withCode('source/platform'));
  });
});

describe('layers that cannot be read are named', () => {
  const type = 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted';
  const foreign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';

  test.each([
    ['encrypted', type, 'image/encrypted', 'is encrypted'],
    ['no tar', 'application/vnd.in-toto+json', 'source/no-image', 'application/vnd.in-toto+json'],
    ['something else', 'application/x-thing', 'image/layer-type', 'application/x-thing'],
  ])('%s', async (_, mediaType, code, message) => {
    const manifest = fakeManifest(amd64, mediaType);
    const path = await fileOf(layoutEntries([manifest.descriptor], manifest.entries));
    const read = async (): Promise<unknown> => await diffIdsOf((await images(path))[0]);
    await expect(read()).rejects.toThrow(withCode(code, message));
  });

  test('foreign ones are read where they are there, and asked of nobody where not', async () => {
    const manifest = fakeManifest(amd64, foreign);
    const [image] = await images(await fileOf(layoutEntries([manifest.descriptor], manifest.entries)));
    expect(await diffIdsOf(image)).toEqual(amd64.diffIds);
    const lacking = manifest.entries.slice(0, 2);
    const [other] = await images(await fileOf(layoutEntries([manifest.descriptor], lacking)));
    await expect(diffIdsOf(other)).rejects.toThrow(withCode('image/foreign', 'kept elsewhere, which is not asked'));
  });
});

describe('a broken or hostile archive is a fault', () => {
  const replaced = (path: RegExp, change: Partial<FakeEntry>): FakeEntry[] =>
    oldDockerEntries(amd64).map((entry) => (path.test(entry.path) ? { ...entry, ...change } : entry));
  const manifest = (members: object): FakeEntry[] =>
    replaced(/^manifest/, { content: JSON.stringify([{ Config: `${hexOf(amd64.configDigest)}.json`, ...members }]) });

  test.each([
    ['nothing', Buffer.alloc(0), 'source/unknown', 'is empty'],
    ['zeroes', Buffer.alloc(2048), 'source/unknown', 'neither'],
    ['a tar of something else', fakeTar([{ path: 'etc/passwd', content: 'x' }]), 'source/unknown', 'without'],
    ['only `repositories`', fakeTar([{ path: 'repositories', content: '{}' }]), 'source/legacy', 'before 1.10'],
    ['the half of one', fakeTar(oldDockerEntries(amd64)).subarray(0, 2600), 'tar/malformed', 'ends in the middle'],
    ['a header that is cut', fakeTar(oldDockerEntries(amd64)).subarray(0, 1100), 'tar/malformed', ''],
    [
      'a path out of it',
      fakeTar([...oldDockerEntries(amd64), { path: '../x', content: '' }]),
      'tar/unsafe-path',
      '../x',
    ],
    ['compressed four times', gzipSync(gzipSync(gzipSync(gzipSync('x')))), 'source/unknown', 'again and again'],
    ['a damaged compression', gzipSync(fakeTar(oldDockerEntries(amd64))).subarray(0, 200), 'compression/malformed', ''],
    [
      'no config',
      fakeTar(replaced(/^[0-9a-f]{64}\.json/, { path: 'x' })),
      'source/not-found',
      hexOf(amd64.configDigest),
    ],
    [
      'another config',
      fakeTar(replaced(/^[0-9a-f]{64}\.json/, { content: arm64.config })),
      'source/altered',
      'not what its digest',
    ],
    [
      'a config outside',
      fakeTar(manifest({ Config: '../../etc/passwd', Layers: [] })),
      'source/link',
      'out of the archive',
    ],
    [
      'a layer outside',
      fakeTar(manifest({ Layers: ['/../etc/passwd', 'a', 'b'] })),
      'source/link',
      'out of the archive',
    ],
    ['no layers', fakeTar(manifest({ Layers: null })), 'image/layers', 'lists 0 layers and its config 3'],
    ['a missing layer', fakeTar(manifest({ Layers: ['x', 'y', 'z'] })), 'source/not-found', '"x"'],
    [
      'a manifest of another kind',
      fakeTar(replaced(/^manifest/, { content: '{"a":1}' })),
      'source/malformed',
      'not as Docker',
    ],
    ['no JSON', fakeTar(replaced(/^manifest/, { content: '[' })), 'json/malformed', 'manifest.json'],
    [
      'two manifests',
      fakeTar([...oldDockerEntries(amd64), ...oldDockerEntries(arm64)]),
      'source/ambiguous',
      '"manifest.json" twice',
    ],
    [
      'an endless link',
      fakeTar(replaced(/^manifest/, { kind: 'symlink', target: 'manifest.json', content: '' })),
      'source/link',
      'in a circle',
    ],
    [
      'a link out',
      fakeTar(replaced(/^manifest/, { kind: 'symlink', target: '../../etc/passwd', content: '' })),
      'source/link',
      'out of',
    ],
    [
      'a link to the root',
      fakeTar(replaced(/^manifest/, { kind: 'symlink', target: '/etc/passwd', content: '' })),
      'source/link',
      'out of',
    ],
    ['a folder for a file', fakeTar(replaced(/^manifest/, { kind: 'directory', content: '' })), 'source/legacy', ''],
  ])('%s', async (_, bytes, code, message) => {
    await expect(images(await fileOf(bytes))).rejects.toThrow(withCode(code, message));
  });

  test('a document of gigabytes is not read', async () => {
    const bytes = fakeTar(replaced(/^manifest/, { size: 2 * 2 ** 30 }));
    const path = await fileOf(bytes.subarray(0, bytes.length - 1024));
    await expect(images(path)).rejects.toThrow(withCode('tar/malformed'));
    const large = fakeTar(replaced(/^manifest/, { content: Buffer.alloc(17 << 20, ' ') }));
    await expect(images(await fileOf(large))).rejects.toThrow(withCode('source/too-large', '17825792 bytes'));
  });

  test('a blob that is not what its digest says', async () => {
    const one = fakeManifest(amd64);
    const altered = one.entries.map((entry, i) =>
      i === 1 ? { ...entry, content: Buffer.alloc(amd64.config.length) } : entry,
    );
    await expect(images(await fileOf(layoutEntries([one.descriptor], altered)))).rejects.toThrow(
      withCode('repository/altered', amd64.configDigest),
    );
    const short = one.entries.map((entry, i) => (i === 2 ? { ...entry, content: 'short' } : entry));
    const [image] = await images(await fileOf(layoutEntries([one.descriptor], short)));
    await expect(diffIdsOf(image)).rejects.toThrow(withCode('repository/altered', 'it has 5 bytes instead of'));
  });

  test('a layout whose config counts other layers', async () => {
    const { descriptor, entries } = fakeManifest({ ...amd64, layers: amd64.layers.slice(1) });
    const path = await fileOf(layoutEntries([descriptor], entries));
    await expect(images(path)).rejects.toThrow(withCode('image/layers', 'lists 2 layers and its config 3'));
  });

  test('which leaves no file open', async () => {
    const path = await fileOf(gzipSync(fakeTar([{ path: 'x', content: 'x' }])));
    const open = async (): Promise<number> => (await readdir('/proc/self/fd').catch(() => [])).length;
    const before = await open();
    for (let i = 0; i < 20; i++) await expect(images(path)).rejects.toThrow(withCode('source/unknown'));
    expect((await open()) - before).toBeLessThan(10);
  });

  test('of many indexes in each other', async () => {
    let index = fakeIndex([fakeManifest(amd64).descriptor]);
    const entries = [index.entry];
    for (let i = 0; i < 10; i++) {
      index = fakeIndex([index.descriptor]);
      entries.push(index.entry);
    }
    await expect(images(await fileOf(layoutEntries([index.descriptor], entries)))).rejects.toThrow(
      withCode('source/too-many'),
    );
  });

  test('never a crash, wherever a byte is wrong', async () => {
    const whole = fakeTar(hybridEntries(fakeArchiveImage(['a'])));
    const crashes: unknown[] = [];
    for (let at = 0; at < whole.length; at += 97) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x55, at);
      const read = async (): Promise<unknown> => await diffIdsOf((await images(await fileOf(bytes)))[0]);
      const failure: unknown = await read().catch((error: unknown) => error);
      if (failure instanceof Error && !(failure instanceof Fault)) crashes.push(failure);
    }
    expect(crashes).toEqual([]);
  });
});
