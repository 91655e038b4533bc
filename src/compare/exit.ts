// What of a comparison is reason for another answer than yes: `--exit-on` and `--fail-on`.
import { closest } from '../lib/closest.ts';
import { Fault } from '../lib/faults.ts';
import { type Condition, metConditions } from '../match/threshold.ts';
import { blindSpots } from './blind-spots.ts';
import type { Comparison } from './types.ts';

const REASONS = ['vulnerability', 'package', 'policy'] as const;
export type ExitReason = (typeof REASONS)[number];

/** @throws Fault `option/exit-on` */
export function exitReason(text: string): ExitReason {
  const word = REASONS.find((one) => one === text.toLowerCase());
  if (word !== undefined) return word;
  const [near] = closest(text.toLowerCase(), REASONS, 1);
  throw new Fault(
    'option/exit-on',
    `There is nothing called "${text.slice(0, 100)}" for --exit-on.`,
    near === undefined ? `Choose of ${REASONS.join(', ')}.` : `Did you mean ${near}?`,
  );
}

/** Why the answer is no. */
export interface Objection {
  readonly reason: ExitReason;
  /** Findings, packages, or checks that are to blame. */
  readonly count: number;
  /** The condition of `--fail-on` that holds; `undefined` elsewhere. */
  readonly condition: Condition | undefined;
}

/**
 * `vulnerability`: a finding that the first side has not, whatever caused it; `package`: a package that came or is there in
 * another version, not one that went; `policy`: conditions that the second side's findings meet and the first one's do not.
 * @throws Fault `compare/not-known` where a side does not tell what is asked
 */
export function objections(
  comparison: Comparison,
  reasons: ReadonlySet<ExitReason>,
  failOn: readonly Condition[],
): readonly Objection[] {
  const found: Objection[] = [];
  const object = (reason: ExitReason, count: number, condition?: Condition): void => {
    if (count > 0) found.push({ reason, count, condition });
  };
  if (reasons.has('vulnerability') || failOn.length > 0) mustKnowFindings(comparison);
  if (reasons.has('vulnerability')) object('vulnerability', comparison.vulnerabilities.added.length);
  if (reasons.has('package')) object('package', changedPackages(comparison));
  const { a, b } = comparison.vulnerabilities;
  const before = new Set(metConditions(a.findings, failOn).map(({ condition }) => condition));
  for (const { condition, count } of metConditions(b.findings, failOn))
    if (!before.has(condition)) object('policy', count, condition);
  return found;
}

function changedPackages({ packages, a, b }: Comparison): number {
  if (packages === undefined) throw notKnown(a.packages === undefined ? a : b, 'its packages', 'package');
  const { added, upgraded, downgraded, changed } = packages;
  return added.length + upgraded.length + downgraded.length + changed.length;
}

function mustKnowFindings({ a, b, vulnerabilities }: Comparison): void {
  const side = vulnerabilities.a.known ? (vulnerabilities.b.known ? undefined : b) : a;
  if (side !== undefined)
    throw notKnown(side, 'its vulnerabilities: the database speaks of none of its packages', 'vulnerability');
  const blind = blindSpots(a, b);
  if (blind > 0)
    throw notKnown(
      b,
      `the vulnerabilities of ${blind} of its packages: the database speaks of such on the other side alone`,
      'vulnerability',
    );
  const { leftOut = 0 } = b.findings;
  if (leftOut > 0) throw notKnown(b, `${leftOut} findings that filters left out of its saved scan`, 'vulnerability');
}

function notKnown(
  { subject }: { readonly subject: { readonly name: string } },
  what: string,
  reason: ExitReason,
): Fault {
  return new Fault(
    'compare/not-known',
    `${subject.name} does not tell ${what}, so --exit-on ${reason} has no answer.`,
    'Compare without it and see what is not known, or name the image itself.',
  );
}
