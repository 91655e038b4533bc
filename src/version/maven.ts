// Maven versions: the POM reference, "Version Order Specification"; ComparableVersion of Maven 3.9.
import { isMavenNumber, type MavenItem, mavenItems, OPEN } from './maven-items.ts';
import { compareLeading, compareNumbers, comparePlain } from './text.ts';

/** Known qualifiers from the earliest, the release among them; all others are after them. */
const QUALIFIERS: readonly string[] = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE = QUALIFIERS.indexOf('');

/**
 * The order that Maven gives two versions: numbers by value, known qualifiers by rank, others by code unit after them; zeros
 * and `ga`, `final`, `release` at an end mean nothing. Total over all strings. Not transitive where qualifiers stand between
 * dots, as Maven's is not: `1-alpha` < `1` < `1.sp` < `1-alpha`.
 */
export function compareMavenVersions(a: string, b: string): number {
  if (a === b) return 0;
  const leading = compareLeading(a, b);
  if (leading !== 0) return leading;
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  const x = mavenItems(a);
  const y = mavenItems(b);
  for (let i = 0; i < x.length || i < y.length; i++) {
    const order = compareItems(x[i], y[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Lists end together or never, so what is missing is missing to the end: then the rest is compared with nothing, item by item. */
function compareItems(x: MavenItem | undefined, y: MavenItem | undefined): number {
  if (x === y) return 0;
  if (x === undefined) return y === undefined ? 0 : -compareWithNothing(y);
  if (y === undefined) return compareWithNothing(x);
  const [xNumber, yNumber] = [isMavenNumber(x), isMavenNumber(y)];
  if (xNumber && yNumber) return compareNumbers(x, 0, x.length, y, 0, y.length);
  if (xNumber || yNumber) return xNumber ? 1 : -1;
  if (x === OPEN || y === OPEN) return x === OPEN ? 1 : -1;
  const order = rank(x) - rank(y);
  return order !== 0 || x === y ? order : x < y ? -1 : 1;
}

function compareWithNothing(item: MavenItem): number {
  if (item === OPEN) return 0;
  return isMavenNumber(item) ? Number(item !== '0') : rank(item) - RELEASE;
}

function rank(qualifier: string): number {
  const known = QUALIFIERS.indexOf(qualifier);
  return known === -1 ? QUALIFIERS.length : known;
}
