// The pairs that only one of the programs has, each with its reason.
import { normalPypiName } from '../src/purl/pypi-name.ts';
import type { OsvFacts } from './matches-facts.ts';
import { type Difference, knownReasons, type KnownReason } from './matches-known.ts';
import type { Found, Pair } from './matches-tools.ts';

export interface Compared {
  readonly both: number;
  readonly explained: ReadonlyMap<KnownReason, readonly Difference[]>;
  readonly unexplained: readonly Difference[];
  /** Of all differences, those whose vulnerability the other side has for that package under another name. */
  readonly otherwiseNamed: number;
}

/** @param by what both read */
export function comparedPairs(temper: Found, grype: Found, facts: OsvFacts, by: string): Compared {
  const explained = new Map<KnownReason, Difference[]>();
  const unexplained: Difference[] = [];
  let otherwiseNamed = 0;
  for (const [side, from, to] of [
    ['Grype alone', grype, temper],
    ['Temper alone', temper, grype],
  ] as const) {
    const named = namesByPackage(to);
    for (const [key, pair] of [...from.pairs].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (to.pairs.has(key)) continue;
      const one = { ...differenceOf(side, pair, facts), by };
      const known = named.get(pair.purl) ?? new Set();
      if ([...(from.names.get(key) ?? [])].some((name) => known.has(name))) otherwiseNamed++;
      const reason = knownReasons.find((entry) => entry.side === side && entry.holds(one));
      if (reason === undefined) unexplained.push(one);
      else explained.set(reason, [...(explained.get(reason) ?? []), one]);
    }
  }
  const both = [...temper.pairs.keys()].filter((key) => grype.pairs.has(key)).length;
  return { both, explained, unexplained, otherwiseNamed };
}

function namesByPackage({ pairs, names }: Found): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [key, { purl }] of pairs) {
    const known = found.get(purl) ?? new Set();
    for (const name of names.get(key) ?? []) known.add(name);
    found.set(purl, known);
  }
  return found;
}

function differenceOf(side: Difference['side'], { record, purl }: Pair, facts: OsvFacts): Omit<Difference, 'by'> {
  const [, type = '', path = '', version = ''] = /^pkg:([^/]+)\/(.*)@([^@]*)$/s.exec(purl) ?? [];
  const affected = facts.records.get(record)?.affected ?? [];
  const plain = (name: string): string => (type === 'pypi' ? normalPypiName(name) : name.toLowerCase());
  const entries = affected.filter(({ package: of }) => plain(of.name) === plain(path));
  return { side, record, purl, type, name: path, version, entries };
}
