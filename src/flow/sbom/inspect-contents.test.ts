import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sampleImage } from '../../../test/contracts/sample-image.ts';
import { publishImage } from '../../publish/image.ts';
import { Layout } from '../../repository/layout.ts';
import { inspectImage } from './inspect-contents.ts';

const shared = process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared');
const images = join(shared, 'images');
const options = { cache: undefined, contents: true };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'temper-inspect-'));
  onTestFinished(async () => await rm(path, { recursive: true }));
  return join(path, 'out');
}

test('a layer that is no tar is said where its contents would stand, and the rest is shown', async () => {
  const layout = await folder();
  await publishImage(new Layout(layout), sampleImage('a'));
  const { platforms } = await inspectImage(`oci:${layout}`, options);
  expect(platforms.map(({ contents }) => contents)).toEqual(
    platforms.map(() => ({ unknown: expect.stringMatching(/\.$/) as unknown })),
  );
  expect(platforms.length).toBeGreaterThan(0);
  const shallow = await inspectImage(`oci:${layout}`, { ...options, contents: false });
  expect(shallow.platforms.every((platform) => !('contents' in platform))).toBe(true);
});

test('a folder is no image', async () => {
  await expect(inspectImage('dir:/', options)).rejects.toMatchObject({ code: 'inspect/no-image' });
});

describe.skipIf(!existsSync(images))(`archives of ${images}`, () => {
  test('a Docker archive is known by its config, and its packages are counted', async () => {
    const archive = join(images, 'docker-archives_docker-save_java-uberjar.tar');
    const { platforms, digest } = await inspectImage(archive, options);
    expect(platforms[0]?.config?.digest).toBe(digest);
    expect(platforms[0]?.contents).toMatchObject({ packages: 3, kinds: { maven: 3 }, notRead: 0 });
  });
});
