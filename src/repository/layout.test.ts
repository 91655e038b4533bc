import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sampleImage, sampleReferrer } from '../../test/contracts/sample-image.ts';
import { digestOf, hexOf } from '../lib/digest.ts';
import { describe as descriptorOf, documentBytes } from '../oci/documents.ts';
import { type Descriptor, mediaTypes } from '../oci/types.ts';
import { publishImage, publishReferrers } from '../publish/image.ts';
import { blobOf } from '../publish/referrer.ts';
import { Layout } from './layout.ts';

const withCode = (code: string, message = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });

async function temporary(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'temper-layout-'));
  onTestFinished(async () => await rm(path, { recursive: true }));
  return path;
}

async function indexOf(folder: string): Promise<{ manifests: Descriptor[] }> {
  return JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { manifests: Descriptor[] };
}

async function blobsIn(folder: string): Promise<string[]> {
  return await readdir(join(folder, 'blobs', 'sha256'));
}

const pathOf = (folder: string, bytes: Uint8Array): string => join(folder, 'blobs', 'sha256', hexOf(digestOf(bytes)));

describe('index.json', () => {
  test('lists the tagged index with what cosign looks for, and every referrer untagged', async () => {
    const folder = await temporary();
    const image = sampleImage('a');
    const published = await publishImage(new Layout(folder), image);
    const { manifests } = await indexOf(folder);
    expect(manifests[0]).toEqual({
      ...published,
      annotations: { kind: 'dev.cosignproject.cosign/image', 'org.opencontainers.image.ref.name': 'latest' },
    });
    expect(manifests.slice(1)).toEqual(image.referrers.map(({ descriptor }) => descriptor));
    expect(await readFile(join(folder, 'oci-layout'), 'utf8')).toBe('{"imageLayoutVersion":"1.0.0"}');
    expect((await readdir(folder)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  test('names a single platform by its manifest', async () => {
    const folder = await temporary();
    const image = sampleImage('a', ['amd64']);
    await publishImage(new Layout(folder), { ...image, manifests: image.manifests.slice(0, 1) });
    expect((await indexOf(folder)).manifests[0]).toMatchObject({
      mediaType: mediaTypes.manifest,
      annotations: { kind: 'dev.cosignproject.cosign/image' },
    });
  });

  test('has the same bytes for the same image, and is not written again', async () => {
    const [one, two] = [await temporary(), await temporary()];
    await publishImage(new Layout(one), sampleImage('a'));
    await publishImage(new Layout(two), sampleImage('a'));
    const before = await stat(join(one, 'index.json'));
    await publishImage(new Layout(one), sampleImage('a'));
    expect(await readFile(join(one, 'index.json'))).toEqual(await readFile(join(two, 'index.json')));
    expect((await stat(join(one, 'index.json'))).ino).toBe(before.ino);
  });

  test('keeps what other tools listed', async () => {
    const folder = await temporary();
    await publishImage(new Layout(folder), sampleImage('a'));
    const index = await indexOf(folder);
    const foreign = { mediaType: 'text/x', digest: digestOf('foreign'), size: 7, annotations: { x: 'y' } };
    await writeFile(join(folder, 'index.json'), JSON.stringify({ ...index, extra: 1, manifests: [foreign] }));
    await publishImage(new Layout(folder), { ...sampleImage('b'), tag: 'b' });
    expect(await indexOf(folder)).toMatchObject({ extra: 1, manifests: [foreign, {}, {}, {}, {}] });
  });
});

describe('a tag that moves', () => {
  test('takes the old image, its referrers and the blobs with it that nothing else uses', async () => {
    const folder = await temporary();
    await publishImage(new Layout(folder), sampleImage('a'));
    await publishImage(new Layout(folder), sampleImage('b'));
    const fresh = await temporary();
    await publishImage(new Layout(fresh), sampleImage('b'));
    expect(await blobsIn(folder)).toEqual(await blobsIn(fresh));
    expect(await readFile(join(folder, 'index.json'))).toEqual(await readFile(join(fresh, 'index.json')));
  });

  test('leaves what another tag leads to', async () => {
    const folder = await temporary();
    const [a, b] = [sampleImage('a'), sampleImage('b')];
    await publishImage(new Layout(folder), a);
    await publishImage(new Layout(folder), { ...a, tag: 'kept' });
    await publishImage(new Layout(folder), b);
    const layout = new Layout(folder);
    const kept = await layout.resolve('kept');
    expect(kept.digest).toBe(digestOf(a.manifests.at(-1)?.bytes ?? ''));
    expect(await layout.referrers(kept.digest)).toHaveLength(1);
    expect(await layout.blob(blobOf(a.layer), 1 << 20)).toEqual(a.layer);
  });

  test('leaves a platform that the new index still has, with its referrers', async () => {
    const folder = await temporary();
    const both = sampleImage('a');
    const [amd64] = both.manifests;
    await publishImage(new Layout(folder), both);
    const index = documentBytes({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [descriptorOf(amd64?.bytes ?? Buffer.alloc(0), mediaTypes.manifest)],
    });
    const manifests = [...both.manifests.slice(0, 1), { bytes: index, mediaType: mediaTypes.index }];
    await publishImage(new Layout(folder), { ...both, manifests, referrers: [] });
    const layout = new Layout(folder);
    expect(await layout.referrers(digestOf(amd64?.bytes ?? ''))).toHaveLength(1);
    expect(await layout.referrers(digestOf(both.manifests[1]?.bytes ?? ''))).toEqual([]);
    const blobs = await blobsIn(folder);
    expect(blobs).toContain(hexOf(digestOf(both.layer)));
    expect(blobs).not.toContain(hexOf(digestOf(both.manifests[1]?.bytes ?? '')));
    expect(blobs).not.toContain(hexOf(digestOf(both.manifests[2]?.bytes ?? '')));
  });

  test('takes referrers of referrers, and keeps the subject of those that stay', async () => {
    const folder = await temporary();
    const image = sampleImage('a');
    await publishImage(new Layout(folder), image);
    const first = Buffer.from(image.referrers[0]?.manifest.bytes ?? []);
    const second = sampleReferrer('second', first);
    await publishReferrers(new Layout(folder), [second]);
    expect(await new Layout(folder).referrers(digestOf(first))).toHaveLength(1);
    await publishImage(new Layout(folder), sampleImage('b'));
    expect(await new Layout(folder).referrers(digestOf(first))).toEqual([]);
    expect(await blobsIn(folder)).not.toContain(hexOf(digestOf(second.manifest.bytes)));
  });

  test('takes no blob that a document needs which is also the layer of another image', async () => {
    const folder = await temporary();
    const inner = sampleImage('b', ['amd64']);
    const [manifest] = inner.manifests;
    const inside = blobOf(manifest?.bytes ?? Buffer.alloc(0));
    const config = blobOf(documentBytes({ architecture: 'a', os: 'b', rootfs: { type: 'layers', diff_ids: [] } }));
    const outer = documentBytes({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, digest: config.digest, size: config.size },
      layers: [{ mediaType: mediaTypes.layer, digest: inside.digest, size: inside.size }],
    });
    const manifests = [{ bytes: outer, mediaType: mediaTypes.manifest }];
    await publishImage(new Layout(folder), { blobs: [config, inside], manifests, referrers: [], tag: 'outer' });
    const only = { ...inner, manifests: inner.manifests.slice(0, 1), referrers: [] };
    await publishImage(new Layout(folder), { ...only, tag: 'inner' });
    await publishImage(new Layout(folder), inner);
    await publishImage(new Layout(folder), sampleImage('c'));
    const layout = new Layout(folder);
    expect((await layout.resolve('inner')).digest).toBe(inside.digest);
    expect(await layout.blob(blobOf(inner.layer), 1 << 20)).toEqual(inner.layer);
  });

  test('takes nothing while something that is listed is damaged', async () => {
    const folder = await temporary();
    const [a, b] = [sampleImage('a'), sampleImage('b')];
    await publishImage(new Layout(folder), { ...a, tag: 'kept' });
    await publishImage(new Layout(folder), b);
    const bytes = Buffer.from(a.manifests.at(-1)?.bytes ?? []);
    const damaged = Buffer.from(bytes);
    damaged[0] = 0x20;
    await writeFile(pathOf(folder, bytes), damaged);
    const before = await blobsIn(folder);
    await publishImage(new Layout(folder), sampleImage('c'));
    expect(await blobsIn(folder)).toEqual(expect.arrayContaining(before));
  });

  test('does not break another process that was about to use the same blobs', async () => {
    const folder = await temporary();
    const [a, c] = [sampleImage('a'), sampleImage('a', ['riscv64'])];
    await publishImage(new Layout(folder), a);
    const other = new Layout(folder);
    for (const blob of c.blobs) await other.putBlob(blob);
    await publishImage(new Layout(folder), sampleImage('b'));
    expect(await new Layout(folder).has(blobOf(a.layer))).toBe(false);
    await publishImage(other, { ...c, blobs: [], tag: 'c' });
    expect(await new Layout(folder).blob(blobOf(a.layer), 1 << 20)).toEqual(a.layer);
  });
});

describe('writing', () => {
  test('refuses a folder with something else in it, and leaves it as it is', async () => {
    const folder = await temporary();
    await writeFile(join(folder, 'precious.txt'), 'x');
    await expect(publishImage(new Layout(folder), sampleImage('a'))).rejects.toThrow(withCode('layout/not-a-layout'));
    expect(await readdir(folder)).toEqual(['precious.txt']);
  });

  test.each([['index.json'], ['oci-layout', 'index.json']])('goes on where a killed run lost %s', async (...lost) => {
    const folder = await temporary();
    await new Layout(folder).putBlob(blobOf(Buffer.from('x')));
    for (const name of lost) await rm(join(folder, name));
    await writeFile(join(folder, '.oci-layout.0123456789ab.partial'), '{');
    const published = await publishImage(new Layout(folder), sampleImage('a'));
    expect(await new Layout(folder).resolve('latest')).toEqual(published);
  });

  test('sweeps up what killed writers left, not what others write now', async () => {
    const folder = await temporary();
    await publishImage(new Layout(folder), sampleImage('a'));
    const names = ['old', 'new'].map((name) => join(folder, 'blobs', 'sha256', `.${name}.0123456789ab.partial`));
    for (const name of names) await writeFile(name, 'x');
    await utimes(names[0] ?? '', 0, 0);
    await publishImage(new Layout(folder), sampleImage('a'));
    expect((await blobsIn(folder)).filter((name) => name.startsWith('.'))).toEqual(['.new.0123456789ab.partial']);
  });

  test('does not touch a broken index', async () => {
    const folder = await temporary();
    await publishImage(new Layout(folder), sampleImage('a'));
    await writeFile(join(folder, 'index.json'), '{"manifests":');
    await expect(publishImage(new Layout(folder), sampleImage('b'))).rejects.toThrow(withCode('layout/broken'));
    expect(await readFile(join(folder, 'index.json'), 'utf8')).toBe('{"manifests":');
  });

  test('names nothing whose blobs are not there', async () => {
    const folder = await temporary();
    const image = sampleImage('a');
    const published = publishImage(new Layout(folder), { ...image, blobs: image.blobs.slice(1) });
    await expect(published).rejects.toThrow(withCode('layout/blob-missing', image.blobs[0]?.digest));
    expect(await indexOf(folder)).toMatchObject({ manifests: [] });
  });

  test('repairs a blob that was damaged', async () => {
    const folder = await temporary();
    const image = sampleImage('a');
    await publishImage(new Layout(folder), image);
    await writeFile(pathOf(folder, image.layer), Buffer.alloc(image.layer.length));
    await publishImage(new Layout(folder), image);
    expect(await new Layout(folder).blob(blobOf(image.layer), 1 << 20)).toEqual(image.layer);
  });

  test('shows nothing before all is there', async () => {
    const folder = await temporary();
    const layout = new Layout(folder);
    for (const blob of sampleImage('a').blobs) await layout.putBlob(blob);
    expect(await new Layout(folder).tags()).toEqual([]);
  });
});

describe('reading', () => {
  test('says whether there is nothing or something else', async () => {
    const folder = await temporary();
    await expect(new Layout(join(folder, 'x')).resolve('latest')).rejects.toThrow(withCode('layout/missing'));
    await expect(new Layout(folder).resolve('latest')).rejects.toThrow(withCode('layout/missing'));
    await mkdir(join(folder, 'blobs'));
    await expect(new Layout(folder).resolve('latest')).rejects.toThrow(withCode('layout/not-a-layout'));
    const file = join(folder, 'app.tar');
    await writeFile(file, 'x');
    await expect(new Layout(file).resolve('latest')).rejects.toMatchObject({
      code: 'layout/not-a-layout',
      message: `${file} is a file, and a layout is a folder.`,
      hint: `Of an archive write oci-archive:${file} or docker-archive:${file}.`,
    });
    await publishImage(new Layout(join(folder, 'inner')), sampleImage('a'));
    await expect(new Layout(folder).resolve('latest')).rejects.toMatchObject({
      hint: `There is one below it: oci:${join(folder, 'inner')}.`,
    });
  });

  test.each([
    ['index.json', '', 'not valid JSON'],
    ['index.json', '{}', 'at schemaVersion'],
    ['index.json', '{"schemaVersion":2,"manifests":[{}]}', 'manifests.0'],
    ['index.json', '{"schemaVersion":2,"manifests":[],"layers":[]}', 'two different images'],
    ['index.json', `{"schemaVersion":2,"manifests":[${'['.repeat(200)}`, 'nested deeper'],
    ['oci-layout', '{', 'not valid JSON'],
    ['oci-layout', 'null', 'another version'],
    ['oci-layout', '{"imageLayoutVersion":"2.0.0"}', 'another version'],
  ])('refuses a broken %s: %s', async (name, content, message) => {
    const folder = await temporary();
    await publishImage(new Layout(folder), sampleImage('a'));
    await writeFile(join(folder, name), content);
    const layout = new Layout(folder);
    const questions = [
      async () => await layout.resolve('latest'),
      async () => await layout.tags(),
      async () => await layout.referrers(digestOf('x')),
      async () => await layout.only(),
    ];
    for (const ask of questions) {
      await expect(ask()).rejects.toThrow(withCode('layout/broken', message));
    }
  });

  test('refuses a layout without its index', async () => {
    const folder = await temporary();
    await publishImage(new Layout(folder), sampleImage('a'));
    await rm(join(folder, 'index.json'));
    await expect(new Layout(folder).resolve('latest')).rejects.toThrow(withCode('layout/broken', 'not there'));
  });

  test('refuses a tag that stands for two images', async () => {
    const folder = await temporary();
    await publishImage(new Layout(folder), sampleImage('a'));
    const { manifests } = await indexOf(folder);
    const twice = [...manifests, { ...manifests[0], digest: manifests[1]?.digest, size: manifests[1]?.size }];
    await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: twice }));
    await expect(new Layout(folder).resolve('latest')).rejects.toThrow(withCode('layout/ambiguous', '2 different'));
  });

  test('refuses an entry that calls an index a manifest', async () => {
    const folder = await temporary();
    await publishImage(new Layout(folder), sampleImage('a'));
    const { manifests } = await indexOf(folder);
    const confused = { ...manifests[0], mediaType: mediaTypes.manifest };
    await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [confused] }));
    await expect(new Layout(folder).resolve('latest')).rejects.toThrow(withCode('oci/media-type'));
  });

  test('without a tag means latest, or the only image', async () => {
    const folder = await temporary();
    const first = await publishImage(new Layout(folder), { ...sampleImage('a'), tag: 'one' });
    expect(await new Layout(folder).only()).toBe(first.digest);
    await publishImage(new Layout(folder), { ...sampleImage('b'), tag: 'two' });
    expect(await new Layout(folder).only()).toBe('latest');
    await expect(new Layout(folder).resolve('latest')).rejects.toThrow(
      expect.objectContaining({ code: 'repository/not-found', hint: 'There is: one, two.' }),
    );
  });
});

describe("what cosign says of a layout's image", () => {
  const cosign = (name: string) => ({ kind: `dev.cosignproject.cosign/${name}` });
  const empty = () => {
    const config = Buffer.from('{}');
    const manifest = { schemaVersion: 2, config: descriptorOf(config, mediaTypes.config), layers: [] };
    return { config, manifest };
  };
  const put = async (
    layout: Layout,
    comment: string,
    entry: { tag?: string; annotations?: Record<string, string> },
  ) => {
    const { config, manifest } = empty();
    const bytes = documentBytes({ ...manifest, annotations: { comment } });
    await layout.putBlob(blobOf(config));
    await layout.putManifests([{ bytes, mediaType: mediaTypes.manifest, listed: true, ...entry }]);
    return digestOf(bytes);
  };
  const tagOfSignatures = (digest: string) => `${digest.replace(':', '-')}.sig`;

  test('is found by the tag that it would have in a registry, as `cosign save` marks it', async () => {
    const layout = new Layout(await temporary());
    const image = await put(layout, 'image', { annotations: cosign('image') });
    const signatures = await put(layout, 'signatures', { annotations: cosign('sigs') });
    const attestations = await put(layout, 'attestations', { annotations: cosign('atts') });
    expect((await layout.resolve(tagOfSignatures(image))).digest).toBe(signatures);
    expect((await layout.resolve(tagOfSignatures(image).replace('.sig', '.att'))).digest).toBe(attestations);
    await expect(layout.resolve(tagOfSignatures(signatures))).rejects.toThrow(withCode('repository/not-found'));
  });

  test('is of nobody where several images are marked', async () => {
    const layout = new Layout(await temporary());
    const image = await put(layout, 'image', { annotations: cosign('image') });
    await put(layout, 'another', { annotations: cosign('image') });
    await put(layout, 'signatures', { annotations: cosign('sigs') });
    await expect(layout.resolve(tagOfSignatures(image))).rejects.toThrow(withCode('repository/not-found'));
  });

  test('goes with the image that it is about', async () => {
    const folder = await temporary();
    const layout = new Layout(folder);
    const [kept, dropped] = [await put(layout, 'kept', { tag: 'v1' }), await put(layout, 'dropped', { tag: 'v2' })];
    const stays = await put(layout, 'of the one', { tag: tagOfSignatures(kept) });
    const goes = await put(layout, 'of the other', { tag: tagOfSignatures(dropped) });
    await put(layout, 'new', { tag: 'v2' });
    expect(await layout.tags()).toEqual([tagOfSignatures(kept), 'v1', 'v2']);
    const blobs = await blobsIn(folder);
    expect([blobs.includes(hexOf(stays)), blobs.includes(hexOf(goes))]).toEqual([true, false]);
  });

  test('is no second image, by its tag or its mark', async () => {
    const layout = new Layout(await temporary());
    const image = await put(layout, 'image', { tag: 'v1' });
    await put(layout, 'signatures', { tag: tagOfSignatures(image) });
    await put(layout, 'attestations', { annotations: cosign('atts') });
    expect(await layout.only()).toBe(image);
  });
});
