// Bad input gives one sentence, a hint and a code, exit status 2, and leaves nothing half-written.
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/lib/digest.ts';
import { makeFakeKey } from '../fakes/archive.ts';
import type { FakePackage } from '../fakes/deb.ts';
import { makeElf } from '../fakes/elf.ts';
import {
  type DefinitionChange,
  packages,
  RELEASED,
  startDistribution,
  triplet,
  writeDefinition,
  writeTree,
} from './distribution.ts';
import { EarlierBuild, leftOvers, refusedBuild, type Scene, scene, snapshot, wholeLock } from './refused-build.ts';
import { faultOf, type ShownFault, type User } from './temper.ts';

let earlier: EarlierBuild;
beforeAll(async () => {
  earlier = await EarlierBuild.make();
});
afterAll(async () => {
  await earlier[Symbol.asyncDispose]();
});

const setting = async (...more: FakePackage[]): Promise<Scene> => await scene(earlier, startDistribution(...more));

async function refused({ user, archive }: Scene, change: DefinitionChange): Promise<ShownFault & { locked: boolean }> {
  await writeDefinition(user.folder, archive, change);
  const fault = await refusedBuild(user);
  return { ...fault, locked: await wholeLock(user) };
}

const asked = (...names: string[]): DefinitionChange => ({ packages: ['base-files', ...names] });

describe('a definition', () => {
  const cases: [string, DefinitionChange, string, string][] = [
    ['an unknown field', { more: 'colour: blue' }, 'definition/invalid', 'tiny.yaml:9: the field "colour" is unknown.'],
    [
      'a field that is known and not supported',
      { more: 'builds: []' },
      'definition/invalid',
      '"builds" is not supported.',
    ],
    ['a value of the wrong type', { more: 'cmd: run' }, 'definition/invalid', 'the field "cmd" is invalid'],
    ['broken YAML', { more: 'a: [' }, 'definition/malformed', 'tiny.yaml:'],
    [
      'a folder that is not there',
      { contents: 'files: [{url: ./app, path: /app}]' },
      'definition/missing-file',
      './app',
    ],
    ['a certificate that is not there', { contents: 'certificates: [ca.pem]' }, 'file/missing', 'ca.pem'],
    ['an unknown package', asked('nonsense'), 'resolve/unknown-package', 'nonsense'],
    [
      'a deletion of nothing',
      { more: 'paths: [{type: delete, path: /nowhere}]' },
      'build/nothing-to-delete',
      '/nowhere',
    ],
  ];

  test.each(cases)('with %s is refused', async (_, change, code, words) => {
    await using it = await setting();
    const fault = await refused(it, change);
    expect(fault.code).toBe(code);
    expect(fault.sentence).toContain(words);
  });

  test('that is not there, or a platform that it has not, is refused', async () => {
    await using it = await setting();
    expect(await refusedBuild(it.user)).toMatchObject({ code: 'file/missing' });
    await writeDefinition(it.user.folder, it.archive);
    const fault = await refusedBuild(it.user, ['--platform', 'linux/riscv64']);
    expect(fault).toMatchObject({ code: 'definition/platform' });
    expect(await refusedBuild(it.user, ['--compression', 'lzma'])).toMatchObject({ code: 'option/compression' });
    expect(await refusedBuild(it.user, ['--kez', 'x'])).toMatchObject({ code: 'usage/unknown-option' });
    expect(await wholeLock(it.user)).toBe(false);
  });

  test('whose files hold a socket or a private key in place of a certificate is refused', async () => {
    await using it = await setting();
    const pem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    await writeTree(it.user.folder, { 'ca.pem': pem });
    const fault = await refused(it, { contents: 'certificates: [ca.pem]' });
    expect(fault).toMatchObject({ code: 'x509/private-key', locked: true });
    expect(fault.sentence).toContain('ca.pem');
  });
});

describe('packages', () => {
  test('an unmet dependency is refused with the chain that led to it', async () => {
    await using it = await setting(
      { name: 'top', depends: 'middle' },
      { name: 'middle', depends: 'bottom (>= 9)' },
      { name: 'bottom', version: '8-1' },
    );
    const fault = await refused(it, asked('top'));
    expect(fault).toMatchObject({ code: 'resolve/unsatisfiable', locked: false });
    expect(fault.sentence).toContain('top → middle → bottom (>= 9), but the repositories have only bottom 8-1');
  });

  test('a maintainer script that nobody read is refused by name and digest', async () => {
    const script = '#!/bin/sh\nadduser --system tiny\n';
    await using it = await setting({ name: 'scripted', scripts: { postinst: script } });
    const fault = await refused(it, asked('scripted'));
    expect(fault).toMatchObject({ code: 'build/unknown-script', locked: true });
    expect(fault.sentence).toBe(
      `The package scripted has a postinst script that nobody has reviewed (sha256 ${sha256Hex(script)}).`,
    );
  });

  test('a maintainer script is answered by the effects that the definition reviewed, for that very script', async () => {
    const script = '#!/bin/sh\nmkdir /var/lib/scripted\n';
    await using it = await setting({ name: 'scripted', scripts: { postinst: script } });
    const review = (sha256: string) => `maintainer-scripts:
  - package: scripted
    script: postinst
    sha256: ${sha256}
    because: makes a folder
    effects: [{ type: directory, path: /var/lib/scripted }, { type: file, path: /etc/scripted, content: yes }]`;
    const stale = await refused(it, { ...asked('scripted'), contents: review(sha256Hex('an earlier one')) });
    expect(stale.code).toBe('build/unknown-script');
    await writeDefinition(it.user.folder, it.archive, { ...asked('scripted'), contents: review(sha256Hex(script)) });
    const run = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:new', '--json']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.json()).toMatchObject({
      platforms: [{ scripts: [{ package: 'scripted', because: 'makes a folder' }] }, {}],
      verification: { answer: 'yes' },
    });
  });

  test('a trigger that nobody knows is refused', async () => {
    await using it = await setting({ name: 'trigger', scripts: { triggers: 'activate-noawait update-menus\n' } });
    const fault = await refused(it, asked('trigger'));
    expect(fault.code).toBe('build/unknown-trigger');
    expect(fault.sentence).toContain('"update-menus"');
  });

  const library = (name: string, needed: string[], files: FakePackage['files'] = {}): FakePackage[] =>
    (['amd64', 'arm64'] as const).map((machine) => ({
      name,
      architecture: machine,
      files: { [`usr/lib/${triplet(machine)}/lib${name}.so.1`]: makeElf({ machine, needed }), ...files },
    }));

  test('a program without one of its libraries is refused, naming both', async () => {
    await using it = await setting(...library('lonely', ['libgone.so.7']));
    const fault = await refused(it, asked('lonely'));
    expect(fault).toMatchObject({ code: 'build/missing-library', locked: true });
    expect(fault.sentence).toBe(
      '/usr/lib/x86_64-linux-gnu/liblonely.so.1 needs libgone.so.7, which is not in the image.',
    );
  });

  test('a library of another machine, or in a folder where nobody looks, does not count', async () => {
    await using it = await setting(...library('lonely', ['libother.so.1']), {
      name: 'other',
      files: {
        'opt/libother.so.1': makeElf({ machine: 'amd64' }),
        [`usr/lib/${triplet('amd64')}/libother.so.1`]: makeElf({ machine: 'arm64' }),
      },
    });
    expect(await refused(it, asked('lonely', 'other'))).toMatchObject({ code: 'build/missing-library' });
  });

  test('a program without its loader is refused', async () => {
    const program = makeElf({ machine: 'amd64', interpreter: '/lib64/ld-linux-x86-64.so.2' });
    await using it = await setting({ name: 'prog', files: { 'usr/bin/prog': { content: program, mode: 0o755 } } });
    const fault = await refused(it, asked('prog'));
    expect(fault.code).toBe('build/missing-library');
    expect(fault.sentence).toContain('/usr/bin/prog needs /lib64/ld-linux-x86-64.so.2');
  });

  const bad: [string, FakePackage['files'], string, string][] = [
    ['a setuid file', { 'usr/bin/su': { content: 'x', mode: 0o4755 } }, 'build/setuid', '/usr/bin/su'],
    ['a setgid file', { 'usr/bin/wall': { content: 'x', mode: 0o2755 } }, 'build/setuid', '/usr/bin/wall'],
    ['a shell', { 'bin/sh': { target: 'dash' } }, 'build/shell', '/usr/bin/sh'],
    ['a file of another package', { 'usr/share/tiny/data.txt': 'mine' }, 'build/conflict', '/usr/share/tiny/data.txt'],
    ['a file where another package has a folder', { 'usr/share/tiny': 'mine' }, 'build/conflict', '/usr/share/tiny'],
    ['a name that leaves the image', { '../../etc/cron.d/x': 'mine' }, 'tar/unsafe-path', '..'],
  ];
  test.each(bad)('%s is refused, naming it', async (_, files, code, path) => {
    await using it = await setting({ name: 'bad', files: files ?? {} });
    const fault = await refused(it, asked('tiny-data', 'bad'));
    expect(fault).toMatchObject({ code, locked: true });
    expect(fault.sentence).toContain(path);
  });
});

describe('an archive', () => {
  const past = new Date(RELEASED.getTime() - 86_400_000);

  test('whose state is out of date is refused', async () => {
    await using it = await setting();
    await it.archive.publish({ packages, date: past, validUntil: RELEASED });
    const fault = await refused(it, {});
    expect(fault).toMatchObject({ code: 'archive/expired', locked: false });
    expect(fault.sentence).toContain('valid until 2024-05-02T12:00:00Z only');
  });

  test('whose state is older than one seen before is refused, and the lock stays as it was', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    expect(await it.user.temper(['lock', 'tiny.yaml'])).toMatchObject({ status: 0 });
    const before = await readFile(it.user.path('tiny.lock.json'), 'utf8');
    await it.archive.publish({ packages, date: past });
    const run = await it.user.temper(['lock', 'tiny.yaml', '--json']);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    const fault = faultOf(run);
    expect(fault.code).toBe('archive/downgraded');
    expect(fault.sentence).toContain('is of 2024-05-01T12:00:00Z, but one of 2024-05-02T12:00:00Z was seen before');
    expect(await readFile(it.user.path('tiny.lock.json'), 'utf8')).toBe(before);
    // The lock is obeyed all the same: its dates were judged when it was made.
    expect(await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:new'])).toMatchObject({ status: 0 });
  });

  test('that somebody else signed is refused', async () => {
    await using it = await setting();
    await it.archive.publish({ packages, date: RELEASED, key: await makeFakeKey() });
    expect(await refused(it, {})).toMatchObject({ code: 'archive/wrong-signer', locked: false });
  });

  test('that serves another suite for the one asked for is refused', async () => {
    await using it = await setting();
    await it.archive.publish({ packages, date: RELEASED, claims: 'bookworm' });
    expect(await refused(it, {})).toMatchObject({ code: 'archive/wrong-suite', locked: false });
  });

  test.each([
    ['InRelease', 'altered', 'archive/wrong-signer', false],
    ['InRelease', 'gone', 'archive/no-suite', false],
    ['by-hash', 'altered', 'archive/altered', false],
    ['by-hash', 'truncated', 'archive/altered', false],
    ['by-hash', 'gone', 'archive/index-vanished', false],
    ['libtiny1', 'altered', 'archive/altered', true],
    ['libtiny1', 'truncated', 'archive/altered', true],
    ['libtiny1', 'gone', 'archive/vanished', true],
  ] as const)('with a %s that is %s is refused', async (part, kind, code, locked) => {
    await using it = await setting();
    it.archive.break(part, { kind });
    const fault = await refused(it, {});
    expect(fault).toMatchObject({ code, locked });
    expect(fault.sentence).toMatch(part === 'libtiny1' ? /libtiny1_1\.2-3_a(md|rm)64\.deb/ : /trixie/);
    it.archive.mend();
    const run = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:new']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
  });

  test('that dropped a locked file: it is named, and what to do; then that does it', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    expect(await it.user.temper(['lock', 'tiny.yaml'])).toMatchObject({ status: 0 });
    const newer = packages.map((one) => (one.name === 'tiny-data' ? { ...one, version: '1.1-1' } : one));
    await it.archive.publish({ packages: newer, date: new Date(RELEASED.getTime() + 1000) });
    const fault = await refusedBuild(it.user);
    expect(fault.code).toBe('archive/vanished');
    expect(fault.sentence).toContain('tiny-data_1.0-1_all.deb any more (tiny-data 1.0-1)');
    expect(fault.hint).toContain('`temper lock');
    const locked = await it.user.temper(['lock', 'tiny.yaml', '--json']);
    expect(locked.json()).toMatchObject({
      changes: [
        { platform: 'linux/amd64', name: 'tiny-data', before: '1.0-1', after: '1.1-1' },
        { platform: 'linux/arm64', name: 'tiny-data', before: '1.0-1', after: '1.1-1' },
      ],
    });
    expect(await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:new'])).toMatchObject({ status: 0 });
  });
});

describe('a lock', () => {
  async function locked(): Promise<Scene> {
    const it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    expect(await it.user.temper(['lock', 'tiny.yaml'])).toMatchObject({ status: 0 });
    return it;
  }
  const edit = async (user: User, change: (text: string) => string): Promise<void> => {
    const path = user.path('tiny.lock.json');
    await writeFile(path, change(await readFile(path, 'utf8')));
  };
  const refusal = async (user: User): Promise<ShownFault> => {
    const run = await user.temper(['build', 'tiny.yaml', '--output', 'oci:new', '--json']);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(await leftOvers(user.folder)).toEqual([]);
    return faultOf(run);
  };

  test('that is cut off is refused, and made anew by `temper lock`', async () => {
    await using it = await locked();
    await edit(it.user, (text) => text.slice(0, text.length >> 1));
    expect(await refusal(it.user)).toMatchObject({ code: 'lock/malformed' });
    expect(await it.user.temper(['lock', 'tiny.yaml'])).toMatchObject({ status: 0 });
    expect(await wholeLock(it.user)).toBe(true);
  });

  test('of another selection of packages is refused, and says how to renew it', async () => {
    await using it = await locked();
    await writeDefinition(it.user.folder, it.archive, asked('tiny-data'));
    const fault = await refusal(it.user);
    expect(fault.code).toBe('lock/stale');
    expect(fault.hint).toContain('temper lock tiny.yaml');
  });

  test('whose digest of a package was changed is refused', async () => {
    await using it = await locked();
    const deb = it.archive.file('pool/main/t/tiny-data/tiny-data_1.0-1_all.deb');
    await edit(it.user, (text) => text.replaceAll(sha256Hex(deb ?? ''), sha256Hex('another')));
    expect((await refusal(it.user)).code).toMatch(/^(lock|archive)\/altered$/);
  });

  test('whose signed state was changed is refused', async () => {
    await using it = await locked();
    await edit(it.user, (text) => text.replaceAll('2024-05-02T12:00:00Z', '2024-05-03T12:00:00Z'));
    expect((await refusal(it.user)).code).toMatch(/^lock\//);
  });
});

describe('a network', () => {
  const patient = { timeout: 60_000 };

  test('that is not there is said to be so', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    await it.archive[Symbol.asyncDispose]();
    const run = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:new', '--json'], patient);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(faultOf(run)).toMatchObject({ code: 'network/unreachable' });
    expect(await snapshotNames(it.user, 'new')).toEqual([]);
    expect(await leftOvers(it.user.folder)).toEqual([]);
  });

  test('that may not be used is not used', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    expect(await refusedBuild(it.user, ['--offline'])).toMatchObject({ code: 'network/offline' });
    expect(it.archive.requests).toEqual([]);
  });

  test('is not needed once all was fetched', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    const first = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:new', '--json']);
    await it.archive[Symbol.asyncDispose]();
    const second = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:newer', '--json', '--offline']);
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect((second.json() as { digest: string }).digest).toBe((first.json() as { digest: string }).digest);
  });

  test('that breaks in the middle of a file: the build goes on where it broke', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    it.archive.break('libtiny1_1.2-3_amd64', { kind: 'cut', times: 2 });
    const run = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:new']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(it.archive.requests.filter((path) => path.includes('libtiny1_1.2-3_amd64'))).toHaveLength(3);
  });
});

describe('an output', () => {
  test('that is a folder of something else is refused and left alone', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    await writeTree(it.user.path('new'), { 'thesis.txt': 'years of work', 'blobs/x': 'y' });
    const before = await snapshot(it.user.path('new'));
    const run = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:new', '--json']);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(faultOf(run)).toMatchObject({ code: 'layout/not-a-layout' });
    expect(await snapshot(it.user.path('new'))).toEqual(before);
    expect(await leftOvers(it.user.folder)).toEqual([]);
  });

  test('that is a file, or lies below one, is refused and left alone', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    await writeTree(it.user.folder, { file: 'years of work' });
    for (const output of ['oci:file', 'oci:file/below']) {
      const run = await it.user.temper(['build', 'tiny.yaml', '--output', output, '--json']);
      expect(run).toMatchObject({ status: 2, stdout: '' });
      expect(faultOf(run).code).toMatch(/^(file|layout)\//);
    }
    expect(await readFile(it.user.path('file'), 'utf8')).toBe('years of work');
    expect(await leftOvers(it.user.folder)).toEqual([]);
  });

  test('whose index.json is broken is refused and left alone', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    await writeFile(it.user.path('old', 'index.json'), '{"schemaVersion":2,"manif');
    const run = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:old', '--json']);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(faultOf(run)).toMatchObject({ code: 'layout/broken' });
    expect(await readFile(it.user.path('old', 'index.json'), 'utf8')).toBe('{"schemaVersion":2,"manif');
  });

  test.each([
    'oci:',
    'docker-archive:x.tar',
    `oci:new@sha256:${'A'.repeat(64)}`,
    `oci:new@sha256:${'a'.repeat(64)}`,
    'nonsense:x/y:z:',
  ])('%s is refused', async (output) => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    const run = await it.user.temper(['build', 'tiny.yaml', '--output', output, '--json']);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(faultOf(run).code).toMatch(/^reference\//);
  });

  test('through a symbolic link is written where it leads', async () => {
    await using it = await setting();
    await writeDefinition(it.user.folder, it.archive);
    await writeTree(it.user.path('real'), {});
    await symlink(it.user.path('old'), it.user.path('link'));
    const run = await it.user.temper(['build', 'tiny.yaml', '--output', 'oci:link']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
  });
});

async function snapshotNames(user: User, folder: string): Promise<string[]> {
  return Object.keys(await snapshot(user.path(folder)).catch(() => ({})));
}
