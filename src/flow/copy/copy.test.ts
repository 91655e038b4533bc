import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FakeImage } from '../../../test/fakes/image.ts';
import { FakeRegistry } from '../../../test/fakes/registry.ts';
import { sampleReferrer } from '../../../test/contracts/sample-image.ts';
import { publicKeyPem } from '../../keys/public.ts';
import { type Digest, digestOf, hexOf } from '../../lib/digest.ts';
import { describe as descriptorOf, documentBytes } from '../../oci/documents.ts';
import { type Descriptor, mediaTypes } from '../../oci/types.ts';
import { publishImage, publishReferrers } from '../../publish/image.ts';
import { blobOf, bundleReferrer } from '../../publish/referrer.ts';
import { Layout } from '../../repository/layout.ts';
import { Registry } from '../../repository/registry.ts';
import type { Repository } from '../../repository/types.ts';
import { copy, type CopyOptions, type CopyResult } from './copy.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-copy-'));
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'DOCKER_CONFIG']) {
    vi.stubEnv(name, join(folder, name));
  }
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const fresh = (): string => join(folder, `place-${count++}`);
const withCode = (code: string): unknown => expect.objectContaining({ code });

const defaults: CopyOptions = {
  platform: undefined,
  allTags: false,
  referrers: true,
  jobs: 4,
  dryRun: false,
  verify: undefined,
  offline: false,
  insecure: false,
  signal: new AbortController().signal,
  progress: () => undefined,
};

const run = async (from: string, to: string, options: Partial<CopyOptions> = {}): Promise<CopyResult> =>
  await copy(from, to, { ...defaults, ...options });

/** A two-platform image; a referrer on each of its three manifests, a referrer of a referrer, and cosign's tags. */
async function publishTree(to: Repository, name = 'a', tag = '1.0'): Promise<{ index: Descriptor; layer: Descriptor }> {
  const { sampleImage } = await import('../../../test/contracts/sample-image.ts');
  const image = sampleImage(name);
  const index = await publishImage(to, { ...image, tag });
  const [first] = image.referrers;
  if (first === undefined) throw new Error('there are referrers');
  await publishReferrers(to, [sampleReferrer(`signature of ${name}`, Buffer.from(first.manifest.bytes))]);
  await tagSignature(to, index.digest, `${name} sig`, 'sig');
  await tagSignature(to, index.digest, `${name} att`, 'att');
  return { index, layer: descriptorOf(image.layer, mediaTypes.layer) };
}

async function tagSignature(to: Repository, about: Digest, text: string, suffix: string): Promise<Descriptor> {
  const [config, layer] = [documentBytes({ text }), Buffer.from(text)];
  for (const bytes of [config, layer]) await to.putBlob(blobOf(bytes));
  const bytes = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(config, mediaTypes.config),
    layers: [descriptorOf(layer, 'application/vnd.dev.cosign.simplesigning.v1+json')],
  });
  const tag = `sha256-${hexOf(about)}.${suffix}`;
  await to.putManifests([{ bytes, mediaType: mediaTypes.manifest, tag, listed: true }]);
  return descriptorOf(bytes, mediaTypes.manifest);
}

/** All that can be reached from a tag, as text: what a copy must keep. */
async function treeOf(repository: Repository, reference: string): Promise<string[]> {
  const lines: string[] = [];
  const walk = async (digest: Digest, indent: string): Promise<void> => {
    const descriptor = await repository.resolve(digest);
    const bytes = await repository.manifest(descriptor);
    lines.push(`${indent}${digest}`);
    const { manifests = [], config, layers = [] } = JSON.parse(bytes.toString('utf8')) as Record<string, never>;
    for (const blob of [config, ...(layers as Descriptor[])].filter((one) => one !== undefined)) {
      await repository.blob(blob, 1 << 20);
    }
    for (const child of manifests as Descriptor[]) await walk(child.digest, `${indent}  `);
    for (const referrer of await repository.referrers(digest)) await walk(referrer.digest, `${indent}> `);
    for (const suffix of ['sig', 'att', 'sbom']) {
      const found = await repository.resolve(`sha256-${hexOf(digest)}.${suffix}`).catch(() => undefined);
      if (found !== undefined) await walk(found.digest, `${indent}${suffix} `);
    }
  };
  await walk((await repository.resolve(reference)).digest, '');
  return lines;
}

interface Place {
  readonly reference: string;
  repository(): Promise<Repository>;
}

async function places(): Promise<{ list: Record<string, Place>; end: () => Promise<void> }> {
  const [api, old] = [await FakeRegistry.start(), await FakeRegistry.start({ referrers: false })];
  const layout = fresh();
  const inRegistry = (fake: FakeRegistry): Place => ({
    reference: `${fake.host}/a/b:1.0`,
    repository: async () => await Promise.resolve(new Registry(fake.host, 'a/b')),
  });
  return {
    list: {
      'a registry': inRegistry(api),
      'a registry without the referrers API': inRegistry(old),
      'a layout': { reference: `oci:${layout}:1.0`, repository: async () => await Promise.resolve(new Layout(layout)) },
    },
    end: async () => {
      await api[Symbol.asyncDispose]();
      await old[Symbol.asyncDispose]();
    },
  };
}

describe('a copy', () => {
  test('keeps everything, from every place to every place, and back through an archive', async () => {
    const sources = await places();
    for (const [fromName, from] of Object.entries(sources.list)) {
      await publishTree(await from.repository());
      const wanted = await treeOf(await from.repository(), '1.0');
      // The index, two manifests, three referrers, one of a referrer, two of cosign's tags.
      expect(wanted).toHaveLength(9);
      const targets = await places();
      for (const [toName, to] of Object.entries(targets.list)) {
        const archive = `oci-archive:${fresh()}.tar:1.0`;
        const first = await run(from.reference, archive);
        expect(first.images[0]?.outcome, `${fromName} to an archive`).toBe('copied');
        const result = await run(archive, to.reference);
        expect(await treeOf(await to.repository(), '1.0'), `${fromName} to ${toName}`).toEqual(wanted);
        expect(result.images[0]?.manifests).toHaveLength(9);
        const again = await run(from.reference, to.reference);
        expect(again.images[0], `${fromName} to ${toName} again`).toMatchObject({
          outcome: 'unchanged',
          previous: undefined,
        });
      }
      await targets.end();
    }
    await sources.end();
  });

  test('names nothing before all of it is there', async () => {
    await using fake = await FakeRegistry.start();
    const source = fresh();
    const { index } = await publishTree(new Layout(source));
    await run(`oci:${source}:1.0`, `${fake.host}/a/b`);
    const puts = fake.log.filter(
      (line) => line.startsWith('PUT ') || line.startsWith('POST ') || line.startsWith('PATCH '),
    );
    const lastBlob = puts.findLastIndex((line) => line.includes('/blobs/'));
    const manifests = puts.slice(lastBlob + 1).map((line) => line.replace('PUT /v2/a/b/manifests/', ''));
    expect(manifests.every((one) => !one.includes('/blobs/'))).toBe(true);
    expect(manifests.at(-1)).toBe('1.0');
    expect(manifests.filter((one) => one === '1.0')).toHaveLength(1);
    const at = (name: string) => manifests.indexOf(name);
    expect(at(index.digest)).toBeGreaterThan(1);
    expect(manifests.findIndex((one) => one.endsWith('.sig'))).toBeGreaterThan(at(index.digest));
  });

  test('leaves nothing named when it breaks off, and goes on where it stood', async () => {
    await using fake = await FakeRegistry.start();
    const source = fresh();
    await publishTree(new Layout(source));
    fake.before = (line) => {
      if (/^PUT .*\/manifests\//.test(line)) fake.busy.push({ status: 403 });
    };
    await expect(run(`oci:${source}:1.0`, `${fake.host}/a/b`)).rejects.toThrow(withCode('registry/denied'));
    expect([...fake.tags.keys()]).toEqual([]);
    fake.before = () => undefined;
    const result = await run(`oci:${source}:1.0`, `${fake.host}/a/b`);
    expect(result.images[0]?.outcome).toBe('copied');
    expect(new Set(result.images[0]?.blobs.map(({ outcome }) => outcome))).toEqual(new Set(['present']));
  });

  test('refuses content that is not what its digest says, and names nothing', async () => {
    await using from = await FakeRegistry.start();
    await using to = await FakeRegistry.start();
    const { layer } = await publishTree(new Registry(from.host, 'a/b'));
    from.lies.set(layer.digest, Buffer.alloc(layer.size, 'x'));
    await expect(run(`${from.host}/a/b:1.0`, `${to.host}/c`)).rejects.toThrow(withCode('repository/altered'));
    const layout = fresh();
    await expect(run(`${from.host}/a/b:1.0`, `oci:${layout}`)).rejects.toThrow(withCode('blob/altered'));
    const archive = `${fresh()}.tar`;
    await expect(run(`${from.host}/a/b:1.0`, `oci-archive:${archive}`)).rejects.toThrow(withCode('repository/altered'));
    expect(to.tags.size + to.manifests.size).toBe(0);
    expect(await new Layout(layout).tags()).toEqual([]);
    await expect(readFile(archive)).rejects.toThrow('ENOENT');
  });

  test('mounts what another repository of the registry holds, and sends it where that is refused', async () => {
    for (const mounts of [true, false]) {
      await using fake = await FakeRegistry.start({ separate: true, mounts });
      await publishTree(new Registry(fake.host, 'a/b'));
      const result = await run(`${fake.host}/a/b:1.0`, `${fake.host}/c/d:2.0`);
      const outcomes = new Set(result.images[0]?.blobs.map(({ outcome }) => outcome));
      expect(outcomes).toEqual(new Set([mounts ? 'mounted' : 'copied']));
      expect(fake.uploads.mounted.every((line) => line.endsWith(' from a/b'))).toBe(true);
      expect(fake.uploads.mounted).toHaveLength(mounts ? (result.images[0]?.blobs.length ?? 0) : 0);
      expect(fake.uploads.open).toBe(0);
    }
  });

  test('knows the one image of a place by itself, among the tags of its signatures', async () => {
    const [source, target] = [fresh(), fresh()];
    const { index } = await publishTree(new Layout(source));
    const archive = `oci-archive:${fresh()}.tar`;
    expect((await run(`oci:${source}`, archive)).images[0]).toMatchObject({ digest: index.digest, tag: 'latest' });
    const again = `oci-archive:${fresh()}.tar`;
    await run(`oci:${source}:1.0`, again);
    expect((await run(again, `oci:${target}`)).images[0]).toMatchObject({ digest: index.digest, tag: 'latest' });
    await using fake = await FakeRegistry.start();
    await run(`oci:${source}:1.0`, `${fake.host}/a/b`);
    const same = await run(`${fake.host}/a/b:1.0`, `${fake.host}/a/b`);
    expect(same.images[0]).toMatchObject({ tag: '1.0', outcome: 'unchanged' });
  });

  test('moves a tag and says what it named', async () => {
    const [first, second, target] = [fresh(), fresh(), fresh()];
    const a = await publishTree(new Layout(first), 'a');
    const b = await publishTree(new Layout(second), 'b');
    await run(`oci:${first}:1.0`, `oci:${target}:stable`);
    const dry = await run(`oci:${second}:1.0`, `oci:${target}:stable`, { dryRun: true });
    expect(dry.images[0]).toMatchObject({ outcome: 'planned', previous: a.index.digest });
    expect((await new Layout(target).resolve('stable')).digest).toBe(a.index.digest);
    const result = await run(`oci:${second}:1.0`, `oci:${target}:stable`);
    expect(result.images[0]).toMatchObject({ outcome: 'copied', previous: a.index.digest, digest: b.index.digest });
  });

  test('of one platform takes its manifest and what hangs on it, and says that the index is left out', async () => {
    const [source, target] = [fresh(), fresh()];
    const { index } = await publishTree(new Layout(source));
    const { images, notes } = await run(`oci:${source}:1.0`, `oci:${target}`, { platform: 'linux/arm64' });
    expect(images[0]?.mediaType).toBe(mediaTypes.manifest);
    expect(images[0]?.manifests.map(({ role }) => role)).toEqual(['image', 'referrer']);
    expect(notes).toEqual([expect.stringContaining(index.digest)]);
    await expect(run(`oci:${source}:1.0`, `oci:${target}`, { platform: 'linux/s390x' })).rejects.toThrow(
      withCode('source/platform'),
    );
  });

  test('without referrers takes the image alone', async () => {
    const [source, target] = [fresh(), fresh()];
    await publishTree(new Layout(source));
    const { images } = await run(`oci:${source}:1.0`, `oci:${target}`, { referrers: false });
    expect(images[0]?.manifests.map(({ role }) => role)).toEqual(['child', 'child', 'image']);
    expect(await treeOf(new Layout(target), '1.0')).toHaveLength(3);
  });

  test('of all tags takes each, and no tag that stands for a relation', async () => {
    await using fake = await FakeRegistry.start({ referrers: false });
    await publishTree(new Registry(fake.host, 'a/b'), 'a', '1.0');
    await publishTree(new Registry(fake.host, 'a/b'), 'b', '2.0');
    const target = fresh();
    const { images } = await run(`${fake.host}/a/b`, `oci:${target}`, { allTags: true });
    expect(images.map(({ tag }) => tag)).toEqual(['1.0', '2.0']);
    const archive = `oci-archive:${fresh()}.tar`;
    await run(`oci:${target}`, archive, { allTags: true });
    expect((await run(`oci:${target}`, archive, { allTags: true })).images.map(({ outcome }) => outcome)).toEqual([
      'unchanged',
      'unchanged',
    ]);
    await expect(run(`oci:${target}:1.0`, archive)).rejects.toThrow(withCode('copy/holds-others'));
    await expect(run(`oci:${target}`, `oci:${fresh()}:1`, { allTags: true })).rejects.toThrow(withCode('copy/tag'));
  });

  test('writes the same archive for the same image, and mends a damaged one', async () => {
    const source = fresh();
    const { layer } = await publishTree(new Layout(source));
    const [one, two] = [`${fresh()}.tar`, `${fresh()}.tar`];
    await run(`oci:${source}:1.0`, `oci-archive:${one}`);
    await run(`oci:${source}:1.0`, `oci-archive:${two}`);
    const bytes = await readFile(one);
    expect(digestOf(bytes)).toBe(digestOf(await readFile(two)));
    const at = bytes.indexOf('layer of a');
    expect(at).toBeGreaterThan(0);
    await writeFile(two, Buffer.concat([bytes.subarray(0, at), Buffer.from('L'), bytes.subarray(at + 1)]));
    const again = await run(`oci:${source}:1.0`, `oci-archive:${two}`);
    expect(again.images[0]?.outcome).toBe('copied');
    expect(digestOf(await readFile(two))).toBe(digestOf(bytes));
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(layer.size).toBeGreaterThan(0);
  });
});

describe('a copy does not take', () => {
  test('what is listed as a referrer and is none, or is gone', async () => {
    await using fake = await FakeRegistry.start({ referrers: false });
    const registry = new Registry(fake.host, 'a/b');
    const { index } = await publishTree(registry);
    const other = await publishTree(registry, 'b', 'other');
    const foreign = bundleReferrer({
      subject: other.index,
      bytes: Buffer.from('{"b":1}'),
      predicateType: 'https://example.com/x',
      created: new Date(0),
    });
    await publishReferrers(registry, [foreign]);
    const gone = { ...foreign.descriptor, digest: digestOf('gone') };
    const strange = { ...foreign.descriptor, digest: digestOf('strange'), mediaType: 'application/x-strange' };
    const list = documentBytes({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [foreign.descriptor, gone, strange],
    });
    fake.manifests.set(digestOf(list), { bytes: list, mediaType: mediaTypes.index });
    fake.tags.set(`sha256-${hexOf(index.digest)}`, digestOf(list));
    const { notes, images } = await run(`${fake.host}/a/b:1.0`, `oci:${fresh()}`);
    expect(images[0]?.manifests.map(({ digest }) => digest)).not.toContain(foreign.descriptor.digest);
    expect(notes).toHaveLength(3);
    expect(notes.join('\n')).toMatch(/is listed as a referrer .* and is none/);
    expect(notes.join('\n')).toMatch(/and is not there/);
    expect(notes.join('\n')).toMatch(/is no manifest but "application\/x-strange"/);
  });

  test('tags that lead in a circle', async () => {
    const source = new Layout(fresh());
    const { index } = await publishTree(source);
    const first = await tagSignature(source, index.digest, 'x', 'sig');
    const bytes = await source.manifest(index);
    const tag = `sha256-${hexOf(first.digest)}.sig`;
    await source.putManifests([{ bytes, mediaType: mediaTypes.index, tag, listed: true }]);
    await expect(run(`${source.name}:1.0`, `oci:${fresh()}`)).rejects.toThrow(withCode('copy/cycle'));
  });

  test('more levels of referrers than are read', async () => {
    const source = new Layout(fresh());
    const { index } = await publishTree(source);
    let subject = index;
    for (let level = 0; level < 9; level++) {
      const next = bundleReferrer({
        subject,
        bytes: Buffer.from(`{"level":${level}}`),
        predicateType: 'https://example.com/x',
        created: new Date(0),
      });
      await publishReferrers(source, [next]);
      subject = next.descriptor;
    }
    await expect(run(`${source.name}:1.0`, `oci:${fresh()}`)).rejects.toThrow(withCode('copy/too-deep'));
  });

  test('an index that lists what is not there', async () => {
    const folder = fresh();
    const { index } = await publishTree(new Layout(folder));
    const { manifests } = JSON.parse((await new Layout(folder).manifest(index)).toString('utf8')) as {
      manifests: Descriptor[];
    };
    await rm(join(folder, 'blobs', 'sha256', hexOf(manifests[1]?.digest ?? index.digest)));
    // The layout does not read its own list any more where a manifest is gone; the image itself does not need it.
    const to = `oci:${fresh()}`;
    await expect(run(`oci:${folder}:1.0`, to, { referrers: false })).rejects.toThrow(withCode('copy/incomplete'));
    const one = await run(`oci:${folder}:1.0`, to, { referrers: false, platform: 'linux/amd64' });
    expect(one.images[0]?.outcome).toBe('copied');
  });

  test.each([
    ['docker:node', 'copy/no-digest'],
    ['docker-archive:x.tar', 'copy/no-digest'],
    ['dir:.', 'copy/no-image'],
    ['sbom:x.json', 'copy/no-image'],
    ['./src', 'copy/no-image'],
  ])('%s', async (from, code) => {
    await expect(run(from, `oci:${fresh()}`)).rejects.toThrow(withCode(code));
  });

  test.each([
    ['./x.tar', 'copy/target'],
    ['docker-archive:x.tar', 'copy/target'],
    [`oci:x@${digestOf('')}`, 'reference/digest'],
    ['sbom:x', 'copy/target'],
  ])('anything to %s', async (to, code) => {
    const source = fresh();
    await publishTree(new Layout(source));
    await expect(run(`oci:${source}:1.0`, to)).rejects.toThrow(withCode(code));
  });
});

describe('a copy that verifies', () => {
  test('takes what a trusted key signed, and nothing else', async () => {
    const image = await FakeImage.make();
    const key = join(folder, 'signer.pub');
    await writeFile(key, publicKeyPem(image.signer.publicKey));
    const from = new Layout(fresh());
    const { copyAll } = await import('../../../test/interop/copy.ts');
    await copyAll(image.repository, 'latest', from, 'latest');
    const target = fresh();
    const { images } = await run(from.name, `oci:${target}`, { verify: { keys: [key], policy: undefined } });
    // Its layers are lists in JSON and no tars: what is in them does not verify.
    expect(images[0]?.outcome).toBe('refused');
    expect(images[0]?.verification?.signers).toEqual([image.signer.publicKey.fingerprint]);
    await expect(new Layout(target).tags()).rejects.toThrow(withCode('layout/missing'));
  });
});
