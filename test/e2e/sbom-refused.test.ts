// What `temper sbom` cannot answer: one sentence, a hint and a code, exit status 2, and nothing half-written.
import { copyFile, mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeImageOf } from '../fakes/image-archive.ts';
import { startDistribution, writeDefinition } from './distribution.ts';
import { canMount, SmallDisk } from './privileges.ts';
import { leftOvers, snapshot } from './refused-build.ts';
import {
  alpineLayer,
  appImage,
  haveShared,
  needsShared,
  npm7,
  purlsOf,
  purlsOfApp,
  saveDocker,
  saveLayout,
  sbomJson,
  sbomText,
  shared,
} from './sbom-images.ts';
import { faultOf, type ShownFault, type TemperOptions, User } from './temper.ts';

let user: User;
beforeAll(async () => {
  user = await User.create();
  await saveDocker(user.path('app.tar'), appImage());
  const arm64 = fakeImageOf([alpineLayer('musl 1.2.5-r0')], { platform: 'linux/arm64' });
  await saveLayout(user.path('both.tar'), { 'linux/amd64': appImage(), 'linux/arm64': arm64 });
  await writeFile(user.path('noise'), Buffer.alloc(4096));
  await writeFile(user.path('empty'), '');
  await writeFile(user.path('x.json'), '{"hello": "world"}');
  await writeFile(user.path('broken.json'), '{"spdxVersion": "SPDX-2.3", ');
  await mkdir(user.path('folder'));
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

async function refused(args: readonly string[], options: TemperOptions = {}): Promise<ShownFault> {
  const run = await user.temper(['sbom', ...args], options);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  expect(await leftOvers(user.folder)).toEqual([]);
  const fault = faultOf(run);
  expect(fault.sentence).toMatch(/[^.]\.$/);
  expect(fault.hint).toMatch(/[.?]$/);
  return fault;
}

const bad: [string, string[], string, string][] = [
  ['no such format', ['./app.tar', '--format', 'spdx-jsn'], 'sbom/unknown-output', '"spdx-jsn"'],
  ['no such format of a file', ['./app.tar', '--output', 'yaml=x'], 'sbom/unknown-output', '"yaml"'],
  ['an output without a file', ['./app.tar', '--output', 'json='], 'usage/output', 'json='],
  ['no image', [], 'usage/missing-argument', 'image'],
  ['an unknown option', ['./app.tar', '--formt', 'json'], 'usage/unknown-option', '--formt'],
  ['a file that is not there', ['./nowhere.tar'], 'file/missing', './nowhere.tar'],
  ['a bare name of a file that is there', ['app.tar'], 'reference/file', 'app.tar'],
  ['noise', ['./noise'], 'source/unknown', './noise'],
  ['an empty file', ['./empty'], 'source/unknown', './empty'],
  ['a folder as an SBOM', ['sbom:folder'], 'file/kind', 'folder'],
  ['JSON that is no SBOM', ['./x.json'], 'sbom/unknown-format', 'x.json'],
  ['half an SBOM', ['sbom:broken.json'], 'json/malformed', 'broken.json'],
  ['a platform that is not there', ['./both.tar', '--platform', 'linux/mips'], 'source/platform', 'linux/mips'],
  ['no platform', ['./both.tar', '--platform', 'x'], 'source/platform', 'x'],
  ['several platforms on standard output', ['./both.tar', '--platform', 'all'], 'sbom/one-place', 'standard output'],
  ['several platforms in one file', ['./both.tar', '--platform', 'all', '--output', 'out'], 'sbom/one-place', 'out'],
  ['two formats in one file', ['./app.tar', '--output', 'out', '--output', 'purls=./out'], 'sbom/one-place', './out'],
  ['a folder as output', ['./app.tar', '--output', 'folder'], 'file/kind', 'folder'],
  ['a device as output', ['./app.tar', '--output', '/dev/null'], 'file/kind', '/dev/null'],
  ['an output below a file', ['./app.tar', '--output', 'noise/out'], 'file/kind', 'noise/out'],
  ['a base that is not there', ['./app.tar', '--base', './nowhere.tar'], 'file/missing', './nowhere.tar'],
];

test.each(bad)('%s', async (_, args, code, words) => {
  const before = await snapshot(user.folder);
  const fault = await refused(args);
  expect(fault).toMatchObject({ code, sentence: expect.stringContaining(words) as string });
  expect(Object.keys(await snapshot(user.folder)).filter((path) => path.endsWith('/out'))).toEqual([]);
  expect((await snapshot(user.folder))[user.path('noise')]).toBe(before[user.path('noise')]);
});

test('standard input with nothing in it', async () => {
  expect(await refused(['-'])).toMatchObject({ code: 'source/unknown' });
});

describe('an archive that is damaged', () => {
  test.each([0.2, 0.5, 0.9])('cut off at %d of its length', async (part) => {
    const { length } = await readFile(user.path('app.tar'));
    await copyFile(user.path('app.tar'), user.path('cut.tar'));
    await truncate(user.path('cut.tar'), Math.floor(length * part));
    const { code } = await refused(['./cut.tar', '--no-cache']);
    expect(code).toMatch(/^(?:tar|source|image|oci)\//);
  });

  test('a layer of which one byte is another', async () => {
    const bytes = await readFile(user.path('app.tar'));
    bytes.write('9', bytes.indexOf('V:1.2.4-r3') + 2);
    await writeFile(user.path('altered.tar'), bytes);
    const fault = await refused(['./altered.tar', '--no-cache']);
    expect(fault.code).toBe('image/altered');
    expect(fault.sentence).toContain(appImage().diffIds[0]);
  });

  test.skipIf(!haveShared)(`real ones${needsShared}`, async () => {
    const cases = {
      'docker-archives_docker-save_java.tar': /^image\/altered$/,
      'docker-archives_docker-save_nginx.tar': /^image\/layers$/,
      'alpine-3.12.0.tar': /^repository\/altered$/,
      // Its index names what is damaged and what is not there; which is met first is left to chance.
      'oci-with-manifest.tar': /^repository\/(?:altered|not-found)$/,
    };
    for (const [name, code] of Object.entries(cases)) expect((await refused([shared(name)])).code).toMatch(code);
    await copyFile(npm7, user.path('half.tar'));
    await truncate(user.path('half.tar'), 1_600_000);
    expect((await refused([user.path('half.tar'), '--no-cache'])).code).toMatch(
      /^(?:tar|source|repository|compression)\//,
    );
  });
});

test('what cannot be read in an image is named, and the rest is answered', async () => {
  const layer = [...alpineLayer('musl 1.2.4-r3'), { path: 'app/node_modules/x/package.json', content: '{"name": ' }];
  await saveDocker(user.path('odd.tar'), fakeImageOf([layer]));
  const run = await user.temper(['sbom', './odd.tar', '--format', 'purls']);
  expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('pkg:apk/alpine/musl@') as string });
  expect(run.stderr).toMatch(/^One file could not be read and may tell of more packages: [^\n]+\n$/);
  expect((await sbomJson(user, ['./odd.tar'])).notRead).toEqual([
    expect.objectContaining({ path: 'app/node_modules/x/package.json', cataloger: 'npm' }),
  ]);
});

test('what stands at the output stays when there is no answer', async () => {
  await writeFile(user.path('kept'), 'mine');
  await refused(['./nowhere.tar', '--output', 'kept']);
  await refused(['./both.tar', '--platform', 'all', '--output', 'kept']);
  expect(await readFile(user.path('kept'), 'utf8')).toBe('mine');
  await sbomText(user, ['./app.tar', '--output', 'purls=kept']);
  expect(await readFile(user.path('kept'), 'utf8')).toBe(`${purlsOfApp.join('\n')}\n`);
});

describe('a full disk (needs root, to mount a small one)', { skip: !canMount }, () => {
  test('under the output is said; what stood there stays', async () => {
    using disk = new SmallDisk(user.path('small'), '12k');
    await writeFile(user.path('small', 'out'), 'mine');
    const fault = await refused([
      './app.tar',
      '--output',
      'spdx-json=small/new',
      '--output',
      'html=small/out',
      '--files',
    ]);
    expect(fault).toMatchObject({ code: 'file/disk-full', sentence: expect.stringContaining('small/') as string });
    expect(await readFile(user.path('small', 'out'), 'utf8')).toBe('mine');
    disk.remount('size=10m');
    await sbomText(user, ['./app.tar', '--output', 'html=small/out', '--files']);
  });

  test('under the cache keeps nothing from being answered', async () => {
    using disk = new SmallDisk(user.path('tiny'), '4k');
    expect(await purlsOf(user, ['./app.tar', '--cache', disk.folder])).toEqual(purlsOfApp);
    expect(await purlsOf(user, ['./app.tar', '--cache', disk.folder])).toEqual(purlsOfApp);
  });
});

test('a reader that leaves early changes no answer', async () => {
  const under = ['bash', '-c', '"$0" "$@" | head -n 1; exit "${PIPESTATUS[0]}"'];
  for (const format of ['table', 'json', 'html']) {
    const run = await user.temper(['sbom', './app.tar', '--files', '--format', format], { under });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout.split('\n')).toHaveLength(2);
  }
});

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s while standard input still comes ends it at once', async (signal) => {
    // The pipe is open for both ways: it does not end.
    const under = ['bash', '-c', 'exec 3<><(:); exec "$0" "$@" <&3'];
    const { child, ended } = user.start(['sbom', '-'], { under, timeout: 30_000 });
    await sleep(1500);
    child.kill(signal);
    const run = await ended;
    expect(run).toMatchObject({ status: 2, stdout: '' });
    // One that hears of it too late is ended with 130.
    expect(faultOf(run).code).toBe('interrupted');
    expect(await leftOvers(user.folder)).toEqual([]);
  });

  test('while a large folder is read ends it at once', async () => {
    const { child, ended } = user.start(['sbom', 'rootfs:/', '--files'], { timeout: 60_000 });
    await sleep(1500);
    child.kill('SIGINT');
    const run = await ended;
    expect(run).toMatchObject({ status: 2, stdout: '' });
    // One that hears of it too late is ended with 130.
    expect(faultOf(run).code).toBe('interrupted');
  });
});

test('an image that this program built, of two platforms, from a layout that then is damaged', async () => {
  await using archive = await startDistribution();
  await writeDefinition(user.folder, archive);
  const built = await user.temper(['build', 'tiny.yaml', '--output', 'oci:built', '--json']);
  expect(built.status).toBe(0);
  const { platforms } = built.json() as { platforms: { layers: { digest: string }[] }[] };
  const hex = platforms[0]?.layers[0]?.digest.slice('sha256:'.length) ?? '';
  await using file = await open(user.path('built', 'blobs', 'sha256', hex), 'r+');
  await file.write(Buffer.from('x'), 0, 1, 12);
  const fault = await refused(['oci:built', '--platform', 'linux/amd64']);
  expect(fault.code).toMatch(/^(?:repository|image)\/altered$|^compression\//);
});
