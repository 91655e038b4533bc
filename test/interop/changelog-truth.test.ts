// The archive's changelogs against Debian's own tools: what separates two roots of the same packages.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { debianArchive } from '../../src/advisory/debian-archive/feed.ts';
import type { FeedPackage } from '../../src/advisory/feed.ts';
import { archiveChangelogs } from '../../src/flow/database/archive-changelogs.ts';
import { compareDebVersions } from '../../src/version/deb.ts';
import { readFeed } from '../fakes/feed-files.ts';
import {
  ecosystem,
  type ExpectedCves,
  expectedCves,
  type InstalledSource,
  installedSources,
  makeRoot,
  rootSources,
} from './debian-roots.ts';
import { describeWith } from './peers.ts';
import { buildable } from './real-image.ts';

/** Fewer differing sources prove too little. */
const LEAST = 30;

describeWith(['mmdebstrap', 'dpkg-parsechangelog'], 'the changelogs of the archive', () => {
  let folder = '';
  let older: InstalledSource[] = [];
  let newer: InstalledSource[] = [];
  let expected: ExpectedCves;

  beforeAll(async () => {
    if (!buildable) return;
    folder = await mkdtemp(join(tmpdir(), 'temper-truth-'));
    vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'config'));
    const sources = await rootSources();
    older = await installedSources(await makeRoot(join(folder, 'older'), sources.older));
    const root = await makeRoot(join(folder, 'newer'), sources.newer);
    newer = await installedSources(root);
    expected = await expectedCves(older, newer, root);
  }, 2_400_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    if (folder !== '') await rm(folder, { recursive: true, force: true });
  });

  /** `SOURCE CVE` for what is installed and older than the version that fixes it. */
  async function found(installed: readonly InstalledSource[], packages?: readonly FeedPackage[]): Promise<Set<string>> {
    const files = archiveChangelogs({
      cache: join(folder, 'cache'),
      offline: false,
      environment: process.env,
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    const records = await readFeed(debianArchive, files, { ecosystems: [ecosystem], packages });
    const versions = new Map(installed.map(({ source, version }) => [source, version]));
    const pairs = new Set<string>();
    for (const record of records) {
      const affected = record.kind === 'advisory' ? record.advisory.affected[0] : undefined;
      const version = versions.get(affected?.name ?? '');
      const fixed = affected?.ranges[0]?.fixed ?? '';
      if (record.kind !== 'advisory' || version === undefined || compareDebVersions(version, fixed) >= 0) continue;
      pairs.add(`${affected?.name} ${record.advisory.id}`);
    }
    return pairs;
  }

  test.skipIf(!buildable)(
    'name exactly what dpkg-parsechangelog finds between two roots, and nothing in the newer',
    async () => {
      expect(new Set(older.map((item) => item.package))).toEqual(new Set(newer.map((item) => item.package)));
      expect(expected.differing.length).toBeGreaterThanOrEqual(LEAST);
      expect(expected.without).toEqual([]);
      for (const packages of [undefined, asked(older)]) {
        const pairs = await found(older, packages);
        const misses = [...expected.plain].filter((pair) => !pairs.has(pair));
        const extras = [...pairs].filter((pair) => !expected.plain.has(pair) && !expected.other.has(pair));
        console.log(
          `${expected.differing.length} sources differ, ${expected.plain.size} vulnerabilities expected, ${expected.other.size} written otherwise, ${pairs.size} found`,
        );
        expect({ misses, extras }).toEqual({ misses: [], extras: [] });
        expect([...(await found(newer, packages))]).toEqual([]);
      }
    },
  );
});

function asked(installed: readonly InstalledSource[]): FeedPackage[] {
  return installed.map(({ source, version }) => ({ ecosystem, name: source, version }));
}
