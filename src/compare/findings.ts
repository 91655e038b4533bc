// Which vulnerabilities are new, gone or another, and what caused it.
import { compareFindings } from '../match/rank.ts';
import { type FindingFilter, isSuppressed, passes } from '../match/filter.ts';
import { causeOf } from './cause.ts';
import { FindingNames } from './finding-names.ts';
import { findingTotals } from './totals.ts';
import type { ComparedFinding, FindingChange, FindingChanges, FindingDifference, Hindsight, Side } from './types.ts';

/**
 * One vulnerability of one package name is there or is not, in whatever versions and under whichever of its names. The filters
 * choose what is listed; what counts as new or gone is told before.
 */
export function findingChanges(a: Side, b: Side, hindsight: Hindsight, filter: FindingFilter): FindingChanges {
  const [before, after] = [new FindingNames(a.findings.findings), new FindingNames(b.findings.findings)];
  const cause = causeOf(a, b, before, after, hindsight);
  const list: Record<'added' | 'gone' | 'changed' | 'unchanged', FindingChange[]> = {
    added: [],
    gone: [],
    changed: [],
    unchanged: [],
  };
  for (const finding of after.counting()) {
    const old = before.find(finding);
    if (old === undefined || isSuppressed(old)) {
      if (!passes(finding, filter)) continue;
      list.added.push({ cause: cause.ofNew(finding), a: undefined, b: finding, differences: [] });
    } else if (passes(finding, filter) || passes(old, filter)) {
      const differences = differencesOf(old, finding);
      const entry = { a: old, b: finding, differences };
      if (differences.length === 0) list.unchanged.push({ cause: 'image', ...entry });
      else list.changed.push({ cause: cause.ofOther(finding), ...entry });
    }
  }
  for (const finding of before.counting()) {
    const now = after.find(finding);
    if ((now !== undefined && !isSuppressed(now)) || !passes(finding, filter)) continue;
    list.gone.push({ cause: cause.ofGone(finding), a: finding, b: undefined, differences: [] });
  }
  for (const changes of Object.values(list)) changes.sort((x, y) => compareFindings(shown(x), shown(y)));
  return { ...list, a: findingTotals(a, filter), b: findingTotals(b, filter) };
}

/** What stands for a change: what is there now, else what was. */
export function shown({ a, b }: FindingChange): ComparedFinding {
  const finding = b ?? a;
  if (finding === undefined) throw new RangeError('a change of nothing');
  return finding;
}

function differencesOf(a: ComparedFinding, b: ComparedFinding): readonly FindingDifference[] {
  const texts: readonly FindingDifference[] = [
    { what: 'severity', a: a.severity.level, b: b.severity.level },
    { what: 'fix', a: a.fix.state, b: b.fix.state },
    { what: 'exploited', a: exploited(a), b: exploited(b) },
    { what: 'status', a: a.status, b: b.status },
  ];
  return texts.filter((one) => one.a !== one.b);
}

function exploited(finding: ComparedFinding): string {
  return finding.exploited === undefined ? 'no' : 'yes';
}
