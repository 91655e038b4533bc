// The same definition gives the same bytes, whoever builds it, wherever, and in whatever surroundings.
import { chmod, cp, mkdir, readdir, readFile, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FakeArchive } from '../fakes/archive.ts';
import { addedRoot } from '../fakes/certificates.ts';
import { startDistribution, writeDefinition, writeTree } from './distribution.ts';
import { asNobody, isRoot } from './privileges.ts';
import { type TemperOptions, User } from './temper.ts';

interface Report {
  readonly digest: string;
  readonly lock: { readonly created: boolean };
  readonly platforms: readonly {
    readonly platform: string;
    readonly digest: string;
    readonly layers: readonly { readonly digest: string; readonly diffId: string }[];
  }[];
}

const change = { contents: 'files: [{ url: ./app, path: /srv/app }]\ncertificates: [our-root.pem]' };
const under = (umask: string): readonly string[] => ['sh', '-c', `umask ${umask}; exec "$0" "$@"`];

let archive: FakeArchive;
let first: User;
let reference: Report;

beforeAll(async () => {
  archive = await startDistribution();
  first = await someone();
  reference = await build(first, [], { under: under('0077'), env: { TZ: 'UTC', LC_ALL: 'C' } });
});

afterAll(async () => {
  await first[Symbol.asyncDispose]();
  await archive[Symbol.asyncDispose]();
});

/** A user with the definition and its files in the folder `work`. */
async function someone(): Promise<User> {
  const user = await User.create();
  const folder = user.path('work');
  await writeTree(folder, {
    'our-root.pem': addedRoot.pem,
    'app/main.js': 'console.log(1)\n',
    'app/bin/run': '#!/usr/bin/node\n',
    'app/I/ı/naïve ☃.txt': 'snow\n',
    'app/a-b': '1',
    'app/a_b': '2',
    'app/A': '3',
    'app/é': '4',
    'app/z': '5',
  });
  await chmod(join(folder, 'app/bin/run'), 0o755);
  await symlink('../main.js', join(folder, 'app/bin/main'));
  await writeDefinition(folder, archive, change);
  return user;
}

async function build(user: User, args: readonly string[] = [], options: TemperOptions = {}): Promise<Report> {
  const command = ['build', 'tiny.yaml', '--json', '--output', `oci:${user.path('out', String(args.length))}`, ...args];
  const run = await user.temper(command, { cwd: user.path('work'), ...options });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  return run.json() as Report;
}

const surroundings: [string, TemperOptions][] = [
  ['a umask that shuts others out', { under: under('0077') }],
  ['a umask that lets others write', { under: under('0002') }],
  ['a time zone far in the east', { env: { TZ: 'Pacific/Kiritimati' } }],
  ['a time zone west of Greenwich that is off by minutes', { env: { TZ: 'America/St_Johns' } }],
  ['a locale that has its own i', { env: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } }],
  ['a locale without letters', { env: { LC_ALL: 'C' } }],
  ['another SOURCE_DATE_EPOCH in the environment', { env: { SOURCE_DATE_EPOCH: '1' } }],
  ['variables of a CI', { env: { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_SHA: 'a'.repeat(40) } }],
];

test.each(surroundings)('%s changes nothing, nor does it in the lock', async (_, options) => {
  await using user = await someone();
  const { digest, lock } = await build(user, [], options);
  expect(digest).toBe(reference.digest);
  expect(lock.created).toBe(true);
  expect(await lockOf(user)).toEqual(await lockOf(first));
});

const lockOf = async (user: User): Promise<string> => await readFile(user.path('work', 'tiny.lock.json'), 'utf8');

test('a copy elsewhere with the lock, other times and other permissions gives the same image', async () => {
  await using user = await User.create();
  const folder = user.path('deeply', 'nested', 'elsewhere');
  await cp(first.path('work'), folder, { recursive: true, verbatimSymlinks: true });
  await disturb(folder);
  const { digest, lock } = await build(user, [], { cwd: folder, under: under('0002') });
  expect(lock.created).toBe(false);
  expect(digest).toBe(reference.digest);
});

/** Other times and other bits for group and others, on everything in a folder. */
async function disturb(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => !one.isSymbolicLink())) {
    const path = join(entry.parentPath, entry.name);
    await chmod(path, entry.isDirectory() || entry.name === 'run' ? 0o700 : 0o666);
    await utimes(path, 1_000_000_000, 1_000_000_000);
  }
}

test('a change of content, of a name or of an executable bit does give another image', async () => {
  const changes: ((folder: string) => Promise<void>)[] = [
    async (folder) => await writeTree(folder, { 'app/main.js': 'console.log(2)\n' }),
    async (folder) => await cp(join(folder, 'app/z'), join(folder, 'app/y')),
    async (folder) => await chmod(join(folder, 'app/bin/run'), 0o644),
  ];
  for (const alter of changes) {
    await using user = await someone();
    await alter(user.path('work'));
    expect((await build(user)).digest).not.toBe(reference.digest);
  }
});

test('somebody who is not root gives the same image', { skip: !isRoot }, async () => {
  await using user = await User.create();
  await chmod(user.folder, 0o755);
  const home = user.path('nobody');
  await mkdir(home);
  await chmod(home, 0o777);
  await cp(first.path('work'), user.path('nobody', 'work'), { recursive: true, verbatimSymlinks: true });
  await chmod(user.path('nobody', 'work'), 0o777);
  for (const path of ['our-root.pem', 'fake.asc', 'tiny.yaml', 'tiny.lock.json'])
    await chmod(user.path('nobody', 'work', path), 0o644);
  const env = Object.fromEntries(Object.keys(user.env).map((key) => [key, join(home, key)]));
  const run = await user.temper(['build', 'tiny.yaml', '--json', '--output', `oci:${join(home, 'out')}`], {
    cwd: join(home, 'work'),
    env: { ...env, TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' },
    under: [...asNobody, ...under('0027')],
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect((run.json() as Report).digest).toBe(reference.digest);
});

describe('one definition', () => {
  test('gives the same manifest for one platform alone', async () => {
    for (const { platform, digest } of reference.platforms) {
      const alone = await build(first, ['--platform', platform], {});
      expect(alone.digest).toBe(digest);
      expect(alone.platforms.map((one) => one.platform)).toEqual([platform]);
    }
  });

  test('gives the same bytes with zstd, too, and the same content as with gzip', async () => {
    await using user = await someone();
    const args = ['--compression', 'zstd:19'];
    const mine = await build(first, args, { under: under('0077') });
    const theirs = await build(user, args, { under: under('0002'), env: { TZ: 'Asia/Tokyo' } });
    expect(theirs.digest).toBe(mine.digest);
    expect(mine.digest).not.toBe(reference.digest);
    const diffIds = ({ platforms }: Report) => platforms.map(({ layers }) => layers.map(({ diffId }) => diffId));
    expect(diffIds(mine)).toEqual(diffIds(reference));
  });

  test('built again is unchanged; without that memory it is the same', async () => {
    const again = await first.temper(['build', 'tiny.yaml', '--json', '--output', `oci:${first.path('out', '0')}`], {
      cwd: first.path('work'),
    });
    expect(again.json()).toMatchObject({ digest: reference.digest, unchanged: true });
    const elsewhere = await build(first, ['--cache', first.path('another-cache')]);
    expect(elsewhere).toMatchObject({ digest: reference.digest, unchanged: false });
  });
});
