// What `temper sbom` keeps between runs: it saves work, and never changes an answer.
import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FakeArchiveImage } from '../fakes/image-archive.ts';
import { asNobody, canMount, isRoot, SmallDisk } from './privileges.ts';
import { leftOvers } from './refused-build.ts';
import { appImage, haveShared, needsShared, npm7, purlsOf, purlsOfApp, saveDocker, sbomText } from './sbom-images.ts';
import { faultOf, type TemperOptions, User } from './temper.ts';

let image: FakeArchiveImage;
let text: string;
beforeAll(async () => {
  image = appImage();
  await using user = await someone();
  text = await sbomText(user, ['./app.tar', '--json']);
});

/** A user with the image, nothing kept. */
async function someone(): Promise<User> {
  const user = await User.create();
  await saveDocker(user.path('app.tar'), image);
  return user;
}

const analyses = (user: User): string => user.path('cache', 'temper', 'analyses');

/** The paths of what is kept, of layers (`layer-`) or of whole images (`image-`). */
async function kept(user: User, kind = ''): Promise<string[]> {
  const names = await readdir(analyses(user)).catch(() => []);
  return names.filter((name) => name.startsWith(kind)).map((name) => join(analyses(user), name));
}

/** Changes a layer's content and nothing that names it: only who does not read it again gives the old answer. */
async function alterLayers(user: User): Promise<void> {
  const bytes = await readFile(user.path('app.tar'));
  bytes.write('9', bytes.indexOf('V:1.2.4-r3') + 2);
  bytes.write('9', bytes.indexOf('"1.3.0"') + 1);
  bytes.write('9', bytes.indexOf('"3.0.1"') + 1);
  await writeFile(user.path('app.tar'), bytes);
}

/** Whether the answer came from what was kept; otherwise the alteration is found out. */
async function knows(user: User, ...args: string[]): Promise<boolean> {
  const run = await user.temper(['sbom', './app.tar', '--json', ...args]);
  const { status, stdout, stderr } = run;
  const answer = status === 0 ? { stdout, stderr } : { status, stdout, code: faultOf(run).code };
  expect([
    { stdout: text, stderr: '' },
    { status: 2, stdout: '', code: 'image/altered' },
  ]).toContainEqual(answer);
  return status === 0;
}

test('an image that was read before is not read again; its layers are in whatever image they are', async () => {
  await using user = await someone();
  expect(await sbomText(user, ['./app.tar', '--json'])).toBe(text);
  expect(await kept(user, 'image-')).toHaveLength(1);
  expect(await kept(user, 'layer-')).toHaveLength(3);
  await alterLayers(user);
  expect(await knows(user)).toBe(true);
  for (const path of await kept(user, 'image-')) await rm(path);
  expect(await knows(user)).toBe(true);
  for (const path of await kept(user)) await rm(path);
  expect(await knows(user)).toBe(false);
});

test('what was read without digests does not do for whom asks for files, the reverse does', async () => {
  await using user = await someone();
  await sbomText(user, ['./app.tar', '--json']);
  const files = await sbomText(user, ['./app.tar', '--json', '--files']);
  expect(files).toContain('"sha256":"');
  await alterLayers(user);
  expect(await sbomText(user, ['./app.tar', '--json', '--files'])).toBe(files);
  for (const path of [...(await kept(user, 'image-')), ...(await kept(user, 'layer-installed-'))])
    if (!path.includes('-digests-')) await rm(path);
  expect(await knows(user)).toBe(true);
});

test('--no-cache neither uses nor keeps anything', async () => {
  await using user = await someone();
  expect(await sbomText(user, ['./app.tar', '--json', '--no-cache'])).toBe(text);
  expect(await kept(user)).toEqual([]);
  await sbomText(user, ['./app.tar', '--json']);
  await alterLayers(user);
  expect(await knows(user, '--no-cache')).toBe(false);
});

test('--cache says where', async () => {
  await using user = await someone();
  expect(await sbomText(user, ['./app.tar', '--json', '--cache', 'mine'])).toBe(text);
  expect(await readdir(user.path('mine', 'analyses'))).toHaveLength(4);
  expect(await kept(user)).toEqual([]);
});

const harms: [string, (path: string) => Promise<void>][] = [
  [
    'one bit of which is another',
    async (path) => {
      const bytes = await readFile(path);
      bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
      await writeFile(path, bytes);
    },
  ],
  ['that is cut short', async (path) => await truncate(path, 50)],
  ['that is empty', async (path) => await truncate(path, 0)],
  ['that is longer', async (path) => await writeFile(path, 'x', { flag: 'a' })],
];

test.each(harms)('a record %s is not there; it is made anew', async (_, harm) => {
  await using user = await someone();
  await sbomText(user, ['./app.tar', '--json']);
  await copyFile(user.path('app.tar'), user.path('whole.tar'));
  for (const path of await kept(user)) await harm(path);
  await alterLayers(user);
  expect(await knows(user)).toBe(false);
  await copyFile(user.path('whole.tar'), user.path('app.tar'));
  expect(await sbomText(user, ['./app.tar', '--json'])).toBe(text);
  await alterLayers(user);
  expect(await knows(user)).toBe(true);
});

test('folders in the places of records keep nothing from being answered', async () => {
  await using user = await someone();
  await sbomText(user, ['./app.tar', '--json']);
  for (const path of await kept(user)) {
    await rm(path);
    await mkdir(path);
  }
  expect(await sbomText(user, ['./app.tar', '--json'])).toBe(text);
  await alterLayers(user);
  expect(await knows(user)).toBe(false);
});

test('a record under the name of another is not believed', async () => {
  await using user = await someone();
  await sbomText(user, ['./app.tar', '--json']);
  const [first = '', ...others] = await kept(user, 'layer-');
  for (const path of await kept(user, 'image-')) await rm(path);
  for (const path of others) await copyFile(first, path);
  expect(await sbomText(user, ['./app.tar', '--json'])).toBe(text);
});

test("what another user kept, or whoever has not this user's key, is not believed", async () => {
  await using user = await someone();
  await using other = await someone();
  await sbomText(other, ['./app.tar', '--json']);
  await cp(other.path('cache'), user.path('cache'), { recursive: true });
  expect(await kept(user)).toHaveLength(4);
  await alterLayers(user);
  expect(await knows(user)).toBe(false);
  await rm(user.path('state'), { recursive: true, force: true });
  await cp(other.path('state'), user.path('state'), { recursive: true });
  expect(await knows(user)).toBe(true);
});

test('the key and the records are readable by their user alone', async () => {
  await using user = await someone();
  await sbomText(user, ['./app.tar', '--json'], { under: ['sh', '-c', 'umask 0; exec "$0" "$@"'] });
  for (const path of [user.path('state', 'temper', 'cache.key'), ...(await kept(user))])
    expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('several processes at once answer the same, and leave nothing half-written', async () => {
  await using user = await someone();
  const runs = Array.from({ length: 6 }, async () => await sbomText(user, ['./app.tar', '--json']));
  expect(new Set(await Promise.all(runs))).toEqual(new Set([text]));
  expect(await kept(user)).toHaveLength(4);
  expect(await leftOvers(user.folder)).toEqual([]);
});

describe('a cache that cannot be written to keeps nothing from being answered', () => {
  test('a read-only file system', { skip: !canMount }, async () => {
    await using user = await someone();
    using disk = new SmallDisk(user.path('fixed'), '1m');
    disk.remount('ro');
    expect(await sbomText(user, ['./app.tar', '--json', '--cache', disk.folder])).toBe(text);
    disk.remount('rw');
    expect(await sbomText(user, ['./app.tar', '--json', '--cache', disk.folder])).toBe(text);
    await alterLayers(user);
    disk.remount('ro');
    expect(await knows(user, '--cache', disk.folder)).toBe(true);
  });

  test('a folder of somebody else, and no state folder either', async () => {
    await using user = await someone();
    await chmod(user.folder, 0o755);
    await mkdir(user.path('theirs'), { mode: 0o555 });
    const under = isRoot ? asNobody : [];
    const env = { XDG_STATE_HOME: user.path('theirs', 'state') };
    expect(await sbomText(user, ['./app.tar', '--json', '--cache', 'theirs'], { under, env })).toBe(text);
    expect(await readdir(user.path('theirs'))).toEqual([]);
  });

  test('a file where the folder should be', async () => {
    await using user = await someone();
    await writeFile(user.path('file'), '');
    expect(await sbomText(user, ['./app.tar', '--json', '--cache', 'file'])).toBe(text);
  });
});

describe.skipIf(!haveShared)(`the same bytes${needsShared}`, () => {
  let user: User;
  let whole: string;
  const formats = [
    'json',
    'spdx-json',
    'spdx-json@3.0',
    'spdx-tag-value',
    'cyclonedx-json',
    'cyclonedx-xml',
    'html',
    'dot',
  ];
  const everything = async (options: TemperOptions, ...args: string[]): Promise<string> => {
    const folder = await readdir(user.folder).then((names) => `out-${names.length}`);
    const outputs = formats.flatMap((format) => ['--output', `${format}=${user.path(folder, format)}`]);
    await sbomText(user, [npm7, '--declared', ...outputs, ...args], options);
    const texts = formats.map(async (format) => await readFile(user.path(folder, format), 'utf8'));
    return (await Promise.all(texts)).join('\n');
  };
  beforeAll(async () => {
    user = await User.create();
    whole = await everything({});
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
  });

  const under = (umask: string): readonly string[] => ['sh', '-c', `umask ${umask}; exec "$0" "$@"`];
  const surroundings: [string, TemperOptions, string[]][] = [
    ['from what was kept', {}, []],
    ['without a cache', {}, ['--no-cache']],
    ['in a time zone far in the east', { env: { TZ: 'Pacific/Kiritimati' } }, ['--no-cache']],
    ['in a locale that has its own i', { env: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } }, ['--no-cache']],
    ['under a umask that shuts others out', { under: under('0077') }, ['--no-cache']],
    ['in another folder', { cwd: '/' }, ['--no-cache']],
    ['in a CI', { env: { CI: 'true', GITHUB_ACTIONS: 'true', NO_COLOR: '1' } }, ['--quiet']],
  ];
  test.each(surroundings)('%s', async (_, options, args) => {
    expect((await everything(options, ...args)) === whole).toBe(true);
  });

  test("SOURCE_DATE_EPOCH takes the place of the image's date, and changes nothing else", async () => {
    const later = await everything({ env: { SOURCE_DATE_EPOCH: '1800000000' } });
    expect(later).toContain('2027-01-15T08:00:00Z');
    expect(later).not.toContain('2024-05-10T07:43:14Z');
    expect(whole).toContain('2024-05-10T07:43:14Z');
    // Names that are made from the content follow it.
    const plain = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|20\d\d-[\dT:-]+Z/g, '');
    expect(plain(later) === plain(whole)).toBe(true);
    const nonsense = await everything({ env: { SOURCE_DATE_EPOCH: 'tomorrow' } });
    expect(nonsense === whole).toBe(true);
  });
});

test('no cache, no home: the answer is the same', async () => {
  await using user = await someone();
  expect(await purlsOf(user, ['./app.tar', '--no-cache'], { env: { HOME: '/nonexistent' } })).toEqual(purlsOfApp);
});
