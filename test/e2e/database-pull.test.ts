import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { advisory, covers, end, fakeFeed } from '../fakes/feeds.ts';
import { FakeRegistry } from '../fakes/registry.ts';
import { DatabaseFile } from '../../src/io/database.ts';
import { createKeyPair } from '../../src/keys/file.ts';
import { Fault } from '../../src/lib/faults.ts';
import { documentBytes } from '../../src/oci/documents.ts';
import { mediaTypes } from '../../src/oci/types.ts';
import { openRepository } from '../../src/repository/open.ts';
import { type BuiltDatabase, buildDatabase } from '../../src/flow/database/db-build.ts';
import { databaseStatus } from '../../src/flow/database/db-status.ts';
import { type UpdateResult, updateDatabase } from '../../src/flow/database/db-update.ts';
import { openDatabase } from '../../src/flow/database/vulnerability-database.ts';

const TIME = 1_760_000_000;
const DAY = 86_400;

let keys: string;
let folder: string;
let registry: FakeRegistry;
let reference: string;

beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'temper-keys-'));
  for (const name of ['good', 'other']) await createKeyPair(join(keys, `${name}.key`), '');
});

afterAll(async () => {
  await rm(keys, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-pull-'));
  for (const name of ['CONFIG', 'CACHE', 'STATE']) vi.stubEnv(`XDG_${name}_HOME`, join(folder, name.toLowerCase()));
  vi.stubEnv('HOME', folder);
  vi.stubEnv('DOCKER_CONFIG', join(folder, 'docker'));
  registry = await FakeRegistry.start();
  reference = `${registry.host}/temper/db`;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const common = (time = TIME) => ({
  from: [],
  ecosystems: undefined,
  keepGoing: false,
  cache: join(folder, 'cache'),
  offline: false,
  insecure: false,
  environment: { SOURCE_DATE_EPOCH: String(time) },
  signal: new AbortController().signal,
  progress: () => undefined,
  password: '',
});

async function published(name: string, { time = TIME, key = 'good', to = reference } = {}): Promise<BuiltDatabase> {
  return await buildDatabase({
    ...common(time),
    feeds: [fakeFeed('osv', [covers('npm'), advisory(name, { details: name.repeat(500) }), end()])],
    output: join(folder, 'published.db'),
    push: to,
    key: join(keys, `${key}.key`),
  });
}

const db = () => join(folder, 'fetched.db');

async function fetched(from = reference, key = 'good'): Promise<UpdateResult> {
  return await updateDatabase({
    ...common(),
    from: [from],
    db: db(),
    allowShrink: false,
    keys: [join(keys, `${key}.pub`)],
    policy: undefined,
  });
}

async function ids(): Promise<string[]> {
  using opened = await openDatabase({ db: db(), cache: '' });
  return opened.index.affected('npm', 'left-pad').map((entry) => entry.advisory);
}

const status = async () =>
  await databaseStatus({ db: db(), cache: '', maxAge: undefined, check: false, environment: {} });

test.each(['a registry', 'a layout folder'])(
  'a signed database in %s is fetched, and is the published one',
  async (kind) => {
    const to = kind === 'a registry' ? reference : `oci:${join(folder, 'layout')}`;
    const { pushed } = await published('A-1', { to });
    expect(pushed?.reference).toBe(`${to}:v1`);
    const result = await fetched(to);
    expect(result.fetched).toMatchObject({ reference: `${to}:v1`, manifest: pushed?.digest, unchanged: false });
    expect((await readFile(db())).equals(await readFile(join(folder, 'published.db')))).toBe(true);
    expect(await ids()).toEqual(['A-1']);
    expect((await status()).origin).toMatchObject({
      reference: `${to}:v1`,
      signers: [pushed?.signer],
      unchanged: true,
    });
    expect((await fetched(to)).fetched?.unchanged).toBe(true);
  },
);

test('the same database is the same artefact', async () => {
  const [a, b] = [await published('A-1'), await published('A-1', { key: 'other' })];
  expect(a.pushed?.digest).toBe(b.pushed?.digest);
});

describe('a fetched database', () => {
  let before: Buffer;
  beforeEach(async () => {
    await published('A-1');
    await fetched();
    before = await readFile(db());
  });

  /** The code of the refusal, after which everything is as it was. */
  async function refusal(from = reference): Promise<unknown> {
    const fault: unknown = await fetched(from).catch((error: unknown) => error);
    expect((await readFile(db())).equals(before)).toBe(true);
    expect((await status()).origin?.unchanged).toBe(true);
    return fault instanceof Fault ? fault.code : fault;
  }

  test('takes the place of an older one', async () => {
    await published('A-2', { time: TIME + DAY });
    await fetched();
    expect(await ids()).toEqual(['A-2']);
  });

  test('is refused where it is older than the one that is there', async () => {
    await published('A-0', { time: TIME - DAY });
    expect(await refusal()).toBe('db/rollback');
  });

  test('is refused where nothing signs it', async () => {
    const manifest = await unsigned({});
    expect(await refusal(`${reference}@${manifest}`)).toBe('db/unsigned');
  });

  test('is refused where others signed it', async () => {
    await published('A-2', { time: TIME + DAY, key: 'other' });
    expect(await refusal()).toBe('db/signature');
  });

  test.each([
    [
      'the policy revoked the key that signed it',
      '',
      'revoked: [{key: KEY, reason: stolen}]',
      'the key is revoked: stolen',
    ],
    ['the policy asks for more signers', '    signatures: 2', '', '1 distinct signer of trust[0] signed'],
    ['the policy asks for another format', '    formats: [cosign-tag]', '', 'in the format bundle, and cosign-tag'],
  ])('is refused where %s', async (_, entry, rest, why) => {
    const { pushed } = await published('A-2', { time: TIME + DAY });
    const policy = join(folder, 'policy.yaml');
    const head = `apiVersion: temper/v1\nkind: Policy\ntrust:\n  - repositories: ["${reference}"]\n    keys: ["${join(keys, 'good.pub')}"]`;
    await writeFile(policy, `${head}\n${entry}\n${rest.replace('KEY', `"${pushed?.signer ?? ''}"`)}\n`);
    const asked = { ...common(), from: [reference], db: db(), allowShrink: false, keys: [], policy };
    await expect(updateDatabase(asked)).rejects.toMatchObject({
      code: 'db/signature',
      message: expect.stringContaining(why) as unknown,
    });
    expect((await readFile(db())).equals(before)).toBe(true);
  });

  test('is refused where somebody put their layer under the signed manifest', async () => {
    const { pushed } = await published('A-2', { time: TIME + DAY });
    for (const [digest, bytes] of registry.blobs) {
      if (bytes.length === pushed?.size)
        registry.blobs.set(digest, Buffer.concat([bytes.subarray(0, -1), Buffer.from('x')]));
    }
    expect(await refusal()).toBe('repository/altered');
  });

  test('is refused where its schema is newer', async () => {
    expect(
      await refusal(`${reference}@${await unsigned({ artifactType: 'application/vnd.temper.database.v2' })}`),
    ).toBe('db/newer');
  });

  test('is refused where it is an image', async () => {
    expect(await refusal(`${reference}@${await unsigned({ artifactType: 'application/vnd.example' })}`)).toBe(
      'db/no-artifact',
    );
  });

  test('is refused where nobody is trusted', async () => {
    await expect(
      updateDatabase({ ...common(), from: [reference], db: db(), allowShrink: false, keys: [], policy: undefined }),
    ).rejects.toMatchObject({ code: 'verify/no-trust' });
  });

  test('that was changed afterwards is said to be so', async () => {
    using file = DatabaseFile.openOwn(db());
    file.exec('PRAGMA user_version = 1000');
    file.close();
    expect((await status()).origin?.unchanged).toBe(false);
    await fetched();
    expect((await status()).origin?.unchanged).toBe(true);
  });

  test('that feeds brought up to date has no origin', async () => {
    const feeds = [fakeFeed('osv', [advisory('A-9'), end()])];
    await updateDatabase({ ...common(TIME + DAY), db: db(), allowShrink: false, keys: [], policy: undefined, feeds });
    expect(await ids()).toEqual(['A-9']);
    expect((await status()).origin).toBeUndefined();
  });

  /** The published manifest, changed, without a signature. */
  async function unsigned(change: Record<string, unknown>): Promise<string> {
    const { repository } = openRepository(reference);
    const bytes = await repository.manifest(await repository.resolve('v1'));
    const changed = documentBytes({ ...(JSON.parse(bytes.toString()) as object), annotations: { x: 'y' }, ...change });
    await repository.putManifests([{ bytes: changed, mediaType: mediaTypes.manifest, listed: true, tag: 'x' }]);
    return (await repository.resolve('x')).digest;
  }
});
