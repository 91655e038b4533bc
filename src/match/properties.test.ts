// What holds of matching whatever the packages and the records are.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advisory, fakeIndex, notAffected } from '../../test/fakes/advisory-index.ts';
import { covers, end, fakeFeed } from '../../test/fakes/feeds.ts';
import { told } from '../../test/fakes/findings.ts';
import { records, vulnerableBoms } from '../../test/fakes/vulnerable.ts';
import { DatabaseReader } from '../advisory/database/reader.ts';
import { DatabaseWriter } from '../advisory/database/writer.ts';
import type { Advisory, FeedId } from '../advisory/types.ts';
import type { Bom } from '../bom/types.ts';
import { sbomFormats } from '../bom/formats.ts';
import { readBom } from '../bom/read.ts';
import { writeBom } from '../bom/write.ts';
import { DatabaseFile } from '../io/database.ts';
import { isSuppressed } from './filter.ts';
import { match } from './match.ts';
import type { AdvisoryIndex, Finding } from './types.ts';

const key = (finding: Finding) => `${finding.id} ${finding.package.purl}`;
const counting = (bom: Bom, index: AdvisoryIndex) => match(bom, index).findings.filter((one) => !isSuppressed(one));

test('what a packager denies adds no finding, and none of another package is lost', () => {
  fc.assert(
    fc.property(vulnerableBoms, records, fc.constantFrom('a', 'b'), fc.nat(4), (bom, advisories, name, number) => {
      const before = counting(bom, fakeIndex({ advisories }));
      const denied = advisory(`CVE-2026-100${number}`, 'redhat', [notAffected('Debian:13', name)]);
      const after = counting(bom, fakeIndex({ advisories: [...advisories, denied] })).map(key);
      const known = new Set(before.map(key));
      expect(after.filter((one) => !known.has(one))).toEqual([]);
      const others = before.filter((one) => one.id !== denied.id && one.package.kind === 'deb').map(key);
      expect(after).toEqual(expect.arrayContaining(others));
    }),
    { numRuns: 300 },
  );
});

test('each vulnerability of a package is one finding, whose evidence holds its version', () => {
  fc.assert(
    fc.property(vulnerableBoms, records, (bom, advisories) => {
      const { findings, covered, notCovered } = match(bom, fakeIndex({ advisories }));
      expect(new Set(findings.map(key)).size).toBe(findings.length);
      expect(findings.every(({ evidence }) => evidence.length > 0)).toBe(true);
      expect(findings.every(({ fix, package: p }) => !fix.versions.includes(p.version))).toBe(true);
      expect(covered + notCovered.length).toBe(bom.packages.length);
    }),
    { numRuns: 300 },
  );
});

test('more records take no finding of a registry’s package away', () => {
  const registry = (list: readonly Finding[]) => list.filter(({ package: p }) => p.kind === 'npm').map(key);
  fc.assert(
    fc.property(vulnerableBoms, records, fc.nat(12), (bom, advisories, some) => {
      const names = new Set(bom.packages.flatMap(({ purl, ownedBy }) => (ownedBy === undefined ? [purl] : [])));
      const free = (list: readonly Finding[]) => list.filter((one) => names.has(one.package.purl));
      const few = fakeIndex({ advisories: advisories.filter((one, i) => i < some && one.covers.length > 0) });
      const all = fakeIndex({ advisories: advisories.filter((one) => one.covers.length > 0) });
      expect(registry(free(counting(bom, all)))).toEqual(expect.arrayContaining(registry(free(counting(bom, few)))));
    }),
    { numRuns: 300 },
  );
});

const tool = { name: 'temper', version: '0.1.0' };
const formats = sbomFormats.flatMap(({ name, kind }) => (kind === 'document' && name !== 'purls' ? [name] : []));

test.each(formats)('scanning a Bom written as %s gives the same findings', (format) => {
  fc.assert(
    fc.property(vulnerableBoms, records, (bom, advisories) => {
      const index = fakeIndex({ advisories });
      const again = readBom(Buffer.from([...writeBom(bom, format, tool)].join('')), 'x');
      expect(told(match(again, index))).toEqual(told(match(bom, index)));
    }),
    { numRuns: 60 },
  );
});

test('the database gives the same findings as its records', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'temper-match-'));
  let count = 0;
  const essence = (bom: Bom, index: AdvisoryIndex) =>
    match(bom, index).findings.map(({ id, aliases, package: p, status, evidence, fix }) => [
      id,
      aliases,
      p.purl,
      status,
      evidence.map(({ advisory: by, feed, range }) => [by, feed, range]),
      fix,
    ]);
  try {
    await fc.assert(
      fc.asyncProperty(vulnerableBoms, records, async (bom, advisories) => {
        const path = await written(join(folder, String(count++)), advisories);
        const file = DatabaseFile.openImmutable(path);
        const found = essence(bom, new DatabaseReader(file));
        file.close();
        expect(found).toEqual(essence(bom, fakeIndex({ advisories })));
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function written(base: string, advisories: readonly Advisory[]): Promise<string> {
  using writer = DatabaseWriter.create(`${base}-draft`, `${base}-stage`);
  const files = { base: '/fake', open: async () => await Promise.resolve(undefined) };
  const feeds: readonly FeedId[] = ['debian-archive', 'debian-tracker', 'osv'];
  for (const id of feeds) {
    const own = advisories.filter(({ feed }) => feed === id);
    const ecosystems = new Set(own.flatMap((one) => one.affected.map(({ ecosystem }) => ecosystem)));
    const scope = id === 'debian-archive' ? 'fixed-only' : 'all';
    const feed = fakeFeed(id, [
      ...[...ecosystems].map((ecosystem) => covers(ecosystem, scope)),
      ...own.map((one) => ({ kind: 'advisory' as const, advisory: one })),
      end(),
    ]);
    await writer.read({ feed, files, local: true, ecosystems: undefined, now: 1_760_000_000, allowShrink: true });
  }
  writer.finish(`${base}.db`);
  return `${base}.db`;
}
