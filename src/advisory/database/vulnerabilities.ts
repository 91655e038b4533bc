// All that the feeds say of one vulnerability, put together when it is asked for.
import type { DatabaseFile, Statement } from '../../io/database.ts';
import { compareStrings } from '../../lib/bytes.ts';
import type { Vulnerability } from '../advisory-index.ts';
import type { KnownExploited, Severity } from '../types.ts';
import { listOf, textOf } from './encoding.ts';
import { decodeFact, type Fact } from './heads.ts';
import { aboutOf, cveNumber } from './identifiers.ts';
import type { AdvisoryRow } from './reader.ts';
import { detailsOf } from './texts.ts';

/** Most references that are given of one vulnerability. */
const MOST_REFERENCES = 50;
const DAY = 86_400;
const NONE: readonly string[] = [];

export class VulnerabilityFacts {
  readonly #advisoryOf: (ref: number) => AdvisoryRow;
  readonly #file: DatabaseFile;
  readonly #grouping: Statement;
  readonly #named: Statement;
  readonly #fact: Statement;
  readonly #epss: Statement;
  #exploited: ReadonlyMap<string, KnownExploited> | undefined;
  #firstReferring: number | undefined;
  /** Tables without a row, which are not asked again and again. */
  readonly #empty = new Map<string, boolean>();

  /** @param advisoryOf gives an advisory by its `ref` */
  constructor(file: DatabaseFile, advisoryOf: (ref: number) => AdvisoryRow) {
    this.#file = file;
    this.#advisoryOf = advisoryOf;
    this.#grouping = file.prepare('SELECT aliases, refs FROM grouping WHERE main = ?');
    this.#named = file.prepare('SELECT ref FROM advisory WHERE id = ? ORDER BY feed');
    this.#fact = file.prepare('SELECT data FROM fact WHERE id = ? ORDER BY feed');
    this.#epss = file.prepare('SELECT score, percentile, day FROM epss WHERE cve = ?');
  }

  of(id: string): Vulnerability | undefined {
    const grouped = this.#isEmpty('grouping') ? undefined : this.#grouping.get(id);
    const aliases = grouped === undefined ? NONE : listOf(JSON.parse(String(grouped[0]))).map(textOf);
    const advisories =
      grouped === undefined ? this.#alone(id) : (JSON.parse(String(grouped[1])) as number[]).map(this.#advisoryOf);
    const facts = this.#isEmpty('fact') ? [] : this.#fact.all(id).map(([data]) => decodeFact(String(data)));
    const epss = this.#epssOf(id);
    const exploited = this.#exploitedBy().get(id);
    if (advisories.length + facts.length === 0 && epss === undefined && exploited === undefined) return undefined;
    const parts = { id, aliases, advisories, facts, epss, exploited };
    return new Joined(parts, this.#file, (this.#firstReferring ??= this.#findReferring()));
  }

  #findReferring(): number {
    const first = this.#file.prepare('SELECT min(ref) FROM reference').get()?.[0];
    return typeof first === 'number' ? first : Number.POSITIVE_INFINITY;
  }

  #isEmpty(table: 'grouping' | 'fact' | 'epss'): boolean {
    let empty = this.#empty.get(table);
    if (empty === undefined) {
      empty = this.#file.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined;
      this.#empty.set(table, empty);
    }
    return empty;
  }

  /** Records of a name that no other shares, which are about the vulnerability, not about others that they cover. */
  #alone(id: string): readonly AdvisoryRow[] {
    const found = this.#named.all(id).map(([ref]) => this.#advisoryOf(ref as number));
    return found
      .filter(
        (row) => !row.withdrawn && row.vulnerabilities[0] === id && aboutOf({ id, ...row.head }).kind === 'itself',
      )
      .sort((a, b) => a.order - b.order || compareStrings(a.record, b.record));
  }

  #epssOf(id: string): Vulnerability['epss'] {
    if (this.#isEmpty('epss')) return undefined;
    const cve = cveNumber(id);
    const row = cve === undefined ? undefined : this.#epss.get(cve);
    if (row === undefined) return undefined;
    const [score, percentile, day] = row as [number, number, number];
    return { id, score, percentile, date: new Date(day * DAY * 1000).toISOString().slice(0, 10) };
  }

  #exploitedBy(): ReadonlyMap<string, KnownExploited> {
    this.#exploited ??= new Map(
      this.#file
        .prepare('SELECT id, data FROM exploited')
        .all()
        .map(([id, data]) => [String(id), JSON.parse(String(data)) as KnownExploited]),
    );
    return this.#exploited;
  }
}

interface Parts {
  readonly id: string;
  readonly aliases: readonly string[];
  /** In the feeds' order. */
  readonly advisories: readonly AdvisoryRow[];
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
  readonly #firstReferring: number;
  #references: readonly string[] | undefined;

  /** @param firstReferring the first advisory that has references: those of whole feeds have none */
  constructor({ id, aliases, advisories, facts, epss, exploited }: Parts, file: DatabaseFile, firstReferring: number) {
    const heads = [...advisories.map(({ head }) => head), ...facts];
    this.id = id;
    this.aliases = aliases;
    this.summary = heads.find(({ summary }) => summary !== '')?.summary ?? '';
    this.cwes = [...new Set(heads.flatMap(({ cwes }) => cwes))].sort(compareStrings);
    this.published = extreme(
      heads.map(({ published }) => published),
      Math.min,
    );
    this.modified = extreme(
      advisories.map(({ head }) => head.modified),
      Math.max,
    );
    this.severities = once(heads.flatMap(({ severities }) => severities));
    this.epss = epss;
    this.exploited = exploited;
    this.#advisories = advisories;
    this.#file = file;
    this.#firstReferring = firstReferring;
  }

  get details(): string {
    for (const { ref } of this.#advisories) {
      const text = detailsOf(this.#file, ref);
      if (text !== '') return text;
    }
    return '';
  }

  get references(): readonly string[] {
    this.#references ??= this.#readReferences();
    return this.#references;
  }

  #readReferences(): readonly string[] {
    const [first] = this.#advisories;
    if (this.#advisories.length === 1 && first !== undefined && first.ref < this.#firstReferring) return NONE;
    const statement = this.#file.prepare('SELECT urls FROM reference WHERE ref = ?');
    const urls = this.#advisories.flatMap(({ ref }) => {
      const row = statement.get(ref);
      return row === undefined ? [] : String(row[0]).split('\n');
    });
    return [...new Set(urls)].slice(0, MOST_REFERENCES);
  }
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
