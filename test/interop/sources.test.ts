// Images as the programs keep and write them that people have: Docker, Podman, containerd, skopeo.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/io/processes.ts';
import { decompressStream } from '../../src/lib/decompress.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { limits } from '../../src/lib/limits.ts';
import type { SourceOptions } from '../../src/source/context.ts';
import { openSources } from '../../src/source/open.ts';
import type { SourceImage } from '../../src/source/types.ts';
import {
  type FakeEntry,
  fakeArchiveImage,
  fakeIndex,
  fakeManifest,
  fakeTar,
  layoutEntries,
  oldDockerEntries,
  tagged,
} from '../fakes/image-archive.ts';
import { DockerDaemon, dockerAvailable } from './docker-daemon.ts';
import { describeWith } from './peers.ts';
import { Service } from './services.ts';

const amd64 = fakeArchiveImage(['a', 'b', 'a']);
const arm64 = fakeArchiveImage(['c'], 'linux/arm64');
const [first, second] = [fakeManifest(amd64), fakeManifest(arm64)];
const index = fakeIndex([
  { ...first.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
  { ...second.descriptor, platform: { os: 'linux', architecture: 'arm64' } },
]);
const asRoot = process.getuid?.() === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-sources-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function archive(name: string, entries: readonly FakeEntry[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, fakeTar(entries));
  return path;
}

/** Each image's name, platform and config, whose layers were held against their diffIDs. */
async function read(
  reference: string,
  options: SourceOptions,
): Promise<Pick<SourceImage, 'name' | 'platform' | 'configDigest'>[]> {
  await using scope = new AsyncDisposableStack();
  const sources = await openSources(reference, { temporary: join(folder, 'temporary'), scope, ...options });
  for (const { layers } of sources as SourceImage[]) {
    for (const layer of layers) {
      const parts: Buffer[] = [];
      for await (const part of decompressStream(layer.stream(), limits.layerContent, 'The layer')) parts.push(part);
      expect(digestOf(Buffer.concat(parts))).toBe(layer.diffId);
    }
  }
  return (sources as SourceImage[]).map(({ name, platform, configDigest }) => ({ name, platform, configDigest }));
}

async function must(program: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, { timeout: 120_000 });
  expect([status, stderr], `${program} ${args.join(' ')}`).toEqual([0, stderr]);
  return stdout.toString();
}

const nowhere = {
  DOCKER_HOST: 'unix:///nonexistent',
  CONTAINER_HOST: 'unix:///nonexistent',
  DOCKER_CONFIG: '/nonexistent',
};

describe.skipIf(!dockerAvailable)('Docker', () => {
  let daemon: DockerDaemon;
  beforeAll(async () => {
    daemon = await DockerDaemon.start();
    const path = await archive('docker.tar', oldDockerEntries(amd64, ['temper.test/x:1']));
    const { status, stderr } = await daemon.docker(['load', '--input', path]);
    if (status !== 0) throw new Error(stderr);
  });
  afterAll(async () => {
    await daemon[Symbol.asyncDispose]();
  });

  test.each(['temper.test/x:1', 'docker:temper.test/x:1', `docker:${amd64.configDigest}`])(
    'has %s',
    async (reference) => {
      const name = `docker:${reference.replace(/^docker:/, '')}`;
      const found = await read(reference, { environment: { ...nowhere, DOCKER_HOST: daemon.host } });
      expect(found).toEqual([{ name, platform: 'linux/amd64', configDigest: amd64.configDigest }]);
      expect(await readdir(join(folder, 'temporary'))).toEqual([]);
    },
  );

  test('has nothing else', async () => {
    const environment = { ...nowhere, DOCKER_HOST: daemon.host };
    const other = read('docker:temper.test/y', { environment });
    await expect(other).rejects.toThrow(expect.objectContaining({ code: 'source/not-found' }));
    const platform = read('docker:temper.test/x:1', { environment, platform: 'linux/arm64' });
    await expect(platform).rejects.toThrow(expect.objectContaining({ code: 'source/platform' }));
  });
});

describeWith(['podman'], 'Podman', ({ podman }) => {
  test.skipIf(!asRoot)('has an image under its name', async () => {
    const own = (at: string): string[] => [
      '--root',
      join(at, 'root'),
      '--runroot',
      join(at, 'run'),
      '--storage-driver',
      'vfs',
    ];
    await using service = await Service.start(podman, (at) => [
      ...own(at),
      'system',
      'service',
      '--time',
      '0',
      `unix://${join(at, 'sock')}`,
    ]);
    await must(podman, [
      ...own(service.folder),
      'load',
      '--input',
      await archive('podman.tar', oldDockerEntries(amd64, ['localhost/x:1'])),
    ]);
    const environment = { ...nowhere, CONTAINER_HOST: `unix://${service.socket}` };
    for (const name of ['x:1', 'localhost/x:1']) {
      const said = { name: `podman:${name}`, platform: 'linux/amd64', configDigest: amd64.configDigest };
      expect(await read(`podman:${name}`, { environment })).toEqual([said]);
      expect(await read(name, { environment })).toEqual([said]);
    }
  });
});

describeWith(['containerd', 'ctr'], 'containerd', ({ containerd, ctr }) => {
  test.skipIf(!asRoot)('has images in its content store, also while it runs', async () => {
    await using service = await Service.start(containerd, (at) => [
      '--root',
      join(at, 'root'),
      '--state',
      join(at, 'state'),
      '--address',
      join(at, 'sock'),
    ]);
    const blobs = [index.entry, ...first.entries, ...second.entries];
    const path = await archive('containerd.tar', layoutEntries([tagged(index.descriptor, 'temper.test/x:1')], blobs));
    const own = ['--address', service.socket, '--namespace', 'k8s.io', 'images'];
    await must(ctr, [...own, 'import', '--all-platforms', '--no-unpack', path]);
    const more = Array.from({ length: 300 }, (_, i) => `temper.test/more/x-${i}:1`);
    await must(ctr, [...own, 'tag', 'temper.test/x:1', ...more]);
    const environment = { ...nowhere, TEMPER_CONTAINERD_ROOT: join(service.folder, 'root') };
    for (const name of ['temper.test/x:1', 'temper.test/more/x-299:1', index.descriptor.digest]) {
      const found = await read(`containerd:${name}`, { environment, platform: 'all' });
      expect(found).toEqual([
        { name: `containerd:${name}`, platform: 'linux/amd64', configDigest: amd64.configDigest },
        { name: `containerd:${name}`, platform: 'linux/arm64', configDigest: arm64.configDigest },
      ]);
    }
  });
});

describeWith(['skopeo'], 'skopeo', ({ skopeo }) => {
  test.each([
    ['oci-archive', ':temper.test/x:1', []],
    ['oci-archive', '', ['--dest-compress-format', 'zstd']],
    ['docker-archive', ':temper.test/x:1', []],
    ['docker-archive', '', []],
  ])('writes %s:FILE%s %j', async (kind, tag, options) => {
    const from = await archive('from.tar', layoutEntries([first.descriptor], first.entries));
    const path = join(folder, `skopeo-${kind}-${tag.length}.tar`);
    await must(skopeo, ['copy', '--insecure-policy', ...options, `oci-archive:${from}`, `${kind}:${path}${tag}`]);
    const reference = `${kind}:${path}${tag}`;
    for (const name of [reference, path]) {
      const found = await read(name, { environment: nowhere });
      expect(found).toEqual([{ name, platform: 'linux/amd64', configDigest: amd64.configDigest }]);
    }
  });
});
