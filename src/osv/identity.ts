// Which vulnerabilities a record is about (OSV schema, "aliases", "upstream" and "related").
import { compareStrings } from '../lib/bytes.ts';
import type { OsvRecord } from './schema.ts';

export interface OsvIdentity {
  /** Other names of the same vulnerability, sorted. */
  readonly aliases: readonly string[];
  /** The vulnerabilities that an advisory treats, sorted; empty where the record is about one. */
  readonly covers: readonly string[];
}

const CVE = /^CVE-\d{4}-\d{4,}$/;
/** Records of distributions about one CVE each: `DEBIAN-CVE-2024-3094`. */
const OF_CVE = /^[A-Za-z]+-(CVE-\d{4}-\d{4,})$/;
/** Updates of distributions: they treat vulnerabilities, even where it is but one. */
const UPDATE = /^(?:DSA|DLA|DTSA|ELA|RH[SBE]A|USN|LSN|AL[SBE]A|R[LX]SA|ELSA|(?:open)?SUSE-[A-Z]U|MGASA|OESA|PHSA)-/;

/**
 * More than one CVE among its names makes these what it covers: then other names cannot be told apart, and are left out.
 * The updates of distributions cover the CVEs of `upstream`, `aliases` or, where these name none, `related`.
 */
export function identityOf({ id, aliases, upstream, related }: OsvRecord): OsvIdentity {
  if (UPDATE.test(id)) {
    const named = cvesOf([...upstream, ...aliases]);
    return { aliases: [], covers: named.length > 0 ? named : cvesOf(related) };
  }
  const own = OF_CVE.exec(id)?.[1];
  if (own !== undefined) return { aliases: [own], covers: [] };
  const names = distinct([...aliases, ...upstream]);
  const cves = cvesOf([id, ...names]);
  if (cves.length > 1) return { aliases: [], covers: cves };
  return { aliases: names.filter((name) => name !== id && !OF_CVE.test(name)), covers: [] };
}

/** The CVEs among names, also those in the names of distributions' records. */
function cvesOf(names: readonly string[]): string[] {
  return distinct(names.flatMap((name) => (CVE.test(name) ? name : (OF_CVE.exec(name)?.[1] ?? []))));
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareStrings);
}
