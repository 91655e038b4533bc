// What a definition says is in the image that comes of it: files, accounts, certificates, the config.
import { execFileSync } from 'node:child_process';
import { chmod, symlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { parseStatement } from '../../src/intoto/statement.ts';
import { parseBundle } from '../../src/sigstore/bundle.ts';
import type { FakeArchive } from '../fakes/archive.ts';
import { addedRoot, shippedRoot } from '../fakes/certificates.ts';
import { RELEASED, startDistribution, writeDefinition, writeTree } from './distribution.ts';
import { type BuiltContent, contentOf } from './image-content.ts';
import { LayoutFiles } from './layout-files.ts';
import { User } from './temper.ts';

const contents = `certificates: [pki/our-root.pem]
files:
  - { url: ./app, path: /srv/app, uid: 1000, gid: 1001, spdx: { packages: [{ purl: "pkg:generic/our-app@1.2.3", license: MIT }] } }
  - { url: ./single.conf, path: /etc/single.conf }`;

const more = `cmd: [--serve]
accounts:
  run-as: app
  users: [{ name: app, uid: 1000, gid: 1001, home: /home/app }]
  groups: [{ name: app, gid: 1001 }, { name: audio, gid: 29, members: [app] }]
os-release: { name: Our Linux, VARIANT: "quotes \\" and $dollars", version-id: 7 }
vars: { PORT: 8080 }
environment: { PATH: /usr/bin, PORT: "\${PORT}", LITERAL: "$\${PORT}", FLAG: true }
ports: ["8080", 53/udp, 9090]
volumes: [/data]
work-dir: /srv/app
stop-signal: SIGQUIT
labels: { org.example.label: "läbel" }
annotations: { org.example.note: noted }
paths:
  - { type: directory, path: /data, mode: "1777", uid: 1000, gid: 1001 }
  - { type: file, path: /etc/motd, content: "Grüße\\n", mode: "0600", uid: 7, gid: 8 }
  - { type: emptyfile, path: /var/empty/marker }
  - { type: symlink, path: /opt/current, source: ../srv/app }
  - { type: file, path: /usr/share/tiny/more.txt, content: "ours\\n" }
  - { type: delete, path: /usr/share/tiny/link }`;

let archive: FakeArchive;
let user: User;
let layout: LayoutFiles;
let content: BuiltContent;
let report: { platforms: { unexplainedFiles: number }[] };

beforeAll(async () => {
  archive = await startDistribution({
    name: 'tiny-certs',
    files: { 'usr/share/ca-certificates/fake/Shipped_Root.crt': shippedRoot.pem },
  });
  user = await User.create();
  await writeTree(user.folder, {
    'pki/our-root.pem': addedRoot.pem,
    'single.conf': 'one = 1\n',
    'app/main.js': 'console.log(1)\n',
    'app/bin/run': '#!/usr/bin/node\n',
    'app/lib/naïve ☃.txt': 'snow\n',
  });
  await chmod(user.path('app', 'bin', 'run'), 0o700);
  await chmod(user.path('app', 'main.js'), 0o666);
  await symlink('../main.js', user.path('app', 'bin', 'main'));
  await writeDefinition(user.folder, archive, { packages: ['base-files', 'tiny-app', 'tiny-certs'], contents, more });
  layout = new LayoutFiles(user.path('out'));
  const run = await user.temper(['build', 'tiny.yaml', '--output', layout.reference, '--json']);
  if (run.status !== 0) throw new Error(run.stderr);
  report = run.json() as typeof report;
  content = await contentOf(layout);
});

afterAll(async () => {
  await user[Symbol.asyncDispose]();
  await archive[Symbol.asyncDispose]();
});

const name = (path: string): string => Buffer.from(path, 'utf8').toString('latin1');

function entry(path: string): object | undefined {
  const found = content.files.get(name(path))?.entry;
  if (found === undefined) return undefined;
  const { kind, mode, uid, gid, target } = found;
  return { kind, mode: mode.toString(8), owner: `${uid}:${gid}`, ...(target === undefined ? {} : { target }) };
}

const text = (path: string): string | undefined => content.files.get(name(path))?.content.toString('utf8');

describe('files', () => {
  test('of a local folder stand at their place, with the owner that was asked for and modes that no umask reached', () => {
    expect(entry('srv/app')).toEqual({ kind: 'directory', mode: '755', owner: '1000:1001' });
    expect(entry('srv/app/main.js')).toEqual({ kind: 'file', mode: '644', owner: '1000:1001' });
    expect(entry('srv/app/bin/run')).toEqual({ kind: 'file', mode: '755', owner: '1000:1001' });
    expect(entry('srv/app/bin/main')).toMatchObject({ kind: 'symlink', target: '../main.js' });
    expect(text('srv/app/lib/naïve ☃.txt')).toBe('snow\n');
    expect(entry('etc/single.conf')).toEqual({ kind: 'file', mode: '644', owner: '0:0' });
  });

  test('of every type of path are there as written', () => {
    expect(entry('data')).toEqual({ kind: 'directory', mode: '1777', owner: '1000:1001' });
    expect(entry('etc/motd')).toEqual({ kind: 'file', mode: '600', owner: '7:8' });
    expect(text('etc/motd')).toBe('Grüße\n');
    expect(entry('var/empty/marker')).toEqual({ kind: 'file', mode: '644', owner: '0:0' });
    expect(text('var/empty/marker')).toBe('');
    expect(entry('opt/current')).toMatchObject({ kind: 'symlink', target: '../srv/app' });
    expect(text('usr/share/tiny/more.txt')).toBe('ours\n');
    expect(entry('usr/share/tiny/link')).toBeUndefined();
  });

  test('of packages are there; documentation is not, licences are', () => {
    expect(entry('usr/bin/tiny')).toEqual({ kind: 'file', mode: '755', owner: '0:0' });
    expect(text('usr/share/tiny/data.txt')).toBe('some data\n');
    expect(entry('usr/share/doc/tiny-app/copyright')).toMatchObject({ kind: 'file' });
    expect(text('var/lib/dpkg/status.d/tiny-app')).toContain('Version: 2:4.0-1\n');
    expect(text('var/lib/dpkg/status.d/tiny-app')).toContain('Status: install ok installed\n');
  });

  test('have no time later than the archive state, and their folders before them', () => {
    const latest = RELEASED.getTime() / 1000;
    for (const layer of content.layers) {
      const seen = new Set<string>();
      for (const { entry: one } of layer) {
        expect(one.mtime).toBeLessThanOrEqual(latest);
        const parent = one.path.slice(0, Math.max(0, one.path.lastIndexOf('/')));
        expect(parent === '' || seen.has(parent)).toBe(true);
        seen.add(one.path);
      }
    }
  });

  test('are listed by tar, too, which the program shares no code with', async () => {
    const [platform] = await layout.platforms();
    const listed = (platform?.manifest.layers ?? []).flatMap(({ digest }) =>
      execFileSync('tar', ['--list', '--gzip', '--file', layout.blobPath(digest), '--quoting-style=literal'], {
        env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
      })
        .toString('utf8')
        .trim()
        .split('\n'),
    );
    const paths = new Set(listed.map((path) => name(path.replace(/\/$/, ''))));
    expect([...paths].sort()).toEqual([...content.files.keys()].sort());
  });
});

describe('accounts', () => {
  test('are in passwd and group, with their home folders and nobody who can log in', () => {
    expect(text('etc/passwd')).toBe(
      [
        'root:x:0:0:root:/root:/usr/sbin/nologin',
        'app:x:1000:1001:app:/home/app:/usr/sbin/nologin',
        'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
        '',
      ].join('\n'),
    );
    expect(text('etc/group')).toBe('root:x:0:\naudio:x:29:app\napp:x:1001:\nnogroup:x:65534:\n');
    expect(entry('home/app')).toEqual({ kind: 'directory', mode: '700', owner: '1000:1001' });
  });
});

describe('certificates', () => {
  test('that the definition adds stand beside those of the packages', () => {
    expect(text('etc/ssl/certs/ca-certificates.crt')).toBe(`${shippedRoot.pem}${addedRoot.pem}`);
    expect(text('usr/local/share/ca-certificates/our-root.crt')).toBe(addedRoot.pem);
    expect(entry('etc/ssl/certs/our-root.pem')).toMatchObject({
      target: '/usr/local/share/ca-certificates/our-root.crt',
    });
    expect(entry(`etc/ssl/certs/${addedRoot.subjectHash}.0`)).toMatchObject({ target: 'our-root.pem' });
    expect(entry(`etc/ssl/certs/${shippedRoot.subjectHash}.0`)).toMatchObject({ target: 'Shipped_Root.pem' });
  });
});

test('os-release has what the definition says, and of the distribution what it leaves alone', () => {
  expect(text('usr/lib/os-release')?.split('\n')).toEqual([
    'PRETTY_NAME="Tiny 1"',
    'ID=tiny',
    'NAME="Our Linux"',
    String.raw`VARIANT="quotes \" and \$dollars"`,
    'VERSION_ID="7"',
    '',
  ]);
});

test('the config says how to run it', () => {
  expect(content.config).toMatchObject({ architecture: 'amd64', os: 'linux', created: '2024-05-02T12:00:00Z' });
  expect(content.config.config).toEqual({
    User: '1000:1001',
    Env: ['PATH=/usr/bin', 'PORT=8080', 'LITERAL=${PORT}', 'FLAG=true'],
    Entrypoint: ['/usr/bin/tiny'],
    Cmd: ['--serve'],
    WorkingDir: '/srv/app',
    Labels: { 'org.example.label': 'läbel' },
    ExposedPorts: { '8080/tcp': {}, '53/udp': {}, '9090/tcp': {} },
    Volumes: { '/data': {} },
    StopSignal: 'SIGQUIT',
  });
});

test('annotations are on the index and on every manifest', async () => {
  const index = await layout.document<{ annotations: object }>((await layout.image()).digest);
  expect(index.annotations).toEqual({ 'org.example.note': 'noted' });
  for (const { manifest } of await layout.platforms()) expect(manifest.annotations).toEqual(index.annotations);
});

test('the local package is in both SBOMs, with its licence and its files; no file is unexplained', async () => {
  expect(report.platforms.map(({ unexplainedFiles }) => unexplainedFiles)).toEqual([0, 0]);
  const [platform] = await layout.platforms();
  for (const type of [predicateTypes.spdx, predicateTypes.cyclonedx]) {
    const { bundle } = await layout.referrer(platform?.descriptor.digest ?? 'sha256:', type);
    const parsed = parseBundle(await layout.bytes(bundle)).content;
    if (parsed.kind !== 'envelope') throw new Error('no envelope');
    const predicate = JSON.stringify(parseStatement(parsed.envelope.payload).predicate);
    for (const words of ['pkg:generic/our-app@1.2.3', '"MIT"', 'srv/app/main.js', 'srv/app/lib/naïve ☃.txt']) {
      expect(predicate).toContain(words);
    }
  }
});

test('the image verifies', async () => {
  expect(await user.temper(['verify', layout.reference, '--json'])).toMatchObject({ status: 0, stderr: '' });
});
