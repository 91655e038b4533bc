import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { run, type ProcessResult } from '../../src/io/processes.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { describe as descriptorOf, documentBytes } from '../../src/oci/documents.ts';
import { mediaTypes } from '../../src/oci/types.ts';
import { type Publication, publishImage } from '../../src/publish/image.ts';
import { blobOf } from '../../src/publish/referrer.ts';
import { Layout } from '../../src/repository/layout.ts';
import { Registry } from '../../src/repository/registry.ts';
import { sampleReferrer } from '../contracts/sample-image.ts';
import { repositoryContract } from '../contracts/repository.contract.ts';
import { CuttingProxy } from '../fakes/cutting-proxy.ts';
import { copyAll } from './copy.ts';
import { startDockerRegistry } from './registries.ts';
import { describeWith } from './peers.ts';

async function temporary(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'temper-interop-'));
  onTestFinished(async () => await rm(path, { recursive: true, force: true }));
  return path;
}

async function ok(
  program: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<ProcessResult> {
  const result = await run(program, args, { timeout: 120_000, ...options });
  expect(result.stderr, `${program} ${args.join(' ')}`).toSatisfy(() => result.status === 0);
  return result;
}

/** An image whose layers are real archives, so that other programs can unpack it. */
async function realImage(platforms: readonly string[]): Promise<Publication & { readonly layer: Buffer }> {
  const folder = await temporary();
  await mkdir(join(folder, 'root'));
  await writeFile(join(folder, 'root', 'hello.txt'), 'hello\n');
  const tar = (await ok('tar', ['-C', join(folder, 'root'), '--owner=0', '--group=0', '-c', 'hello.txt'])).stdout;
  const layer = gzipSync(tar);
  const configs = platforms.map((architecture) =>
    documentBytes({ architecture, os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } }),
  );
  const manifests = configs.map((config) => ({
    mediaType: mediaTypes.manifest as string,
    bytes: documentBytes({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: descriptorOf(config, mediaTypes.config),
      layers: [descriptorOf(layer, mediaTypes.layerGzip)],
    }),
  }));
  const index = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: manifests.map(({ bytes }, i) => ({
      ...descriptorOf(bytes, mediaTypes.manifest),
      platform: { os: 'linux', architecture: platforms[i] },
    })),
  });
  if (platforms.length > 1) manifests.push({ mediaType: mediaTypes.index, bytes: index });
  const referrers = manifests.map(({ bytes }) => sampleReferrer('a', bytes));
  return { layer, blobs: [...configs, layer].map(blobOf), manifests, referrers, tag: '20' };
}

describeWith(['docker-registry'], "Debian's docker-registry", (peers) => {
  repositoryContract(async () => {
    const registry = await startDockerRegistry(peers['docker-registry'], { deletes: true });
    const sizes = { whole: 1000, chunk: 4000 };
    const again = (): Registry => new Registry(registry.host, 'a/b', { backoff: 1, sizes });
    return {
      repository: again(),
      again,
      alter: async (digest, bytes) => await registry.alter(digest, bytes),
      alteredManifest: 'registry/unavailable',
      [Symbol.asyncDispose]: async () => await registry[Symbol.asyncDispose](),
    };
  });

  test('gets a large blob although connections break', async () => {
    await using registry = await startDockerRegistry(peers['docker-registry']);
    await using proxy = await CuttingProxy.start(registry.host);
    const bytes = randomBytes(12 << 20);
    proxy.cuts.push(3 << 20, 1 << 20, 2 << 20);
    const sizes = { whole: 1 << 20, chunk: 4 << 20 };
    await new Registry(proxy.host, 'a/b', { backoff: 10, sizes }).putBlob(blobOf(bytes));
    expect(proxy.done).toBe(3);
    expect(digestOf(await new Registry(registry.host, 'a/b').blob(blobOf(bytes), bytes.length))).toBe(digestOf(bytes));
  });
});

describeWith(['docker-registry', 'skopeo'], 'skopeo', (peers) => {
  test('copies what we publish, and we read what it copies, with the same digests', async () => {
    await using registry = await startDockerRegistry(peers['docker-registry']);
    const [folder, back] = [await temporary(), await temporary()];
    const image = await realImage(['amd64', 'arm64']);
    const published = await publishImage(new Layout(folder), image);
    const remote = `docker://${registry.host}/a/b:20`;
    const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    await ok(peers.skopeo, ['copy', '--all', ...insecure, `oci:${folder}:20`, remote]);
    const read = new Registry(registry.host, 'a/b');
    expect(await read.resolve('20')).toEqual(published);
    expect(await read.blob(blobOf(image.layer), image.layer.length)).toEqual(image.layer);
    await publishImage(read, { ...image, tag: 'ours' });
    await ok(peers.skopeo, ['copy', '--all', ...insecure, `docker://${registry.host}/a/b:ours`, `oci:${back}/x:y`]);
    const layout = new Layout(join(back, 'x'));
    expect(await layout.resolve('y')).toEqual(published);
    expect(await layout.blob(blobOf(image.layer), image.layer.length)).toEqual(image.layer);
  });

  test('and we write to the same layout', async () => {
    const folder = join(await temporary(), 'out');
    const image = await realImage(['amd64']);
    const published = await publishImage(new Layout(folder), image);
    await ok(peers.skopeo, ['copy', `oci:${folder}:20`, `oci:${folder}:theirs`]);
    await publishImage(new Layout(folder), { ...(await realImage(['arm64'])), tag: '20' });
    expect(await new Layout(folder).tags()).toEqual(['20', 'theirs']);
    expect(await new Layout(folder).resolve('theirs')).toEqual(published);
    await ok(peers.skopeo, ['inspect', '--raw', `oci:${folder}:theirs`]);
  });
});

describeWith(['umoci'], 'umoci', (peers) => {
  test('unpacks an image of one platform', async () => {
    const [folder, out] = [await temporary(), await temporary()];
    await publishImage(new Layout(folder), await realImage(['amd64']));
    await ok(peers.umoci, ['unpack', '--rootless', '--image', `${folder}:20`, join(out, 'bundle')]);
    expect(await readFile(join(out, 'bundle', 'rootfs', 'hello.txt'), 'utf8')).toBe('hello\n');
  });
});

describeWith(['docker-registry', 'oras', 'crane'], 'oras and crane', (peers) => {
  test('find what hangs on an image, in a registry and in a layout', async () => {
    await using registry = await startDockerRegistry(peers['docker-registry']);
    const folder = await temporary();
    const image = await realImage(['amd64', 'arm64']);
    const published = await publishImage(new Layout(folder), image);
    await publishImage(new Registry(registry.host, 'a/b'), image);
    const places = [
      ['--plain-http', `${registry.host}/a/b:20`],
      ['--oci-layout', `${folder}:20`],
    ];
    for (const place of places) {
      const { stdout } = await ok(peers.oras, ['discover', '--format', 'json', ...place]);
      const found = JSON.parse(stdout.toString()) as { digest: string; referrers: object[] };
      expect(found.digest).toBe(published.digest);
      expect(found.referrers).toMatchObject([
        { digest: image.referrers.at(-1)?.descriptor.digest, artifactType: mediaTypes.sigstoreBundle },
      ]);
    }
    const { stdout } = await ok(peers.crane, ['digest', '--insecure', `${registry.host}/a/b:20`]);
    expect(stdout.toString().trim()).toBe(published.digest);
    await ok(peers.crane, ['validate', '--insecure', '--remote', `${registry.host}/a/b:20`]);
  });
});

describeWith(['docker-registry', 'cosign'], 'cosign 3', (peers) => {
  test.each([[['amd64']], [['amd64', 'arm64']]])(
    'signs beside us, and verifies the layout that we copy it to, for %s',
    async (platforms) => {
      await using registry = await startDockerRegistry(peers['docker-registry']);
      const folder = await temporary();
      const cosign = async (...args: string[]): Promise<ProcessResult> =>
        await run(peers.cosign, args, { cwd: folder, env: { COSIGN_PASSWORD: '', HOME: folder }, timeout: 120_000 });
      const from = new Registry(registry.host, 'a/b');
      const image = await publishImage(from, await realImage(platforms));
      await writeFile(
        join(folder, 'config.json'),
        JSON.stringify({
          mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
          rekorTlogConfig: {},
          tsaConfig: {},
        }),
      );
      expect((await cosign('generate-key-pair')).status).toBe(0);
      expect((await cosign('generate-key-pair', '--output-key-prefix', 'other')).status).toBe(0);
      const name = `${registry.host}/a/b@${image.digest}`;
      const signing = ['--key', 'cosign.key', '--signing-config', 'config.json', '--allow-http-registry', '-y', name];
      expect((await cosign('sign', ...signing)).stderr).toContain('Pushing signature');
      const referrers = await from.referrers(image.digest, mediaTypes.sigstoreBundle);
      expect(new Set(referrers.map((entry) => entry.annotations?.['dev.sigstore.bundle.predicateType']))).toEqual(
        new Set(['https://example.com/predicate', 'https://sigstore.dev/cosign/sign/v1']),
      );
      await copyAll(from, '20', new Layout(join(folder, 'layout')), '20');
      const verify = async (key: string): Promise<ProcessResult> =>
        await cosign('verify', '--key', key, '--insecure-ignore-tlog', '--local-image', 'layout');
      expect((await verify('cosign.pub')).stderr).toContain('verified against the specified public key');
      const refused = await verify('other.pub');
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toContain('could not verify envelope');
    },
  );
});
