// The vulnerability database as matching asks it: each question is a look-up or two.
import { corruptDatabase, type DatabaseFile, type SqlRow, type Statement } from '../../io/database.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import type { AdvisoryIndex, Coverage, IndexedAffected, Vulnerability } from '../advisory-index.ts';
import type { FeedId, Severity } from '../types.ts';
import { decodeSpec, listOf, type Spec } from './encoding.ts';
import { decodeHead, type Head } from './heads.ts';
import { NearbyRows } from './nearby-rows.ts';
import { packageKey, Presence } from './presence.ts';
import { advisorySum, packageSum, rowSum } from './sums.ts';
import { VulnerabilityFacts } from './vulnerabilities.ts';

/** The two scopes, by their number in a database. */
export const scopes: readonly Coverage['scope'][] = ['all', 'fixed-only'];

/** An advisory's row. */
export interface AdvisoryRow {
  readonly ref: number;
  readonly id: string;
  readonly feed: FeedId;
  /** Its feed's place among the feeds. */
  readonly order: number;
  readonly record: string;
  readonly vulnerabilities: readonly string[];
  readonly withdrawn: boolean;
  readonly head: Head;
  /** No other advisory has this id. */
  readonly isOnly: boolean;
}

/**
 * Reads a database that {@link checkSchema} passed. Every row is held against its checksum, and one that is not found against
 * the list of what must be there.
 * All of it throws Fault `db/corrupt` where the file is damaged, and what {@link DatabaseFile} throws.
 */
export class DatabaseReader implements AdvisoryIndex {
  readonly #file: DatabaseFile;
  readonly #feeds: ReadonlyMap<number, FeedId>;
  readonly #package: Statement;
  readonly #rows: NearbyRows;
  readonly #presence: Presence;
  readonly #facts: VulnerabilityFacts;
  readonly #ecosystems = new Map<string, number | undefined>();
  readonly #coverage = new Map<string, readonly Coverage[]>();
  readonly #advisories = new Map<number, AdvisoryRow>();
  readonly #only = new Map<string, AdvisoryRow>();

  constructor(file: DatabaseFile) {
    this.#file = file;
    const feeds = file.prepare('SELECT feed, name FROM source').all();
    this.#feeds = new Map(feeds.map(([feed, name]) => [feed as number, name as FeedId]));
    this.#package = file.prepare('SELECT said, sum FROM package WHERE ecosystem = ? AND name = ?');
    const advisory = file.prepare(
      `SELECT ref, feed, id, record, main, head, sum, withdrawn, (SELECT count(*) FROM advisory o WHERE o.id = a.id)
        FROM advisory a WHERE ref BETWEEN ? AND ?`,
    );
    this.#rows = new NearbyRows((from, to) => advisory.all(from, to));
    this.#presence = new Presence(file);
    this.#facts = new VulnerabilityFacts(file, this.#presence, {
      numbered: this.#advisoryOf,
      only: (id) => this.#only.get(id),
    });
  }

  affected(ecosystem: string, name: string): readonly IndexedAffected[] {
    if (!this.#presence.has('package', packageKey(ecosystem, name))) return [];
    const number = this.#ecosystem(ecosystem);
    const row = number === undefined ? undefined : this.#package.get(number, name);
    if (number === undefined || row === undefined) throw this.#corrupt(`${ecosystem} ${name}`);
    const [said, sum] = row as [string, number];
    return this.#read(name, () => {
      if (packageSum(number, name, said) !== sum) throw this.#corrupt(`${ecosystem} ${name}`);
      return this.#entries(ecosystem, name, said);
    });
  }

  vulnerability(id: string): Vulnerability | undefined {
    return this.#read(id, () => this.#facts.of(id));
  }

  coverage(ecosystem: string): readonly Coverage[] {
    let found = this.#coverage.get(ecosystem);
    if (found === undefined) {
      const rows = this.#file
        .prepare('SELECT feed, scope FROM coverage WHERE ecosystem = ? ORDER BY feed')
        .all(ecosystem);
      found = rows.map(([feed, scope]) => ({ feed: this.#feed(feed), scope: scopes[Number(scope)] ?? 'all' }));
      this.#coverage.set(ecosystem, found);
    }
    return found;
  }

  /** The main id of a vulnerability under any of its names; the name itself where it has no other. */
  mainId(id: string): string {
    if (!this.#presence.has('alias', id)) return id;
    const [main, sum] = this.#file.prepare('SELECT main, sum FROM alias WHERE id = ?').get(id) ?? [];
    if (typeof main !== 'string' || rowSum([id, main]) !== sum) throw this.#corrupt(id);
    return main;
  }

  #entries(ecosystem: string, name: string, said: string): IndexedAffected[] {
    const [pairs, rows] = listOf(JSON.parse(said)) as [readonly number[], readonly unknown[]];
    const specs = listOf(rows).map(decodeSpec);
    const entries: IndexedAffected[] = [];
    for (let i = 0; i + 1 < listOf(pairs).length; i += 2) {
      const spec = specs[pairs[i + 1] ?? -1];
      if (spec === undefined) throw new TypeError('a row names what it does not have');
      entries.push(new Entry(ecosystem, name, spec, pairs[i] ?? -1, this.#advisoryOf));
    }
    return entries;
  }

  readonly #advisoryOf = (ref: number): AdvisoryRow => {
    const kept = this.#advisories.get(ref);
    if (kept !== undefined) return kept;
    const row = this.#rows.get(ref);
    if (row === undefined) throw this.#corrupt(`advisory ${ref}`);
    const made = this.#read(`advisory ${ref}`, () => this.#made(row));
    this.#advisories.set(ref, made);
    if (made.isOnly) this.#only.set(made.id, made);
    return made;
  };

  #made(row: SqlRow): AdvisoryRow {
    const [ref, feed, id, record, main, text, sum] = row as [number, number, string, string, string, string, number];
    if (advisorySum({ feed, id, record, main, head: text, withdrawn: row[7] as number | null }) !== sum)
      throw this.#corrupt(id);
    const vulnerabilities = main === '' ? [id] : main.split(' ');
    const head = decodeHead(text);
    const withdrawn = row[7] !== null;
    const isOnly = row[8] === 1;
    return { ref, id, feed: this.#feed(feed), order: feed, record, vulnerabilities, withdrawn, head, isOnly };
  }

  #feed(number: unknown): FeedId {
    const feed = this.#feeds.get(number as number);
    if (feed === undefined) throw this.#corrupt(`feed ${String(number)}`);
    return feed;
  }

  #ecosystem(name: string): number | undefined {
    if (!this.#ecosystems.has(name)) {
      const row = this.#file.prepare('SELECT id FROM ecosystem WHERE name = ?').get(name);
      this.#ecosystems.set(name, row?.[0] as number | undefined);
    }
    return this.#ecosystems.get(name);
  }

  /** What does not read as a row is an altered one. */
  #read<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw corruptDatabase(this.#file.path, `${what}: ${messageOf(cause)}`, cause);
    }
  }

  #corrupt(what: string): Fault {
    return corruptDatabase(this.#file.path, `what it has of ${what} is not what was written`);
  }
}

/** The advisory is looked up when it is asked for: most entries are passed over by their versions. */
class Entry implements IndexedAffected {
  readonly ecosystem: string;
  readonly name: string;
  readonly #spec: Spec;
  readonly #ref: number;
  readonly #of: (ref: number) => AdvisoryRow;

  constructor(ecosystem: string, name: string, spec: Spec, ref: number, of: (ref: number) => AdvisoryRow) {
    this.ecosystem = ecosystem;
    this.name = name;
    this.#spec = spec;
    this.#ref = ref;
    this.#of = of;
  }

  get status(): Spec['status'] {
    return this.#spec.status;
  }

  get ranges(): Spec['ranges'] {
    return this.#spec.ranges;
  }

  get versions(): Spec['versions'] {
    return this.#spec.versions;
  }

  get fix(): Spec['fix'] {
    return this.#spec.fix;
  }

  get severities(): Spec['severities'] {
    return this.#spec.severities;
  }

  get only(): Spec['only'] {
    return this.#spec.only;
  }

  get fixedBy(): string | undefined {
    return this.#spec.fixedBy;
  }

  get fixedAt(): number | undefined {
    return this.#spec.fixedAt;
  }

  get advisory(): string {
    return this.#of(this.#ref).id;
  }

  get feed(): FeedId {
    return this.#of(this.#ref).feed;
  }

  get record(): string {
    return this.#of(this.#ref).record;
  }

  get vulnerabilities(): readonly string[] {
    return this.#of(this.#ref).vulnerabilities;
  }

  get advisorySeverities(): readonly Severity[] {
    return this.#of(this.#ref).head.severities;
  }
}
