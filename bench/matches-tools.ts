// What Temper and Grype find: the records that hold for a package, whatever each program calls the vulnerability.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { normalPypiName } from '../src/purl/pypi-name.ts';
import { grypeEnvironment, type MatchData, peer } from './matches-data.ts';
import { measure } from './measure.ts';

/** A record of the common data and a package that it holds for. */
export interface Pair {
  /** The record's id: `GHSA-…`, `GO-…`, `PYSEC-…`; for Debian the CVE. */
  readonly record: string;
  /** Without qualifiers, percent-decoded, PyPI's names as PEP 503 has them. */
  readonly purl: string;
}

export interface Found {
  readonly pairs: ReadonlyMap<string, Pair>;
  /** Ids and aliases of what is found, by key. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

const temper = join(import.meta.dirname, '../bin/temper.js');
const grype = (): string => peer('grype');

export function keyOf({ record, purl }: Pair): string {
  return `${record} ${purl}`;
}

interface Finding {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: { readonly purl: string };
  readonly evidence: readonly { readonly advisory: string }[];
}

/** With the kernel's headers, as {@link byGrype}. @param reference as `temper scan` takes it; @param more of its options */
export async function byTemper(
  reference: string,
  { database, folder }: MatchData,
  more: readonly string[] = [],
): Promise<Found> {
  const output = join(folder, 'temper.json');
  const options = ['--db', database, '--offline', '--quiet', '--kernel-headers', '--json', '--output', output];
  await measure(process.execPath, [temper, 'scan', reference, ...options, ...more]);
  const { findings } = taken(output) as { findings: Finding[] };
  return collected(findings.flatMap((one) => pairsOf(one).map((pair) => ({ pair, names: [one.id, ...one.aliases] }))));
}

function pairsOf({ evidence, package: { purl } }: Finding): Pair[] {
  return evidence.map(({ advisory }) => ({ record: advisory, purl: plainPurl(purl) }));
}

interface Match {
  readonly vulnerability: { readonly id: string };
  readonly relatedVulnerabilities: readonly { readonly id: string }[];
  readonly artifact: { readonly purl: string };
}

/** @param reference as Grype takes it; @param more of its options */
export async function byGrype(reference: string, data: MatchData, more: readonly string[] = []): Promise<Found> {
  const output = join(data.folder, 'grype.json');
  const env = grypeEnvironment(data, true);
  await measure(grype(), ['-q', reference, '-o', 'json', '--file', output, ...more], { env });
  const { matches } = taken(output) as { matches: Match[] };
  return collected(
    matches.map((one) => ({
      pair: pairOf(one),
      names: [one.vulnerability.id, ...one.relatedVulnerabilities.map(({ id }) => id)],
    })),
  );
}

function pairOf({ vulnerability, artifact }: Match): Pair {
  return { record: vulnerability.id, purl: plainPurl(artifact.purl) };
}

function collected(found: readonly { readonly pair: Pair; readonly names: readonly string[] }[]): Found {
  const pairs = new Map<string, Pair>();
  const names = new Map<string, Set<string>>();
  for (const { pair, names: known } of found) {
    const key = keyOf(pair);
    pairs.set(key, pair);
    names.set(key, new Set([...(names.get(key) ?? []), ...known]));
  }
  return { pairs, names };
}

/** Not by a parser of package URLs: the programs' own would change what is compared. */
export function plainPurl(purl: string): string {
  const plain = decodeURIComponent(purl.split(/[?#]/, 1)[0] ?? '');
  const [, name, version] = /^pkg:pypi\/([^@]+)(.*)$/.exec(plain) ?? [];
  return name === undefined ? plain : `pkg:pypi/${normalPypiName(name)}${version ?? ''}`;
}

function taken(path: string): unknown {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  rmSync(path);
  return value;
}
