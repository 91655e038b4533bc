// Trust roots that Temper holds in the eyes of other clients of TUF, and those of others in Temper's.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { FakeServer } from '../fakes/server.ts';
import { root as checkout, User } from '../e2e/temper.ts';
import { describeWith, installed } from './peers.ts';
import { SoftHsm } from './softhsm.ts';

const own = join(import.meta.dirname, 'tuf');
const trustedRoot = join(checkout, 'data', 'sigstore', 'trusted_root.json');

/** A folder, served as any web server would. */
async function serve(folder: string): Promise<FakeServer> {
  return await FakeServer.start((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    readFile(join(folder, path)).then(
      (bytes) => response.writeHead(200).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
}

/** A client that keeps what it trusts in a folder of its own; it prints the versions of the four roles. */
type Client = (url: string, root: string, folder: string, targets: readonly string[]) => Promise<ProcessResult>;

describeWith(['python-tuf', 'cosign', 'cosign2'], 'TUF', (programs) => {
  let user: User;
  let server: FakeServer;
  const site = (): string => user.path('site');
  const first = (): string => user.path('1.root.json');
  const clients: Readonly<Record<string, Client>> = {
    'python-tuf': async (...args) => await run(programs['python-tuf'], [join(own, 'read.py'), ...args.flat()]),
    'tuf-js': async (...args) => await run(process.execPath, [join(own, 'read.js'), ...args.flat()]),
    'cosign 3': async (url, root, folder) => await initialize(programs.cosign, url, root, folder),
    'cosign 2': async (url, root, folder) => await initialize(programs.cosign2, url, root, folder),
  };

  async function initialize(cosign: string, url: string, root: string, folder: string): Promise<ProcessResult> {
    return await run(cosign, ['initialize', '--mirror', url, '--root', root], { env: { HOME: folder } });
  }

  async function trust(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await user.temper(['trust', ...args]);
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  }

  beforeAll(async () => {
    user = await User.create();
    const kinds = { alice: 'p256', bob: 'ed25519', carol: 'rsa3072', online: 'p256', online2: 'ed25519' };
    for (const [name, type] of Object.entries(kinds))
      await user.temper(['key', 'create', `${name}.key`, '--type', type, '-q']);
    await writeFile(user.path('für alle.txt'), 'a note\n');
    await copyFile(trustedRoot, user.path('trusted_root.json'));
    const holders = ['--key', 'alice.key', '--key', 'bob.key', '--holder', 'carol.pub', '--threshold', '2'];
    await trust('create', 'site', 'trusted_root.json', ...holders, '--online-key', 'online.key');
    await copyFile(join(site(), '1.root.json'), first());
    server = await serve(site());
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await user[Symbol.asyncDispose]();
  });

  /** What a client prints that has no complaints. */
  async function follow(name: string, ...targets: string[]): Promise<string> {
    await mkdir(user.path(name), { recursive: true });
    const { status, stdout, stderr } = await (clients[name] as Client)(server.url, first(), user.path(name), targets);
    const complaints = stderr.replace(/^WARNING: Could not fetch signing_config.*\n/, '');
    expect([name, complaints, status]).toEqual([name, '', 0]);
    return stdout.toString();
  }

  test('other clients follow what Temper holds, through changes of targets, holders and keys', async () => {
    for (const name of Object.keys(clients)) await follow(name, 'trusted_root.json');
    const holders = ['alice', 'bob', 'carol'].flatMap((one) => ['--key', `${one}.key`]);
    const note = 'notes/für alle.txt';
    await trust(
      'add',
      'site',
      'für alle.txt',
      '--as',
      note,
      '--key',
      'alice.key',
      '--key',
      'bob.key',
      '--key',
      'online.key',
    );
    await trust('rotate', 'site', '--remove-key', 'alice.pub', ...holders, '--key', 'online.key');
    const change = [
      '--role',
      'snapshot',
      '--role',
      'timestamp',
      '--add-key',
      'online2.pub',
      '--remove-key',
      'online.pub',
    ];
    await trust('rotate', 'site', ...change, ...holders, '--key', 'online2.key');
    for (const name of ['python-tuf', 'tuf-js']) {
      expect(await follow(name, 'trusted_root.json', note)).toMatch(/^3 \d+ \d+ [23]\n$/);
      const file = user.path(
        name,
        'targets',
        name === 'tuf-js' ? encodeURIComponent(note) : 'notes%2Ff%C3%BCr%20alle.txt',
      );
      expect(await readFile(file, 'utf8')).toBe('a note\n');
    }
    for (const name of ['cosign 3', 'cosign 2']) await follow(name);
  });

  test.each(Object.keys(clients))('%s refuses what somebody changed', async (name) => {
    const folder = user.path(`${name}-forged`);
    await mkdir(folder, { recursive: true });
    const forged = user.path(`${name}-site`);
    await run('cp', ['-r', site(), forged]);
    const timestamp = await readFile(join(forged, 'timestamp.json'), 'utf8');
    const changed = timestamp.replace(/"version": (\d+)/g, '"version": 9$1');
    expect(changed).not.toBe(timestamp);
    await writeFile(join(forged, 'timestamp.json'), changed);
    await using other = await serve(forged);
    const { status } = await (clients[name] as Client)(other.url, first(), folder, []);
    expect(status).not.toBe(0);
  });

  test('Temper follows what python-tuf made: three kinds of keys, another root, bins behind a role', async () => {
    await run(programs['python-tuf'], [join(own, 'make.py'), user.path('made'), trustedRoot]);
    await using made = await serve(user.path('made'));
    const root = user.path('made', 'metadata', '1.root.json');
    for (const [name, place] of [
      ['folder', ['--from', user.path('made')]],
      ['served', ['--from', `${made.url}/metadata`, '--targets', `${made.url}/targets`]],
    ] as const) {
      const shown = JSON.parse(await trust('init', '--root', root, ...place, '--name', name, '--json')) as {
        readonly roles: readonly { readonly version: number }[];
        readonly targets: readonly { readonly name: string; readonly role: string }[];
      };
      expect(shown.roles.map(({ version }) => version)).toEqual([2, 4, 5, 6]);
      expect(shown.targets.map(({ name: target, role }) => `${target} by ${role.replace(/\d/, 'N')}`)).toEqual([
        'notes/für alle.txt by targets',
        'trusted_root.json by bin-N',
      ]);
      expect(await trust('get', 'trusted_root.json', '--name', name)).toBe(await readFile(trustedRoot, 'utf8'));
    }
    const path = user.path('made', 'metadata', 'timestamp.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"version":6', '"version":7'));
    const refused = await user.temper(['trust', 'update', 'served']);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('code: trust/unsigned')]);
  });

  test.skipIf(installed('softhsm2-util') === undefined)(
    'a holder whose key is in a token signs, and python-tuf accepts it',
    async () => {
      const hsm = new SoftHsm(user.path('hsm'));
      await hsm.addToken('release');
      const env = { SOFTHSM2_CONF: hsm.configuration };
      const temper = async (...args: string[]): Promise<number | undefined> =>
        (await user.temper(args, { env })).status;
      const keys: string[] = [];
      for (const type of ['p256', 'rsa3072', 'ed25519']) {
        const uri = hsm.uri('release', type);
        expect(await temper('key', 'create', uri, '--type', type, '--public-key', `hsm-${type}.pub`)).toBe(0);
        keys.push('--key', uri);
      }
      expect(await temper('trust', 'create', 'hsm-site', 'trusted_root.json', ...keys, '--threshold', '3')).toBe(0);
      await using served = await serve(user.path('hsm-site'));
      const root = user.path('hsm-site', '1.root.json');
      const { status, stderr } = await (clients['python-tuf'] as Client)(served.url, root, user.path('hsm-client'), [
        'trusted_root.json',
      ]);
      expect([stderr, status]).toEqual(['', 0]);
      await rm(hsm.tokens, { recursive: true });
    },
  );
});
