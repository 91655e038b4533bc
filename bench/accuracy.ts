// `npm run bench -- accuracy [oci:DIR:TAG …]`: the packages of real software beside what each ecosystem's own tool and syft say.
import { differences, type Listed, namesOf } from './accuracy-compare.ts';
import { knownDifferences } from './accuracy-known.ts';
import { orphansOf } from './accuracy-orphans.ts';
import { accuracySubjects, type Subject } from './accuracy-subjects.ts';
import { byOwnTool, bySyft, byTemper } from './accuracy-tools.ts';

/** The largest share of packages with a known parent that nobody needs. */
const ORPHANS: Readonly<Record<string, number>> = { npm: 0, maven: 0.05, gem: 0, pypi: 0 };

/** Ends with status 1 for a difference that accuracy-known.ts does not explain, and for orphans over their bound or out of nothing. */
export async function benchAccuracy(): Promise<void> {
  const totals = new Map<string, { orphans: number; known: number }>();
  const used = new Set<object>();
  let failed = false;
  const seen: string[] = [];
  for (const subject of await accuracySubjects(process.argv.slice(3))) {
    const ours = await byTemper(subject);
    seen.push(subject.name);
    if (ours === undefined) {
      failed ||= subject.judged;
      continue;
    }
    const others = { 'own tool': byOwnTool(subject), syft: await bySyft(subject) };
    for (const kind of kindsOf(subject, [ours, ...Object.values(others)])) {
      const mine = ours.filter((one) => one.kind === kind);
      console.log(`\n${subject.name}, ${kind}: temper ${counted(kind, mine)}, edges ${edgesOf(mine)}`);
      for (const [by, all] of Object.entries(others)) {
        const theirs = all?.filter((one) => one.kind === kind);
        if (theirs === undefined || (by === 'own tool' && theirs.length === 0)) continue;
        console.log(`  ${by}: ${counted(kind, theirs)}`);
        for (const { side, unexplained, explained } of differences(subject.name, kind, by, mine, theirs)) {
          for (const [entry, names] of explained) {
            used.add(entry);
            console.log(`    ${side}: ${shown(names)}: ${entry.why}`);
          }
          if (unexplained.length === 0) continue;
          failed = true;
          console.log(`    ${side}, NOT EXPLAINED: ${shown(unexplained)}`);
        }
      }
      const { orphans, known } = orphansOf(mine, ours);
      console.log(
        `  orphans with a known parent: ${orphans.length} of ${known}${orphans.length > 0 ? `: ${shown(orphans)}` : ''}`,
      );
      if (!subject.judged) continue;
      const total = totals.get(kind) ?? { orphans: 0, known: 0 };
      totals.set(kind, { orphans: total.orphans + orphans.length, known: total.known + known });
    }
  }
  console.log('\nOrphans with a known parent, over the corpus:');
  for (const [kind, bound] of Object.entries(ORPHANS)) {
    const { orphans, known } = totals.get(kind) ?? { orphans: 0, known: 0 };
    const met = known > 0 && orphans / known <= bound;
    if (!met) failed = true;
    console.log(`  ${kind}: ${orphans} of ${known} (at most ${100 * bound} %: ${met ? 'met' : 'MISSED'})`);
  }
  for (const entry of knownDifferences)
    if (!used.has(entry) && seen.some((name) => entry.subject.test(name)))
      console.log(`not met any more: ${entry.subject.source}, ${entry.kind}: ${entry.why}`);
  if (failed) process.exitCode = 1;
}

function kindsOf({ kinds }: Subject, lists: readonly (readonly Listed[] | undefined)[]): readonly string[] {
  return kinds ?? [...new Set(lists.flatMap((list) => (list ?? []).map(({ kind }) => kind)))].sort();
}

function counted(kind: string, list: readonly Listed[]): string {
  const distinct = namesOf(kind, list).size;
  return list.length === distinct ? `${distinct}` : `${distinct} (listed ${list.length} times)`;
}

function edgesOf(list: readonly { readonly dependencies: readonly string[] }[]): number {
  return list.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
}

function shown(names: readonly string[]): string {
  const most = 6;
  return `${names.length} (${names.slice(0, most).join(', ')}${names.length > most ? ', …' : ''})`;
}
