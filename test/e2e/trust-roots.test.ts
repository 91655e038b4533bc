// `temper trust` as its users run it: what it answers, several at once, and ended in the midst of it.
import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultOf, root as checkout, type Run, User } from './temper.ts';

let user: User;
const keys = ['--key', 'holder.key'];

beforeEach(async () => {
  user = await User.create();
  await user.temper(['key', 'create', 'holder.key', '-q']);
  await cp(join(checkout, 'data', 'sigstore', 'trusted_root.json'), user.path('trusted_root.json'));
  await trust('create', 'site', 'trusted_root.json', ...keys);
});

afterEach(async () => {
  await user[Symbol.asyncDispose]();
});

async function trust(...args: string[]): Promise<Run> {
  return await user.temper(['trust', ...args]);
}

async function init(): Promise<Run> {
  return await trust('init', '--root', 'site/1.root.json', '--from', 'site');
}

test('a bundle is verified by what is followed, by its name or because it is the default', async () => {
  const bundles = join(checkout, 'test', 'conformance', 'cosign');
  await cp(join(bundles, 'trusted_root.json'), user.path('trusted_root.json'));
  await trust('add', 'site', 'trusted_root.json', ...keys);
  const files = ['--blob', join(bundles, 'blob.txt'), '--bundle', join(bundles, 'keyless.json')];
  const issuer = ['--certificate-oidc-issuer', 'http://127.0.0.1:19080'];
  const verify = async (...more: string[]): Promise<Run> =>
    await user.temper([
      'verify',
      ...files,
      '--certificate-identity',
      'dev@acme.example',
      ...issuer,
      '--offline',
      ...more,
    ]);
  expect((await verify()).status).toBe(1);
  expect(faultOf(await verify('--trusted-root', 'tuf:default')).code).toBe('trust/unknown');
  expect(await init()).toMatchObject({ status: 0, stderr: '' });
  expect((await verify()).status).toBe(0);
  expect((await verify('--trusted-root', 'tuf:default')).status).toBe(0);
  expect((await verify('--trusted-root', join(checkout, 'data', 'sigstore', 'trusted_root.json'))).status).toBe(1);
});

test('what is followed is shown as one document', async () => {
  await init();
  const shown = (await trust('show', '--json')).json() as { $schema: string; roles: object[]; targets: object[] };
  expect([shown.$schema, shown.roles.length, shown.targets.length]).toEqual(['urn:temper:schema:trust:1', 4, 1]);
  expect((await trust('list', '--json')).json()).toMatchObject({
    $schema: 'urn:temper:schema:trust-list:1',
    trust: [{ name: 'default' }],
  });
  expect((await trust('show', './site', '--json')).json()).toMatchObject({
    $schema: 'urn:temper:schema:trust-repository:1',
    waiting: [],
  });
});

test('offline, an address is not asked', async () => {
  const run = await trust('init', '--root', 'site/1.root.json', '--from', 'https://trust.example', '--offline');
  expect([run.status, faultOf(run).code]).toEqual([2, 'network/offline']);
  expect((await trust('list')).stdout).toBe('no trust root is followed\n');
});

test("Sigstore's own is begun with the root that comes with the program", async () => {
  const run = await trust('init', '--offline');
  expect([run.status, faultOf(run).code]).toEqual([2, 'network/offline']);
  expect(faultOf(run).sentence).toContain('tuf-repo-cdn.sigstore.dev');
});

test('several updates at once all succeed', async () => {
  await init();
  await trust('refresh', 'site', ...keys);
  const runs = await Promise.all(Array.from({ length: 6 }, async () => await trust('update')));
  expect(runs.map(({ status, stderr }) => [status, stderr])).toEqual(runs.map(() => [0, '']));
  expect((await readdir(user.path('state', 'temper', 'trust'))).sort()).toEqual(['default']);
});

test('several holders at once lose no signature and no target', async () => {
  for (let i = 0; i < 4; i++) await writeFile(user.path(`file-${i}`), String(i));
  const runs = await Promise.all(
    Array.from({ length: 4 }, async (_, i) => await trust('add', 'site', `file-${i}`, ...keys)),
  );
  expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  expect((await init()).stdout.match(/^file-\d/gm)).toEqual(['file-0', 'file-1', 'file-2', 'file-3']);
});

test('an update that is killed at any moment leaves the old state or the new one', async () => {
  await init();
  for (let i = 0; i < 8; i++) {
    await writeFile(user.path('note'), `note ${i}`);
    expect((await trust('add', 'site', 'note', ...keys)).status).toBe(0);
    const { child, ended } = user.start(['trust', 'update']);
    await new Promise((resolve) => setTimeout(resolve, 40 + 25 * i));
    child.kill('SIGKILL');
    await ended;
    const { problem, targets } = (await trust('show', '--json')).json() as { problem?: string; targets: object[] };
    expect([problem, targets.length > 0]).toEqual([undefined, true]);
    expect((await trust('get', 'trusted_root.json')).status).toBe(0);
  }
  expect((await trust('update')).status).toBe(0);
  expect((await trust('get', 'note')).stdout).toBe('note 7\n');
});

test('what is not meant is refused with a hint', async () => {
  const refused: [string[], string][] = [
    [['init', '--root', 'site/1.root.json'], 'trust/init'],
    [['create', 'site', ...keys], 'trust/exists'],
    [['create', 'other'], 'trust/keys'],
    [['refresh', 'site', '--role', 'mirror', ...keys], 'usage/role'],
    [['create', 'other', '--days', 'root=0', ...keys], 'usage/days'],
    [['create', 'other', '--threshold', 'all', ...keys], 'usage/threshold'],
    [['show', 'nothing'], 'trust/unknown'],
    [['show', './nothing'], 'trust/none'],
    [['sign', 'trusted_root.json', ...keys], 'trust/malformed'],
    [['root'], 'trust/part'],
  ];
  for (const [words, code] of refused) {
    const run = await trust(...words);
    expect([words, run.status, faultOf(run).code]).toEqual([words, 2, code]);
  }
});
