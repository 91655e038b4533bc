import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AliasGroups, type Groups } from './aliases.ts';
import { aboutOf, cveNumber, isCve, mainOf } from './identifiers.ts';

type Said = readonly [id: string, ...aliases: string[]];

function grouped(records: readonly Said[]): Groups {
  const groups = new AliasGroups();
  for (const [id, ...aliases] of records) {
    const about = aboutOf({ id, aliases, covers: [] });
    if (about.kind === 'itself') groups.add(id, about.ids);
  }
  return groups.groups();
}

describe('names of one vulnerability', () => {
  test('are joined along chains and cycles', () => {
    const records: Said[] = [
      ['A-1', 'B-1'],
      ['B-1', 'C-1'],
      ['C-1', 'A-1'],
      ['D-1', 'GHSA-1'],
      ['E-1', 'D-1'],
    ];
    expect(grouped(records).all()).toEqual([
      ['A-1', ['B-1', 'C-1']],
      ['GHSA-1', ['D-1', 'E-1']],
    ]);
  });

  test('go with the CVE that they say themselves, not with the one that others say', () => {
    const groups = grouped([
      ['GO-1', 'CVE-2024-0001', 'GHSA-2'],
      ['GHSA-2', 'CVE-2024-0002'],
    ]);
    expect(groups.all()).toEqual([
      ['CVE-2024-0001', ['GO-1']],
      ['CVE-2024-0002', ['GHSA-2']],
    ]);
  });

  test('are never joined by a record that names two CVEs', () => {
    expect(grouped([['GHSA-1', 'CVE-2024-0001', 'CVE-2024-0002']]).all()).toEqual([]);
    expect(aboutOf({ id: 'CVE-2024-0001', aliases: ['CVE-2024-0002'], covers: [] })).toEqual({
      kind: 'covers',
      ids: ['CVE-2024-0001', 'CVE-2024-0002'],
    });
  });

  test('are a thousand at most', () => {
    const chain = Array.from({ length: 3000 }, (_, i): Said => [`A-${i}`, `A-${i + 1}`]);
    const sizes = grouped(chain)
      .all()
      .map(([, aliases]) => aliases.length + 1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
  });

  test('a hundred thousand of them in one chain take no time', () => {
    const chain = Array.from({ length: 100_000 }, (_, i): Said => [`A-${i}`, `A-${i + 1}`]);
    expect(grouped(chain).all().length).toBeGreaterThan(99);
  });

  const name = fc.oneof(
    fc.integer({ min: 1, max: 6 }).map((n) => `CVE-2024-000${n}`),
    fc.integer({ min: 1, max: 8 }).map((n) => `GHSA-${n}`),
    fc.integer({ min: 1, max: 8 }).map((n) => `__proto__${n}`),
  );
  const records = fc.array(
    fc.tuple(name, fc.array(name, { maxLength: 3 })).map(([id, aliases]): Said => [id, ...aliases]),
    { maxLength: 20 },
  );

  test('are the same groups in whatever order records come, each name in one, no two CVEs in any', () => {
    fc.assert(
      fc.property(records, fc.infiniteStream(fc.nat()), (said, order) => {
        const shuffled = said
          .map((record) => ({ record, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ record }) => record);
        const groups = grouped(said);
        expect(grouped(shuffled).all()).toEqual(groups.all());
        const names = groups.all().flatMap(([main, aliases]) => [main, ...aliases]);
        expect(new Set(names).size).toBe(names.length);
        for (const [main, aliases] of groups.all()) {
          const ids = [main, ...aliases];
          expect(ids.filter(isCve).length).toBeLessThan(2);
          expect(mainOf(ids)).toBe(main);
          for (const alias of aliases) expect(groups.main(alias)).toBe(main);
        }
      }),
    );
  });
});

test('a CVE is a number that no other has, or none', () => {
  expect(cveNumber('CVE-2024-3094')).toBe(20_240_000_003_094);
  expect(cveNumber('CVE-1999-0001')).toBe(19_990_000_000_001);
  expect(cveNumber('CVE-2026-1234567890')).toBe(20_261_234_567_890);
  for (const id of [
    'CVE-2024-00001',
    'CVE-2024-12345678901',
    'CVE-24-1234',
    'GHSA-1',
    'cve-2024-3094',
    'CVE-2024-3094 ',
  ]) {
    expect(cveNumber(id)).toBeUndefined();
  }
});
