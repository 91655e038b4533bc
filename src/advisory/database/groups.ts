// Which records are about the same vulnerability: worked out anew over all of them after every change.
import type { DatabaseFile } from '../../io/database.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { AliasGroups, type Groups } from './aliases.ts';
import { decodeHead } from './heads.ts';
import { aboutOf } from './identifiers.ts';
import { advisorySum } from './reader.ts';

/** Sets `advisory.main`, `grouping` and `alias` from what the records that stand say of their names. */
export function regroup(file: DatabaseFile): void {
  const groups = groupsOf(file);
  setMains(file, groups);
  file.exec('DELETE FROM main.grouping; DELETE FROM main.alias');
  const grouping = file.prepare('INSERT INTO main.grouping VALUES (?, ?)');
  const alias = file.prepare('INSERT INTO main.alias VALUES (?, ?)');
  const pairs: [string, string][] = [];
  for (const [main, aliases] of groups.all()) {
    grouping.run(main, JSON.stringify(aliases));
    for (const name of aliases) pairs.push([name, main]);
  }
  for (const [name, main] of pairs.sort(([a], [b]) => compareStrings(a, b))) alias.run(name, main);
}

function groupsOf(file: DatabaseFile): Groups {
  const groups = new AliasGroups();
  for (const [id, head] of file.prepare('SELECT id, head FROM main.advisory WHERE withdrawn IS NULL').rows()) {
    const about = aboutOf({ id: String(id), ...decodeHead(String(head)) });
    if (about.kind === 'itself' && about.ids.length > 1) groups.add(String(id), about.ids);
  }
  return groups.groups();
}

function setMains(file: DatabaseFile, groups: Groups): void {
  const changes: [ref: number, main: string, sum: number][] = [];
  for (const row of file.prepare('SELECT ref, feed, id, record, main, head FROM main.advisory').rows()) {
    const [ref, feed, id, record, before, head] = row as [number, number, string, string, string, string];
    const main = mainsOf(id, head, groups);
    if (main !== before) changes.push([ref, main, advisorySum(feed, id, record, main, head)]);
  }
  const set = file.prepare('UPDATE main.advisory SET main = ?, sum = ? WHERE ref = ?');
  for (const [ref, main, sum] of changes) set.run(main, sum, ref);
}

/** Main ids with spaces between them; empty where it is the record's own. */
function mainsOf(id: string, head: string, groups: Groups): string {
  const about = aboutOf({ id, ...decodeHead(head) });
  if (about.kind === 'itself') {
    const main = groups.main(id) ?? id;
    return main === id ? '' : main;
  }
  return [...new Set(about.ids.map((name) => groups.main(name) ?? name))].sort(compareStrings).join(' ');
}
