import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeArchive, type FakeSuite, startFakeArchive } from '../../../test/fakes/archive.ts';
import type { FakePackage } from '../../../test/fakes/deb.ts';
import { readFeed } from '../../../test/fakes/feed-files.ts';
import { debianArchive } from '../../advisory/debian-archive/feed.ts';
import type { FeedRecord, FeedRequest } from '../../advisory/feed.ts';
import { archiveChangelogs } from './archive-changelogs.ts';

let folder = '';
let archive: FakeArchive;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-changelogs-'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'config'));
  archive = await startFakeArchive(main(), security());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await archive[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const entry = (source: string, version: string, text: string) =>
  `${source} (${version}) trixie; urgency=medium\n\n  * ${text}\n\n -- J <j@e>  Mon, 03 Mar 2025 10:00:00 +0000\n`;
const OPENSSL = entry('openssl', '3.0-1', 'CVE-2024-0001');
const FIXED = entry('openssl', '3.0-1+deb13u1', 'Fix a leak (CVE-2025-0001).') + OPENSSL;

function deb(name: string, version: string, source: string, files: FakePackage['files']): FakePackage {
  return {
    name,
    version,
    architecture: 'amd64',
    compression: 'xz',
    fields: { Source: source },
    ...(files && { files }),
  };
}

const log = (name: string, text: string) => ({ [`usr/share/doc/${name}/changelog.Debian.gz`]: gzipSync(text) });

function main(): FakeSuite {
  return {
    codename: 'trixie',
    origin: 'Debian',
    compression: 'gz',
    packages: [
      deb('libssl3', '3.0-1', 'openssl', log('libssl3', OPENSSL)),
      deb('bash', '5.2-2', 'bash', log('bash', entry('bash', '5.2-2', 'CVE-2025-0002') + entry('bash', '5.2-1', 'x'))),
    ],
  };
}

function security(...more: readonly FakePackage[]): FakeSuite {
  const libssl = deb('libssl3', '3.0-1+deb13u1', 'openssl', {
    ...log('libssl3', FIXED),
    'usr/lib/x': 'x'.repeat(5000),
  });
  return { codename: 'trixie-security', origin: 'Debian', packages: [libssl, ...more] };
}

async function read(request: Partial<FeedRequest> = {}, repositories = sources()): Promise<FeedRecord[]> {
  const files = archiveChangelogs({
    cache: join(folder, 'cache'),
    offline: false,
    environment: {},
    signal: new AbortController().signal,
    progress: () => undefined,
    repositories,
    keyring: [archive.keyring],
  });
  return await readFeed(debianArchive, files, { ecosystems: ['Debian:13'], ...request });
}

const sources = () => [archive.source('trixie'), archive.source('trixie-security')];
const brief = (records: readonly FeedRecord[]) =>
  records.flatMap((r) =>
    r.kind === 'advisory'
      ? [`${r.advisory.affected[0]?.name} ${r.advisory.id} ${r.advisory.affected[0]?.ranges[0]?.fixed}`]
      : [],
  );
const debs = () => archive.requests.filter((path) => path.endsWith('.deb'));

describe('the archive’s changelogs', () => {
  it('tell what the newer versions of a release fix', async () => {
    const records = await read();
    expect(records).toEqual([
      { kind: 'covers', ecosystem: 'Debian:13', scope: 'fixed-only' },
      expect.objectContaining({ kind: 'advisory' }),
      expect.objectContaining({ kind: 'advisory' }),
      { kind: 'end', mode: 'whole', state: expect.stringMatching(/^[0-9a-f]{64}$/), modified: expect.any(Number) },
    ]);
    expect(brief(records)).toEqual(['openssl CVE-2025-0001 3.0-1+deb13u1', 'openssl CVE-2024-0001 3.0-1']);
    const [, first] = records;
    expect(first?.kind === 'advisory' && first.advisory).toMatchObject({
      feed: 'debian-archive',
      record: 'trixie-security/pool/main/l/libssl3/libssl3_3.0-1+deb13u1_amd64.deb#CVE-2025-0001',
      summary: 'Fix a leak (CVE-2025-0001).',
      severities: [],
      affected: [
        {
          ecosystem: 'Debian:13',
          status: 'affected',
          ranges: [{ introduced: '0', fixed: '3.0-1+deb13u1' }],
          fix: 'fixed',
          fixedAt: Date.parse('2025-03-03T10:00:00Z') / 1000,
        },
      ],
    });
  });

  it('are fetched once, and kept no longer than they are read', async () => {
    const first = await read();
    expect(debs().length).toBe(1);
    expect(await read()).toEqual(first);
    expect(debs().length).toBe(1);
    expect(await readdir(join(folder, 'cache', 'changelogs', 'packages', 'sha256'), { recursive: true })).toHaveLength(
      1,
    );
  });

  it('are not read again while the archive is the same', async () => {
    const end = (await read()).at(-1);
    const state = end?.kind === 'end' ? end.state : '';
    expect((await read({ since: state })).map(({ kind }) => kind)).toEqual(['covers', 'end']);
    expect((await read({ since: state })).at(-1)).toMatchObject({ mode: 'changes', state });
    await archive.publish(security(deb('zsh', '5.9-2', 'zsh', log('zsh', entry('zsh', '5.9-2', 'CVE-2025-0003')))));
    const after = await read({ since: state });
    expect(after.at(-1)).toMatchObject({ mode: 'whole' });
    expect(brief(after)).toContain('zsh CVE-2025-0003 5.9-2');
  });

  it('are read of the packages that somebody has, when asked, and of no others', async () => {
    const packages = [
      { ecosystem: 'Debian:13', name: 'bash', version: '5.2-1' },
      { ecosystem: 'Debian:12', name: 'openssl', version: '1' },
    ];
    const records = await read({ packages });
    expect(brief(records)).toEqual(['bash CVE-2025-0002 5.2-2']);
    expect(records.at(-1)).toMatchObject({ mode: 'changes', state: '' });
    expect(debs()).toEqual(['pool/main/b/bash/bash_5.2-2_amd64.deb']);
    expect(brief(await read({ packages: [] }))).toEqual([]);
  });

  it('are found in another package of the same source', async () => {
    const notes = deb('tiny-doc', '2', 'tiny', undefined);
    const linked = { ...notes, files: { 'usr/share/doc/tiny-doc': { target: 'tiny' } } };
    const big = deb('tiny', '2', 'tiny', { ...log('tiny', entry('tiny', '2', 'CVE-2025-0004')), x: 'y'.repeat(99) });
    await archive.publish(security(linked, big));
    expect(brief(await read())).toContain('tiny CVE-2025-0004 2');
  });

  it('are named where they are missing or another’s', async () => {
    const without = deb('bare', '1', 'bare', undefined);
    const other = deb('odd', '1', 'odd', log('odd', entry('even', '1', 'CVE-2025-0005')));
    const broken = deb('torn', '1', 'torn', { 'usr/share/doc/torn/changelog.Debian.gz': 'no changelog' });
    await archive.publish(security(without, other, broken));
    const records = await read();
    expect(brief(records)).toEqual(['openssl CVE-2025-0001 3.0-1+deb13u1', 'openssl CVE-2024-0001 3.0-1']);
    expect(records.flatMap((r) => (r.kind === 'skipped' ? [[r.record, r.code, r.reason]] : []))).toEqual([
      [expect.stringContaining('bare_1_amd64.deb#bare'), 'deb/no-changelog', 'bare brings no changelog.'],
      [expect.stringContaining('#odd'), 'deb/no-changelog', 'The changelog in odd is not that of odd.'],
      [expect.stringContaining('#torn'), 'deb/malformed-changelog', 'The changelog cannot be read: it has no entry.'],
    ]);
  });

  it('of other vendors are not read, whatever their suites are called', async () => {
    await archive.publish({ ...main(), origin: 'Docker' });
    await archive.publish({ ...security(), origin: 'Docker' });
    expect(await read()).toEqual([
      { kind: 'skipped', record: 'Debian:13', code: 'feed/no-release', reason: expect.stringContaining('Debian:13') },
      { kind: 'end', mode: 'whole', state: expect.any(String), modified: undefined },
    ]);
  });

  it('are refused when the package is not what the archive signed for', async () => {
    archive.break('.deb', { kind: 'altered' });
    await expect(read()).rejects.toMatchObject({
      code: 'archive/altered',
      message: expect.stringContaining('libssl3'),
    });
  });

  it('are refused from an archive that goes back in time', async () => {
    await read();
    await archive.publish({ ...security(), date: new Date('2025-01-01T00:00:00Z') });
    await expect(read()).rejects.toMatchObject({ code: 'archive/downgraded' });
  });

  it('are read anew where what was kept of them was altered', async () => {
    const first = await read();
    const kept = join(folder, 'cache', 'changelogs');
    for (const { name, parentPath } of await readdir(kept, { withFileTypes: true })) {
      if (name !== 'packages') await writeFile(join(parentPath, name), '{"kind":"fixes","fixes":[]}');
    }
    expect(await read()).toEqual(first);
    expect(debs().length).toBe(2);
  });
});

describe('the feed of the archive', () => {
  it('reads nothing but an archive', async () => {
    const files = { base: '/tmp/x', open: async () => await Promise.resolve(undefined) };
    await expect(readFeed(debianArchive, files)).rejects.toMatchObject({ code: 'feed/no-archive' });
  });
});
