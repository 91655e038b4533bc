// The order of findings: what to look at first.
import { severityLevels } from '../advisory/types.ts';
import { compareStrings } from '../lib/bytes.ts';
import type { Finding, FindingSeverity } from './types.ts';

/** From the worst. What nobody has rated may be anything: it stands before what somebody has found harmless. */
export const levelsInOrder: readonly FindingSeverity['level'][] = [
  ...severityLevels.filter((level) => level !== 'negligible'),
  'unknown',
  'negligible',
];
const places: ReadonlyMap<string, number> = new Map(levelsInOrder.map((level, i) => [level, i]));

/** What the order looks at. */
type Ranked = Pick<Finding, 'id' | 'severity' | 'fix' | 'risk'> & {
  readonly package: Pick<Finding['package'], 'purl'>;
};

/** Worst first, of the same level those with a fix, then by risk, id and package URL. */
export function compareFindings(a: Ranked, b: Ranked): number {
  return (
    (places.get(a.severity.level) ?? 0) - (places.get(b.severity.level) ?? 0) ||
    Number(b.fix.state === 'fixed') - Number(a.fix.state === 'fixed') ||
    b.risk - a.risk ||
    compareStrings(a.id, b.id) ||
    compareStrings(a.package.purl, b.package.purl)
  );
}
