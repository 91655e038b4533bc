import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ed25519Signer } from '../../../test/fakes/log-keys.ts';
import { FakeS3, type Mishap, type SeenRequest } from '../../../test/fakes/s3.ts';
import { Log } from '../log.ts';
import { LEASE_PATH } from './lease.ts';
import { type S3Options, S3Storage } from './storage.ts';

let s3: FakeS3;
beforeEach(async () => {
  s3 = await FakeS3.start();
});
afterEach(async () => {
  await s3[Symbol.asyncDispose]();
});

const PLACE = 's3://logs/a/log';
const storage = (who = 'writer', options: Partial<S3Options> = {}) =>
  new S3Storage(PLACE, { environment: s3.environment(who), http: { backoff: 1, idle: 2000 }, tries: 4, ...options });
const bytes = (text: string) => Buffer.from(text);
const textAt = (path: string) => s3.objects.get(`a/log/${path}`)?.bytes.toString();
/** The first requests that are so have mishaps, one each. */
const first = (wanted: Partial<SeenRequest>, ...mishaps: Mishap[]) => {
  s3.mishap = (request) =>
    Object.entries(wanted).every(([name, value]) => request[name as keyof SeenRequest] === value)
      ? mishaps.shift()
      : undefined;
};

describe('creating', () => {
  const object = { path: 'x/1', bytes: bytes('mine') };
  const put = { method: 'PUT', key: 'a/log/x/1' };

  test.each([
    ['its answer was lost', ['lost']],
    ['it never arrived', ['dropped']],
    ['it never arrived, then its answer was lost', ['dropped', 'lost']],
    ['the service is busy', [503, 503]],
    ['the service failed and did it all the same', [{ status: 500, done: true }]],
    ['somebody else was at it', [{ status: 409, code: 'ConditionalRequestConflict' }]],
  ] as const)('succeeds although %s', async (_, mishaps) => {
    first(put, ...(mishaps as readonly Mishap[]));
    expect(await storage().create(object)).toBe(true);
    expect(textAt('x/1')).toBe('mine');
  });

  test('does not take the same bytes by somebody else for its own', async () => {
    let other: Promise<boolean> | undefined;
    s3.mishap = ({ who }) => {
      if (who !== 'writer') return undefined;
      if (other !== undefined) return { after: other };
      other = storage('other').create(object);
      return 'dropped';
    };
    expect(await storage().create(object)).toBe(false);
    expect(await other).toBe(true);
  });

  test('is uncertain when no answer comes', async () => {
    first(put, 'lost', 'dropped', 'dropped', 'dropped');
    await expect(storage().create(object)).rejects.toMatchObject({ code: 'network/failed' });
    first(put, 503, 503, 503, 503);
    await expect(storage().create(object)).rejects.toMatchObject({
      code: 's3/failed',
      message: 's3://logs/a/log: PUT x/1 was answered with status 503, SlowDown: It is SlowDown.',
    });
  });
});

test('replacing tells its own write from that of somebody else', async () => {
  const [mine, other] = [storage(), storage('other')];
  await mine.create({ path: 'h', bytes: bytes('0') });
  const replace = async (who: S3Storage, text: string, before: string) =>
    await who.replace({ path: 'h', bytes: bytes(text) }, bytes(before));
  first({ method: 'PUT', key: 'a/log/h' }, 'lost');
  expect(await replace(mine, '1', '0')).toBe(true);
  await mine.read('h', 9);
  expect(await replace(other, '2', '1')).toBe(true);
  expect(await replace(mine, '3', '1')).toBe(false);
  expect(textAt('h')).toBe('2');
});

test('of two writers that believe they have the lease, one waits for what the other committed', async () => {
  const options = { origin: 'log.example', signer: ed25519Signer() };
  const logs = [await Log.open(storage(), options), await Log.open(storage('other'), options)] as const;
  const commit = 'a/log/.temper/commit/0000000000000000';
  let other: Promise<unknown> | undefined;
  s3.mishap = ({ who, method, key }) => {
    if (who !== 'writer' || method !== 'PUT' || key !== commit) return undefined;
    if (other !== undefined) return { after: other };
    s3.objects.delete(`a/log/${LEASE_PATH}`);
    other = logs[1].append([bytes('theirs')]);
    return 'dropped';
  };
  const mine = await logs[0].append([bytes('mine')]);
  expect([mine.index, await other]).toMatchObject([1, { index: 0 }]);
  const reader = logs[0].reader();
  const { checkpoint } = logs[0];
  expect((await reader.entry(0, checkpoint)).toString()).toBe('theirs');
  expect((await reader.entry(1, checkpoint)).toString()).toBe('mine');
});

test('that the store does not answer is not taken for a fork', async () => {
  const options = { origin: 'log.example', signer: ed25519Signer() };
  const [mine, other] = [await Log.open(storage(), options), await Log.open(storage('other'), options)];
  await mine.append([bytes('mine')]);
  await other.append([bytes('theirs')]);
  s3.mishap = ({ who, key }) => (who === 'writer' && key.includes('/tile/') ? 503 : undefined);
  await expect(mine.append([bytes('mine')])).rejects.toMatchObject({ code: 's3/failed' });
  s3.mishap = () => undefined;
  expect(await mine.append([bytes('mine')])).toMatchObject({ index: 2 });
});

test('what is large goes in pieces, with its length, again after a mishap', async () => {
  const large = Buffer.alloc(1_000_000, 'large');
  first({ method: 'PUT' }, 'dropped', 503, 'lost');
  expect(await storage('writer', { tries: 5 }).create({ path: 'x', bytes: large })).toBe(true);
  expect((await storage().read('x', 1 << 20))?.equals(large)).toBe(true);
});

test('what a bucket serves has the headers of a log', async () => {
  const log = await Log.open(storage(), { origin: 'log.example', signer: ed25519Signer() });
  await log.append([bytes('entry')]);
  const headers = (path: string) => s3.objects.get(`a/log/${path}`)?.headers;
  expect(headers('checkpoint')).toMatchObject({
    'cache-control': 'no-cache',
    'content-type': 'text/plain; charset=utf-8',
  });
  for (const path of ['tile/0/000.p/1', 'tile/entries/000.p/1']) {
    expect(headers(path)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'application/octet-stream',
    });
  }
  expect(headers(LEASE_PATH)).toMatchObject({ 'cache-control': 'no-store' });
});

test('a batch takes as many requests as the documentation says', async () => {
  const log = await Log.open(storage(), { origin: 'log.example', signer: ed25519Signer() });
  await log.append([bytes('one')]);
  s3.requests.length = 0;
  await Promise.all(['two', 'three', 'four'].map(async (word) => await log.append([bytes(word)])));
  expect(s3.requests.map(({ method, key }) => `${method} ${key.slice(6)}`)).toEqual([
    'PUT .temper/lease',
    'GET checkpoint',
    'PUT .temper/commit/0000000000000001',
    'GET checkpoint',
    expect.stringMatching(/^PUT tile\/(0|entries)\/000.p\/4$/),
    expect.stringMatching(/^PUT tile\/(0|entries)\/000.p\/4$/),
    'PUT checkpoint',
    'GET ',
    'DELETE .temper/commit/0000000000000000',
    'PUT .temper/lease',
  ]);
});

describe('a store is refused', () => {
  test.each(['ignored', 'looked at first', 'refused'] as const)(
    'when conditions of writes are %s',
    async (conditions) => {
      s3.conditions = conditions;
      await expect(storage().exclusively(async () => await Promise.resolve())).rejects.toMatchObject({
        code: 's3/no-conditional-writes',
      });
      s3.conditions = 'ignored';
      await expect(storage().exclusively(async () => await Promise.resolve())).rejects.toMatchObject({
        code: 's3/no-conditional-writes',
      });
    },
  );

  test.each([
    [403, 'AccessDenied', 's3/denied'],
    [403, 'RequestTimeTooSkewed', 's3/clock'],
    [301, 'PermanentRedirect', 's3/region'],
    [400, 'AuthorizationHeaderMalformed', 's3/region'],
    [404, 'NoSuchBucket', 's3/no-bucket'],
    [418, 'Teapot', 's3/failed'],
  ])('by its answer: %d %s', async (status, code, fault) => {
    s3.mishap = () => ({ status, code });
    await expect(storage().read('x', 9)).rejects.toMatchObject({ code: fault });
    await expect(storage().create({ path: 'x', bytes: bytes('') })).rejects.toMatchObject({ code: fault });
    await expect(storage().write([{ path: 'x', bytes: bytes('') }])).rejects.toMatchObject({ code: fault });
    await expect(storage().list('x')).rejects.toMatchObject({ code: fault });
    await expect(storage().remove(['x'])).rejects.toMatchObject({ code: fault });
  });

  test('that does not know the key, or where the clock is wrong', async () => {
    const environment = { ...s3.environment('writer'), AWS_SECRET_ACCESS_KEY: 'another' };
    await expect(storage('writer', { environment }).read('x', 9)).rejects.toMatchObject({
      code: 's3/denied',
      message: expect.stringContaining('SignatureDoesNotMatch') as string,
    });
  });

  test('over plain http on another machine', async () => {
    const environment = { ...s3.environment('writer'), AWS_ENDPOINT_URL_S3: 'http://192.0.2.1:9000' };
    await expect(storage('writer', { environment }).read('x', 9)).rejects.toMatchObject({ code: 'network/insecure' });
    await expect(storage('writer', { offline: true }).read('x', 9)).rejects.toMatchObject({ code: 'network/offline' });
  });

  test('whose listing has no end', async () => {
    for (let i = 0; i < 150; i++) await storage().write([{ path: `f/${i}`, bytes: bytes('') }]);
    await expect(storage('writer', { page: 1 }).list('f')).rejects.toMatchObject({ code: 's3/answer' });
  });
});

describe('the lease', () => {
  const wait = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));
  /** Of a process on another machine. */
  const foreign = '1-1-00000000-0000000000000000';

  test('is renewed while work lasts', async () => {
    const [mine, other] = [storage('writer', { term: 120 }), storage('other', { term: 120 })];
    const order: string[] = [];
    const work = mine.exclusively(async () => {
      await wait(500);
      await mine.create({ path: 'x', bytes: bytes('') });
      order.push('mine');
    });
    await wait(50);
    await other.exclusively(async () => {
      order.push('other');
      await Promise.resolve();
    });
    await work;
    expect(order).toEqual(['mine', 'other']);
  });

  test.each([
    ['a writer of this machine that ended, at once', '4000000-1-HOST-0000000000000000', 60_000, 0],
    ['a writer that does not renew it, once it is seen for long enough', foreign, 300, -1_000_000],
    ['a writer that left it long ago by the clock of the store, at once', foreign, 60_000, 70_000],
  ])('is taken over from %s', async (_, holder, term, ago) => {
    const mine = storage('writer', { term: 1000, patience: 5000 });
    await mine.exclusively(async () => await Promise.resolve());
    const own = JSON.parse(textAt(LEASE_PATH) ?? '') as { name: string };
    const name = holder.replace('HOST', own.name.split('-')[2] ?? '');
    const lease = { lease: 'temper-log-lease/v1', holder: name, term, name };
    s3.objects.set(`a/log/${LEASE_PATH}`, {
      bytes: bytes(JSON.stringify(lease)),
      etag: '"held"',
      written: Date.now() - ago,
      headers: {},
    });
    const start = performance.now();
    expect(await storage('next', { term: 1000 }).exclusively(async () => await Promise.resolve('done'))).toBe('done');
    expect(performance.now() - start).toBeGreaterThan(term === 300 ? 250 : 0);
    expect(performance.now() - start).toBeLessThan(2500);
  });

  test('of a living writer is waited for, not for ever', async () => {
    const mine = storage('writer');
    await mine.exclusively(async () => {
      await expect(
        storage('other', { patience: 150 }).exclusively(async () => await Promise.resolve()),
      ).rejects.toMatchObject({ code: 'lock/busy' });
    });
  });

  test('that nobody can read is waited for, too', async () => {
    s3.objects.set(`a/log/${LEASE_PATH}`, { bytes: bytes('[{'), etag: '"x"', written: Date.now(), headers: {} });
    await expect(
      storage('writer', { patience: 100 }).exclusively(async () => await Promise.resolve()),
    ).rejects.toMatchObject({ code: 'lock/busy' });
    expect(await storage('writer', { term: 100 }).exclusively(async () => await Promise.resolve(1))).toBe(1);
  });

  test('that was lost stops every write', async () => {
    const mine = storage('writer', { term: 150 });
    await mine.exclusively(async () => {
      s3.objects.delete(`a/log/${LEASE_PATH}`);
      await wait(120);
      const object = { path: 'x', bytes: bytes('') };
      for (const write of [
        async () => await mine.write([object]),
        async () => await mine.create(object),
        async () => await mine.remove(['x']),
      ]) {
        await expect(write()).rejects.toMatchObject({ code: 's3/lease-lost' });
      }
    });
    expect(textAt('x')).toBeUndefined();
  });
});
