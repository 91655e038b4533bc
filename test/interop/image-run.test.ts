// The real image runs as its config says, under bubblewrap and under a real Docker daemon, and there is nothing else to run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { DockerDaemon, dockerAvailable } from './docker-daemon.ts';
import { peer } from './peers.ts';
import { Builder, buildable } from './real-image.ts';
import { runUnpacked, sandboxed, type Unpacked, unpack } from './sandbox.ts';

const skopeo = peer('skopeo');
const NAME = 'temper.test/node:20';

/** Runs the image's Node.js, or another program of it, with a root that cannot be written and without a network. */
type Run = (args: readonly string[], entrypoint?: string) => Promise<ProcessResult>;

const builder = new Builder();
let folder: string;
let image: Unpacked;
let daemon: DockerDaemon | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-image-run-'));
});

afterAll(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function prepareBubblewrap(): Promise<void> {
  image = await unpack((await builder.hostLayout()).path, join(folder, 'bundle'));
}

async function prepareDocker(): Promise<void> {
  daemon = await DockerDaemon.start();
  const { path } = await builder.hostLayout();
  const archive = join(folder, 'image.tar');
  // Docker before 25 loads no OCI layouts.
  const copy = ['copy', '--insecure-policy', `oci:${path}:latest`, `docker-archive:${archive}:${NAME}`];
  expect(await run(skopeo ?? '', copy)).toMatchObject({ status: 0 });
  expect(await daemon.docker(['load', '--input', archive])).toMatchObject({ status: 0 });
}

const ways: { name: string; skip: boolean; prepare: () => Promise<void>; start: Run }[] = [
  {
    name: 'under bubblewrap',
    skip: !buildable || !sandboxed,
    prepare: prepareBubblewrap,
    start: async (args, entrypoint) => await runUnpacked(image, args, entrypoint === undefined ? {} : { entrypoint }),
  },
  {
    name: 'under a Docker daemon',
    skip: !buildable || !dockerAvailable || skopeo === undefined,
    prepare: prepareDocker,
    start: async (args, entrypoint) => {
      const options = ['--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL'];
      const program = entrypoint === undefined ? [] : ['--entrypoint', entrypoint];
      if (daemon === undefined) throw new Error('no daemon');
      return await daemon.docker(['run', ...options, ...program, NAME, ...args]);
    },
  },
];

describe.each(ways)('$name', ({ skip, prepare, start }) => {
  beforeAll(async () => {
    if (!skip) await prepare();
  });

  /** What an expression is worth to the image's Node.js. */
  async function evaluate(expression: string): Promise<unknown> {
    const result = await start(['-e', `(async () => console.log(JSON.stringify(${expression})))()`]);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    return JSON.parse(result.stdout.toString('utf8'));
  }

  test('Node.js 20 runs as 65532, with the environment and the folder of the config', { skip }, async () => {
    const facts = await evaluate(`{
      version: process.version, arch: process.arch, path: process.execPath, cwd: process.cwd(),
      uid: process.getuid(), euid: process.geteuid(), gid: process.getgid(), user: require('os').userInfo().username,
      home: require('os').homedir(), mode: process.env.NODE_ENV, extra: process.env.NODE_EXTRA_CA_CERTS ?? null,
      capabilities: /^CapEff:\\s*(.*)$/m.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1],
    }`);
    expect(facts).toEqual({
      version: expect.stringMatching(/^v20\./) as unknown,
      arch: process.arch,
      path: '/usr/bin/node',
      cwd: '/app',
      uid: 65532,
      euid: 65532,
      gid: 65532,
      user: 'nonroot',
      home: '/home/nonroot',
      mode: 'production',
      extra: null,
      capabilities: '0000000000000000',
    });
  });

  test('nothing can be written', { skip }, async () => {
    const attempt = (path: string): string =>
      `(() => { try { require('fs').writeFileSync('${path}', ''); return 'written'; } catch (e) { return e.code; } })()`;
    const paths = ['/new', '/app/new', '/tmp/new', '/etc/passwd', '/usr/bin/node', '/home/nonroot/new'];
    const codes = await evaluate(`[${paths.map(attempt).join(', ')}]`);
    expect(codes).toEqual(paths.map(() => expect.stringMatching(/^(EROFS|EACCES|ETXTBSY)$/) as unknown));
    expect(codes).toContain('EROFS');
  });

  test('time zones, languages, hosts, compression and cryptography are there', { skip }, async () => {
    const facts = await evaluate(`{
      tokyo: new Date(0).toLocaleString('en', { timeZone: 'Asia/Tokyo' }),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      zoneinfo: require('fs').readFileSync('/usr/share/zoneinfo/Asia/Tokyo', 'latin1').slice(0, 4),
      german: new Intl.NumberFormat('de').format(1234.5),
      sorted: ['z', 'ä', 'a'].sort(new Intl.Collator('sv').compare),
      localhost: (await require('dns').promises.lookup('localhost', { family: 4 })).address,
      same: ['gzip', 'brotliCompress'].map((name) => {
        const zlib = require('zlib');
        return zlib[name === 'gzip' ? 'gunzipSync' : 'brotliDecompressSync'](zlib[name + 'Sync']('same')).toString();
      }),
      signed: (() => {
        const { generateKeyPairSync, sign, verify } = require('crypto');
        const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        return verify('sha256', 'message', publicKey, sign('sha256', 'message', privateKey));
      })(),
    }`);
    expect(facts).toEqual({
      tokyo: '1/1/1970, 9:00:00 AM',
      zone: 'UTC',
      zoneinfo: 'TZif',
      german: '1.234,5',
      sorted: ['a', 'z', 'ä'],
      localhost: '127.0.0.1',
      same: ['same', 'same'],
      signed: true,
    });
  });

  test('there is no shell and no package manager', { skip }, async () => {
    const places = ['/bin', '/usr/bin', '/sbin', '/usr/sbin', '/usr/local/bin'];
    const names = ['sh', 'bash', 'dash', 'busybox', 'dpkg', 'apt', 'apt-get', 'npm', 'perl', 'env', 'cat'];
    const programs = [...names, ...places.flatMap((place) => names.map((name) => `${place}/${name}`))];
    const codes = await evaluate(`${JSON.stringify(programs)}.map((program) =>
      program + ' ' + require('child_process').spawnSync(program, ['-c', 'exit 0']).error?.code)`);
    expect(codes).toEqual(programs.map((program) => `${program} ENOENT`));
    for (const shell of ['/bin/sh', '/bin/bash', '/usr/bin/dash']) {
      const result = await start(['-c', 'exit 0'], shell);
      expect(result.status).not.toBe(0);
      expect(result.stderr).toMatch(/no such file or directory/i);
    }
  });
});
