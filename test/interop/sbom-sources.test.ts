// `temper sbom` of images where people have them: engines' stores, registries, archives, under official schemas.
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/io/processes.ts';
import { fakeImageOf, fakeTar, oldDockerEntries } from '../fakes/image-archive.ts';
import { root, User } from '../e2e/temper.ts';
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
} from '../e2e/sbom-images.ts';
import { DockerDaemon, dockerAvailable } from './docker-daemon.ts';
import { startDockerRegistry } from './registries.ts';
import { describeWith, installed } from './peers.ts';
import { Service } from './services.ts';

const asRoot = process.getuid?.() === 0;
const nowhere = { DOCKER_HOST: 'unix:///nonexistent', CONTAINER_HOST: 'unix:///nonexistent' };
const arm64 = fakeImageOf([alpineLayer('musl 1.2.5-r0')], { platform: 'linux/arm64' });
const purlsOfArm64 = ['pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.19.1'];

let user: User;
beforeAll(async () => {
  user = await User.create();
  await saveDocker(user.path('app.tar'), appImage());
  await saveLayout(user.path('both.tar'), { 'linux/amd64': appImage(), 'linux/arm64': arm64 });
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

async function must(program: string, args: readonly string[]): Promise<void> {
  const { status, stderr } = await run(program, args, { timeout: 120_000 });
  expect([status, stderr], `${program} ${args.join(' ')}`).toEqual([0, stderr]);
}

/** Writes what `docker save` writes, under a name. */
async function named(name: string): Promise<string> {
  const path = user.path(`${name.replace(/\W/g, '-')}.tar`);
  await writeFile(path, fakeTar(oldDockerEntries(appImage(), [name])));
  return path;
}

describe.skipIf(!dockerAvailable)('an image of Docker', () => {
  test('by its plain name, which is asked of no registry', async () => {
    await using daemon = await DockerDaemon.start();
    const { status, stderr } = await daemon.docker(['load', '--input', await named('temper.test/app:1')]);
    expect([status, stderr]).toEqual([0, stderr]);
    const env = { ...nowhere, DOCKER_HOST: daemon.host };
    for (const name of ['temper.test/app:1', 'docker:temper.test/app:1', 'local://temper.test/app:1'])
      expect(await purlsOf(user, [name, '--offline'], { env })).toEqual(purlsOfApp);
    const { subject } = await sbomJson(user, ['temper.test/app:1'], { env });
    expect(subject.name).toBe('docker:temper.test/app:1');
  });
});

describeWith(['podman'], 'an image of Podman', ({ podman }) => {
  test.skipIf(!asRoot)('by its plain name', async () => {
    const own = (at: string): string[] => ['--root', `${at}/root`, '--runroot', `${at}/run`, '--storage-driver', 'vfs'];
    await using service = await Service.start(podman, (at) => [
      ...own(at),
      'system',
      'service',
      '--time',
      '0',
      `unix://${at}/sock`,
    ]);
    await must(podman, [...own(service.folder), 'load', '--input', await named('localhost/app:1')]);
    const env = { ...nowhere, CONTAINER_HOST: `unix://${service.socket}` };
    for (const name of ['app:1', 'localhost/app:1', 'podman:app:1'])
      expect(await purlsOf(user, [name, '--offline'], { env })).toEqual(purlsOfApp);
  });
});

describeWith(['docker-registry', 'skopeo'], 'an image in a registry', (paths) => {
  test('of two platforms, by its tag and by its digest', async () => {
    await using registry = await startDockerRegistry(paths['docker-registry']);
    const name = `${registry.host}/team/app:1`;
    const from = `oci-archive:${user.path('both.tar')}:1`;
    await must(paths.skopeo, [
      'copy',
      '--all',
      '--insecure-policy',
      '--dest-tls-verify=false',
      from,
      `docker://${name}`,
    ]);
    const env = nowhere;
    expect(await purlsOf(user, [name, '--platform', 'linux/amd64'], { env })).toEqual(purlsOfApp);
    expect(await purlsOf(user, [name, '--platform', 'linux/arm64'], { env })).toEqual(purlsOfArm64);
    const outputs = ['--output', '{platform}.json', '--output', 'purls={platform}.txt'];
    await sbomText(user, [name, '--platform', 'all', ...outputs], { env });
    expect(readFileSync(user.path('linux-amd64.txt'), 'utf8')).toBe(`${purlsOfApp.join('\n')}\n`);
    expect(readFileSync(user.path('linux-arm64.txt'), 'utf8')).toBe(`${purlsOfArm64.join('\n')}\n`);
    const document = JSON.parse(readFileSync(user.path('linux-arm64.json'), 'utf8')) as {
      subject: Record<string, string>;
    };
    expect(document.subject).toMatchObject({ name, platform: 'linux/arm64' });
    const byDigest = `${registry.host}/team/app@${document.subject['manifestDigest']}`;
    expect(await purlsOf(user, [byDigest, '--platform', 'linux/arm64'], { env })).toEqual(purlsOfArm64);
    // What was read of the layers is known, whatever the image is called.
    expect(await purlsOf(user, ['./both.tar', '--platform', 'linux/arm64'])).toEqual(purlsOfArm64);
    const run = await user.temper(['sbom', name, '--offline'], { env });
    expect(run).toMatchObject({ status: 2, stdout: '' });
  });
});

const dpkg = installed('dpkg-query');
const debian = dpkg !== undefined && existsSync('/var/lib/dpkg/status');

describe.skipIf(!debian)(`this machine's Debian${debian ? '' : ' (needs dpkg)'}`, () => {
  test('has the packages that dpkg-query lists, and what they need of each other', async () => {
    const at = user.path('debian');
    for (const path of ['var/lib/dpkg/status', 'etc/os-release']) {
      await mkdir(join(at, dirname(path)), { recursive: true });
      await copyFile(`/${path}`, join(at, path));
    }
    const format = '${db:Status-Abbrev}${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\\n';
    const { stdout } = await run(dpkg ?? '', ['-W', '-f', format], { timeout: 60_000 });
    const lines = stdout.toString().split('\n');
    // The third letter says whether it is broken; `ii` is wanted and installed.
    const listed = lines.filter((line) => /^[ih]i/.test(line)).map((line) => line.slice(3).trim());
    const { packages = [] } = await sbomJson(user, [`rootfs:${at}`]);
    const ours = packages.map((p) => `${p.name} ${p.version} ${p.architecture} ${p.source?.name} ${p.source?.version}`);
    expect(listed.length).toBeGreaterThan(50);
    expect(ours.sort()).toEqual(listed.sort());
    const base = packages.find(({ name }) => name === 'libc6');
    expect(base?.dependencies?.some((purl) => /\/libgcc-s1@/.test(purl))).toBe(true);
  });
});

const schemas = join(process.env['TEMPER_SHARED'] ?? join(root, '..', 'shared'), 'schemas');
const schemasOf: Readonly<Record<string, readonly [schema: string, ...others: string[]]>> = {
  'spdx-json': ['spdx-2.3.schema.json'],
  'cyclonedx-json': ['cyclonedx-bom-1.6.schema.json', 'spdx.schema.json', 'jsf-0.82.schema.json'],
  'cyclonedx-json@1.7': [
    'cyclonedx-bom-1.7.schema.json',
    'spdx.schema.json',
    'jsf-0.82.schema.json',
    'cryptography-defs.schema.json',
  ],
};
const archives: readonly (readonly [string, ...string[]])[] = [
  [npm7, '--declared', '--files'],
  [shared('docker-archives_docker-save_java-uberjar.tar'), '--files'],
  [shared('docker-archives_docker-save_poetry.tar'), '--declared'],
  [shared('docker-archives_docker-save_gemfile.tar'), '--declared'],
  [shared('busybox-1.31.1.tar'), '--files'],
];

describe.skipIf(!haveShared || !existsSync(schemas))(`the official schemas${needsShared}`, () => {
  test.each(Object.entries(schemasOf))('%s of real images is valid', async (format, [schema, ...others]) => {
    const load = (name: string): AnySchema => JSON.parse(readFileSync(join(schemas, name), 'utf8')) as AnySchema;
    const ajv = new Ajv({ strict: false, logger: false });
    addFormats.default(ajv);
    for (const other of others) ajv.addSchema(load(other));
    const valid = ajv.compile(load(schema));
    for (const args of [...archives, [user.path('app.tar'), '--base', user.path('app.tar')]]) {
      const document = JSON.parse(await sbomText(user, [...args, '--format', format])) as Record<string, unknown>;
      expect([args, valid(document), valid.errors]).toEqual([args, true, null]);
    }
    expect(valid({ nothing: 'of it' })).toBe(false);
  });

  const xmllint = installed('xmllint');
  test('cyclonedx-xml of real images is valid (skipped without xmllint)', { skip: xmllint === undefined }, async () => {
    await writeFile(user.path('spdx.xsd'), readFileSync(join(schemas, 'spdx.xsd')));
    const xsd = readFileSync(join(schemas, 'cyclonedx-bom-1.6.xsd'), 'utf8');
    const local = xsd.replace(/schemaLocation="[^"]*spdx(?:\.xsd)?"/, `schemaLocation="${user.path('spdx.xsd')}"`);
    await writeFile(user.path('bom.xsd'), local);
    for (const args of archives) {
      await sbomText(user, [...args, '--output', 'cyclonedx-xml=bom.xml']);
      const check = ['--nonet', '--noout', '--schema', user.path('bom.xsd'), user.path('bom.xml')];
      const { status, stderr } = await run(xmllint ?? '', check, { timeout: 120_000 });
      expect([args, status, stderr]).toEqual([args, 0, stderr]);
    }
  });
});

describe.skipIf(!haveShared)(`beside syft${needsShared}`, () => {
  const syft = installed('syft');
  const kinds = new Map(Object.entries({ 'java-archive': 'maven', python: 'pypi', binary: 'generic' }));
  const cases: [reference: string, ...others: string[]][] = [
    // Its project's own package.json, of which nothing is installed.
    [`oci-archive:${shared('pnpm_pnpmlockv9.tar')}`, 'npm pnpm-test-project-v9 1.0.0'],
    // What is called after the file is the artifact of the pom in it.
    [`docker-archive:${shared('docker-archives_docker-save_java-uberjar.tar')}`, 'maven uberjar 1.7.30'],
    // Its normalized name; the lock writes "rpc.py".
    [`docker-archive:${shared('docker-archives_docker-save_poetry.tar')}`, 'pypi rpc-py 0.4.2'],
    [`docker-archive:${shared('docker-archives_docker-save_gemfile.tar')}`],
    [`oci-archive:${shared('busybox-1.31.1.tar')}`],
  ];
  test.each(cases)('nothing is missed in %s', { skip: syft === undefined }, async (reference, ...others) => {
    const args = ['scan', reference, '-o', 'json', '-q', '--override-default-catalogers', 'all'];
    const { status, stdout, stderr } = await run(syft ?? '', args, { timeout: 240_000 });
    expect([status, stderr]).toEqual([0, stderr]);
    const { artifacts } = JSON.parse(stdout.toString()) as {
      artifacts: { name: string; version: string; type: string }[];
    };
    const { packages = [] } = await sbomJson(user, [reference, '--declared']);
    const ours = new Set(packages.map(({ kind, name, version }) => `${kind} ${name.split(':').at(-1)} ${version}`));
    // It counts the platform of a gem to the version.
    const theirs = artifacts.map(
      ({ type, name, version }) => `${kinds.get(type) ?? type} ${name} ${version.replace(/-java$/, '')}`,
    );
    expect(theirs.length).toBeGreaterThan(0);
    expect(theirs.filter((one) => !ours.has(one))).toEqual(others);
  });
});
