// The vulnerability database as matching asks it: each question is a look-up or two.
import { corruptDatabase, type DatabaseFile, type SqlRow, type Statement } from '../../io/database.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import type { AdvisoryIndex, Coverage, IndexedAffected, Vulnerability } from '../advisory-index.ts';
import type { FeedId } from '../types.ts';
import { ADVISORY_COLUMNS, AdvisoryRow, columnsOf } from './advisory-row.ts';
import { decodeSpec, listOf } from './encoding.ts';
import { Entry } from './entry.ts';
import { decodeHead, type Head } from './heads.ts';
import { NearbyRows } from './nearby-rows.ts';
import { packageKey, Presence } from './presence.ts';
import { advisorySum, packageSum, rowSum } from './sums.ts';
import { VulnerabilityFacts } from './vulnerabilities.ts';

/** The two scopes, by their number in a database. */
export const scopes: readonly Coverage['scope'][] = ['all', 'fixed-only'];

const ADVISORY = `SELECT ${ADVISORY_COLUMNS} FROM advisory`;

/**
 * Reads a database that {@link checkSchema} passed. Every row is held against its checksum, and one that is not found against
 * the list of what must be there.
 * All of it throws Fault `db/corrupt` where the file is damaged, and what {@link DatabaseFile} throws.
 */
export class DatabaseReader implements AdvisoryIndex {
  readonly #file: DatabaseFile;
  readonly #feeds: ReadonlyMap<number, FeedId>;
  readonly #package: Statement;
  readonly #named: Statement;
  readonly #rows: NearbyRows;
  readonly #presence: Presence;
  readonly #facts: VulnerabilityFacts;
  readonly #ecosystems = new Map<string, number | undefined>();
  readonly #coverage = new Map<string, readonly Coverage[]>();
  readonly #advisories = new Map<number, AdvisoryRow>();
  /** Of each id the one that was read last. */
  readonly #byId = new Map<string, AdvisoryRow>();
  /** Of each vulnerability that has another name as well the one that was read last. */
  readonly #byMain = new Map<string, AdvisoryRow>();

  constructor(file: DatabaseFile) {
    this.#file = file;
    const feeds = file.prepare('SELECT feed, name FROM source').all();
    this.#feeds = new Map(feeds.map(([feed, name]) => [feed as number, name as FeedId]));
    this.#package = file.prepare('SELECT said, sum FROM package WHERE ecosystem = ? AND name = ?');
    const advisory = file.prepare(`${ADVISORY} WHERE ref BETWEEN ? AND ?`);
    this.#named = file.prepare(`${ADVISORY} WHERE id = ? ORDER BY feed`);
    this.#rows = new NearbyRows((from, to) => advisory.all(from, to));
    this.#presence = new Presence(file);
    this.#facts = new VulnerabilityFacts(file, this.#presence, {
      numbered: this.#advisoryOf,
      named: this.#advisoriesOf,
      read: (main) => this.#byMain.get(main) ?? this.#byId.get(main),
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
    return this.#keep(ref, row);
  };

  readonly #advisoriesOf = (id: string): readonly AdvisoryRow[] => {
    if (!this.#presence.has('shared', id)) {
      const only = this.#byId.get(id);
      if (only !== undefined) return [only];
    }
    return this.#named
      .all(id)
      .map((row) => this.#advisories.get(row[0] as number) ?? this.#keep(row[0] as number, row));
  };

  #keep(ref: number, row: SqlRow): AdvisoryRow {
    const made = this.#read(`advisory ${ref}`, () => this.#made(row));
    this.#advisories.set(ref, made);
    this.#byId.set(made.id, made);
    const [main] = made.vulnerabilities;
    if (main !== undefined && main !== made.id) this.#byMain.set(main, made);
    return made;
  }

  #made(row: SqlRow): AdvisoryRow {
    const columns = columnsOf(row);
    const sum = advisorySum({
      feed: columns[1],
      id: columns[2],
      record: columns[3],
      main: columns[4],
      head: columns[5],
      withdrawn: columns[7],
    });
    if (sum !== columns[6]) throw this.#corrupt(columns[2]);
    return new AdvisoryRow(columns, this.#feed(columns[1]), this.#readHead);
  }

  readonly #readHead = (text: string, id: string): Head => this.#read(id, () => decodeHead(text));

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
