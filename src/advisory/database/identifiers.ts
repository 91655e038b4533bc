// The names of vulnerabilities.
import { compareStrings } from '../../lib/bytes.ts';

/** Longest name, in characters. */
const LONGEST = 200;

/** Printable ASCII without spaces. */
export function isIdentifier(id: string): boolean {
  return id.length > 0 && id.length <= LONGEST && /^[\x21-\x7e]+$/.test(id);
}

export function isCve(id: string): boolean {
  return /^CVE-\d{4}-\d{4,}$/.test(id);
}

/**
 * A CVE as a number that sorts and takes few bytes: year · 10^10 + number. `undefined` for other names, also for a number that
 * begins with more zeros than CVE's own writing has, which could not be told from another.
 */
export function cveNumber(id: string): number | undefined {
  const [, year = '', number = ''] = /^CVE-(\d{4})-(\d{4}|[1-9]\d{4,9})$/.exec(id) ?? [];
  return year === '' ? undefined : Number(year) * 1e10 + Number(number);
}

/** The name that stands for all of one vulnerability: the CVE where there is one, else the GHSA, else the first by code unit. */
export function mainOf(ids: readonly string[]): string {
  const sorted = [...ids].sort(compareStrings);
  return sorted.find(isCve) ?? sorted.find((id) => id.startsWith('GHSA-')) ?? sorted[0] ?? '';
}

/** What a record is about: the vulnerabilities that it covers, or itself, with the names that it shares. */
export type About =
  | { readonly kind: 'covers'; readonly ids: readonly string[] }
  | { readonly kind: 'itself'; readonly ids: readonly string[] };

/** @param record its `covers` decide; without them more than one CVE among its names makes it cover these */
export function aboutOf(record: {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly covers: readonly string[];
}): About {
  if (record.covers.length > 0) return { kind: 'covers', ids: sortedOnce(record.covers) };
  if (record.aliases.length === 0) return { kind: 'itself', ids: [record.id] };
  const ids = sortedOnce([record.id, ...record.aliases]);
  const cves = ids.filter(isCve);
  return cves.length > 1 ? { kind: 'covers', ids: cves } : { kind: 'itself', ids };
}

function sortedOnce(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort(compareStrings);
}
