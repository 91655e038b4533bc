import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeServer } from '../../../test/fakes/server.ts';
import { FakeKey, FakeTuf, hashed, NOW } from '../../../test/fakes/tuf.ts';
import { Fault } from '../../lib/faults.ts';
import { getTarget, initTrust, type InitRequest, listTrust, showTrust, updateTrust } from './trust-roots.ts';
import { loadSigningConfig, loadTrustedRoot } from '../verification/trusted-root.ts';

const embedded = readFileSync(new URL('../../../data/sigstore/trusted_root.json', import.meta.url));
const services = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  rekorTlogUrls: [{ url: 'https://log.example', majorApiVersion: 2, validFor: { start: '2025-01-01T00:00:00Z' } }],
};
const online = { offline: false, insecure: false, progress: () => undefined };
let folder: string;
let repo: FakeTuf;
let server: FakeServer;
let requests: string[];
let broken: ((path: string) => Buffer | undefined) | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'temper-trust-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
  repo = new FakeTuf();
  repo.targets.set('trusted_root.json', embedded);
  repo.targets.set('signing_config.v0.2.json', Buffer.from(JSON.stringify(services)));
  repo.publishAll();
  requests = [];
  broken = undefined;
  server = await FakeServer.start((request, response) => {
    const path = (request.url ?? '').slice(1);
    requests.push(path);
    const found = broken?.(path) ?? repo.metadata.get(path) ?? repo.files.get(path.replace(/^targets\//, ''));
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function init(more: Partial<InitRequest> = {}) {
  writeFileSync(join(folder, 'root.json'), repo.firstRoot);
  const request = {
    name: 'default',
    root: join(folder, 'root.json'),
    from: server.url,
    targets: undefined,
    replace: false,
  };
  return await initTrust({ ...online, ...request, ...more });
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (fault) {
    if (fault instanceof Fault) return `${fault.code}: ${fault.message} ${fault.hint}`;
    throw fault;
  }
  return 'no fault';
}

/** Days later. */
function later(days: number): void {
  vi.setSystemTime((NOW + days * 86_400) * 1000);
}

describe('a trust root that is followed', () => {
  test('is fetched with its targets, shown, listed and read', async () => {
    const shown = await init();
    expect(shown.roles.map(({ role, version, expired }) => [role, version, expired])).toEqual([
      ['root', 1, false],
      ['targets', 1, false],
      ['snapshot', 1, false],
      ['timestamp', 1, false],
    ]);
    expect(shown.targets.map(({ name, bytes }) => [name, bytes])[0]).toEqual(['trusted_root.json', embedded.length]);
    expect(await listTrust()).toEqual([shown]);
    expect(await getTarget('default', 'trusted_root.json')).toEqual(embedded);
    expect(await faultOf(getTarget('default', 'nothing'))).toContain('trust/missing');
  });

  test('gives the trusted root and the signing configuration, without a request', async () => {
    await init();
    requests.length = 0;
    expect((await loadTrustedRoot(undefined, { offline: false })).logs).not.toEqual([]);
    expect((await loadTrustedRoot('tuf:default')).logs).not.toEqual([]);
    expect((await loadSigningConfig(undefined)).logs.map(({ url }) => url)).toEqual(['https://log.example']);
    expect(requests).toEqual([]);
  });

  test('is not fetched again when nothing changed', async () => {
    await init();
    requests.length = 0;
    await updateTrust('default', online);
    expect(requests).toEqual(['2.root.json', 'timestamp.json']);
  });

  test('forgets targets that are none any more', async () => {
    await init();
    repo.targets.delete('signing_config.v0.2.json');
    repo.bump('targets', 'snapshot', 'timestamp');
    expect((await updateTrust('default', online)).targets.map(({ name }) => name)).toEqual(['trusted_root.json']);
    expect(readdirSync(join(folder, 'temper', 'trust', 'default', 'targets'))).toHaveLength(1);
    expect(await faultOf(loadSigningConfig(undefined))).toContain('trust/missing');
  });

  test('is found through delegations', async () => {
    const root = repo.targets.get('trusted_root.json') as Buffer;
    repo.targets.clear();
    repo.delegate('targets', [{ name: 'roots', paths: ['*.json'] }]);
    repo.delegated.get('roots')?.targets.set('trusted_root.json', root);
    repo.bump('targets', 'snapshot', 'timestamp');
    const { targets } = await init();
    expect(targets.map(({ name, role }) => [name, role])).toEqual([['trusted_root.json', 'roots']]);
    expect((await loadTrustedRoot(undefined)).logs).not.toEqual([]);
  });

  test('may be in a folder', async () => {
    for (const [name, bytes] of repo.metadata) writeFileSync(join(folder, name), bytes);
    mkdirSync(join(folder, 'targets'));
    for (const [name, bytes] of repo.files) writeFileSync(join(folder, 'targets', name), bytes);
    expect((await init({ from: folder, offline: true })).targets).toHaveLength(2);
    expect(requests).toEqual([]);
  });

  test('in a folder does not lead out of it', async () => {
    mkdirSync(join(folder, 'repo'));
    repo.targets.clear();
    repo.delegate('targets', [{ name: '../1' }]);
    repo.bump('targets', 'snapshot', 'timestamp');
    for (const [name, bytes] of repo.metadata) writeFileSync(join(folder, 'repo', encodeURIComponent(name)), bytes);
    const [, outside] = [...repo.metadata].find(([name]) => name.startsWith('1...%2F')) ?? [];
    writeFileSync(join(folder, '1.json'), outside ?? '');
    expect(await faultOf(init({ from: join(folder, 'repo') }))).toContain('trust/missing');
  });

  test('is not taken up twice, unless the old one is to be forgotten', async () => {
    await init();
    expect(await faultOf(init())).toContain('trust/exists');
    repo.bump('timestamp');
    expect((await init({ replace: true })).roles[3]?.version).toBe(2);
  });

  test.each(['../x', '.x', '', 'a/b', 'x'.repeat(65)])('is not named %j', async (name) => {
    expect(await faultOf(init({ name }))).toContain('trust/name');
  });
});

describe('an update that fails', () => {
  test.each([
    ['goes back', (): void => void Object.assign(repo.versions, { timestamp: 1 }), 'trust/rollback'],
    ['is cut short', (): void => void repo.metadata.delete('3.targets.json'), 'trust/missing'],
    [
      'has another target',
      (): void => void repo.files.set(hashed('new', Buffer.from('new')), Buffer.from('old')),
      'trust/mismatch',
    ],
  ])('because the repository %s leaves the old one', async (_, damage, code) => {
    repo.bump('targets', 'snapshot', 'timestamp');
    const before = await init();
    repo.targets.set('new', Buffer.from('new'));
    repo.bump('targets', 'snapshot', 'timestamp');
    damage();
    if (code === 'trust/rollback') repo.publishTimestamp();
    later(0.5);
    expect(await faultOf(updateTrust('default', online))).toContain(code);
    expect(await showTrust('default')).toEqual(before);
  });

  test('keeps a newer root: what stands on keys that it took away does not count any more', async () => {
    await init();
    repo.roles.timestamp.keys = [new FakeKey()];
    repo.bump('root', 'timestamp');
    broken = (path) => (path === 'timestamp.json' ? Buffer.from('{}') : undefined);
    expect(await faultOf(updateTrust('default', online))).toContain('trust/malformed');
    expect(await faultOf(loadTrustedRoot(undefined))).toContain('trust/unsigned: timestamp.json');
    expect((await showTrust('default')).problem).toContain('timestamp.json is signed by 0 of the 1');
    broken = undefined;
    expect((await updateTrust('default', online)).problem).toBeUndefined();
  });

  test('at the first leaves nothing', async () => {
    repo.metadata.delete('1.snapshot.json');
    expect(await faultOf(init())).toContain('trust/missing');
    expect(await listTrust()).toEqual([]);
    expect(await faultOf(updateTrust('default', online))).toContain('trust/unknown');
  });

  test('because a file never ends stops reading it', async () => {
    await init();
    broken = (path) => (path === 'timestamp.json' ? Buffer.alloc(1 << 20, ' ') : undefined);
    expect(await faultOf(updateTrust('default', online))).toContain('network/too-large');
  });
});

describe('what expired', () => {
  test('is refused offline, naming the role and the way out, and nothing is asked for', async () => {
    await init();
    later(2);
    requests.length = 0;
    for (const named of [undefined, 'tuf:default']) {
      const fault = await faultOf(loadTrustedRoot(named, { offline: true }));
      expect(fault).toMatch(/^trust\/expired: .* version 1 of the role \w+ counted until 2027-01-16T08:00:00Z/);
      expect(fault).toContain('`temper trust update default`');
    }
    expect(await faultOf(loadSigningConfig(undefined))).toContain('trust/expired');
    expect(requests).toEqual([]);
    expect((await showTrust('default')).problem).toBe('the role root expired on 2027-01-16T08:00:00Z');
  });

  test('is brought up to date when it may be', async () => {
    await init();
    later(2);
    for (const role of ['root', 'timestamp', 'snapshot', 'targets'])
      repo.change.set(role, (signed) => ({ ...signed, expires: '2027-02-01T00:00:00Z' }));
    repo.bump('root', 'targets', 'snapshot', 'timestamp');
    expect((await loadTrustedRoot(undefined, { offline: false })).logs).not.toEqual([]);
    expect((await showTrust('default')).roles.map(({ version }) => version)).toEqual([2, 2, 2, 2]);
  });

  test('stays refused when the repository has nothing newer', async () => {
    await init();
    later(2);
    expect(await faultOf(loadTrustedRoot(undefined, { offline: false }))).toContain('trust/expired');
  });

  test("of the instance that comes with the program, when its root's end has come", async () => {
    expect((await loadTrustedRoot(undefined)).logs).not.toEqual([]);
    vi.setSystemTime(new Date('2027-04-22T19:27:31Z'));
    expect(await faultOf(loadTrustedRoot(undefined))).toMatch(
      /^trust\/expired: .*Sigstore's public instance, as it comes with this program counted until 2027-04-22T19:27:31Z/,
    );
    const path = new URL('../../../data/sigstore/trusted_root.json', import.meta.url).pathname;
    expect((await loadTrustedRoot(path)).logs).not.toEqual([]);
  });
});

describe('what was altered where it is kept', () => {
  const state = (): string => join(folder, 'temper', 'trust', 'default', 'state.json');

  test('a target is refused', async () => {
    await init();
    const targets = join(folder, 'temper', 'trust', 'default', 'targets');
    for (const name of readdirSync(targets)) writeFileSync(join(targets, name), 'x');
    expect(await faultOf(loadTrustedRoot(undefined))).toContain('trust/not-kept');
    await updateTrust('default', online);
    expect((await loadTrustedRoot(undefined)).logs).not.toEqual([]);
  });

  test('metadata is refused', async () => {
    await init();
    const document = JSON.parse(readFileSync(state(), 'utf8')) as { timestamp: string };
    document.timestamp = Buffer.from(
      Buffer.from(document.timestamp, 'base64').toString().replace('2027', '2037'),
    ).toString('base64');
    writeFileSync(state(), JSON.stringify(document));
    expect(await faultOf(loadTrustedRoot(undefined))).toContain('trust/unsigned');
    writeFileSync(state(), '{}');
    expect(await faultOf(loadTrustedRoot(undefined))).toContain('trust/state');
  });

  test('an unknown name is a fault, not the default', async () => {
    expect(await faultOf(loadTrustedRoot('tuf:none'))).toContain('trust/unknown');
    expect(await faultOf(loadSigningConfig('tuf:none'))).toContain('trust/unknown');
    expect((await loadSigningConfig(undefined)).certificateAuthorities.map(({ url }) => url)).toEqual([
      'https://fulcio.sigstore.dev',
    ]);
  });
});
