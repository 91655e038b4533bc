// Random Boms and records that speak of their packages: few names and versions, so that they meet.
import fc from 'fast-check';
import type { Advisory, Affected, FeedId } from '../../src/advisory/types.ts';
import type { Bom, BomPackage } from '../../src/bom/types.ts';
import { advisory } from './advisory-index.ts';
import { bomOf, deb, pkg } from './packages.ts';

const name = fc.constantFrom('a', 'b', 'c');
const version = fc.constantFrom('1.0.0', '1.2.3', '2.0.0', '2.0.1', '3.0.0');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const PACKAGER: readonly FeedId[] = ['debian-tracker', 'debian-archive', 'osv'];

const range = fc
  .record({ introduced: fc.constantFrom('0', '1.0.0', '2.0.0'), fixed: maybe(version), last: maybe(version) })
  .map(({ introduced, fixed, last }) => ({
    introduced,
    ...(fixed === undefined ? {} : { fixed }),
    ...(fixed === undefined && last !== undefined ? { lastAffected: last } : {}),
  }));

const entry: fc.Arbitrary<Affected> = fc
  .record({
    ecosystem: fc.constantFrom('Debian:13', 'Debian', 'npm', 'PyPI', 'Go'),
    name,
    status: fc.constantFrom(
      'affected' as const,
      'affected' as const,
      'not-affected' as const,
      'under-investigation' as const,
    ),
    ranges: fc.array(range, { maxLength: 2 }),
    versions: fc.uniqueArray(version, { maxLength: 1 }),
    fix: fc.constantFrom('fixed' as const, 'not-fixed' as const, 'deferred' as const),
    severities: maybe(
      fc.constantFrom([{ source: 'x', level: 'high' as const }], [{ source: 'y', level: 'low' as const }]),
    ),
    only: maybe(fc.constantFrom({ architectures: ['amd64'] }, { goos: ['windows'] }, { notPackages: ['a'] })),
  })
  .map(({ severities, only, ...rest }) => ({
    ...rest,
    ...(severities === undefined ? {} : { severities }),
    ...(only === undefined ? {} : { only }),
  }));

const record: fc.Arbitrary<Advisory> = fc
  .record({
    kind: fc.constantFrom('cve', 'ghsa', 'notice'),
    number: fc.integer({ min: 1, max: 4 }),
    feed: fc.constantFrom(...PACKAGER),
    affected: fc.array(entry, { minLength: 1, maxLength: 3 }),
  })
  .map(({ kind, number, feed, affected }) => {
    if (kind === 'cve') return advisory(`CVE-2026-100${number}`, feed, affected);
    if (kind === 'ghsa')
      return advisory(`GHSA-aaaa-bbbb-ccc${number}`, feed, affected, { aliases: [`CVE-2026-100${number}`] });
    return advisory(`DSA-${number}-1`, feed, affected, {
      covers: [`CVE-2026-100${number}`, `CVE-2026-100${number + 1}`],
    });
  });

/** Records of which no two of one feed have one id. */
export const records: fc.Arbitrary<readonly Advisory[]> = fc.uniqueArray(record, {
  selector: ({ feed, id }) => `${feed} ${id}`,
  maxLength: 12,
});

const packages: fc.Arbitrary<BomPackage> = fc
  .record({ kind: fc.constantFrom('deb', 'npm', 'pypi', 'golang', 'generic'), name, source: name, version })
  .map(({ kind, name: own, source, version: at }) => {
    if (kind === 'deb') return deb(own, at, source, at);
    const more = kind === 'golang' && own === 'a' ? { properties: [{ name: 'go:build:GOOS', value: 'linux' }] } : {};
    return pkg(`pkg:${kind}/${own}@${at}`, more);
  });

/** Some packages need others, Debian's own some of the others. */
export const vulnerableBoms: fc.Arbitrary<Bom> = fc
  .record({
    list: fc.uniqueArray(packages, { selector: ({ purl }) => purl, maxLength: 8 }),
    needs: fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 8 }),
    places: fc.array(fc.constantFrom('usr/lib/x', 'app/y'), { maxLength: 8 }),
  })
  .map(({ list, needs, places }) => {
    const owner = list.find(({ kind }) => kind === 'deb');
    return bomOf(
      list.map((p, i) => {
        const dependencies = needs.flatMap(([from, to]) => (from === i && to !== i ? (list[to]?.purl ?? []) : []));
        const place = places[i];
        return {
          ...p,
          dependencies: [...new Set(dependencies)].sort(),
          ...(place === undefined ? {} : { locations: [{ path: place }] }),
          ...(p.kind !== 'deb' && owner !== undefined && i % 2 === 0 ? { ownedBy: owner.purl } : {}),
        };
      }),
    );
  });
