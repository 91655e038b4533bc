import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FakeRegistry, type FakeRegistryOptions } from '../../test/fakes/registry.ts';
import { FakeServer } from '../../test/fakes/server.ts';
import { PASSWORD, REFRESH_TOKEN, USER } from '../../test/fakes/registry-auth.ts';
import { sampleImage, sampleReferrer } from '../../test/contracts/sample-image.ts';
import { digestOf } from '../lib/digest.ts';
import { describe as descriptorOf, documentBytes, parseIndex } from '../oci/documents.ts';
import { asReferrer, fallbackTag } from '../oci/referrers.ts';
import { type Index, mediaTypes } from '../oci/types.ts';
import { publishImage, publishReferrers } from '../publish/image.ts';
import { blobOf } from '../publish/referrer.ts';
import type { RegistryOptions } from './connection.ts';
import type { Credential } from './credentials.ts';
import { Registry } from './registry.ts';
import type { UploadSizes } from './upload.ts';

const withCode = (code: string, message = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });
const sizes = { whole: 100, chunk: 1000 };

function open(fake: FakeRegistry, options: RegistryOptions & { sizes?: UploadSizes } = {}): Registry {
  return new Registry(fake.host, 'a/b', { backoff: 1, sizes, ...options });
}

async function start(options: FakeRegistryOptions = {}): Promise<{ fake: FakeRegistry; registry: Registry }> {
  const fake = await FakeRegistry.start(options);
  return { fake, registry: open(fake) };
}

describe('an upload', () => {
  test('of a small blob is one request after the first, of a large one goes in chunks', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    await registry.putBlob(blobOf(randomBytes(100)));
    expect(fake.uploads.patches).toEqual([]);
    const large = blobOf(randomBytes(2500));
    await registry.putBlob(large);
    expect(fake.uploads.patches).toEqual([1000, 1000, 500]);
    await registry.putBlob(large);
    expect(fake.log.filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });

  test('makes chunks as large as the registry wants', async () => {
    const { fake, registry } = await start({ minChunk: 2000 });
    await using _fake = fake;
    await registry.putBlob(blobOf(randomBytes(2500)));
    expect(fake.uploads.patches).toEqual([2000, 500]);
  });

  test('that breaks goes on where the registry stands', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    fake.uploads.cuts.push(1000, 300, 1);
    const bytes = randomBytes(2500);
    await registry.putBlob(blobOf(bytes));
    expect(fake.uploads.patches).toEqual([1000, 300, 1, 1000, 199]);
    expect(fake.log.filter((line) => line.startsWith('POST'))).toHaveLength(1);
    expect(fake.blobs.get(digestOf(bytes))).toEqual(bytes);
  });

  test('begins anew where the registry forgot it', async () => {
    const { fake, registry } = await start({ resumes: false });
    await using _fake = fake;
    fake.uploads.cuts.push(1000);
    const bytes = randomBytes(2500);
    await registry.putBlob(blobOf(bytes));
    expect(fake.log.filter((line) => line.startsWith('POST'))).toHaveLength(2);
    expect(fake.blobs.get(digestOf(bytes))).toEqual(bytes);
  });

  test('of a small blob is tried again when it breaks', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    fake.uploads.cuts.push(50);
    const bytes = randomBytes(100);
    await registry.putBlob(blobOf(bytes));
    expect(fake.blobs.get(digestOf(bytes))).toEqual(bytes);
  });

  test('is given up when it breaks again and again at the same place', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    fake.uploads.cuts.push(...Array.from({ length: 50 }, () => 0));
    await expect(registry.putBlob(blobOf(randomBytes(2500)))).rejects.toThrow(withCode('network/failed'));
    expect(fake.uploads.cuts.length).toBeGreaterThan(40);
  });

  test('waits for a busy registry', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    const busy = { status: 429, headers: { 'retry-after': '0' } };
    fake.before = (line) => {
      if (line.startsWith('PATCH') && fake.uploads.patches.length === 1 && fake.log.length < 8) fake.busy.push(busy);
    };
    const bytes = randomBytes(2500);
    await registry.putBlob(blobOf(bytes));
    expect(fake.blobs.get(digestOf(bytes))).toEqual(bytes);
  });
});

describe('a download', () => {
  test('that breaks goes on where it stands', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    const bytes = randomBytes(5000);
    await registry.putBlob(blobOf(bytes));
    fake.cutDownloads.push(1000, 1, 2000);
    expect(await registry.blob(blobOf(bytes), 5000)).toEqual(bytes);
    expect(fake.log.filter((line) => line.startsWith('GET'))).toHaveLength(4);
  });

  test('begins anew, and gives no byte twice, where the registry serves no parts', async () => {
    const { fake, registry } = await start({ ranges: false });
    await using _fake = fake;
    const bytes = randomBytes(5000);
    await registry.putBlob(blobOf(bytes));
    fake.cutDownloads.push(1000, 3000);
    expect(await registry.blob(blobOf(bytes), 5000)).toEqual(bytes);
  });

  test('of another part than was asked for is refused', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    const part = { status: 206, headers: { 'content-range': 'bytes 5-9/10' }, body: 'xxxxx' };
    fake.busy.push(part, { status: 206, body: 'x' });
    const wanted = { digest: digestOf('x'), size: 10 };
    await expect(registry.blob(wanted, 10)).rejects.toThrow(withCode('registry/range'));
    await expect(registry.blob(wanted, 10)).rejects.toThrow(withCode('registry/range'));
  });

  test('is given up when it brings nothing again and again', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    const bytes = randomBytes(5000);
    await registry.putBlob(blobOf(bytes));
    fake.cutDownloads.push(...Array.from({ length: 9 }, () => 0));
    await expect(registry.blob(blobOf(bytes), 5000)).rejects.toThrow(withCode('network/failed'));
    expect(fake.cutDownloads).toHaveLength(5);
  });
});

describe('who asks', () => {
  const password: Credential = { kind: 'password', user: USER, password: PASSWORD };
  const credentials = (credential?: Credential) => async (): Promise<Credential | undefined> =>
    await Promise.resolve(credential);

  test.each([
    ['basic', password],
    ['bearer', password],
    ['bearer', { kind: 'token', token: REFRESH_TOKEN }],
  ] as const)('is said by %s, and an image comes back', async (auth, credential) => {
    await using fake = await FakeRegistry.start({ auth });
    const registry = open(fake, { credentials: credentials(credential) });
    const published = await publishImage(registry, sampleImage('a'));
    expect(await open(fake, { credentials: credentials(credential) }).resolve('latest')).toEqual(published);
    expect(fake.log.filter((line) => line.endsWith('/token')).length).toBeLessThanOrEqual(10);
  });

  test('is asked again when a token has run out in the middle of an upload', async () => {
    await using fake = await FakeRegistry.start({ auth: 'bearer' });
    fake.auth.tokenUses = 2;
    const bytes = randomBytes(3500);
    await open(fake, { credentials: credentials(password) }).putBlob(blobOf(bytes));
    expect(fake.blobs.get(digestOf(bytes))).toEqual(bytes);
  });

  test('is not told to another host that takes the upload', async () => {
    await using fake = await FakeRegistry.start({ auth: 'basic' });
    const seen: (string | undefined)[] = [];
    await using other = await FakeServer.start((request, response) => {
      seen.push(request.headers.authorization);
      request.resume();
      response.writeHead(201).end();
    });
    fake.before = (line) => {
      const posts = fake.log.filter((entry) => entry.startsWith('POST')).length;
      if (line.startsWith('POST') && posts === 2) fake.busy.push({ status: 202, headers: { location: other.url } });
    };
    await open(fake, { credentials: credentials(password) }).putBlob(blobOf(randomBytes(10)));
    expect(seen).toEqual([undefined]);
  });

  test.each(['basic', 'bearer'] as const)('must be known to %s', async (auth) => {
    await using fake = await FakeRegistry.start({ auth });
    const wrong: Credential = { ...password, password: 'guess' };
    await expect(open(fake).resolve('latest')).rejects.toThrow(withCode('registry/unauthorized'));
    const refused = open(fake, { credentials: credentials(wrong) }).resolve('latest');
    await expect(refused).rejects.toThrow(withCode('registry/unauthorized', '401'));
    await expect(refused).rejects.not.toThrow('guess');
  });
});

describe('a list', () => {
  test('that never ends is refused', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    const endless = {
      status: 200,
      headers: { link: '</v2/a/b/tags/list?n=1000>; rel="next"' },
      body: '{"tags":["x"]}',
    };
    fake.busy.push(endless, endless);
    await expect(registry.tags()).rejects.toThrow(withCode('registry/pages', 'endless'));
  });

  test('that goes on at another host is not followed', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    fake.busy.push({ status: 200, headers: { link: '<http://127.0.0.2/x>; rel="next"' }, body: '{"tags":[]}' });
    await expect(registry.tags()).rejects.toThrow(withCode('registry/pages', 'another host'));
  });

  test('of tags is empty for a repository that is not there', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    fake.busy.push({ status: 404 });
    expect(await registry.tags()).toEqual([]);
  });

  test.each(['{"tags":7}', '[]', '<html>'])('of tags that is nonsense is refused: %s', async (body) => {
    const { fake, registry } = await start();
    await using _fake = fake;
    fake.busy.push({ status: 200, body });
    await expect(registry.tags()).rejects.toThrow(expect.objectContaining({ name: 'Fault' }));
  });

  test('of referrers is filtered here where the registry does not', async () => {
    await using fake = await FakeRegistry.start({ filters: false, page: 1 });
    const image = sampleImage('a');
    const published = await publishImage(open(fake), image);
    expect(await open(fake).referrers(published.digest, mediaTypes.sigstoreBundle)).toHaveLength(1);
    expect(await open(fake).referrers(published.digest, 'x/y')).toEqual([]);
  });
});

describe('the fallback index', () => {
  const image = sampleImage('a', ['amd64']);
  const subjectBytes = Buffer.from(image.manifests[0]?.bytes ?? []);
  const subject = digestOf(subjectBytes);
  const tag = fallbackTag(subject);
  const more = sampleReferrer('more', subjectBytes);

  function stored(fake: FakeRegistry): Index {
    return parseIndex(fake.manifests.get(fake.tags.get(tag) ?? '')?.bytes ?? Buffer.alloc(0));
  }
  function store(fake: FakeRegistry, index: object): void {
    const bytes = documentBytes({ schemaVersion: 2, mediaType: mediaTypes.index, ...index });
    fake.manifests.set(digestOf(bytes), { bytes, mediaType: mediaTypes.index });
    fake.tags.set(tag, digestOf(bytes));
  }
  const cosigns = (): object => ({
    ...descriptorOf(more.manifest.bytes, mediaTypes.manifest),
    artifactType: mediaTypes.empty,
  });

  test('says what a manifest is, once', async () => {
    await using fake = await FakeRegistry.start({ referrers: false });
    await publishImage(open(fake), image);
    await publishReferrers(open(fake), [more, more]);
    expect(stored(fake).manifests).toEqual([image.referrers[0]?.descriptor, more.descriptor]);
  });

  test('is not written where the registry lists referrers itself', async () => {
    await using fake = await FakeRegistry.start();
    await publishImage(open(fake), image);
    expect([...fake.tags.keys()]).toEqual(['latest']);
  });

  test("is read although cosign's entries do not say what they are", async () => {
    await using fake = await FakeRegistry.start({ referrers: false });
    await publishImage(open(fake), image);
    await publishReferrers(open(fake), [more]);
    store(fake, { manifests: [cosigns()] });
    expect(await open(fake).referrers(subject, mediaTypes.sigstoreBundle)).toEqual([more.descriptor]);
  });

  test('leaves out manifests that are gone or refer to something else', async () => {
    await using fake = await FakeRegistry.start({ referrers: false });
    await publishImage(open(fake), image);
    const other = sampleReferrer('other', Buffer.from('{}'));
    await publishReferrers(open(fake), [other]);
    const gone = { ...descriptorOf(Buffer.from('gone'), mediaTypes.manifest), artifactType: mediaTypes.empty };
    const elsewhere = descriptorOf(other.manifest.bytes, mediaTypes.manifest);
    store(fake, { manifests: [gone, elsewhere] });
    expect(await open(fake).referrers(subject)).toEqual([]);
  });

  test('keeps what another writes meanwhile', async () => {
    await using fake = await FakeRegistry.start({ referrers: false });
    await publishImage(open(fake), image);
    const theirs = sampleReferrer('theirs', subjectBytes);
    let overwritten = 0;
    fake.before = (line) => {
      const written = fake.log.filter((entry) => entry === `PUT /v2/a/b/manifests/${tag}`).length;
      if (line !== `GET /v2/a/b/manifests/${tag}` || written === 0 || overwritten >= 3) return;
      overwritten++;
      store(fake, { manifests: [theirs.descriptor] });
    };
    fake.log.length = 0;
    await publishReferrers(open(fake), [more]);
    const digests = stored(fake).manifests.map((entry) => entry.digest);
    expect(digests).toEqual([theirs.descriptor.digest, more.descriptor.digest]);
  });

  test('is given up when another overwrites it for ever', async () => {
    await using fake = await FakeRegistry.start({ referrers: false });
    await publishImage(open(fake), image);
    fake.before = (line) => {
      if (line === `GET /v2/a/b/manifests/${tag}`) store(fake, { manifests: [] });
    };
    await expect(publishReferrers(open(fake), [more])).rejects.toThrow(withCode('registry/fallback-contended'));
  });

  test('is refused when it is no index', async () => {
    await using fake = await FakeRegistry.start({ referrers: false });
    await publishImage(open(fake), image);
    store(fake, { layers: [], manifests: [] });
    await expect(open(fake).referrers(subject)).rejects.toThrow(withCode('oci/ambiguous'));
    expect(asReferrer(subjectBytes)).toBeUndefined();
  });
});

describe('what a registry says', () => {
  test('is shown, bounded and without control characters or tokens', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    const message = `no\u001b[31m ${'x'.repeat(20_000)}`;
    fake.busy.push({ status: 400, body: JSON.stringify({ errors: [{ code: 'NAME_INVALID', message }] }) });
    await expect(registry.resolve('x')).rejects.toThrow(withCode('registry/refused', 'answered with 400'));
    fake.busy.push({ status: 400, body: '{"errors":[{"code":"NAME_INVALID","message":"no\\u001b[31m way"}]}' });
    await expect(registry.resolve('x')).rejects.toThrow('(NAME_INVALID: no [31m way)');
  });

  test.each([
    [403, 'registry/denied'],
    [404, 'repository/not-found'],
    [429, 'registry/busy'],
    [503, 'registry/unavailable'],
    [418, 'registry/refused'],
  ])('with status %d is %s', async (status, code) => {
    const { fake } = await start();
    await using _fake = fake;
    fake.busy.push({ status }, { status }, { status }, { status });
    await expect(open(fake).blob({ digest: digestOf('x'), size: 1 }, 1)).rejects.toThrow(withCode(code));
  });

  test('of a digest is not believed', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    const image = sampleImage('a');
    await publishImage(registry, image);
    const first = Buffer.from(image.manifests[0]?.bytes ?? []);
    fake.busy.push({
      status: 200,
      headers: { 'docker-content-digest': digestOf('x'), 'content-type': mediaTypes.manifest },
      body: first.toString(),
    });
    await expect(open(fake).resolve('latest')).rejects.toThrow(withCode('repository/altered'));
    fake.busy.push({ status: 201, headers: { 'docker-content-digest': digestOf('x') } });
    const manifest = { bytes: first, mediaType: mediaTypes.manifest, listed: true };
    await expect(open(fake).putManifests([manifest])).rejects.toThrow(withCode('repository/altered', 'stored'));
  });

  test('of a media type must be what the document says', async () => {
    const { fake, registry } = await start();
    await using _fake = fake;
    await publishImage(registry, sampleImage('a'));
    const stored = fake.manifests.get(fake.tags.get('latest') ?? '');
    fake.manifests.set(fake.tags.get('latest') ?? '', {
      bytes: stored?.bytes ?? Buffer.alloc(0),
      mediaType: mediaTypes.manifest,
    });
    await expect(open(fake).resolve('latest')).rejects.toThrow(withCode('oci/media-type'));
  });
});

test('moves the tag when everything else is there', async () => {
  await using fake = await FakeRegistry.start({ referrers: false });
  await publishImage(open(fake), sampleImage('a'));
  const puts = fake.log.filter((line) => line.startsWith('PUT') && line.includes('/manifests/'));
  expect(puts.at(-1)).toBe('PUT /v2/a/b/manifests/latest');
  expect(puts.filter((line) => line.endsWith('/latest'))).toHaveLength(1);
});

test('asks nothing when offline', async () => {
  const registry = new Registry('a.example', 'a/b', { offline: true });
  await expect(registry.resolve('latest')).rejects.toThrow(withCode('network/offline'));
});

test.each([true, false])(
  'what hangs somewhere else is not deleted, whatever lists it among the referrers (referrers API: %j)',
  async (referrers) => {
    await using fake = await FakeRegistry.start({ referrers });
    const [ours, theirs] = [sampleImage('ours', ['amd64']), sampleImage('theirs', ['amd64'])];
    await publishImage(open(fake), ours);
    await publishImage(open(fake), { ...theirs, tag: 'theirs' });
    const subject = digestOf(Buffer.from(ours.manifests[0]?.bytes ?? []));
    const [own, foreign] = [ours, theirs].map((image) => image.referrers[0]?.descriptor);
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [own, foreign] };
    const bytes = documentBytes(index);
    fake.manifests.set(digestOf(bytes), { bytes, mediaType: mediaTypes.index });
    fake.tags.set(fallbackTag(subject), digestOf(bytes));
    const digests = [own, foreign].map((one) => one?.digest ?? 'sha256:');
    await open(fake).removeReferrers(subject, digests);
    expect(digests.map((digest) => fake.manifests.has(digest))).toEqual([false, true]);
    const left = fake.manifests.get(fake.tags.get(fallbackTag(subject)) ?? '')?.bytes;
    expect(parseIndex(left ?? Buffer.alloc(0)).manifests).toEqual([]);
  },
);
