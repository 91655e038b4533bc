// Why a request cannot be met, in words: the chain of needs that led to the obstacle.
import { alternativesText } from '../deb/dependency.ts';
import { Fault } from '../lib/faults.ts';
import type { Choice, Need } from './search.ts';
import type { Candidate } from './universe.ts';

export interface Obstacle {
  /** What nothing could be chosen for. */
  readonly need: Need;
  /** What would meet it, and what was chosen before and does not go with that. */
  readonly blockers: readonly { readonly candidate: Candidate; readonly by: Choice }[];
  /** All versions of the packages that the need names. */
  readonly available: readonly Candidate[];
}

/** Fault `resolve/unsatisfiable`: `nodejs → libnode115 → libfoo (>= 2)` and what stands against it. */
export function describeObstacle({ need, blockers, available }: Obstacle): Fault {
  const chain = [...chainTo(need.by), alternativesText(need.alternatives)].join(' → ');
  const name = need.alternatives[0]?.name ?? '';
  const blocked = [...new Set(blockers.map(({ candidate, by }) => blockedText(candidate, by)))];
  const versions = [...new Set(available.map((c) => `${c.package.name} ${c.package.version}`))];
  const why =
    blocked.length > 0
      ? blocked.slice(0, 3).join('; ')
      : versions.length > 0
        ? `the repositories have only ${versions.slice(0, 5).join(', ')}`
        : `no repository has ${need.alternatives.map((relation) => relation.name).join(' or ')}`;
  return new Fault(
    'resolve/unsatisfiable',
    `A need cannot be met: ${chain}, but ${why}.`,
    need.by === undefined
      ? 'Ask for another version, or add the repository that has it.'
      : `Add the repository that has it, ask for other versions, or exclude it with "!${name}" if the image works without it.`,
  );
}

/** The packages from a request to a choice, by name. */
function chainTo(choice: Choice | undefined): string[] {
  const names: string[] = [];
  for (let at = choice; at !== undefined; at = at.reason.by) names.unshift(at.candidate.package.name);
  return names;
}

function blockedText(candidate: Candidate, by: Choice): string {
  const wanted = `${candidate.package.name} ${candidate.package.version}`;
  const there = `${by.candidate.package.name} ${by.candidate.package.version}`;
  const chain = chainTo(by.reason.by);
  const because = chain.length === 0 ? 'which is asked for' : `which is needed by ${chain.join(' → ')}`;
  return `${wanted} cannot be beside ${there}, ${because}`;
}
