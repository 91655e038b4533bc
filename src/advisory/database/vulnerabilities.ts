// All that the feeds say of one vulnerability, put together when it is asked for.
import { corruptDatabase, type DatabaseFile, type SqlRow, type Statement } from '../../io/database.ts';
import { compareStrings } from '../../lib/bytes.ts';
import type { Vulnerability } from '../advisory-index.ts';
import type { KnownExploited, Severity } from '../types.ts';
import { listOf, textOf } from './encoding.ts';
import { decodeFact, type Fact, type Head } from './heads.ts';
import { aboutOf, cveNumber } from './identifiers.ts';
import type { Presence } from './presence.ts';
import type { AdvisoryRow } from './advisory-row.ts';
import { rowSum } from './sums.ts';
import { detailsOf } from './texts.ts';

/** Most references that are given of one vulnerability. */
const MOST_REFERENCES = 50;
const DAY = 86_400;
const NONE: readonly string[] = [];

/** Where advisories come from. */
export interface Advisories {
  /** By its `ref`. */
  readonly numbered: (ref: number) => AdvisoryRow;
  /** All of an id, in the feeds' order. */
  readonly named: (id: string) => readonly AdvisoryRow[];
  /** One of a vulnerability that was read already, by its main id. */
  readonly read: (main: string) => AdvisoryRow | undefined;
}

export class VulnerabilityFacts {
  readonly #advisories: Advisories;
  readonly #file: DatabaseFile;
  readonly #presence: Presence;
  readonly #grouping: Statement;
  readonly #fact: Statement;
  readonly #epss: Statement;
  readonly #exploited: Statement;

  constructor(file: DatabaseFile, presence: Presence, advisories: Advisories) {
    this.#file = file;
    this.#presence = presence;
    this.#advisories = advisories;
    this.#grouping = file.prepare('SELECT main, aliases, refs, sum FROM grouping WHERE main = ?');
    this.#fact = file.prepare('SELECT id, data, sum FROM fact WHERE id = ? ORDER BY feed');
    this.#exploited = file.prepare('SELECT id, data, sum FROM exploited WHERE id = ?');
    this.#epss = file.prepare('SELECT cve, score, percentile, day, sum FROM epss WHERE cve = ?');
  }

  of(id: string): Vulnerability | undefined {
    const { aliases, advisories } = this.#named(id);
    const rows = this.#presence.has('fact', id) ? this.#sound(id, this.#fact.all(id)) : [];
    const facts = rows.map(([, data]) => decodeFact(String(data)));
    const epss = this.#epssOf(id);
    const exploited = this.#exploitedOf(id);
    if (advisories.length + facts.length === 0 && epss === undefined && exploited === undefined) return undefined;
    return new Joined({ id, aliases, advisories, facts, epss, exploited }, this.#file, this.#presence);
  }

  #named(id: string): Named {
    if (!this.#presence.has('grouping', id)) return { aliases: NONE, advisories: this.#alone(id) };
    const only = this.#presence.has('gathered', id) ? undefined : this.#advisories.read(id);
    if (only !== undefined && !only.withdrawn) {
      const about = aboutOf({ id: only.id, aliases: only.head.aliases, covers: only.head.covers });
      if (about.kind === 'itself') return { aliases: about.ids.filter((name) => name !== id), advisories: [only] };
    }
    const [, aliases, refs] = this.#sound(id, [this.#grouping.get(id)])[0] ?? [];
    return {
      aliases: listOf(JSON.parse(String(aliases))).map(textOf),
      advisories: (JSON.parse(String(refs)) as number[]).map(this.#advisories.numbered),
    };
  }

  /** Records of a name that no other shares, which are about the vulnerability, not about others that they cover. */
  #alone(id: string): readonly AdvisoryRow[] {
    const named = this.#advisories.named(id);
    if (named.length === 0 && this.#presence.has('advisory', id)) throw this.#corrupt(id);
    const found = named.filter((row) => !row.withdrawn && row.vulnerabilities[0] === id && isAboutItself(row));
    if (found.length < 2) return found;
    return found.sort((a, b) => a.order - b.order || compareStrings(a.record, b.record));
  }

  #epssOf(id: string): Vulnerability['epss'] {
    if (this.#presence.isEmpty('epss')) return undefined;
    const cve = cveNumber(id);
    if (cve === undefined || !this.#presence.has('epss', String(cve))) return undefined;
    const [row] = this.#sound(id, [this.#epss.get(cve)]);
    const [, score, percentile, day] = row as readonly [number, number, number, number];
    return { id, score, percentile, date: new Date(day * DAY * 1000).toISOString().slice(0, 10) };
  }

  #exploitedOf(id: string): KnownExploited | undefined {
    if (!this.#presence.has('exploited', id)) return undefined;
    const [row] = this.#sound(id, [this.#exploited.get(id)]);
    return JSON.parse(String(row?.[1])) as KnownExploited;
  }

  /** Rows of which the last value is the others' checksum; there must be at least one of what is there. */
  #sound(what: string, rows: readonly (SqlRow | undefined)[]): readonly SqlRow[] {
    for (const row of rows) if (row === undefined || rowSum(row.slice(0, -1)) !== row.at(-1)) throw this.#corrupt(what);
    if (rows.length === 0) throw this.#corrupt(what);
    return rows as readonly SqlRow[];
  }

  #corrupt(what: string): Error {
    return corruptDatabase(this.#file.path, `what it has of ${what} is not what was written`);
  }
}

function isAboutItself({ id, head: { aliases, covers } }: AdvisoryRow): boolean {
  return aliases.length + covers.length === 0 || aboutOf({ id, aliases, covers }).kind === 'itself';
}

interface Named {
  /** The other names, sorted. */
  readonly aliases: readonly string[];
  /** In the feeds' order. */
  readonly advisories: readonly AdvisoryRow[];
}

interface Parts extends Named {
  readonly id: string;
  readonly facts: readonly Fact[];
  readonly epss: Vulnerability['epss'];
  readonly exploited: KnownExploited | undefined;
}

/** Long texts are read when they are asked for. */
class Joined implements Vulnerability {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly cwes: readonly string[];
  readonly published: number | undefined;
  readonly modified: number | undefined;
  readonly severities: readonly Severity[];
  readonly epss: Vulnerability['epss'];
  readonly exploited: KnownExploited | undefined;
  readonly #advisories: readonly AdvisoryRow[];
  readonly #file: DatabaseFile;
  readonly #presence: Presence;
  #references: readonly string[] | undefined;

  constructor({ id, aliases, advisories, facts, epss, exploited }: Parts, file: DatabaseFile, presence: Presence) {
    this.#presence = presence;
    const [first] = advisories;
    const all =
      advisories.length === 1 && facts.length === 0 && first !== undefined
        ? ofOne(first.head)
        : ofSeveral(advisories, facts);
    this.id = id;
    this.aliases = aliases;
    this.summary = all.summary;
    this.cwes = all.cwes;
    this.published = all.published;
    this.modified = all.modified;
    this.severities = once(all.severities);
    this.epss = epss;
    this.exploited = exploited;
    this.#advisories = advisories;
    this.#file = file;
  }

  get details(): string {
    for (const { ref } of this.#advisories) {
      const text = detailsOf(this.#file, this.#presence, ref);
      if (text !== '') return text;
    }
    return '';
  }

  get references(): readonly string[] {
    this.#references ??= this.#readReferences();
    return this.#references;
  }

  #readReferences(): readonly string[] {
    const listed = this.#advisories.filter(({ ref }) => this.#presence.has('reference', String(ref)));
    if (listed.length === 0) return NONE;
    const statement = this.#file.prepare('SELECT ref, urls, sum FROM reference WHERE ref = ?');
    const urls = listed.flatMap(({ ref }) => {
      const row = statement.get(ref);
      if (row === undefined || rowSum(row.slice(0, -1)) !== row.at(-1))
        throw corruptDatabase(this.#file.path, `what it refers to for ${this.id} is not what was written`);
      return String(row[1]).split('\n');
    });
    return [...new Set(urls)].slice(0, MOST_REFERENCES);
  }
}

type Said = Pick<Vulnerability, 'summary' | 'cwes' | 'published' | 'modified' | 'severities'>;

function ofSeveral(advisories: readonly AdvisoryRow[], facts: readonly Fact[]): Said {
  const heads = [...advisories.map(({ head }) => head), ...facts];
  const dates = heads.map(({ published }) => published);
  const changes = advisories.map(({ head }) => head.modified);
  return {
    summary: heads.find(({ summary }) => summary !== '')?.summary ?? '',
    cwes: [...new Set(heads.flatMap(({ cwes }) => cwes))].sort(compareStrings),
    published: extreme(dates, Math.min),
    modified: extreme(changes, Math.max),
    severities: heads.flatMap(({ severities }) => severities),
  };
}

/** The same of one advisory, as most vulnerabilities have. */
function ofOne({ cwes, ...head }: Head): Said {
  return { ...head, cwes: cwes.length === 0 ? cwes : [...new Set(cwes)].sort(compareStrings) };
}

function extreme(values: readonly (number | undefined)[], pick: (...values: number[]) => number): number | undefined {
  let found: number | undefined;
  for (const value of values) if (value !== undefined) found = found === undefined ? value : pick(found, value);
  return found;
}

function once(severities: readonly Severity[]): readonly Severity[] {
  if (severities.length < 2) return severities;
  const seen = new Map<string, Severity>();
  for (const severity of severities) {
    const { source, vector, level, stated, score } = severity;
    const key = [source, vector, level, stated, score].join('\n');
    if (!seen.has(key)) seen.set(key, severity);
  }
  return [...seen.values()];
}
