// The tracker's lists of advisories, DSA/list and DLA/list: which one brought a fix, and when.
import { debianEcosystem } from '../../deb/codenames.ts';
import { compareDebVersions, parseDebVersion } from '../../version/deb.ts';

/** A DSA or DLA. */
export interface Notice {
  /** `DSA-5649-1` */
  readonly id: string;
  /** Seconds since 1970. */
  readonly date: number | undefined;
  readonly title: string;
  /** `CVE-…`, as the list has them; none where no vulnerability has a name. */
  readonly cves: readonly string[];
  readonly fixes: readonly NoticeFix[];
}

export interface NoticeFix {
  /** `Debian:12` */
  readonly ecosystem: string;
  readonly source: string;
  readonly version: string;
}

/** The highest fix of a vulnerability in a release's source package. */
export interface NoticedFix {
  readonly id: string;
  readonly date: number | undefined;
  readonly version: string;
}

/** Most advisories of one list; both together had 9,000 in 2026. */
const NOTICES = 200_000;
/** Most names of one advisory. */
const NAMES = 10_000;

const HEADING = /^\[(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})\] (D[SL]A-\d{1,6}-\d{1,4})\s?(.*)$/;
const CVES = /^\s+\{([^}]*)\}/;
const FIX = /^\s+\[([a-z]+)\] - (\S+) (\S+)\s*$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads a list; lines of other forms (notes, packages without a version) are passed over. At most 200,000 advisories. */
export function parseNotices(text: string): Notice[] {
  const notices: Notice[] = [];
  let last: { cves: string[]; fixes: NoticeFix[] } | undefined;
  for (const line of text.split('\n')) {
    const heading = line.startsWith('[') ? HEADING.exec(line) : null;
    if (heading !== null) {
      if (notices.length === NOTICES) break;
      const [, day, month = '', year, id = '', title = ''] = heading;
      last = { cves: [], fixes: [] };
      notices.push({ id, date: dateOf(Number(year), month, Number(day)), title: title.slice(0, 300), ...last });
    } else if (last !== undefined) readLine(line.slice(0, 100_000), last);
  }
  return notices;
}

function readLine(line: string, notice: { readonly cves: string[]; readonly fixes: NoticeFix[] }): void {
  const [, names] = CVES.exec(line) ?? [];
  for (const name of names?.split(/\s+/, NAMES) ?? []) if (/^CVE-\d{4}-\d{4,19}$/.test(name)) notice.cves.push(name);
  const [, codename = '', source = '', version = ''] = FIX.exec(line) ?? [];
  const ecosystem = debianEcosystem(codename);
  if (ecosystem === undefined || parseDebVersion(version) === undefined || notice.fixes.length === NAMES) return;
  notice.fixes.push({ ecosystem, source, version });
}

function dateOf(year: number, month: string, day: number): number | undefined {
  const index = MONTHS.indexOf(month);
  return index < 0 ? undefined : Date.UTC(year, index, day) / 1000;
}

/** Finds the highest fix that advisories brought. */
export class Notices {
  readonly #fixes = new Map<string, NoticedFix>();
  /** Those that name no vulnerability, and are one by themselves. */
  readonly nameless: readonly Notice[];

  constructor(notices: readonly Notice[]) {
    this.nameless = notices.filter(({ cves, fixes }) => cves.length === 0 && fixes.length > 0);
    for (const { id, date, cves, fixes } of notices) {
      for (const { ecosystem, source, version } of fixes) {
        for (const cve of cves) this.#note(`${ecosystem} ${source} ${cve}`, { id, date, version });
      }
    }
  }

  fix(ecosystem: string, source: string, cve: string): NoticedFix | undefined {
    return this.#fixes.get(`${ecosystem} ${source} ${cve}`);
  }

  #note(key: string, fix: NoticedFix): void {
    const known = this.#fixes.get(key);
    if (known === undefined || compareDebVersions(fix.version, known.version) > 0) this.#fixes.set(key, fix);
  }
}
