// What findings must not be there: `--fail-on`.
import { severityLevels } from '../advisory/types.ts';
import { closest } from '../lib/closest.ts';
import { Fault } from '../lib/faults.ts';
import type { Finding, FindingSeverity } from './types.ts';

/** What conditions look at. */
type Judged = Pick<Finding, 'severity' | 'fix' | 'exploited'>;

const LEVELS: readonly FindingSeverity['level'][] = [...severityLevels, 'unknown'];
const WORDS = [...LEVELS, 'fixable', 'kev', 'any'] as const;
/** `high`: that level or a worse one; `unknown`: findings that nobody has rated. */
export type Condition = (typeof WORDS)[number];

/** @throws Fault `option/fail-on` */
export function conditionOf(text: string): Condition {
  const word = WORDS.find((one) => one === text.toLowerCase());
  if (word !== undefined) return word;
  const [near] = closest(text.toLowerCase(), WORDS, 1);
  throw new Fault(
    'option/fail-on',
    `There is no condition "${text.slice(0, 100)}" for --fail-on.`,
    near === undefined ? `Conditions are ${WORDS.join(', ')}.` : `Did you mean ${near}?`,
  );
}

/** A level, as `--severity` names it. @throws Fault `option/severity` */
export function levelNamed(text: string): FindingSeverity['level'] {
  const level = LEVELS.find((one) => one === text.toLowerCase());
  if (level !== undefined) return level;
  throw new Fault(
    'option/severity',
    `There is no severity "${text.slice(0, 100)}".`,
    `Levels are ${LEVELS.join(', ')}.`,
  );
}

/** How many findings meet each condition; those that none meets are left out. @param findings without suppressed ones */
export function metConditions(
  findings: readonly Judged[],
  conditions: readonly Condition[],
): readonly { readonly condition: Condition; readonly count: number }[] {
  return [...new Set(conditions)]
    .map((condition) => ({ condition, count: findings.filter((finding) => meets(finding, condition)).length }))
    .filter(({ count }) => count > 0);
}

function meets({ severity: { level }, fix, exploited }: Judged, condition: Condition): boolean {
  switch (condition) {
    case 'any':
      return true;
    case 'fixable':
      return fix.state === 'fixed';
    case 'kev':
      return exploited !== undefined;
    case 'unknown':
      return level === 'unknown';
    default:
      return level !== 'unknown' && severityLevels.indexOf(level) <= severityLevels.indexOf(condition);
  }
}
