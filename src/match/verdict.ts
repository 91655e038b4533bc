// What counts where several records speak of one vulnerability in one package.
import { compareStrings } from '../lib/bytes.ts';
import { feedRank, isBounded, isHeld, type Statement } from './statements.ts';

export interface Verdict {
  /** `fixed`: the packager says that this version has the fix. `not-affected`: the packager's explicit word. */
  readonly outcome: 'affected' | 'under-investigation' | 'not-affected' | 'fixed';
  /** The statements that decided. */
  readonly decisive: readonly Statement[];
  /** Every statement that holds and says affected or under investigation, those that decided first. */
  readonly holding: readonly Statement[];
}

/**
 * The verdict of a packager's advisories, where one feed's word counts more than another's:
 * an explicit negative wins over what other feeds say, and over its own feed's word on releases less exact. Then the
 * most exact lookup of which something is said counts alone; in it, a statement of which versions have the fix before one
 * that names none; and of these the feed's that ranks first.
 * @param statements all of one vulnerability; one at least
 */
export function packagerVerdict(statements: readonly Statement[]): Verdict {
  const first = statements[0];
  // Most vulnerabilities have one, which then decides.
  if (statements.length === 1 && first !== undefined && isHeld(first) && first.entry.status !== 'not-affected')
    return { outcome: outcomeOf(statements), decisive: statements, holding: statements };
  const spoken = statements.filter(({ held }) => held !== 'unsure');
  const holding = inOrder(spoken.filter((one) => isHeld(one) && one.entry.status !== 'not-affected'));
  const negative = spoken.filter((one) => isNegative(one) && !isContradicted(one, holding));
  if (negative.length > 0) return { outcome: 'not-affected', decisive: inOrder(negative), holding };
  const positive = spoken.filter(({ entry }) => entry.status !== 'not-affected');
  const tier = Math.min(...positive.map((one) => one.tier));
  const exact = positive.filter((one) => one.tier === tier);
  const bounded = exact.filter(isBounded);
  const rank = Math.min(...bounded.map(({ entry }) => feedRank(entry.feed)));
  const counting = bounded.length === 0 ? exact : bounded.filter(({ entry }) => feedRank(entry.feed) === rank);
  const decisive = inOrder(counting.filter(isHeld));
  if (decisive.length === 0) return { outcome: 'fixed', decisive: inOrder(counting), holding };
  return { outcome: outcomeOf(decisive), decisive, holding: [...new Set([...decisive, ...holding])] };
}

/** The verdict where all feeds count the same: registries' packages. @param holding those that hold; one at least */
export function anyVerdict(holding: readonly Statement[]): Verdict {
  const positive = inOrder(holding.filter(({ entry }) => entry.status !== 'not-affected'));
  return { outcome: outcomeOf(positive), decisive: positive, holding: positive };
}

function outcomeOf(decisive: readonly Statement[]): Verdict['outcome'] {
  return decisive.some(({ entry }) => entry.status === 'affected') ? 'affected' : 'under-investigation';
}

function isNegative(one: Statement): boolean {
  return one.entry.status === 'not-affected' && isHeld(one);
}

/** Its own feed says otherwise of a more exact lookup. */
function isContradicted({ entry, tier }: Statement, holding: readonly Statement[]): boolean {
  return holding.some((other) => other.entry.feed === entry.feed && other.tier < tier);
}

function inOrder(statements: readonly Statement[]): Statement[] {
  return statements.toSorted(
    (a, b) =>
      a.tier - b.tier ||
      feedRank(a.entry.feed) - feedRank(b.entry.feed) ||
      compareStrings(a.entry.advisory, b.entry.advisory) ||
      compareStrings(a.entry.record, b.entry.record),
  );
}
