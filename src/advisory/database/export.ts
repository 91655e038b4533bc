// The Debian records of a database, one a line, for other programs.
import { corruptDatabase, type DatabaseFile } from '../../io/database.ts';
import { compareStrings } from '../../lib/bytes.ts';
import type { IndexedAffected } from '../advisory-index.ts';
import type { FeedId } from '../types.ts';
import { DatabaseReader } from './reader.ts';

/** What is said of a vulnerability in a source package of a suite. */
export interface DebianRecord {
  /** `13`; `` where every release is meant. */
  readonly suite: string;
  readonly source: string;
  readonly id: string;
  /** The first version that is not affected; empty: none. */
  readonly fixed: string;
  /** A level in the common words; empty: not known. */
  readonly severity: string;
}

/**
 * Sorted by suite, source and id; each once. Records that say that a package is not affected, or that nobody knows, are left out.
 * @param feeds whose records are given; `undefined`: all feeds'
 * @throws Fault `db/corrupt`
 */
export function* debianRecords(file: DatabaseFile, feeds: readonly FeedId[] | undefined): Generator<DebianRecord> {
  const reader = new DatabaseReader(file);
  const ecosystems = file
    .prepare("SELECT id, name FROM ecosystem WHERE name = 'Debian' OR name LIKE 'Debian:%'")
    .all()
    .map(([id, name]) => ({ id: Number(id), name: String(name) }))
    .sort((a, b) => compareStrings(a.name, b.name));
  for (const { id, name: ecosystem } of ecosystems) {
    for (const [name] of file.prepare('SELECT name FROM package WHERE ecosystem = ? ORDER BY name').rows(id)) {
      if (typeof name !== 'string') throw corruptDatabase(file.path, 'a package has no name');
      yield* recordsOf(ecosystem, name, reader.affected(ecosystem, name), feeds);
    }
  }
}

function recordsOf(
  ecosystem: string,
  source: string,
  said: readonly IndexedAffected[],
  feeds: readonly FeedId[] | undefined,
): readonly DebianRecord[] {
  const records = new Map<string, DebianRecord>();
  for (const one of said) {
    if (one.status !== 'affected' || (feeds !== undefined && !feeds.includes(one.feed))) continue;
    const fixed = one.ranges.findLast((range) => range.fixed !== undefined)?.fixed ?? '';
    const severities = [...(one.severities ?? []), ...one.advisorySeverities];
    const severity = severities.find(({ level }) => level !== undefined)?.level ?? '';
    for (const id of one.vulnerabilities) {
      const before = records.get(id);
      // A feed that knows a fix knows more than one that knows none.
      records.set(id, {
        suite: ecosystem.slice('Debian:'.length),
        source,
        id,
        fixed: before === undefined || before.fixed === '' ? fixed : before.fixed,
        severity: before === undefined || before.severity === '' ? severity : before.severity,
      });
    }
  }
  return [...records.values()].sort((a, b) => compareStrings(a.id, b.id));
}
