// What `--fail-on` says nothing of: a status of 0 is no answer for it.
import type { Condition } from '../../match/threshold.ts';
import type { Finding, NotCovered } from '../../match/types.ts';

/** Conditions that do not ask for a level. */
const OTHERS: ReadonlySet<Condition> = new Set(['fixable', 'kev']);
/** Of these a finding that nobody has rated is one. */
const UNRATED: ReadonlySet<Condition> = new Set(['unknown', 'any']);

export interface Judged {
  readonly name: string;
  /** A count. */
  readonly packages: number;
  readonly notCovered: readonly Pick<NotCovered, 'reason'>[];
  /** Without suppressed ones. */
  readonly findings: readonly Pick<Finding, 'severity'>[];
}

/** In sentences; none where nothing is asked. Packages of which no feed anywhere speaks are not told, of which every image has some, nor headers from which nothing runs. */
export function unjudged({ name, packages, notCovered, findings }: Judged, failOn: readonly Condition[]): string[] {
  if (failOn.length === 0) return [];
  const notes: string[] = [];
  if (packages === 0) notes.push(`No packages were found in ${name}: --fail-on says nothing of what is in it.`);
  const uncovered = notCovered.filter(({ reason }) => reason !== 'kind' && reason !== 'kernel-headers').length;
  if (uncovered > 0)
    notes.push(
      `Of ${uncovered} of the ${packages} packages of ${name} nothing is known: --fail-on says nothing of them.`,
    );
  const level = failOn.find((condition) => !OTHERS.has(condition) && !UNRATED.has(condition));
  const unrated = findings.filter(({ severity }) => severity.level === 'unknown').length;
  if (level !== undefined && unrated > 0 && !failOn.some((condition) => UNRATED.has(condition)))
    notes.push(
      `${unrated} ${unrated === 1 ? 'finding' : 'findings'} in ${name} nobody has rated: --fail-on ${level} does not count them, --fail-on ${level},unknown does.`,
    );
  return notes;
}
