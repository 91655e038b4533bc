// The search for a set of packages in which every need is met: depth first, the preferred candidate first. A dead end
// names the decisions that led to it, and the search goes back to the latest of those (conflict-directed backjumping).
import type { Alternatives } from '../deb/dependency.ts';
import { Fault } from '../lib/faults.ts';
import { describeObstacle, type Obstacle } from './obstacle.ts';
import type { Candidate, Universe } from './universe.ts';

/** Something that must be met: by the definition's request, or because a chosen package needs it. */
export interface Need {
  readonly by: Choice | undefined;
  readonly alternatives: Alternatives;
}

export interface Choice {
  readonly candidate: Candidate;
  /** What it was chosen for. */
  readonly reason: Need;
  /** Its place in the order of decisions. */
  readonly level: number;
}

/** A need that has a choice of candidates, and how far they were tried. */
interface Decision {
  readonly need: Need;
  readonly candidates: readonly Candidate[];
  next: number;
  /** The level of what is chosen here. */
  readonly level: number;
  /** Where the search goes on behind it, and how long its lists were before. */
  readonly forcedAt: number;
  readonly openAt: number;
  readonly lengths: readonly [number, number];
  /** Levels of the choices without which there would be another way. */
  readonly conflict: Set<number>;
  readonly blockers: Obstacle['blockers'][number][];
  /** What the most preferred candidate came to. */
  obstacle: Obstacle | undefined;
}

/** Most candidates that are tried. */
const ATTEMPTS = 100_000;

export class Search {
  readonly chosen = new Map<string, Choice>();
  readonly #universe: Universe;
  readonly #exclusions: ReadonlySet<string>;
  /** Needs that only one package can meet come before those with a choice, so that a choice sees what is there anyhow. */
  readonly #forced: Need[] = [];
  readonly #open: Need[] = [];
  #attempts = 0;

  constructor(universe: Universe, exclusions: ReadonlySet<string>) {
    this.#universe = universe;
    this.#exclusions = exclusions;
  }

  /**
   * Fills `chosen` with what meets the requests and every need of what was chosen.
   * @throws Fault `resolve/unsatisfiable` when there is no such set; the message has the chain that led to the first
   * obstacle. Fault `resolve/too-hard` after 100,000 attempts.
   */
  run(requests: readonly Alternatives[]): void {
    for (const alternatives of requests) this.#add({ by: undefined, alternatives });
    const decisions: Decision[] = [];
    let decision = this.#nextDecision(0, 0);
    while (decision !== undefined) {
      if (this.#choose(decision)) {
        decisions.push(decision);
        decision = this.#nextDecision(decision.forcedAt, decision.openAt);
      } else decision = this.#backjump(decisions, decision);
    }
  }

  /** The chosen package that meets a need, in its order of preference. */
  metBy(need: Need): Candidate | undefined {
    return this.#candidates(need).find((candidate) => this.#isChosen(candidate));
  }

  /** The first need from the given places on that is not met yet. */
  #nextDecision(forcedFrom: number, openFrom: number): Decision | undefined {
    let forcedAt = forcedFrom;
    let openAt = openFrom;
    for (;;) {
      const need = this.#forced[forcedAt] ?? this.#open[openAt];
      if (need === undefined) return undefined;
      if (forcedAt < this.#forced.length) forcedAt++;
      else openAt++;
      if (this.metBy(need) !== undefined) continue;
      return {
        need,
        candidates: this.#candidates(need).filter((candidate) => !this.#exclusions.has(candidate.package.name)),
        next: 0,
        level: this.chosen.size,
        forcedAt,
        openAt,
        lengths: [this.#forced.length, this.#open.length],
        conflict: new Set(need.by === undefined ? [] : [need.by.level]),
        blockers: [],
        obstacle: undefined,
      };
    }
  }

  /** Chooses the next candidate that goes with what is chosen. @returns false when none is left. */
  #choose(decision: Decision): boolean {
    for (;;) {
      const candidate = decision.candidates[decision.next++];
      if (candidate === undefined) return false;
      if (++this.#attempts > ATTEMPTS) throw tooHard();
      const blocker = this.#blocker(candidate);
      if (blocker === undefined) {
        const choice: Choice = { candidate, reason: decision.need, level: decision.level };
        this.chosen.set(candidate.package.name, choice);
        for (const alternatives of candidate.package.dependencies) this.#add({ by: choice, alternatives });
        return true;
      }
      decision.conflict.add(blocker.level);
      decision.blockers.push({ candidate, by: blocker });
    }
  }

  /** Takes back decisions up to the latest that had a part in the dead end, and returns that one. */
  #backjump(decisions: Decision[], { need, blockers, conflict, ...rest }: Decision): Decision {
    const obstacle = rest.obstacle ?? { need, blockers, available: this.#available(need) };
    for (let decision = decisions.pop(); decision !== undefined; decision = decisions.pop()) {
      const chosen = decision.candidates[decision.next - 1];
      if (chosen !== undefined) this.chosen.delete(chosen.package.name);
      [this.#forced.length, this.#open.length] = decision.lengths;
      if (conflict.delete(decision.level)) {
        for (const level of conflict) decision.conflict.add(level);
        decision.obstacle ??= obstacle;
        return decision;
      }
    }
    throw describeObstacle(obstacle);
  }

  #add(need: Need): void {
    if (this.excludedName(need) !== undefined) return;
    const names = new Set(this.#candidates(need).map((candidate) => candidate.package.name));
    (names.size > 1 ? this.#open : this.#forced).push(need);
  }

  /** The exclusion that keeps away what would be chosen for a need if nothing else met it. */
  excludedName(need: Need): string | undefined {
    for (const relation of need.alternatives) {
      const preferred = this.#universe.matching(relation)[0]?.package.name;
      if (this.#exclusions.has(relation.name)) return relation.name;
      if (preferred !== undefined) return this.#exclusions.has(preferred) ? preferred : undefined;
    }
    return undefined;
  }

  #candidates(need: Need): Candidate[] {
    return need.alternatives.flatMap((relation) => this.#universe.matching(relation));
  }

  #isChosen(candidate: Candidate): boolean {
    return this.chosen.get(candidate.package.name)?.candidate === candidate;
  }

  /** A chosen package beside which the candidate cannot be: another version of it, or one in conflict with it. */
  #blocker(candidate: Candidate): Choice | undefined {
    const { package: one } = candidate;
    const other = this.chosen.get(one.name);
    if (other !== undefined) return other;
    for (const choice of this.chosen.values()) {
      const two = choice.candidate.package;
      if (one.conflicts.some((relation) => this.#universe.satisfied(relation, two))) return choice;
      if (two.conflicts.some((relation) => this.#universe.satisfied(relation, one))) return choice;
    }
    return undefined;
  }

  #available(need: Need): Candidate[] {
    return need.alternatives.flatMap((relation) => this.#universe.named(relation.name));
  }
}

function tooHard(): Fault {
  return new Fault(
    'resolve/too-hard',
    `No set of packages was found in ${ATTEMPTS} attempts.`,
    'Ask for exact versions (name=version) or exclude packages (!name) to narrow the choice.',
  );
}
