import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../lib/faults.ts';
import { fakeArchiveImage, fakeIndex, fakeManifest, type FakeEntry } from '../../test/fakes/image-archive.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../test/fakes/registry.ts';
import { PASSWORD, USER } from '../../test/fakes/registry-auth.ts';
import type { Bom } from '../bom/types.ts';
import { digestOf } from '../lib/digest.ts';
import { documentBytes } from '../oci/documents.ts';
import type { SourceOptions } from './context.ts';
import { openSources } from './open.ts';
import type { Source, SourceImage } from './types.ts';

const withCode = (code: string, message = '', hint = ''): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringContaining(message) as string,
    hint: expect.stringContaining(hint) as string,
  });
const environment = {
  DOCKER_CONFIG: '/nonexistent',
  DOCKER_HOST: 'unix:///nonexistent',
  CONTAINER_HOST: 'unix:///nonexistent',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-open-'));
  return async () => await rm(folder, { recursive: true });
});

async function open(reference: string, options: SourceOptions = {}): Promise<readonly Source[]> {
  const scope = new AsyncDisposableStack();
  onTestFinished(async () => await scope.disposeAsync());
  const settings = { environment, temporary: join(folder, 'spool'), backoff: 1, scope };
  return await openSources(reference, { ...settings, ...options });
}

async function diffIdsOf(source: Source | undefined): Promise<string[]> {
  const { layers } = source as SourceImage;
  return await Promise.all(
    layers.map(async (layer) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of layer.stream()) parts.push(Buffer.from(chunk));
      return digestOf(Buffer.concat(parts));
    }),
  );
}

const amd64 = fakeArchiveImage(['a', 'b']);
const arm64 = fakeArchiveImage(['c'], 'linux/arm64');
const [first, second] = [fakeManifest(amd64), fakeManifest(arm64)];
const index = fakeIndex([
  { ...first.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
  { ...second.descriptor, platform: { os: 'linux', architecture: 'arm64' } },
]);

/** Has both platforms under `1`. */
async function registry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const fake = await FakeRegistry.start(options);
  const store = ({ path, content = '' }: FakeEntry): void =>
    void fake.blobs.set(path.replace('blobs/sha256/', 'sha256:'), Buffer.from(content));
  for (const { entries, digest, bytes, descriptor } of [first, second]) {
    entries.forEach(store);
    fake.manifests.set(digest, { bytes: Buffer.from(bytes), mediaType: descriptor.mediaType });
  }
  const { descriptor, entry } = index;
  fake.manifests.set(descriptor.digest, { bytes: Buffer.from(entry.content ?? ''), mediaType: descriptor.mediaType });
  fake.tags.set('1', descriptor.digest);
  return fake;
}

describe('a registry', () => {
  test.each(['none', 'basic', 'bearer'] as const)('with %s authentication', async (auth) => {
    await using fake = await registry({ auth });
    const credentials = async () =>
      await Promise.resolve({ kind: 'password' as const, user: USER, password: PASSWORD });
    const name = `${fake.host}/x:1`;
    const sources = await open(name, { platform: 'all', credentials });
    expect(sources).toMatchObject([
      { name, platform: 'linux/amd64', digest: first.digest, index: index.descriptor.digest },
      { name, platform: 'linux/arm64', digest: second.digest, index: index.descriptor.digest },
    ]);
    expect(await diffIdsOf(sources[0])).toEqual(amd64.diffIds);
  });

  test('asks only for the platform that is meant', async () => {
    await using fake = await registry();
    await open(`${fake.host}/x:1`, { platform: 'linux/arm64' });
    expect(fake.log.filter((line) => line.includes(first.digest))).toEqual([]);
  });

  test('a layer that breaks off is gone on with; one that ends early is a fault', async () => {
    await using fake = await registry();
    const [source] = await open(`${fake.host}/x:1`, { platform: 'linux/arm64' });
    fake.cutDownloads.push(700);
    expect(await diffIdsOf(source)).toEqual(arm64.diffIds);
    fake.lies.set(arm64.diffIds[0] ?? '', Buffer.from('short'));
    await expect(diffIdsOf(source)).rejects.toThrow(withCode('repository/altered', 'it has 5 bytes instead of'));
  });

  test('that is asked too often says when to come back', async () => {
    await using fake = await registry();
    const headers = { 'retry-after': '3600' };
    fake.busy.push({
      status: 429,
      headers,
      body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"pull rate limit"}]}',
    });
    await expect(open(`${fake.host}/x:1`)).rejects.toThrow(
      withCode('registry/busy', 'TOOMANYREQUESTS', 'Come back in 60 minutes'),
    );
    fake.busy.push({ status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2122 07:28:00 GMT' } });
    await expect(open(`${fake.host}/x:1`)).rejects.toThrow(
      withCode('registry/busy', '', 'at 2122-10-21T07:28:00.000Z'),
    );
    fake.busy.push({ status: 403, headers: { 'ratelimit-limit': '100;w=21600' }, body: 'toomanyrequests: stop' });
    await expect(open(`${fake.host}/x:1`)).rejects.toThrow(withCode('registry/busy', '', 'counts over 6 hours'));
  });

  test('what is no image is named', async () => {
    await using fake = await registry();
    const config = {
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
      digest: amd64.configDigest,
      size: amd64.config.length,
    };
    const bytes = documentBytes({ schemaVersion: 2, mediaType: first.descriptor.mediaType, config, layers: [] });
    fake.manifests.set(digestOf(bytes), { bytes, mediaType: first.descriptor.mediaType });
    fake.tags.set('chart', digestOf(bytes));
    await expect(open(`${fake.host}/x:chart`)).rejects.toThrow(withCode('source/no-image', 'helm.config'));
  });

  test('is not asked offline', async () => {
    await expect(open('registry.example/x:1', { offline: true })).rejects.toThrow(withCode('network/offline'));
  });
});

describe('mirrors', () => {
  const settings = (host: string, ...mirrors: string[]): SourceOptions => ({
    registries: new Map([[host, { mirrors }]]),
    tries: 1,
  });

  test('are asked before the registry, with their own paths', async () => {
    await using mirror = await registry();
    const options = settings('docker.io', `${mirror.host}/hub`);
    const [source] = await open('node:1', { ...options, platform: 'linux/amd64' });
    expect(source).toMatchObject({ name: 'docker.io/library/node:1', digest: first.digest });
    expect(await diffIdsOf(source)).toEqual(amd64.diffIds);
    expect(mirror.log[0]).toBe('GET /v2/hub/library/node/manifests/1');
  });

  test('the next is asked where one does not have it, does not answer, or lies', async () => {
    await using empty = await FakeRegistry.start();
    await using liar = await registry();
    await using own = await registry();
    liar.lies.set(second.digest, Buffer.from(first.bytes));
    const options = settings(own.host, '127.0.0.1:1', empty.host, liar.host);
    const [source] = await open(`${own.host}/x:1`, { ...options, platform: 'linux/arm64' });
    expect(source).toMatchObject({ digest: second.digest });
    expect(empty.log).not.toEqual([]);
    expect(liar.log).toContain(`GET /v2/x/manifests/${second.digest}`);
    expect(own.log).toContain(`GET /v2/x/manifests/${second.digest}`);
    liar.blobs.clear();
    expect(await diffIdsOf(source)).toEqual(arm64.diffIds);
  });

  test('what one began to send is not gone on with by another', async () => {
    await using mirror = await registry();
    await using own = await registry();
    mirror.lies.set(arm64.diffIds[0] ?? '', Buffer.from('short'));
    const [source] = await open(`${own.host}/x:1`, { ...settings(own.host, mirror.host), platform: 'linux/arm64' });
    await expect(diffIdsOf(source)).rejects.toThrow(withCode('repository/altered', mirror.host));
  });

  test("the last word is the registry's", async () => {
    await using empty = await FakeRegistry.start();
    await using own = await FakeRegistry.start();
    const options = settings(own.host, empty.host);
    await expect(open(`${own.host}/x:1`, options)).rejects.toThrow(withCode('repository/not-found', `${own.host}/x`));
  });
});

describe('an SBOM', () => {
  const readBom = (bytes: Buffer, name: string): Bom =>
    ({ subject: { name }, packages: [], files: [bytes.toString()] }) as unknown as Bom;

  test.each([
    ['JSON', '{"bomFormat":"CycloneDX"}'],
    ['XML', '<?xml version="1.0"?><bom/>'],
    ['tag-value', 'SPDXVersion: SPDX-2.3\n'],
  ])('%s, by its path, its kind, or on standard input', async (_, text) => {
    const path = join(folder, 'sbom');
    await writeFile(path, text);
    expect(await open(`sbom:${path}`, { readBom })).toMatchObject([
      { kind: 'bom', name: `sbom:${path}`, bom: { files: [text] } },
    ]);
    expect(await open(path, { readBom })).toMatchObject([{ kind: 'bom', name: path }]);
    await writeFile(path, gzipSync(text));
    expect(await open(path, { readBom })).toMatchObject([{ bom: { files: [text] } }]);
    const input = async function* () {
      yield Buffer.from(text);
    };
    expect(await open('-', { readBom, input })).toMatchObject([{ kind: 'bom', name: '-', bom: { files: [text] } }]);
  });

  test('is refused where nobody reads it', async () => {
    const path = join(folder, 'x.json');
    await writeFile(path, '{}');
    await expect(open(path)).rejects.toThrow(withCode('source/unsupported'));
  });
});

describe('a bare name stays a name of an image', () => {
  test('unless it is surely a file here', async () => {
    await expect(open('package.json')).rejects.toThrow(withCode('reference/file', '', './package.json'));
    await expect(open('src', { offline: true })).rejects.toThrow(withCode('network/offline', 'library/src'));
    expect(await open('./src')).toMatchObject([{ kind: 'tree', is: 'dir' }]);
  });

  test.each([
    [
      'nowhere.tar',
      '"nowhere.tar" was taken for docker.io/library/nowhere.tar; there is no file of that name here, which would be written ./nowhere.tar. ',
    ],
    [
      'images/app.json',
      '"images/app.json" was taken for docker.io/images/app.json; there is no file of that name here, which would be written ./images/app.json. ',
    ],
    ['nodeq', '"nodeq" was taken for docker.io/library/nodeq. '],
    ['localhost:5000/nodeq', ''],
  ])('and says what %s was taken for where that leads nowhere', async (name, words) => {
    const offline = { code: 'network/offline' };
    const plain = await open('registry.example/x:1', { offline: true }).catch((fault: unknown) => fault);
    const fault = await open(name, { offline: true }).catch((one: unknown) => one);
    expect([plain, fault]).toMatchObject([offline, offline]);
    expect((fault as Fault).hint).toBe(words + (plain as Fault).hint);
  });

  test('what is not there, or no regular file, is a fault', async () => {
    await expect(open('docker-archive:/nonexistent')).rejects.toThrow(withCode('file/missing'));
    await expect(open('./nonexistent')).rejects.toThrow(withCode('file/missing'));
    await expect(open('docker-archive:src')).rejects.toThrow(withCode('file/kind'));
  });
});
