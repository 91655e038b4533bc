// Which target the input of a number is for.
import { planted } from './planted.ts';
import { readSeeds } from './seeds.ts';
import { allTargets, type Target } from './targets.ts';

export interface Plan {
  /** In the order in which inputs go round. */
  readonly turns: readonly Target[];
  /** Whether the shared archives are among the seeds. */
  readonly shared: boolean;
}

/** @param name of a target, or the start of several; `all` */
export function planOf(name: string): Plan {
  if (name.startsWith('planted'))
    return { turns: planted.filter((target) => target.name.startsWith(name)), shared: true };
  const seeds = readSeeds();
  const targets = allTargets(seeds);
  const exact = targets.filter((target) => target.name === name);
  const chosen =
    name === 'all' ? targets : exact.length > 0 ? exact : targets.filter((one) => one.name.startsWith(name));
  const most = Math.max(0, ...chosen.map(({ weight }) => weight));
  // Round by round, so that any part of the inputs has some of each.
  const turns = Array.from({ length: most }, (_, round) => chosen.filter(({ weight }) => weight > round)).flat();
  return { turns, shared: seeds.shared };
}

/** The target of an input. */
export function turnOf({ turns }: Plan, input: number): Target {
  return turns[input % turns.length] as Target;
}
