// `temper sbom`: what is in an image, in every format, wherever it goes.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDocumentFormat, sbomFormats } from '../../src/bom/formats.ts';
import { readBom } from '../../src/bom/read.ts';
import { fakeImageOf } from '../fakes/image-archive.ts';
import { writeTree } from './distribution.ts';
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
import { User } from './temper.ts';

let user: User;
let app: string;
let both: string;
beforeAll(async () => {
  user = await User.create();
  app = user.path('app.tar');
  both = user.path('both.tar');
  await saveDocker(app, appImage());
  const arm64 = fakeImageOf([alpineLayer('musl 1.2.5-r0')], { platform: 'linux/arm64' });
  await saveLayout(both, { 'linux/amd64': appImage(), 'linux/arm64': arm64 });
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

const names = sbomFormats.map(({ name }) => name);
const documents = names.filter(isDocumentFormat);

describe.skipIf(!haveShared)(`real archives${needsShared}`, () => {
  const alpine = [
    'alpine-baselayout',
    'alpine-baselayout-data',
    'alpine-keys',
    'apk-tools',
    'busybox',
    'busybox-binsh',
    'ca-certificates-bundle',
    'libc-utils',
    'libcrypto3',
    'libssl3',
    'musl',
    'musl-utils',
    'scanelf',
    'ssl_client',
    'zlib',
  ];

  test.each([
    ['npm7', npm7, '3.19.1', 'busybox@1.36.1-r15?arch=x86_64&'],
    ['pnpm', shared('pnpm_pnpmlockv9.tar'), '3.18.12', 'busybox@1.36.1-r7?arch=aarch64&'],
  ])('%s: every package of Alpine, and the programs that these bring', async (_, archive, release, busybox) => {
    const { packages = [] } = await sbomJson(user, [archive]);
    const apk = packages.filter(({ kind }) => kind === 'apk');
    expect(apk.map(({ name }) => name).sort()).toEqual(alpine);
    expect(apk.every(({ purl }) => purl.includes(`distro=alpine-${release}`))).toBe(true);
    expect(apk.find(({ name }) => name === 'busybox')?.purl).toContain(`pkg:apk/alpine/${busybox}`);
    const others = packages.filter(({ kind }) => kind !== 'apk');
    expect(others.map(({ name, ownedBy }) => [name, ownedBy?.split('@')[0]])).toEqual([
      ['busybox', 'pkg:apk/alpine/busybox'],
      ['openssl', 'pkg:apk/alpine/libcrypto3'],
      ['zlib', 'pkg:apk/alpine/zlib'],
    ]);
  });

  test('a program without a package is found by its name, which is a link to another', async () => {
    const { packages = [] } = await sbomJson(user, [shared('busybox-1.31.1.tar')]);
    expect(packages.map(({ purl, locations }) => [purl, locations?.map(({ path }) => path)])).toEqual([
      ['pkg:generic/busybox@1.31.1', ['bin/busybox']],
    ]);
  });

  test('what a lock file speaks of counts only when it is asked for', async () => {
    const installed = await purlsOf(user, [npm7]);
    expect(installed.filter((purl) => purl.startsWith('pkg:npm/'))).toEqual([]);
    const { packages = [] } = await sbomJson(user, [npm7, '--declared']);
    const npm = packages.filter(({ kind }) => kind === 'npm');
    expect(npm.length).toBeGreaterThan(60);
    expect(npm.every(({ evidence }) => evidence === 'declared')).toBe(true);
    expect(npm.filter(({ name }) => name === 'ms').map(({ version }) => version)).toEqual(['2.0.0', '2.1.3']);
    expect(npm.find(({ name }) => name === 'express')?.dependencies).toContain('pkg:npm/accepts@1.3.8');
    expect(packages.map(({ purl }) => purl)).toEqual(expect.arrayContaining(installed));
  });

  test.each([
    ['docker-archives_docker-save_poetry.tar', 13, 'pkg:pypi/flask@2.2.0', 'app/poetry.lock'],
    ['docker-archives_docker-save_gemfile.tar', 240, 'pkg:gem/nokogiri@1.12.5', 'Gemfile.lock'],
  ])('%s with --declared', async (name, least, purl, path) => {
    const none = await user.temper(['sbom', shared(name), '--format', 'purls']);
    expect([none.status, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toBe(
      'No package is installed; --declared counts what lock files and manifests speak of, too.\n',
    );
    expect(await purlsOf(user, [shared(name), '--quiet'])).toEqual([]);
    const { packages = [] } = await sbomJson(user, [shared(name), '--declared']);
    expect(packages.length).toBeGreaterThanOrEqual(least);
    expect(packages.find((p) => p.purl.startsWith(purl))?.locations?.map((at) => at.path)).toEqual([path]);
  });

  test('a jar within a jar is found, with the way to it', async () => {
    const { packages = [] } = await sbomJson(user, [shared('docker-archives_docker-save_java-uberjar.tar')]);
    const guava = packages.find(({ purl }) => purl === 'pkg:maven/com.google.guava/guava@30.1-jre');
    expect(guava?.locations).toEqual([
      expect.objectContaining({ path: 'uberjar.jar', within: ['lib/guava-30.1-jre.jar'] }),
    ]);
  });
});

describe('formats', () => {
  const begin: Record<(typeof names)[number], RegExp> = {
    table: /^PACKAGE +VERSION +TYPE/,
    tree: /^\S+ sha256:[0-9a-f]{64} \(linux\/amd64, Alpine Linux v3\.19\): 4 packages, 1 relationship\n/,
    json: /^\{\s*"\$schema":"urn:temper:schema:sbom:1"/,
    'spdx-json': /^\{[^]*"spdxVersion": ?"SPDX-2\.3"/,
    'spdx-json@3.0': /^\{[^]*"@context"[^]*"specVersion": ?"3\.0\.1"/,
    'spdx-tag-value': /^SPDXVersion: SPDX-2\.3\n/,
    'cyclonedx-json': /^\{[^]*"specVersion": ?"1\.6"/,
    'cyclonedx-json@1.7': /^\{[^]*"specVersion": ?"1\.7"/,
    'cyclonedx-xml': /^<\?xml[^]*<bom [^]*cyclonedx\.org\/schema\/bom\/1\.6/,
    purls: /^pkg:apk\//,
    dot: /^digraph /,
    html: /^<!doctype html>/i,
  };

  test.each(names)('%s on standard output is what is written to a file', async (format) => {
    const text = await sbomText(user, [app, '--format', format]);
    expect(text).toMatch(begin[format]);
    expect(text.endsWith('\n')).toBe(true);
    for (const name of ['busybox', 'musl', 'left-pad', 'is-odd']) expect(text).toContain(name);
    await sbomText(user, [app, '--output', `${format}=one.${format}`]);
    expect(await readFile(user.path(`one.${format}`), 'utf8')).toBe(text);
  });

  test('all of them in one run are the same as each in its own', async () => {
    const outputs = names.flatMap((name) => ['--output', `${name}=all/${name}`]);
    expect(await sbomText(user, [app, ...outputs])).toBe('');
    expect((await readdir(user.path('all'))).sort()).toEqual([...names].sort());
    // Where one lists files and texts, they are in the others, too.
    const alone = await sbomText(user, [app, '--format', 'json', '--files']);
    expect(await readFile(user.path('all', 'json'), 'utf8')).toBe(alone);
  });

  test('each can be read again, and be written in each other one, without losing a package', async () => {
    const written = documents.filter((name) => name !== 'purls');
    await sbomText(user, [app, ...written.flatMap((name) => ['--output', `${name}=from/${name}`])]);
    for (const from of written) {
      const outputs = documents.flatMap((to) => ['--output', `${to}=to/${from}/${to}`]);
      await sbomText(user, [`sbom:${user.path('from', from)}`, ...outputs]);
      for (const to of written) {
        const bytes = await readFile(user.path('to', from, to));
        expect([from, to, readBom(bytes, to).packages.map(({ purl }) => purl)]).toEqual([from, to, purlsOfApp]);
      }
      expect(await readFile(user.path('to', from, 'purls'), 'utf8')).toBe(`${purlsOfApp.join('\n')}\n`);
    }
  });

  test('a path without a format is JSON, or what --format says', async () => {
    const json = await sbomText(user, [app, '--json']);
    await sbomText(user, [app, '--output', 'plain']);
    expect(await readFile(user.path('plain'), 'utf8')).toBe(json);
    await sbomText(user, [app, '--output', './a=b', '--format', 'purls']);
    expect(await readFile(user.path('a=b'), 'utf8')).toBe(`${purlsOfApp.join('\n')}\n`);
  });

  test('"-" is standard output, beside files', async () => {
    const text = await sbomText(user, [app, '--output', 'purls=-', '--output', 'json=beside']);
    expect(text).toBe(`${purlsOfApp.join('\n')}\n`);
    expect(JSON.parse(await readFile(user.path('beside'), 'utf8'))).toMatchObject({ schemaVersion: 1 });
    expect(await sbomText(user, [app, '--output', 'purls=/dev/stdout'])).toBe(text);
  });
});

describe('files', () => {
  test('are listed when they are asked for, and by SPDX unless they are refused', async () => {
    expect((await sbomJson(user, [app])).files).toBeUndefined();
    const { files = [] } = await sbomJson(user, [app, '--files']);
    expect(files.map(({ path }) => path)).toEqual([
      'app/node_modules/is-odd/package.json',
      'app/node_modules/left-pad/package.json',
      'etc/os-release',
      'lib/apk/db/installed',
    ]);
    expect(files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
    const spdx = async (...args: string[]): Promise<unknown[]> => {
      const text = await sbomText(user, [app, '--format', 'spdx-json', ...args]);
      return (JSON.parse(text) as { files?: unknown[] }).files ?? [];
    };
    expect(await spdx()).toHaveLength(4);
    expect(await spdx('--no-files')).toEqual([]);
  });
});

describe('platforms', () => {
  test('one is read unless all are asked for; {platform} names the file of each', async () => {
    const arm64 = ['pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.19.1'];
    expect(await purlsOf(user, [both, '--platform', 'linux/amd64'])).toEqual(purlsOfApp);
    expect(await purlsOf(user, [both, '--platform', 'arm64'])).toEqual(arm64);
    const outputs = ['--output', 'purls=each/{platform}.txt', '--output', 'spdx-json=each/{platform}/spdx.json'];
    expect(await sbomText(user, [both, '--platform', 'all', ...outputs])).toBe('');
    const there = await readdir(user.path('each'), { recursive: true });
    expect(there.filter((path) => path.includes('.')).sort()).toEqual([
      'linux-amd64.txt',
      'linux-amd64/spdx.json',
      'linux-arm64.txt',
      'linux-arm64/spdx.json',
    ]);
    expect(await readFile(user.path('each', 'linux-amd64.txt'), 'utf8')).toBe(`${purlsOfApp.join('\n')}\n`);
    expect(await readFile(user.path('each', 'linux-arm64.txt'), 'utf8')).toBe(`${arm64.join('\n')}\n`);
  });
});

describe('standard input', () => {
  test('is read as a file is: an archive, a compressed one, an SBOM', async () => {
    const input = await readFile(app);
    expect(await purlsOf(user, ['-'], { input })).toEqual(purlsOfApp);
    const sbom = await sbomText(user, [app, '--format', 'cyclonedx-json']);
    expect(await purlsOf(user, ['-'], { input: sbom })).toEqual(purlsOfApp);
  });
});

test('a folder is a root or a source tree', async () => {
  const [release, database] = alpineLayer('musl 1.2.4-r3');
  await writeTree(user.path('root'), {
    'etc/os-release': String(release?.content),
    'lib/apk/db/installed': String(database?.content),
    'app/package-lock.json': JSON.stringify({
      name: 'x',
      lockfileVersion: 3,
      packages: { '': { name: 'x' }, 'node_modules/left-pad': { version: '1.3.0' } },
    }),
  });
  const apk = 'pkg:apk/alpine/musl@1.2.4-r3?arch=x86_64&distro=alpine-3.19.1';
  expect(await purlsOf(user, [`rootfs:${user.path('root')}`])).toEqual([apk]);
  expect(await purlsOf(user, [user.path('root')])).toEqual([apk]);
  expect(await purlsOf(user, ['./root', '--declared'])).toEqual([apk, 'pkg:npm/left-pad@1.3.0']);
  expect(await purlsOf(user, [`dir:${join('root', 'app')}`])).toContain('pkg:npm/left-pad@1.3.0');
});
