import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { fakeBolt, type FakeBucket } from '../../test/fakes/bolt.ts';
import { fakeArchiveImage, fakeManifest } from '../../test/fakes/image-archive.ts';
import { RandomFile } from '../io/random-file.ts';
import { Fault } from '../lib/faults.ts';
import { Bolt } from './bolt.ts';
import { openSources } from './open.ts';
import type { Source } from './types.ts';

const withCode = (code: string, message = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });
const first = fakeManifest(fakeArchiveImage(['a', 'b']));
const second = fakeManifest(fakeArchiveImage(['c'], 'linux/arm64'));

const named = (digest: string): FakeBucket => ({ target: { digest, mediatype: 'x', size: '\x02' } });
const names = (count: number): FakeBucket =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`docker.io/library/x-${i}:1`, named(first.digest)]));

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-containerd-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  return folder;
}

/** containerd's folder with both images, their names as given. */
async function store(namespaces: FakeBucket, database = fakeBolt({ v1: namespaces, version: '3' })): Promise<string> {
  const root = await temporary();
  const blobs = join(root, 'io.containerd.content.v1.content/blobs/sha256');
  await mkdir(blobs, { recursive: true });
  for (const { path, content = '' } of [...first.entries, ...second.entries]) {
    await writeFile(join(blobs, path.slice('blobs/sha256/'.length)), content);
  }
  await mkdir(join(root, 'io.containerd.metadata.v1.bolt'));
  await writeFile(join(root, 'io.containerd.metadata.v1.bolt/meta.db'), database);
  return root;
}

async function open(root: string, name: string, namespace?: string): Promise<readonly Source[]> {
  const environment = { TEMPER_CONTAINERD_ROOT: root, CONTAINERD_NAMESPACE: namespace };
  return await openSources(`containerd:${name}`, { environment });
}

test('finds an image by its name in any namespace, among many', async () => {
  const images = { ...names(500), 'docker.io/library/node:20': named(second.digest) };
  const root = await store({ default: { images: {}, leases: {} }, 'k8s.io': { images } });
  for (const name of ['node:20', 'docker.io/library/node:20', second.digest]) {
    const [image] = await open(root, name);
    expect(image).toMatchObject({ name: `containerd:${name}`, digest: second.digest, platform: 'linux/arm64' });
  }
  expect(await open(root, 'x-499:1')).toMatchObject([{ digest: first.digest }]);
  await expect(open(root, 'x-500:1')).rejects.toThrow(withCode('source/not-found', 'no image x-500:1'));
  await expect(open(root, 'node:20', 'default')).rejects.toThrow(withCode('source/not-found'));
});

test('asks which of two images of one name is meant', async () => {
  const root = await store({
    a: { images: { 'docker.io/library/node:20': named(first.digest) } },
    b: { images: { 'docker.io/library/node:20': named(second.digest) } },
  });
  await expect(open(root, 'node:20')).rejects.toThrow(withCode('source/several', 'namespaces a, b'));
  expect(await open(root, 'node:20', 'b')).toMatchObject([{ digest: second.digest }]);
});

test('says that containerd threw a layer away', async () => {
  const root = await store({});
  const [image] = await open(root, first.digest);
  const layer = first.entries[2]?.path.slice('blobs/sha256/'.length) ?? '';
  await rm(join(root, 'io.containerd.content.v1.content/blobs/sha256', layer));
  const read = image?.kind === 'image' ? image.layers[0]?.stream()[Symbol.asyncIterator]() : undefined;
  await expect(read?.next()).rejects.toThrow(withCode('source/not-found', 'throw layers away'));
});

test('is a fault where there is no containerd, or no database', async () => {
  await expect(open(await temporary(), 'node')).rejects.toThrow(withCode('file/missing', 'meta.db'));
  await expect(open(await store({}, Buffer.alloc(9000)), 'node')).rejects.toThrow(
    withCode('bolt/malformed', 'beginning'),
  );
});

test('an altered database is read or a fault, and ends', async () => {
  const path = join(await temporary(), 'db');
  const whole = fakeBolt({ v1: { 'k8s.io': { images: names(120) } } });
  const change = fc.record({ at: fc.nat(whole.length - 1 - 8192), byte: fc.nat(255) });
  const strange: unknown[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
      const bytes = Buffer.from(whole);
      for (const { at, byte } of changes) bytes.writeUInt8(byte, 8192 + at);
      await writeFile(path, bytes);
      const file = await RandomFile.open(path);
      try {
        await (await Bolt.open(file)).bucket(['v1', 'k8s.io', 'images']);
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'bolt/malformed') strange.push(error);
      } finally {
        await file.close();
      }
    }),
    { numRuns: 500 },
  );
  expect(strange).toEqual([]);
});

test('a database that is written to is read again', async () => {
  const path = join(await temporary(), 'db');
  await writeFile(path, fakeBolt({ v1: {} }));
  const file = await RandomFile.open(path);
  onTestFinished(async () => await file.close());
  const bolt = await Bolt.open(file);
  expect(await bolt.isCurrent()).toBe(true);
  await writeFile(path, fakeBolt({ v1: {} }, { transaction: 8n }));
  expect(await bolt.isCurrent()).toBe(false);
});
