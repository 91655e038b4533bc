import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeArchive, type FakeSuite, makeFakeKey, startFakeArchive } from '../../../test/fakes/archive.ts';
import type { FakePackage } from '../../../test/fakes/deb.ts';
import { HighWaterMarks } from '../../archive/marks.ts';
import { Mirrors } from '../../archive/mirrors.ts';
import { type Lock, lockText, readLock } from '../../build/lock.ts';
import { BlobFolder } from '../../io/blobs.ts';
import { Downloader } from '../../io/download.ts';
import { Fault } from '../../lib/faults.ts';
import { fetchLocked, type LockSettings, lockSelection, type Selection, verifyLock } from './lock.ts';

const PACKAGES: FakePackage[] = [
  { name: 'app', version: '2.0-1', depends: 'libfoo (>= 1), conf | conf-2', architecture: 'amd64' },
  { name: 'app', version: '2.0-1', depends: 'libfoo (>= 1)', architecture: 'arm64' },
  { name: 'libfoo', version: '1:1.5+b1-2', files: { 'usr/lib/libfoo.so.1': 'x'.repeat(50_000) }, compression: 'xz' },
  { name: 'conf', depends: 'perl' },
  { name: 'perl' },
];
const NOW = new Date('2026-06-10T12:00:00Z');
const day = (offset: number) => new Date(NOW.getTime() + offset * 86_400_000);

let archive: FakeArchive;
let scratch: string;

beforeEach(async () => {
  archive = await startFakeArchive({ packages: PACKAGES, date: day(-1), validUntil: day(6) });
  scratch = await mkdtemp(join(tmpdir(), 'temper-'));
});

afterEach(async () => {
  await archive[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true });
});

const publish = async (suite: Partial<FakeSuite>) =>
  await archive.publish({ packages: PACKAGES, date: day(-1), validUntil: day(6), ...suite });

function settings(change: Partial<LockSettings> = {}): LockSettings {
  return {
    downloader: new Downloader({ backoff: 1, attempts: 3 }),
    mirrors: new Mirrors({ environment: {}, host: async () => [] }),
    marks: new HighWaterMarks(join(scratch, 'marks')),
    blobs: new BlobFolder(join(scratch, 'store')),
    now: NOW,
    ...change,
  };
}

function selection(change: Partial<Selection> = {}): Selection {
  return {
    digest: 'a',
    repositories: [archive.source()],
    packages: ['app', '!conf'],
    platforms: ['linux/amd64', 'linux/arm64'],
    keyring: [archive.keyring],
    ...change,
  };
}

const lock = async (change: Partial<Selection> = {}, how: Partial<LockSettings> = {}): Promise<Lock> =>
  await lockSelection(selection(change), settings(how));

async function storedFiles(): Promise<string[]> {
  const entries = await readdir(join(scratch, 'store'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('locks', () => {
  test('every platform, with what the archive had signed', async () => {
    const it = await lock();
    expect(it.sourceDateEpoch).toBe(day(-1).getTime() / 1000);
    expect(it.repositories).toMatchObject([
      {
        archive: archive.url,
        suite: 'trixie',
        components: ['main'],
        date: '2026-06-09T12:00:00Z',
        validUntil: '2026-06-16T12:00:00Z',
        signers: [expect.stringMatching(/^[0-9A-F]{40}$/)],
        indexes: [{ path: 'main/binary-amd64/Packages.xz' }, { path: 'main/binary-arm64/Packages.xz' }],
      },
    ]);
    const amd64 = it.platforms['linux/amd64'];
    expect(amd64?.packages).toMatchObject([
      { name: 'app', architecture: 'amd64', dependencies: ['libfoo'], excludedDependencies: ['conf'] },
      { name: 'libfoo', version: '1:1.5+b1-2', filename: 'pool/main/l/libfoo/libfoo_1.5+b1-2_all.deb' },
    ]);
    expect(amd64?.exclusions).toEqual([{ name: 'conf', askedBy: ['app'] }]);
    expect(it.platforms['linux/arm64']?.exclusions).toEqual([{ name: 'conf', askedBy: [] }]);
  });

  test('to the same text again, from the store, fetching only the InRelease', async () => {
    const first = lockText(await lock());
    const before = archive.requests.length;
    expect(lockText(await lock())).toBe(first);
    expect(archive.requests.slice(before)).toEqual(['dists/trixie/InRelease']);
  });

  test('by the address of a symbol, which does not appear in the lock', async () => {
    const mirrors = new Mirrors({ environment: { TEMPER_DEBIAN_MIRROR: `${archive.url}/` }, host: async () => [] });
    const it = await lock({ repositories: ['deb [signed-by=fake.asc] debian: trixie main'] }, { mirrors });
    expect(lockText(it)).not.toContain('127.0.0.1');
    expect(it.repositories[0]?.name).toBe('debian: trixie');
    expect(await fetchLocked(it, ['linux/amd64'], settings({ mirrors }))).toBeGreaterThan(0);
  });

  test.each([
    { compression: 'gz' as const },
    { compression: 'none' as const },
    { byHash: false },
    { claims: 'trixie', architectures: ['amd64', 'arm64', 'riscv64'] },
  ])('an archive with %o', async (suite) => {
    await publish(suite);
    expect((await lock()).platforms['linux/amd64']?.packages).toHaveLength(2);
  });

  test('with the date of the newest repository', async () => {
    await archive.publish({ codename: 'trixie-updates', packages: [], date: day(-0.5), validUntil: day(3) });
    const it = await lock({ repositories: [archive.source(), archive.source('trixie-updates')] });
    expect(it.sourceDateEpoch).toBe(day(-0.5).getTime() / 1000);
  });
});

describe('refuses to lock', () => {
  const refusal = async (change: Partial<Selection> = {}, how: Partial<LockSettings> = {}): Promise<string> => {
    const error: unknown = await lock(change, how).catch((caught: unknown) => caught);
    return error instanceof Fault ? error.code : `no fault: ${String(error)}`;
  };

  test('an expired state', async () => {
    expect(await refusal({}, { now: day(6.5) })).toBe('archive/expired');
  });

  test('a state of the future, but does not mind clocks that differ by some hours', async () => {
    await publish({ date: day(1.5) });
    expect(await refusal()).toBe('archive/future');
    await publish({ date: day(0.5) });
    expect(await lock()).toBeDefined();
  });

  test('a state older than one seen before, until the archive has caught up', async () => {
    await lock();
    await publish({ date: day(-2) });
    expect(await refusal()).toBe('archive/downgraded');
    await publish({ date: day(0) });
    await lock();
    await publish({ date: day(-1) });
    expect(await refusal()).toBe('archive/downgraded');
  });

  test('and notes no date of a state that could not be locked', async () => {
    await publish({ date: day(0) });
    expect(await refusal({ packages: ['nonsense'] })).toBe('resolve/unknown-package');
    await publish({ date: day(-2) });
    await lock();
  });

  test('another signer', async () => {
    await publish({ key: await makeFakeKey() });
    expect(await refusal()).toBe('archive/wrong-signer');
  });

  test('a symbol of Debian that Debian has not signed', async () => {
    const mirrors = new Mirrors({ environment: { TEMPER_DEBIAN_MIRROR: archive.url }, host: async () => [] });
    expect(await refusal({ repositories: ['deb debian: trixie main'] }, { mirrors })).toBe('archive/wrong-signer');
  });

  test('one suite served for another', async () => {
    await publish({ claims: 'bookworm' });
    expect(await refusal()).toBe('archive/wrong-suite');
  });

  test('a suite, component or architecture that is not there', async () => {
    expect(await refusal({ repositories: [archive.source('forky')] })).toBe('archive/no-suite');
    expect(await refusal({ repositories: [`${archive.source()} contrib`] })).toBe('archive/no-index');
    expect(await refusal({ platforms: ['linux/s390x'] })).toBe('archive/no-index');
  });

  test.each(['altered', 'truncated'] as const)('an index that was %s, and keeps nothing of it', async (kind) => {
    archive.break('/by-hash/', { kind });
    expect(await refusal()).toBe('archive/altered');
    expect(await storedFiles()).toEqual([]);
    archive.mend();
    await lock();
  });

  test('an index whose content is not the one that is signed', async () => {
    await publish({ compression: 'gz' });
    const it = await lock();
    const digest = it.repositories[0]?.indexes[0]?.digest ?? '';
    const path = join(scratch, 'store/sha256', digest.slice(7, 9), digest.slice(7));
    await truncate(path, 10);
    await lock(); // It is fetched again.
    await writeFile(path, Buffer.alloc((await readFile(path)).length));
    expect(await refusal()).toBe('archive/index-missing');
    await lock();
  });

  test('without network, once nothing is left to try', async () => {
    expect(await refusal({}, { downloader: new Downloader({ offline: true }) })).toBe('network/offline');
    archive.break('InRelease', { kind: 'status', status: 503 });
    expect(await refusal()).toBe('network/unreachable');
  });
});

describe('fetches locked packages', () => {
  test('through broken connections, each once, and says how far it is', async () => {
    const it = await lock();
    archive.break('libfoo', { kind: 'cut', times: 2 });
    archive.break('app_', { kind: 'status', status: 502, times: 1 });
    const seen: [number, number][] = [];
    const total = await fetchLocked(it, ['linux/amd64'], settings({ progress: (...step) => void seen.push(step) }));
    expect(seen.at(-1)).toEqual([total, total]);
    const offline = settings({ downloader: new Downloader({ offline: true }) });
    expect(await fetchLocked(it, ['linux/amd64'], offline)).toBe(0);
  });

  test.each([
    ['gone', 'archive/vanished', 'temper lock DEFINITION'],
    ['altered', 'archive/altered', 'try again'],
    ['truncated', 'archive/altered', 'try again'],
  ] as const)('but not one that is %s: names it and keeps nothing of it', async (kind, code, hint) => {
    const it = await lock();
    const before = await storedFiles();
    archive.break('libfoo', { kind });
    await expect(fetchLocked(it, ['linux/amd64'], settings())).rejects.toMatchObject({
      code,
      message: expect.stringContaining('pool/main/l/libfoo/libfoo_1.5+b1-2_all.deb'),
      hint: expect.stringContaining(hint),
    });
    const app = it.platforms['linux/amd64']?.packages[0]?.digest.slice(7) ?? '';
    expect((await storedFiles()).filter((name) => name !== app).sort()).toEqual(before.sort());
  });

  test('also when the archive has moved on, as long as the store has them', async () => {
    const it = await lock();
    await fetchLocked(it, ['linux/amd64', 'linux/arm64'], settings());
    await publish({ packages: [{ name: 'app', version: '3.0-1' }] });
    expect(await fetchLocked(it, ['linux/amd64', 'linux/arm64'], settings())).toBe(0);
    await rm(join(scratch, 'store'), { recursive: true });
    await expect(fetchLocked(it, ['linux/amd64'], settings())).rejects.toMatchObject({ code: 'archive/vanished' });
  });

  test('until its caller stops it', async () => {
    const it = await lock();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(fetchLocked(it, ['linux/amd64'], settings({ signal }))).rejects.toThrow('enough');
  });
});

describe('obeys a lock', () => {
  const obey = async (it: unknown, change: Partial<Selection> = {}) =>
    await verifyLock(readLock(Buffer.from(JSON.stringify(it)), 'x.lock.json'), selection(change), 'x.yaml');

  type Change = (lock: Lock) => void;
  const changed = async (change: Change) => {
    const it = structuredClone(await lock());
    change(it);
    return it;
  };

  test('when its archive’s state is long expired, and without asking for it', async () => {
    await publish({ date: day(-300), validUntil: day(-200) });
    const it = await lock({}, { now: day(-250) });
    const before = archive.requests.length;
    await obey(it);
    expect(archive.requests).toHaveLength(before);
  });

  test('but not of other packages, platforms or repositories', async () => {
    const it = await lock();
    for (const change of [
      { digest: 'b' },
      { platforms: ['linux/riscv64'] },
      { repositories: [archive.source(), archive.source('trixie-updates')] },
      { repositories: [archive.source('bookworm')] },
      { repositories: [archive.source().replace('[', '[arch=amd64 ')] },
    ]) {
      await expect(obey(it, change)).rejects.toMatchObject({ code: 'lock/stale', hint: 'Run `temper lock x.yaml`.' });
    }
  });

  test('but not when keys that may sign have not signed it', async () => {
    const it = await lock();
    const other = { name: 'fake.asc', armored: (await makeFakeKey()).public };
    await expect(obey(it, { keyring: [other] })).rejects.toMatchObject({ code: 'archive/wrong-signer' });
  });

  test.each<[string, Change]>([
    [
      'the signed file',
      (it) => repository(it, (r) => (r.inRelease.gzip = r.inRelease.gzip.replace(/.{8}$/, 'AAAAAAA='))),
    ],
    ['the digest of the signed file', (it) => repository(it, (r) => (r.inRelease.digest = `sha256:${'0'.repeat(64)}`))],
    ['a date', (it) => repository(it, (r) => (r.date = '2026-06-09T12:00:01Z'))],
    ['the epoch', (it) => (it.sourceDateEpoch += 1)],
    ['an index', (it) => repository(it, (r) => (r.indexes[0]!.size += 1))],
    [
      'the content of an index',
      (it) => repository(it, (r) => (r.indexes[0]!.content.digest = `sha256:${'0'.repeat(64)}`)),
    ],
    ['the repository of a package', (it) => (it.platforms['linux/amd64']!.packages[0]!.repository = 'other')],
  ])('but not when %s was changed', async (_name, change) => {
    await expect(obey(await changed(change))).rejects.toMatchObject({ code: 'lock/altered' });
  });

  const repository = (it: Lock, change: (repository: Lock['repositories'][number]) => void) =>
    it.repositories.forEach((one) => change(one));

  test.each<[string, Change]>([
    ['a file name that climbs', (it) => (it.platforms['linux/amd64']!.packages[0]!.filename = 'pool/../../x')],
    ['an absolute file name', (it) => (it.platforms['linux/amd64']!.packages[0]!.filename = '/etc/passwd')],
    ['a digest that is none', (it) => (it.platforms['linux/amd64']!.packages[0]!.digest = 'sha256:00')],
    ['another version', (it) => ((it as { apiVersion: string }).apiVersion = 'temper/v2')],
    ['a field that it does not know', (it) => Object.assign(it, { more: 1 })],
    ['no repositories', (it) => it.repositories.splice(0)],
  ])('but not with %s', async (_name, change) => {
    await expect(obey(await changed(change))).rejects.toMatchObject({ code: 'lock/malformed' });
  });
});
