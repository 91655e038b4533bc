// The rows of packages: what is new is put in, what is no more is taken out.
import type { DatabaseFile, SqlRow } from '../../io/database.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { packageSum } from './sums.ts';

/** One record's word on a package. */
interface Entry {
  readonly ref: number;
  readonly spec: string;
}

/**
 * Merges the stage's packages into the database's.
 * @param base the `ref` of the stage's first advisory
 * @param removed advisories that are no more
 */
export function mergePackages(file: DatabaseFile, base: number, removed: ReadonlySet<number>): void {
  addEcosystems(file);
  const rows = new PackageRows(file, removed);
  file.exec('DROP TABLE IF EXISTS stage.touched');
  file.exec('CREATE TABLE stage.touched (ecosystem INTEGER, name TEXT, PRIMARY KEY (ecosystem, name)) WITHOUT ROWID');
  if (removed.size > 0) findTouched(file, removed);
  const remaining = file.prepare('DELETE FROM stage.touched WHERE ecosystem = ? AND name = ?');
  for (const group of stagedPackages(file, base)) {
    remaining.run(group.ecosystem, group.name);
    rows.write(group.ecosystem, group.name, group.entries);
  }
  for (const [ecosystem, name] of file.prepare('SELECT ecosystem, name FROM stage.touched').all()) {
    rows.write(ecosystem as number, name as string, []);
  }
}

/** Advisories of a feed that the stage has under the same id for the same package. */
export function* replacedInPackages(file: DatabaseFile, feed: number): Generator<number> {
  const staged = file.prepare(
    `SELECT e.id, a.name, s.id FROM stage.affected a JOIN stage.advisory s ON s.n = a.n
      JOIN main.ecosystem e ON e.name = a.ecosystem ORDER BY e.id, a.name`,
  );
  const row = file.prepare('SELECT said FROM main.package WHERE ecosystem = ? AND name = ?');
  const named = file.prepare('SELECT ref FROM main.advisory WHERE id = ? AND feed = ?');
  let place = '';
  let there = new Set<number>();
  for (const [ecosystem = null, name = null, id = null] of staged.rows()) {
    if (place !== `${String(ecosystem)} ${String(name)}`) {
      place = `${String(ecosystem)} ${String(name)}`;
      const said = row.get(ecosystem, name)?.[0];
      there = new Set(said === undefined ? [] : pairsOf(String(said)).filter((_, i) => i % 2 === 0));
    }
    for (const [ref] of named.all(id, feed)) if (there.has(ref as number)) yield ref as number;
  }
}

function addEcosystems(file: DatabaseFile): void {
  file.exec(
    'INSERT OR IGNORE INTO main.ecosystem (name) SELECT DISTINCT ecosystem FROM stage.affected ORDER BY ecosystem',
  );
}

interface StagedPackage {
  readonly ecosystem: number;
  readonly name: string;
  readonly entries: readonly Entry[];
}

function* stagedPackages(file: DatabaseFile, base: number): Generator<StagedPackage> {
  const staged = file.prepare(
    'SELECT e.id, a.name, a.n, a.spec FROM stage.affected a JOIN main.ecosystem e ON e.name = a.ecosystem ORDER BY e.id, a.name, a.n, a.rowid',
  );
  let current: { ecosystem: number; name: string; entries: Entry[] } | undefined;
  for (const row of staged.rows()) {
    const [ecosystem, name, n, spec] = row as [number, string, number, string];
    if (current === undefined || current.ecosystem !== ecosystem || current.name !== name) {
      if (current !== undefined) yield current;
      current = { ecosystem, name, entries: [] };
    }
    current.entries.push({ ref: base + n, spec });
  }
  if (current !== undefined) yield current;
}

// Which packages a record speaks of stands in the packages' rows alone.
function findTouched(file: DatabaseFile, removed: ReadonlySet<number>): void {
  const touch = file.prepare('INSERT INTO stage.touched VALUES (?, ?)');
  for (const [ecosystem, name, said] of file.prepare('SELECT ecosystem, name, said FROM main.package').rows()) {
    const pairs = pairsOf(String(said));
    if (pairs.some((ref, i) => i % 2 === 0 && removed.has(ref))) touch.run(ecosystem ?? null, name ?? null);
  }
}

class PackageRows {
  readonly #file: DatabaseFile;
  readonly #removed: ReadonlySet<number>;
  readonly #places = new Map<number, string>();

  constructor(file: DatabaseFile, removed: ReadonlySet<number>) {
    this.#file = file;
    this.#removed = removed;
  }

  /** Writes a package anew: what stays of it, and what comes to it. */
  write(ecosystem: number, name: string, added: readonly Entry[]): void {
    const row = this.#file
      .prepare('SELECT said FROM main.package WHERE ecosystem = ? AND name = ?')
      .get(ecosystem, name);
    const kept = row === undefined ? [] : entriesOf(row).filter(({ ref }) => !this.#removed.has(ref));
    const entries = this.#sorted([...kept, ...added]);
    if (entries.length === 0) {
      this.#file.prepare('DELETE FROM main.package WHERE ecosystem = ? AND name = ?').run(ecosystem, name);
      return;
    }
    const said = saidBy(entries);
    this.#file
      .prepare('INSERT OR REPLACE INTO main.package VALUES (?, ?, ?, ?)')
      .run(ecosystem, name, said, packageSum(ecosystem, name, said));
  }

  /** By feed, id and record, so that the order does not tell in which order they came. */
  #sorted(entries: readonly Entry[]): readonly Entry[] {
    const first = entries[0]?.ref;
    if (entries.every(({ ref }) => ref === first)) return entries;
    return entries
      .map((entry, i) => ({ entry, place: this.#place(entry.ref), i }))
      .sort((a, b) => compareStrings(a.place, b.place) || a.i - b.i)
      .map(({ entry }) => entry);
  }

  #place(ref: number): string {
    let place = this.#places.get(ref);
    if (place === undefined) {
      const row = this.#file.prepare('SELECT feed, id, record, hex(hash) FROM main.advisory WHERE ref = ?').get(ref);
      place = row?.join('\n') ?? '';
      this.#places.set(ref, place);
      // Memory is bounded; what is asked for again is looked up again.
      if (this.#places.size > 100_000) this.#places.clear();
    }
    return place;
  }
}

function entriesOf(row: SqlRow): Entry[] {
  const [pairs, rows] = JSON.parse(String(row[0])) as [number[], unknown[]];
  const specs = rows.map((spec) => JSON.stringify(spec));
  const entries: Entry[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    entries.push({ ref: pairs[i] ?? 0, spec: specs[pairs[i + 1] ?? -1] ?? '[]' });
  }
  return entries;
}

/** `[[ref, place, …], [spec, …]]`: each spec once, and for each advisory the place of its own among them. */
function saidBy(entries: readonly Entry[]): string {
  const places = new Map<string, number>();
  const pairs: number[] = [];
  for (const { ref, spec } of entries) {
    let place = places.get(spec);
    if (place === undefined) {
      place = places.size;
      places.set(spec, place);
    }
    pairs.push(ref, place);
  }
  return `[[${pairs.join(',')}],[${[...places.keys()].join(',')}]]`;
}

/** The first half alone. */
function pairsOf(said: string): readonly number[] {
  return JSON.parse(said.slice(1, said.indexOf(']') + 1)) as number[];
}
