// A side's findings in numbers.
import { type FindingFilter, isSuppressed, passes } from '../match/filter.ts';
import { levelsInOrder } from '../match/rank.ts';
import type { FindingTotals, Side } from './types.ts';

/** As a scan counts them: each package's version for itself. */
export function findingTotals(
  { findings: { findings, covered }, packageCount }: Side,
  filter: FindingFilter,
): FindingTotals {
  const passing = findings.filter((finding) => passes(finding, filter));
  const counting = passing.filter((finding) => !isSuppressed(finding));
  return {
    known: covered > 0 || packageCount === 0,
    findings: counting,
    levels: new Map(
      levelsInOrder.map((level) => [level, counting.filter(({ severity }) => severity.level === level).length]),
    ),
    fixable: counting.filter(({ fix }) => fix.state === 'fixed').length,
    exploited: counting.filter(({ exploited }) => exploited !== undefined).length,
    suppressed: passing.length - counting.length,
    filtered: findings.length - passing.length,
  };
}
