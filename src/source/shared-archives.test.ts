// Real archives, some of them damaged on purpose by those who made them.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decompressStream } from '../lib/decompress.ts';
import { Digester } from '../lib/digest.ts';
import { limits } from '../lib/limits.ts';
import { openSources } from './open.ts';

const shared = process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared');
const folder = join(shared, 'images');

/** The image's platform and layers; diffIDs that are not what the layers unpack to. */
async function read(file: string): Promise<{ platform: string; layers: number; wrong: string[] }> {
  await using scope = new AsyncDisposableStack();
  const [image] = await openSources(join(folder, file), { scope, temporary: tmpdir() });
  if (image?.kind !== 'image') throw new Error(`It is a ${image?.kind}.`);
  const wrong: string[] = [];
  for (const layer of image.layers) {
    const content = new Digester();
    const chunks = decompressStream(layer.stream({ reuse: false }), limits.layerContent, 'The layer');
    for await (const chunk of chunks) content.update(chunk);
    if (content.digest() !== layer.diffId) wrong.push(layer.diffId);
  }
  return { platform: image.platform, layers: image.layers.length, wrong };
}

describe.skipIf(!existsSync(folder))(`shared archives${existsSync(folder) ? '' : ' (needs TEMPER_SHARED)'}`, () => {
  test.each([
    ['busybox-1.31.1.tar', 'linux/amd64', 1],
    ['containerd-archives_busybox-single-arch-with-attestation-manifest.tar', 'linux/arm64', 1],
    ['docker-archives_docker-save_gemfile.tar', 'linux/amd64', 1],
    ['docker-archives_docker-save_java-uberjar.tar', 'linux/amd64', 2],
    ['docker-archives_docker-save_poetry.tar', 'linux/amd64', 1],
    ['npm_npm-without-lockfiles_npm7-with-package-lock-file.tar', 'linux/amd64', 4],
    ['pnpm_pnpmlockv9.tar', 'linux/arm64', 3],
  ])('%s is read, each layer is what its diffID says', async (file, platform, layers) => {
    expect(await read(file)).toEqual({ platform, layers, wrong: [] });
  });

  test.each([
    ['alpine-3.12.0.tar', 'repository/altered', 'it has 6165 bytes instead of 2797541'],
    ['nginx.tar', 'repository/altered', 'it has 812 bytes instead of 971'],
    ['oci-with-manifest.tar', 'repository/altered', 'it has 509 bytes instead of 26689802'],
    ['docker-archives_docker-save_nginx.tar', 'image/layers', 'lists 1 layers and its config 3'],
    ['docker-archives_skopeo-copy_nginx-compressed-layers.tar', 'image/layers', 'lists 1 layers and its config 3'],
  ])('%s was altered, which is said', async (file, code, message) => {
    const fault = expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as unknown;
    await expect(read(file)).rejects.toThrow(fault);
  });

  test('a layer that was altered is not what its diffID says', async () => {
    const found = await read('docker-archives_docker-save_java.tar');
    expect(found).toMatchObject({
      platform: 'linux/amd64',
      layers: 1,
      wrong: [expect.stringContaining('sha256:05356880')],
    });
  });
});
