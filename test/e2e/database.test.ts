// The vulnerability database by the command line: made, brought up to date, distributed, and never half there.
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { FakeServer } from '../fakes/server.ts';
import { zipOf } from '../fakes/zip.ts';
import { Cosign, cosign3 } from '../interop/cosign.ts';
import { canMount, SmallDisk } from './privileges.ts';
import { faultOf, type Run, User } from './temper.ts';

let user: User;
beforeEach(async () => {
  user = await User.create();
  onTestFinished(async () => await user[Symbol.asyncDispose]());
});

interface Status {
  readonly path: string;
  readonly tables: string;
  readonly totals: { readonly advisories: number; readonly packages: number };
  readonly sources: readonly { readonly feed: string; readonly records: number; readonly base: string }[];
  readonly stale: readonly { readonly feed: string }[];
  readonly origin?: { readonly unchanged: boolean; readonly signers: readonly string[] };
  readonly change?: { readonly read: readonly string[]; readonly failures: readonly { readonly code: string }[] };
}

/** A copy of OSV's bucket with that many records of npm packages. */
async function bucket(count: number, name = 'osv'): Promise<string> {
  const folder = user.path(name);
  await mkdir(join(folder, 'npm'), { recursive: true });
  await writeFile(join(folder, 'npm', 'all.zip'), archive(count));
  return folder;
}

function archive(count: number): Buffer {
  const records = Array.from({ length: count }, (_, i) => ({
    schema_version: '1.7.0',
    id: `GHSA-${String(i).padStart(4, '0')}-aaaa-bbbb`,
    modified: '2026-08-16T00:00:00Z',
    published: '2026-08-01T00:00:00Z',
    aliases: [`CVE-2026-${10_000 + i}`],
    summary: `Hole ${i}`,
    details: `What the hole ${i} is about, at length. `.repeat(20),
    affected: [
      {
        package: { ecosystem: 'npm', name: `package-${i}` },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.3' }] }],
      },
    ],
  }));
  return zipOf(records.map((record) => ({ name: `${record.id}.json`, content: JSON.stringify(record) })));
}

function otherDatabase(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE bookmarks (url TEXT)');
  database.close();
}

const statusOf = (run: Run): Status => run.json() as Status;
const status = async (...args: string[]): Promise<Status> =>
  statusOf(await user.temper(['db', 'status', '--json', ...args]));
const names = async (): Promise<string[]> =>
  (await readdir(user.folder)).filter((name) => name.includes('x.db')).sort();

test('a database is made, described and brought up to date', async () => {
  await bucket(10);
  const made = await user.temper(['db', 'update', '--from', 'osv:osv', '--json']);
  expect(made).toMatchObject({ status: 0, stderr: '' });
  const own = user.path('cache', 'temper', 'db', 'v1', 'vulnerabilities.db');
  expect(statusOf(made)).toMatchObject({
    schema: 'temper/db/v1',
    path: own,
    tables: '1.2',
    totals: { advisories: 10, packages: 10 },
    sources: [{ feed: 'osv', records: 10, base: user.path('osv'), licence: expect.stringContaining('CC-BY-4.0') }],
    change: { read: ['osv'], failures: [] },
  });
  await bucket(12);
  expect(await user.temper(['db', 'update'])).toMatchObject({ status: 0, stderr: '' });
  const shown = await user.temper(['db', 'status', '--check']);
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  expect(shown.stdout).toMatch(/12 vulnerabilities, 12 records, 12 packages in 1 ecosystem$/m);
  expect(shown.stdout).toMatch(/^osv +12 +0 /m);
  expect(await readdir(user.path('cache', 'temper', 'db', 'v1'))).toEqual(['vulnerabilities.db']);
});

test('the same feeds give the same file', async () => {
  await bucket(50);
  const env = { SOURCE_DATE_EPOCH: '1760000000' };
  for (const name of ['a.db', 'b.db']) {
    const run = await user.temper(['db', 'build', '--from', 'osv:osv', '--output', name, '--quiet'], { env });
    expect(run).toMatchObject({ status: 0, stderr: '' });
  }
  expect((await readFile(user.path('a.db'))).equals(await readFile(user.path('b.db')))).toBe(true);
});

test('what is too old is named, and an answer of no', async () => {
  await bucket(3);
  await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db']);
  const old = await user.temper(['db', 'status', '--db', 'x.db', '--max-db-age', '1d']);
  expect([old.status, old.stdout.split('\n').at(-2)]).toEqual([
    1,
    expect.stringMatching(/^TOO OLD, by more than 24 h: osv/),
  ]);
  expect((await user.temper(['db', 'status', '--db', 'x.db', '--max-db-age', '9000w'])).status).toBe(0);
  expect((await status('--db', 'x.db', '--max-db-age', '1d')).stale).toMatchObject([{ feed: 'osv' }]);
  const wrong = await user.temper(['db', 'status', '--db', 'x.db', '--max-db-age', 'soon']);
  expect([wrong.status, faultOf(wrong).code]).toEqual([2, 'option/max-db-age']);
});

describe('an update that cannot be', () => {
  let before: Buffer;
  beforeEach(async () => {
    await bucket(40);
    await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db']);
    before = await readFile(user.path('x.db'));
  });

  async function refused(...args: string[]): Promise<string> {
    const run = await user.temper(['db', 'update', '--db', 'x.db', ...args]);
    expect([run.status, run.stdout]).toEqual([2, '']);
    expect((await readFile(user.path('x.db'))).equals(before)).toBe(true);
    expect(await names()).toEqual(['x.db']);
    return faultOf(run).code;
  }

  test('leaves the old one where the feed is gone, cut, or has shrunk', async () => {
    await rm(user.path('osv', 'npm'), { recursive: true });
    expect(await refused()).toBe('feed/missing');
    await bucket(40);
    await writeFile(user.path('osv', 'npm', 'all.zip'), archive(40).subarray(0, 4000));
    expect(await refused()).toMatch(/^(?:feed|zip)\//);
    await bucket(19, 'small');
    expect(await refused('--from', 'osv:small')).toBe('db/feed-shrank');
    const allowed = await user.temper(['db', 'update', '--db', 'x.db', '--from', 'osv:small', '--allow-shrink']);
    expect(allowed).toMatchObject({ status: 0 });
    expect((await status('--db', 'x.db')).totals.advisories).toBe(19);
  });

  test('says why a place is none', async () => {
    expect(await refused('--from', 'nonsense')).toBe('db/from');
    expect(await refused('--from', './nowhere')).toBe('db/from');
    expect(await refused('--from', 'osv:./nowhere')).toBe('feed/unreachable');
    expect(await refused('--from', 'oci:nowhere', '--key', 'none.pub')).toMatch(/^layout\//);
    expect(await refused('--from', 'osv:http://127.0.0.1:9/', '--offline')).toMatch(
      /^network\/offline|feed\/unreachable$/,
    );
  });

  test.skipIf(!canMount)('leaves the old one on a full disk (needs root, to mount a small one)', async () => {
    using disk = new SmallDisk(user.path('disk'), '200k');
    const place = join(disk.folder, 'x.db');
    await writeFile(place, before);
    const run = await user.temper(['db', 'update', '--db', place]);
    expect([run.status, faultOf(run).code]).toEqual([2, 'file/disk-full']);
    expect((await readFile(place)).equals(before)).toBe(true);
    expect(await readdir(disk.folder)).toEqual(['x.db']);
    disk.remount('size=20m');
    expect(await user.temper(['db', 'update', '--db', place])).toMatchObject({ status: 0 });
  });

  test('ends at a signal, with nothing half-written', async () => {
    const asked: string[] = [];
    await using server = await FakeServer.start((request, response) => {
      asked.push(request.url ?? '');
      response.write('x');
    });
    const running = user.start(['db', 'update', '--db', 'x.db', '--from', `osv:${server.url}`, '--ecosystem', 'npm']);
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    running.child.kill('SIGINT');
    const run = await running.ended;
    expect([run.status, faultOf(run).code]).toEqual([2, 'interrupted']);
    expect((await readFile(user.path('x.db'))).equals(before)).toBe(true);
    expect(await names()).toEqual(['x.db']);
  });
});

test('a feed that fails does not keep the others from those who say so', async () => {
  await bucket(5);
  const args = ['db', 'build', '--from', 'osv:osv', '--from', 'debian-tracker:nowhere', '--output', 'x.db'];
  const refused = await user.temper(args);
  expect([refused.status, await names()]).toEqual([2, []]);
  const run = await user.temper([...args, '--keep-going', '--json']);
  expect(run.status).toBe(0);
  expect(statusOf(run).change).toMatchObject({
    read: ['osv'],
    failures: [{ feed: 'debian-tracker', code: 'feed/unreachable' }],
  });
  expect((await user.temper(['db', 'status', '--db', 'x.db'])).stdout).toMatch(/^debian-tracker +0 +0 +never read/m);
});

test('a damaged database is a clear fault, and the next update makes a new one', async () => {
  await bucket(20);
  await user.temper(['db', 'update', '--from', 'osv:osv']);
  const own = user.path('cache', 'temper', 'db', 'v1', 'vulnerabilities.db');
  const whole = await readFile(own);
  for (const damaged of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.alloc(9000, 7)]) {
    await writeFile(own, damaged);
    const run = await user.temper(['db', 'status']);
    expect([run.status, faultOf(run)]).toEqual([
      2,
      expect.objectContaining({ code: 'db/corrupt', hint: expect.stringContaining('temper db update') }),
    ]);
    expect(await user.temper(['db', 'update', '--from', 'osv:osv'])).toMatchObject({ status: 0 });
    expect((await status('--check')).totals.advisories).toBe(20);
  }
});

describe('what is no sound database', () => {
  const commands = [
    ['scan', 'sbom:app.json', '--offline'],
    ['db', 'status'],
    ['db', 'status', '--check'],
    ['db', 'export'],
    ['db', 'update', '--from', 'osv:osv'],
  ];

  async function ask(command: readonly string[]): Promise<Run> {
    return await user.temper([...command, '--db', 'x.db'], { timeout: 30_000 });
  }

  beforeEach(async () => {
    await bucket(20);
    await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db']);
    const packages = Array.from({ length: 20 }, (_, i) => ({
      type: 'library',
      name: `package-${i}`,
      version: '1.0.0',
      purl: `pkg:npm/package-${i}@1.0.0`,
    }));
    await writeFile(
      user.path('app.json'),
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: packages }),
    );
  });

  test.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ['a text', async (path) => await writeFile(path, 'precious text\n'.repeat(1000)), /^db\/corrupt$/],
    ['a folder', async (path) => await rm(path).then(async () => await mkdir(path)), /^db\/missing$/],
    ["another program's database", async (path) => await rm(path).then(() => otherDatabase(path)), /^db\/corrupt$/],
    ['a pipe', async (path) => await rm(path).then(() => execFileSync('mkfifo', [path])), /^file\/kind$/],
  ])('as %s is refused by every command, and left alone', async (_, make, code) => {
    await make(user.path('x.db'));
    for (const command of commands) {
      const run = await ask(command);
      expect([command, run.status, run.stdout]).toEqual([command, 2, '']);
      expect(faultOf(run).code).toMatch(code);
    }
  });

  test.runIf(process.getuid?.() === 0)(
    'as a file that may not be read is refused (needs root, to be another)',
    async () => {
      await chmod(user.folder, 0o755);
      await chmod(user.path('x.db'), 0o600);
      const under = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const run = await user.temper(['db', 'status', '--db', 'x.db'], { under });
      expect([run.status, faultOf(run).code]).toEqual([2, 'file/denied']);
    },
  );

  test('with one bit that is another anywhere gives the same answer, or none', async () => {
    const whole = await readFile(user.path('x.db'));
    const env = { SOURCE_DATE_EPOCH: '1795392000' };
    const scan = ['scan', 'sbom:app.json', '--offline', '--db', 'x.db', '--format', 'json'];
    const good = await user.temper(scan, { env });
    expect((good.json() as { findings: unknown[] }).findings).toHaveLength(20);
    const codes = new Set<string>();
    const others: number[] = [];
    for (let i = 0; i < 50; i++) {
      const damaged = Buffer.from(whole);
      const at = (i * 7919 * 31 + 4096 * i) % whole.length;
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (i % 8));
      await writeFile(user.path('x.db'), damaged);
      const isChecked = i % 5 === 0;
      const command = isChecked ? ['db', 'status', '--check', '--db', 'x.db'] : scan;
      const run = await user.temper(command, { env });
      if (run.status === 2) codes.add(faultOf(run).code);
      else if (!isChecked && run.stdout !== good.stdout) others.push(at);
    }
    expect([[...codes], others]).toEqual([['db/corrupt'], []]);
  });
});

test('a database is published signed, fetched, and refused when it is forged', async () => {
  await bucket(20);
  const built = await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db', '--push', 'oci:shared']);
  expect(built).toMatchObject({ status: 0, stderr: '' });
  expect(built.stdout).toMatch(/^published: oci:shared:v1@sha256:/);
  const fetch = ['db', 'update', '--from', 'oci:shared', '--json'];
  const fetched = await user.temper(fetch);
  expect(fetched).toMatchObject({ status: 0, stderr: '' });
  expect(statusOf(fetched).origin).toMatchObject({ unchanged: true, signers: [expect.stringMatching(/^SHA256:/)] });
  const own = statusOf(fetched).path;
  expect((await readFile(own)).equals(await readFile(user.path('x.db')))).toBe(true);
  await user.temper(['key', 'create', 'other.key']);
  const other = await user.temper([...fetch, '--key', 'other.pub']);
  expect([other.status, faultOf(other).code]).toEqual([2, 'db/signature']);
  expect((await status()).origin?.unchanged).toBe(true);
});

test.skipIf(cosign3 === undefined)('cosign verifies a published database', async () => {
  await bucket(20);
  await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db', '--push', 'oci:shared']);
  const cosign = await Cosign.in(user.folder, user.publicKey);
  const run = await cosign.verify(['--local-image', user.path('shared')]);
  expect([run.status, run.stderr]).toEqual([
    0,
    expect.stringContaining('The signatures were verified against the specified public key'),
  ]);
});

test('Debian records are exported one a line', async () => {
  const folder = user.path('osv');
  await mkdir(join(folder, 'Debian'), { recursive: true });
  const record = {
    id: 'DSA-1-1',
    modified: '2026-08-16T00:00:00Z',
    upstream: ['CVE-2026-0001'],
    affected: [
      {
        package: { ecosystem: 'Debian:13', name: 'openssl' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.1-1' }] }],
      },
    ],
  };
  await writeFile(
    join(folder, 'Debian', 'all.zip'),
    zipOf([{ name: 'DSA-1-1.json', content: JSON.stringify(record) }]),
  );
  await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db']);
  const line = `{"suite":"13","source":"openssl","id":"CVE-2026-0001","fixed":"3.0.1-1","severity":""}\n`;
  expect(await user.temper(['db', 'export', '--db', 'x.db', '--format', 'jsonl'])).toMatchObject({
    status: 0,
    stdout: line,
  });
  expect(await user.temper(['db', 'export', '--db', 'x.db', '--feed', 'osv', '--output', 'r.jsonl'])).toMatchObject({
    status: 0,
  });
  expect(await readFile(user.path('r.jsonl'), 'utf8')).toBe(line);
  expect(await user.temper(['db', 'export', '--db', 'x.db', '--feed', 'debian-archive'])).toMatchObject({
    status: 0,
    stdout: '',
  });
  const wrong = await user.temper(['db', 'export', '--db', 'x.db', '--feed', 'other']);
  expect([wrong.status, faultOf(wrong).code]).toEqual([2, 'option/feed']);
});

test('a folder that may not be written to is said to be so', async () => {
  if (process.getuid?.() === 0) return;
  await bucket(3);
  await mkdir(user.path('closed'));
  await chmod(user.path('closed'), 0o555);
  const run = await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'closed/x.db']);
  expect([run.status, faultOf(run).code]).toEqual([2, 'file/denied']);
});
