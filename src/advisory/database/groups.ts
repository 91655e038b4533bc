// Which records are about the same vulnerability: worked out anew over all of them after every change.
import type { DatabaseFile } from '../../io/database.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { AliasGroups, type Groups } from './aliases.ts';
import { decodeHead } from './heads.ts';
import { aboutOf } from './identifiers.ts';
import { advisorySum, rowSum } from './sums.ts';

/** Sets `advisory.main`, `grouping` and `alias` from what the records that stand say of their names. */
export function regroup(file: DatabaseFile): void {
  const groups = groupsOf(file);
  const members = setMains(file, groups);
  file.exec('DELETE FROM main.grouping; DELETE FROM main.alias');
  const grouping = file.prepare('INSERT INTO main.grouping VALUES (?, ?, ?, ?)');
  const alias = file.prepare('INSERT INTO main.alias VALUES (?, ?, ?)');
  const pairs: [string, string][] = [];
  for (const [main, aliases] of groups.all()) {
    const refs = (members.get(main) ?? []).sort(byPlace).map(({ ref }) => ref);
    const row = [main, JSON.stringify(aliases), JSON.stringify(refs)];
    grouping.run(...row, rowSum(row));
    for (const name of aliases) pairs.push([name, main]);
  }
  for (const [name, main] of pairs.sort(([a], [b]) => compareStrings(a, b)))
    alias.run(name, main, rowSum([name, main]));
}

function groupsOf(file: DatabaseFile): Groups {
  const groups = new AliasGroups();
  for (const [id, head] of file.prepare('SELECT id, head FROM main.advisory WHERE withdrawn IS NULL').rows()) {
    const about = aboutOf({ id: String(id), ...decodeHead(String(head)) });
    if (about.kind === 'itself' && about.ids.length > 1) groups.add(String(id), about.ids);
  }
  return groups.groups();
}

/** A record of a group. */
interface Member {
  readonly ref: number;
  readonly feed: number;
  readonly place: string;
}

function byPlace(a: Member, b: Member): number {
  return a.feed - b.feed || compareStrings(a.place, b.place) || a.ref - b.ref;
}

/** @returns the records that are about themselves, by the main id of their group */
function setMains(file: DatabaseFile, groups: Groups): Map<string, Member[]> {
  const members = new Map<string, Member[]>();
  const changes: [ref: number, main: string, sum: number][] = [];
  for (const row of file.prepare('SELECT ref, feed, id, record, main, head, withdrawn FROM main.advisory').rows()) {
    const [ref, feed, id, record, before, head] = row as [number, number, string, string, string, string];
    const withdrawn = row[6] as number | null;
    const { kind, ids } = aboutOf({ id, ...decodeHead(head) });
    const mains = [...new Set(ids.map((name) => groups.main(name) ?? name))];
    const own = groups.main(id) ?? id;
    const main = kind === 'covers' ? mains.sort(compareStrings).join(' ') : own === id ? '' : own;
    if (main !== before) changes.push([ref, main, advisorySum({ feed, id, record, main, head, withdrawn })]);
    if (kind === 'itself' && withdrawn === null && groups.has(own)) {
      const list = members.get(own) ?? [];
      if (list.push({ ref, feed, place: `${id}\n${record}` }) === 1) members.set(own, list);
    }
  }
  const set = file.prepare('UPDATE main.advisory SET main = ?, sum = ? WHERE ref = ?');
  for (const [ref, main, sum] of changes) set.run(main, sum, ref);
  return members;
}
