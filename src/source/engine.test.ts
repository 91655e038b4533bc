import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  fakeArchiveImage,
  fakeManifest,
  fakeTar,
  hybridEntries,
  oldDockerEntries,
} from '../../test/fakes/image-archive.ts';
import { FakeRegistry } from '../../test/fakes/registry.ts';
import { FakeServer } from '../../test/fakes/server.ts';
import { sha256Hex } from '../lib/digest.ts';
import type { SourceOptions } from './context.ts';
import { openSources } from './open.ts';
import type { Source } from './types.ts';

const withCode = (code: string, message = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });
const image = fakeArchiveImage(['a', 'b']);

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-engine-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  return folder;
}

interface FakeEngine {
  readonly socket: string;
  readonly log: string[];
}

/** An engine that has `archive` under `tags`. */
async function engine(
  tags: readonly string[],
  archive = fakeTar(oldDockerEntries(image, tags)),
  more: { cut?: number; api?: string; inspected?: object } = {},
): Promise<FakeEngine> {
  const log: string[] = [];
  const listener: RequestListener = (request, response) => {
    const url = decodeURIComponent(request.url ?? '');
    log.push(url);
    response.setHeader('api-version', more.api ?? '1.41');
    const name = /^\/images\/(.+)\/(?:json|get)/.exec(url)?.[1] ?? '';
    if (!tags.includes(name) && name !== image.configDigest) {
      response.writeHead(404).end('{"message":"No such image"}');
    } else if (url.endsWith('/json')) {
      const inspected = { Id: image.configDigest, RepoTags: tags, RepoDigests: [], Os: 'linux', Architecture: 'amd64' };
      response.end(JSON.stringify({ ...inspected, ...more.inspected }));
    } else if (more.cut !== undefined) response.write(archive.subarray(0, more.cut), () => response.destroy());
    else response.end(archive);
  };
  const socket = join(await temporary(), 'sock');
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { socket, log };
}

const folder = async (): Promise<string> => join(await temporary(), 'spool');

async function open(
  reference: string,
  environment: Record<string, string>,
  options: SourceOptions = {},
): Promise<readonly Source[]> {
  const scope = new AsyncDisposableStack();
  onTestFinished(async () => await scope.disposeAsync());
  const none = {
    DOCKER_CONFIG: '/nonexistent',
    DOCKER_HOST: 'unix:///nonexistent',
    CONTAINER_HOST: 'unix:///nonexistent',
  };
  return await openSources(reference, {
    environment: { ...none, ...environment },
    temporary: await folder(),
    scope,
    ...options,
  });
}

test("a bare name is the image of Docker here, which is said, and its digest is nobody's", async () => {
  const { socket, log } = await engine(['node:20']);
  const [found] = await open('node:20', { DOCKER_HOST: `unix://${socket}` });
  expect(found).toMatchObject({ name: 'docker:node:20', digest: undefined, configDigest: image.configDigest });
  expect(log).toEqual(['/images/node:20/json', `/images/${image.configDigest}/get`]);
});

test('a name with slashes and a port is one name', async () => {
  const { socket, log } = await engine(['localhost:5000/a/b:1']);
  expect(await open('docker:localhost:5000/a/b:1', { DOCKER_HOST: `unix://${socket}` })).toHaveLength(1);
  expect(log[0]).toBe('/images/localhost:5000/a/b:1/json');
});

test("then Podman's, which has its own under localhost", async () => {
  const inspected = { RepoTags: ['localhost/x:latest'] };
  const { socket } = await engine(['x', 'localhost/x:latest'], undefined, { inspected });
  for (const name of ['localhost/x:latest', 'x']) {
    expect(await open(name, { CONTAINER_HOST: `unix://${socket}` })).toMatchObject([{ name: `podman:${name}` }]);
  }
});

test('a port of this machine is asked, no other', async () => {
  await using server = await FakeServer.start((_, response) => response.writeHead(404).end('{}'));
  const asked = open('docker:node', { DOCKER_HOST: server.url.replace('http:', 'tcp:') });
  await expect(asked).rejects.toThrow(withCode('source/not-found', 'Docker has no image node'));
  for (const host of ['tcp://192.0.2.1:2375', 'ssh://user:secret@host', 'tcp://localhost.example:1']) {
    await expect(open('docker:node', { DOCKER_HOST: host })).rejects.toThrow(withCode('engine/unsupported'));
  }
});

test("the context's host is asked", async () => {
  const { socket } = await engine(['node:20']);
  const config = await temporary();
  const meta = join(config, 'contexts', 'meta', sha256Hex('mine'));
  await mkdir(meta, { recursive: true });
  await writeFile(join(config, 'config.json'), '{"currentContext":"mine"}');
  await writeFile(join(meta, 'meta.json'), JSON.stringify({ Endpoints: { docker: { Host: `unix://${socket}` } } }));
  expect(await open('docker:node:20', { DOCKER_HOST: '', DOCKER_CONFIG: config })).toHaveLength(1);
});

/** A registry that has another image than the engine. */
async function registry(): Promise<{ fake: FakeRegistry; manifest: ReturnType<typeof fakeManifest> }> {
  const fake = await FakeRegistry.start();
  onTestFinished(async () => await fake[Symbol.asyncDispose]());
  const manifest = fakeManifest(fakeArchiveImage(['r'], 'linux/arm64'));
  for (const { path, content = '' } of manifest.entries) {
    fake.blobs.set(path.replace('blobs/sha256/', 'sha256:'), Buffer.from(content));
  }
  fake.manifests.set(manifest.digest, { bytes: Buffer.from(manifest.bytes), mediaType: manifest.descriptor.mediaType });
  fake.tags.set('1', manifest.digest);
  return { fake, manifest };
}

test("the registry's image is taken where no engine has it, or none of the platform, or a digest is named", async () => {
  const { fake, manifest } = await registry();
  const name = `${fake.host}/x:1`;
  const other = await engine(['y:1']);
  expect(await open(name, { DOCKER_HOST: `unix://${other.socket}` })).toMatchObject([
    { name, digest: manifest.digest },
  ]);
  expect(await open(name, {})).toMatchObject([{ name }]);
  expect(await open(name, { DOCKER_HOST: 'ssh://somewhere' })).toMatchObject([{ name }]);
  const same = await engine([name]);
  const host = { DOCKER_HOST: `unix://${same.socket}` };
  expect(await open(name, host)).toMatchObject([{ name: `docker:${name}` }]);
  expect(await open(name, host, { platform: 'linux/arm64' })).toMatchObject([{ name, platform: 'linux/arm64' }]);
  expect(await open(name, host, { platform: 'all' })).toMatchObject([{ name }]);
  expect(await open(`registry://${name}`, host)).toMatchObject([{ name }]);
  const pinned = `${fake.host}/x@${manifest.digest}`;
  expect(await open(pinned, host)).toMatchObject([{ name: pinned, digest: manifest.digest }]);
});

test('the beginning of an identity is no bare name', async () => {
  const { fake } = await registry();
  const name = `${fake.host}/x:1`;
  const { socket } = await engine([name], undefined, { inspected: { RepoTags: ['other:1'] } });
  expect(await open(name, { DOCKER_HOST: `unix://${socket}` })).toMatchObject([{ name }]);
  expect(await open(`docker:${name}`, { DOCKER_HOST: `unix://${socket}` })).toMatchObject([{ name: `docker:${name}` }]);
});

test('an engine that can is told the platform', async () => {
  const { socket, log } = await engine(['node:20'], fakeTar(hybridEntries(image)), { api: '1.48' });
  await open('docker:node:20', { DOCKER_HOST: `unix://${socket}` }, { platform: 'linux/amd64' });
  expect(log[1]).toBe(`/images/${image.configDigest}/get?platform={"os":"linux","architecture":"amd64"}`);
});

test('the digest is said that the engine has from a registry, and no other', async () => {
  const unknown = await engine(['node:20'], fakeTar(hybridEntries(image)));
  expect(await open('node:20', { DOCKER_HOST: `unix://${unknown.socket}` })).toMatchObject([{ digest: undefined }]);
  const { digest } = fakeManifest(image);
  const inspected = { RepoDigests: [`node@${digest}`] };
  const known = await engine(['node:20'], fakeTar(hybridEntries(image)), { inspected });
  expect(await open('node:20', { DOCKER_HOST: `unix://${known.socket}` })).toMatchObject([{ digest }]);
});

test('what breaks off is a fault and leaves nothing behind', async () => {
  const { socket } = await engine(['node:20'], undefined, { cut: 3000 });
  const spool = await folder();
  const host = { DOCKER_HOST: `unix://${socket}` };
  await expect(open('node:20', host, { temporary: spool })).rejects.toThrow(withCode('engine/broken'));
  expect(await readdir(spool)).toEqual([]);
  const files = await readdir('/proc/self/fd').catch(() => []);
  for (let i = 0; i < 5; i++) await open('node:20', host).catch(() => undefined);
  expect((await readdir('/proc/self/fd').catch(() => [])).length - files.length).toBeLessThan(5);
});

test('who asks for an engine that is not there is told', async () => {
  await expect(open('docker:node', {})).rejects.toThrow(withCode('engine/unreachable', 'unix:///nonexistent'));
  await expect(open('podman:node', {})).rejects.toThrow(withCode('engine/unreachable'));
  await expect(open('local://node', {})).rejects.toThrow(withCode('engine/unreachable'));
});

test.each([
  ['{}', 200, 'engine/nonsense'],
  ['no', 500, 'engine/refused'],
  ['[', 200, 'json/malformed'],
])('an engine that answers %s', async (body, status, code) => {
  await using server = await FakeServer.start((_, response) => response.writeHead(status).end(body));
  await expect(open('docker:node', { DOCKER_HOST: `tcp://${server.host}` })).rejects.toThrow(withCode(code));
});
