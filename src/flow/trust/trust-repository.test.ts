import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Http } from '../../io/http.ts';
import { publicKeyOf, publicKeyPem } from '../../keys/public.ts';
import { Fault } from '../../lib/faults.ts';
import { drive } from '../../trust/drive.ts';
import { placeOf, TrustReader } from '../../trust/source.ts';
import { findTarget, readTarget } from '../../tuf/find-target.ts';
import { refresh, type Refreshed } from '../../tuf/refresh.ts';
import type { TufState } from '../../tuf/state.ts';
import { addTargets, createRepository, type CreateRequest, removeTargets, signRepository } from './trust-repository.ts';
import { refreshRepository, rotateRepository, type RotateRequest } from './trust-rotation.ts';
import { signMetadataFile } from './trust-sign-file.ts';
import { repositoryStatus, type RepositoryStatus } from './trust-status.ts';

const options = { password: '', environment: {} };
const pairs = {
  alice: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  bob: generateKeyPairSync('ed25519'),
  carol: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  dave: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  online: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  other: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
let folder: string;
let site: string;

const at = (name: string): string => join(folder, name);
const key = (name: keyof typeof pairs): string => at(`${name}.key`);
const pub = (name: keyof typeof pairs): string => at(`${name}.pub`);
const by = (...names: (keyof typeof pairs)[]) => ({ ...options, folder: site, keys: names.map(key) });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-trust-'));
  site = at('site');
  for (const [name, { privateKey, publicKey }] of Object.entries(pairs)) {
    writeFileSync(at(`${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(at(`${name}.pub`), publicKeyPem(publicKeyOf(publicKey, name)));
  }
  writeFileSync(at('policy.yaml'), 'a policy\n');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function create(keys: (keyof typeof pairs)[], more: Partial<CreateRequest> = {}): Promise<RepositoryStatus> {
  const request = {
    ...by(...keys),
    holders: [],
    threshold: undefined,
    online: [key('online')],
    files: [],
    periods: {},
  };
  return await createRepository({ ...request, ...more });
}

async function rotate(keys: (keyof typeof pairs)[], change: Partial<RotateRequest>): Promise<RepositoryStatus> {
  const none = { roles: ['root', 'targets'] as const, add: [], remove: [], threshold: undefined, periods: {} };
  return await rotateRepository({ ...by(...keys), ...none, ...change });
}

/** What a client has that reads the folder. */
async function client(before?: TufState): Promise<Refreshed> {
  const state = before ?? { root: readFileSync(join(site, '1.root.json')), targets: new Map() };
  return await drive(refresh(state, Math.floor(Date.now() / 1000)), await reader());
}

async function reader(): Promise<TrustReader> {
  return new TrustReader(await placeOf(site, undefined), new Http({ offline: true }));
}

async function contentOf(refreshed: Refreshed, name: string): Promise<string | undefined> {
  const { found } = await drive(findTarget(refreshed, name, 0), await reader());
  return found && String(await drive(readTarget(refreshed.root, found), await reader()));
}

const versions = ({ published }: RepositoryStatus): string =>
  published.map(({ role, version }) => `${role} ${version}`).join(', ');
const waits = ({ waiting }: RepositoryStatus): string[] =>
  waiting.map(({ role, by: whose, signed, threshold }) => `${role}: ${signed} of ${threshold} of the ${whose}`);

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (fault) {
    if (fault instanceof Fault) return fault.code;
    throw fault;
  }
  return 'no fault';
}

test('one holder publishes at once, and a client follows', async () => {
  const made = await create(['alice'], { files: [at('policy.yaml')] });
  expect([versions(made), made.targets, made.waiting]).toEqual([
    'root 1, targets 1, snapshot 1, timestamp 1',
    ['policy.yaml'],
    [],
  ]);
  expect(await contentOf(await client(), 'policy.yaml')).toBe('a policy\n');
  expect(existsSync(join(site, 'pending'))).toBe(false);
  expect(readdirSync(site).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('nothing is published before enough holders signed, wherever they are', async () => {
  const made = await create(['alice'], { holders: [pub('bob'), pub('carol')], files: [at('policy.yaml')] });
  expect(waits(made)).toEqual(['root: 1 of 2 of the new root', 'targets: 1 of 2 of the new root']);
  expect(readdirSync(site).sort()).toEqual(['pending', 'targets']);
  copyFileSync(join(site, 'pending', '1.root.json'), at('1.root.json'));
  const signed = await signMetadataFile(at('1.root.json'), by('bob'));
  expect([signed.role, signed.version, signed.signatures.length]).toEqual(['root', 1, 2]);
  expect(waits(await signRepository(by(), [at('1.root.json')]))).toEqual(['targets: 1 of 2 of the new root']);
  const third = await signRepository(by('carol', 'online'), []);
  expect(versions(third)).toBe('root 1, targets 1, snapshot 1, timestamp 1');
  expect((await client()).root.body.roles.root.threshold).toBe(2);
});

test('whoever is no holder signs nothing', async () => {
  await create(['alice'], { holders: [pub('bob')], threshold: 2 });
  expect(waits(await signRepository(by('other'), []))[0]).toBe('root: 1 of 2 of the new root');
  await signMetadataFile(join(site, 'pending', '1.root.json'), by('other'));
  expect(waits(await signRepository(by(), []))[0]).toBe('root: 1 of 2 of the new root');
});

test('a signature that is there already is not made again', async () => {
  await create(['alice'], { holders: [pub('bob')], threshold: 2 });
  const before = readFileSync(join(site, 'pending', '1.root.json'), 'utf8');
  await signRepository(by('alice'), []);
  expect(readFileSync(join(site, 'pending', '1.root.json'), 'utf8')).toBe(before);
});

test('copies of something else are refused', async () => {
  await create(['alice'], { holders: [pub('bob')], threshold: 2 });
  const text = readFileSync(join(site, 'pending', '1.root.json'), 'utf8');
  writeFileSync(at('1.root.json'), text.replace('"threshold": 2', '"threshold": 1'));
  expect(await codeOf(signRepository(by(), [at('1.root.json')]))).toBe('trust/other');
});

test.each([
  ['a threshold that is too high', 'trust/threshold', { threshold: 3 }],
  ['a threshold of none', 'trust/threshold', { threshold: 0 }],
] as const)('%s is refused', async (_, code, more) => {
  expect(await codeOf(create(['alice'], { holders: [pub('bob')], ...more }))).toBe(code);
});

test('the same holder twice is refused', async () => {
  expect(await codeOf(create(['alice'], { holders: [pub('alice')] }))).toBe('trust/keys');
});

test('a repository is not begun twice, nor is another folder taken for one', async () => {
  await create(['alice']);
  expect(await codeOf(create(['alice']))).toBe('trust/exists');
  expect(await codeOf(repositoryStatus(at('nothing')))).toBe('trust/none');
  expect(await codeOf(addTargets({ ...by('alice'), folder: at('nothing') }, [], undefined))).toBe('trust/none');
  expect(existsSync(at('nothing'))).toBe(false);
});

describe('targets', () => {
  test('are added and removed, and a client sees it', async () => {
    await create(['alice'], { files: [at('policy.yaml')] });
    const { state } = await client();
    const added = await addTargets(by('alice', 'online'), [at('alice.pub')], 'keys/alice.pub');
    expect([versions(added), added.targets]).toEqual([
      'root 1, targets 2, snapshot 2, timestamp 2',
      ['keys/alice.pub', 'policy.yaml'],
    ]);
    const next = await client(state);
    expect(await contentOf(next, 'keys/alice.pub')).toBe(readFileSync(pub('alice'), 'utf8'));
    await removeTargets(by('alice', 'online'), ['policy.yaml']);
    expect(await contentOf(await client(next.state), 'policy.yaml')).toBeUndefined();
  });

  test('of any name are where a client looks for them', async () => {
    await create(['alice']);
    for (const name of ['a b/für alle%2F.txt', '?#', '__proto__']) {
      await addTargets(by('alice', 'online'), [at('policy.yaml')], name);
      expect(await contentOf(await client(), name)).toBe('a policy\n');
    }
  });

  test('that change wait together for the holders, and clients see the old ones until then', async () => {
    await create(['alice', 'bob'], { threshold: 2 });
    await addTargets(by('alice'), [at('policy.yaml')], undefined);
    const both = await addTargets(by('alice'), [at('bob.pub')], undefined);
    expect([waits(both), both.targets]).toEqual([['targets: 1 of 2 of the published root'], []]);
    expect((await client()).targets.version).toBe(1);
    const signed = await signRepository(by('bob', 'online'), []);
    expect([versions(signed), signed.targets]).toEqual([
      'root 1, targets 2, snapshot 2, timestamp 2',
      ['bob.pub', 'policy.yaml'],
    ]);
  });

  test.each(['../x', '/x', 'a//b'])('of the name %s are refused', async (name) => {
    await create(['alice']);
    expect(await codeOf(addTargets(by('alice'), [at('policy.yaml')], name))).toBe('trust/target-name');
  });

  test('that are not there cannot be removed', async () => {
    await create(['alice']);
    expect(await codeOf(removeTargets(by('alice'), ['__proto__']))).toBe('trust/missing');
  });
});

test('the timestamp is made anew, others when they are asked for', async () => {
  await create(['alice'], { periods: { timestamp: 2 } });
  const { timestamp } = await client();
  expect(timestamp.expires).toBeLessThan(Date.now() / 1000 + 2 * 86_400 + 1);
  expect(versions(await refreshRepository(by('online'), []))).toBe('root 1, targets 1, snapshot 1, timestamp 2');
  const all = await refreshRepository(by('alice', 'online'), ['root', 'targets', 'snapshot']);
  expect(versions(all)).toBe('root 2, targets 2, snapshot 2, timestamp 3');
});

describe('rotation', () => {
  test('needs old holders and new ones, and takes a holder away', async () => {
    await create(['alice', 'bob'], { threshold: 2 });
    const { state } = await client();
    const begun = await rotate(['carol', 'dave'], { add: [pub('carol'), pub('dave')], remove: [pub('alice')] });
    expect(waits(begun)).toEqual(['root: 0 of 2 of the published root']);
    expect((await client(state)).root.version).toBe(1);
    const done = await signRepository(by('alice', 'bob', 'online'), []);
    expect(done.waiting).toEqual([]);
    expect(versions(done)).toBe('root 2, targets 2, snapshot 2, timestamp 2');
    const after = await client(state);
    expect([after.root.version, after.root.body.roles.root.keyIds.length]).toEqual([2, 3]);
    expect(await codeOf(removeTargets(by('alice'), ['x']))).toBe('trust/missing');
  });

  test('does not publish targets that the new root would not accept', async () => {
    await create(['alice', 'bob'], { threshold: 2 });
    const change = { add: [pub('carol'), pub('dave')], remove: [pub('alice'), pub('bob')] };
    expect(waits(await rotate(['alice', 'bob', 'online'], change))).toEqual([
      'root: 0 of 2 of the new root',
      'targets: 0 of 2 of the new root',
    ]);
    expect(versions(await repositoryStatus(site))).toBe('root 1, targets 1, snapshot 1, timestamp 1');
    const done = await signRepository(by('carol', 'dave', 'online'), []);
    expect([versions(done), done.waiting]).toEqual(['root 2, targets 2, snapshot 2, timestamp 2', []]);
    expect((await client()).root.version).toBe(2);
  });

  test('of the key that signs by itself makes snapshot and timestamp anew', async () => {
    await create(['alice']);
    const { state } = await client();
    const roles = ['snapshot', 'timestamp'] as const;
    const begun = await rotate(['alice'], { roles, add: [pub('other')], remove: [pub('online')] });
    expect(waits(begun)).toEqual(['snapshot: 0 of 1 of the new root', 'timestamp: 0 of 1 of the new root']);
    expect((await client(state)).root.version).toBe(1);
    expect(versions(await signRepository(by('other'), []))).toBe('root 2, targets 1, snapshot 2, timestamp 2');
    expect((await client(state)).timestamp.version).toBe(2);
  });

  test('goes on where it was interrupted', async () => {
    await create(['alice']);
    const { state } = await client();
    const roles = ['snapshot', 'timestamp'] as const;
    await rotate(['alice'], { roles, add: [pub('other')], remove: [pub('online')] });
    // As if it ended between the new root and the timestamp.
    copyFileSync(join(site, 'pending', '2.root.json'), join(site, '2.root.json'));
    expect(waits(await repositoryStatus(site))).toEqual([
      'snapshot: 0 of 1 of the new root',
      'timestamp: 0 of 1 of the new root',
    ]);
    await signRepository(by('other'), []);
    expect((await client(state)).timestamp.version).toBe(2);
  });

  test('to a threshold that there are no holders for is refused', async () => {
    await create(['alice', 'bob'], { threshold: 2 });
    expect(await codeOf(rotate(['alice', 'bob'], { remove: [pub('bob')] }))).toBe('trust/threshold');
    expect(await codeOf(rotate(['alice'], { remove: [pub('dave')] }))).toBe('trust/keys');
  });

  test('is not begun twice', async () => {
    await create(['alice', 'bob'], { threshold: 2 });
    await rotate(['alice'], { add: [pub('carol')] });
    expect(await codeOf(rotate(['alice'], { add: [pub('dave')] }))).toBe('trust/waiting');
  });
});
