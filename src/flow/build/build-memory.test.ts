import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeSigner } from '../../../test/fakes/image.ts';
import { FakeRegistry } from '../../../test/fakes/registry.ts';
import { referrerOf, statementsAbout, tinyImage } from '../../../test/interop/tiny.ts';
import { SealedFolder } from '../../io/sealed.ts';
import { digestOf } from '../../lib/digest.ts';
import { publishImage } from '../../publish/image.ts';
import type { Referrer } from '../../publish/referrer.ts';
import { Layout } from '../../repository/layout.ts';
import { Registry } from '../../repository/registry.ts';
import type { Repository } from '../../repository/types.ts';
import { type Remembered, recallBuild, rememberBuild } from './build-memory.ts';
import type { BuildReport } from './build-report.ts';

const inputs = digestOf(Buffer.from('inputs'));
const report: BuildReport = {
  schema: 'temper/build/v1',
  reference: 'tiny:latest',
  digest: '',
  platforms: [],
  attestations: [],
  key: { fingerprint: '', path: '', publicPath: 'k.pub', created: false },
  lock: { path: '', digest: '', created: false },
  compressor: '',
  builder: '',
  notKnown: [],
  verification: { answer: 'yes', established: 0, against: [] },
  unchanged: false,
  timings: [],
  time: 0,
  peakMemory: 0,
};

let folder: string;
let registry: FakeRegistry | undefined;

function memory(key = 'key'): SealedFolder {
  return new SealedFolder(join(folder, 'builds'), join(folder, key));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-memory-'));
});

afterEach(async () => {
  await registry?.[Symbol.asyncDispose]();
  registry = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function inRegistry(referrers: boolean): Promise<Repository> {
  registry = await FakeRegistry.start({ referrers });
  return new Registry(registry.host, 'tiny');
}

/** Publishes an image with its signature and remembers it; `leaveOut` says which referrers do not get there. */
async function built(repository: Repository, leaveOut: (referrer: Referrer) => boolean = () => false): Promise<void> {
  const { image, blobs, manifests } = tinyImage('hello');
  const signer = fakeSigner();
  const referrers = await Promise.all(statementsAbout(image).map(async (one) => await referrerOf(image, one, signer)));
  const there = referrers.filter((referrer) => !leaveOut(referrer));
  await publishImage(repository, { blobs, manifests, referrers: there, tag: 'latest' });
  const content = ({ digest, size }: Remembered['blobs'][number]) => ({ digest, size });
  await rememberBuild(memory(), inputs, {
    tag: 'latest',
    digest: image.digest,
    blobs: [...blobs, ...there.flatMap((referrer) => referrer.blobs)].map(content),
    manifests: [image, ...there.map(({ descriptor }) => descriptor)].map(content),
    referrers: referrers.map(({ descriptor }) => ({ subject: image.digest, digest: descriptor.digest })),
    report,
  });
}

describe.each([
  { name: 'a layout', open: async () => await Promise.resolve(new Layout(join(folder, 'layout'))) },
  { name: 'a registry that lists referrers', open: async () => await inRegistry(true) },
  { name: 'a registry that does not', open: async () => await inRegistry(false) },
])('what was built into $name', ({ open }) => {
  test('is recalled while it stands whole', async () => {
    const repository = await open();
    await built(repository);
    expect(await recallBuild(memory(), inputs, repository)).toEqual(report);
    expect(await recallBuild(memory(), digestOf(Buffer.from('others')), repository)).toBeUndefined();
    expect(await recallBuild(memory("another user's key"), inputs, repository)).toBeUndefined();
  });

  test('is forgotten when the tag moved', async () => {
    const repository = await open();
    await built(repository);
    const other = tinyImage('other');
    await publishImage(repository, { ...other, referrers: [], tag: 'latest' });
    expect(await recallBuild(memory(), inputs, repository)).toBeUndefined();
  });

  test('is forgotten when something no longer hangs on it', async () => {
    const repository = await open();
    let first = true;
    await built(repository, () => {
      const out = first;
      first = false;
      return out;
    });
    expect(await recallBuild(memory(), inputs, repository)).toBeUndefined();
  });
});

test('what was built into a registry is forgotten when a blob or a manifest is gone there', async () => {
  const repository = await inRegistry(true);
  const { image, blobs } = tinyImage('hello');
  const layer = blobs[1]?.digest ?? '';
  await built(repository);
  const bytes = registry?.blobs.get(layer);
  registry?.blobs.delete(layer);
  expect(await recallBuild(memory(), inputs, repository)).toBeUndefined();
  registry?.blobs.set(layer, bytes ?? Buffer.alloc(0));
  expect(await recallBuild(memory(), inputs, repository)).toEqual(report);
  registry?.lies.set(image.digest, Buffer.from('{}'));
  expect(await recallBuild(memory(), inputs, new Registry(registry?.host ?? '', 'tiny'))).toBeUndefined();
});
