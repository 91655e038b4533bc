// What several formats say of a finding.
import type { Finding, FindingDecision } from '../match/types.ts';
import { shownName } from '../match/shown-name.ts';

const PAGES: readonly (readonly [RegExp, string])[] = [
  [/^CVE-\d{4}-\d{4,19}$/, 'https://nvd.nist.gov/vuln/detail/'],
  [/^GHSA(?:-[0-9a-z]{4}){3}$/, 'https://github.com/advisories/'],
  [/^D[SL]A-\d{1,9}-\d{1,9}$/, 'https://security-tracker.debian.org/tracker/'],
  [/^RH[SBE]A-\d{4}:\d{1,9}$/, 'https://access.redhat.com/errata/'],
];

/** Where a person reads of a vulnerability: an address of characters that need no escaping anywhere. */
export function vulnerabilityPage(id: string): string {
  for (const [pattern, base] of PAGES) if (pattern.test(id)) return `${base}${id}`;
  return `https://osv.dev/vulnerability/${encodedPart(id)}`;
}

/** A part of an address, of letters, digits, `-`, `.`, `_` and `%`. */
export function encodedPart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*~]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** At most `most` characters, with an ellipsis where some are left out; no half of a character is left. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** What decided that a finding does not count: the first decision of its own status. */
export function suppressedBy({ status, decisions }: Finding): FindingDecision | undefined {
  return decisions.find((one) => one.status === status) ?? decisions[0];
}

/**
 * Through what a package comes to be needed, shortly: the outermost package of its shortest way and, where it is another, the one
 * that needs it itself: `webpack › … › terser +2`, with the number of other ways. Empty for what nothing needs.
 */
export function wayOf({ package: { parents } }: Finding): string {
  const [way = [], ...others] = parents;
  const [first, last] = [way[0], way.at(-1)];
  if (first === undefined || last === undefined) return '';
  const names = way.length === 1 ? [first] : [first, last];
  const text = names.map(shownName).join(way.length > 2 ? ' › … › ' : ' › ');
  return others.length === 0 ? text : `${text} +${others.length}`;
}

/** `CWE-79` as a number; `undefined` for what is none. */
export function cweNumber(text: string): number | undefined {
  const [, digits] = /^(?:CWE-)?([1-9]\d{0,5})$/i.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The risk, of 100; `undefined` where nobody knows how likely exploitation is: neither does the number. */
export function knownRisk({ risk, epss, exploited }: Pick<Finding, 'risk' | 'epss' | 'exploited'>): number | undefined {
  return epss === undefined && exploited === undefined ? undefined : risk;
}
