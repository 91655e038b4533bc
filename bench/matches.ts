// `npm run bench -- matches [oci:DIR:TAG …]`: what Temper and Grype find on equal data, pair by pair.
import { comparedPairs } from './matches-compare.ts';
import { matchData } from './matches-data.ts';
import { OsvFacts } from './matches-facts.ts';
import { knownReasons } from './matches-known.ts';
import { matchSubjects } from './matches-subjects.ts';
import { byGrype, byTemper } from './matches-tools.ts';
import { benchVex } from './matches-vex.ts';

/** Ends with status 1 for a pair without a reason, a reason that nothing has any more, and a statement that removes another pair. */
export async function benchMatches(): Promise<void> {
  const data = await matchData();
  const facts = new OsvFacts(data.osv);
  const used = new Set<object>();
  let failed = false;
  for await (const subject of matchSubjects(data, facts, process.argv.slice(3))) {
    const [temper, grype] = [await byTemper(subject.temper, data), await byGrype(subject.grype, data)];
    const { both, explained, unexplained, otherwiseNamed } = comparedPairs(temper, grype, facts, subject.by);
    console.log(
      `\n${subject.name}, ${subject.by}: Temper ${temper.pairs.size}, Grype ${grype.pairs.size}, both ${both}` +
        (otherwiseNamed > 0 ? `; of the others ${otherwiseNamed} under another name` : ''),
    );
    for (const [reason, list] of explained) {
      used.add(reason);
      console.log(`  ${reason.side}, ${reason.name}: ${shown(list)}`);
    }
    for (const side of ['Grype alone', 'Temper alone'] as const) {
      const list = unexplained.filter((one) => one.side === side);
      if (list.length === 0) continue;
      failed = true;
      console.log(`  ${side}, NOT EXPLAINED: ${shown(list)}`);
    }
  }
  console.log('\nReasons:');
  for (const reason of knownReasons) {
    if (!used.has(reason)) failed = true;
    console.log(`  ${reason.side}, ${reason.name}${used.has(reason) ? '' : ', NOT MET ANY MORE'}: ${reason.why}`);
  }
  if (!(await benchVex(data))) failed = true;
  if (failed) process.exitCode = 1;
}

function shown(list: readonly { readonly record: string; readonly purl: string }[]): string {
  const most = 4;
  const some = list.slice(0, most).map(({ record, purl }) => `${record} ${purl}`);
  return `${list.length} (${some.join(', ')}${list.length > most ? ', …' : ''})`;
}
