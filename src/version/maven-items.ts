// A Maven version's items in canonical form: ComparableVersion of Maven 3.9, "parseVersion" and "normalize".
import { HYPHEN, DOT, isDigit, ZERO } from './text.ts';

/** A number without leading zeros, a qualifier in lower case (empty for a release), or `OPEN`. */
export type MavenItem = string;

/** Begins a list within the list, which reaches to the end: every hyphen does, and every change between digits and others. */
export const OPEN: MavenItem = '-';

/** Whether an item is a number. */
export function isMavenNumber(item: MavenItem): boolean {
  return isDigit(item.charCodeAt(0));
}

/**
 * The items of any text, each list without the zeros and releases at its end, and no list in a list that has nothing else. In
 * 3.9 a qualifier after a dot begins a list too; here it stays in its list, as in the specification.
 */
export function mavenItems(version: string): readonly MavenItem[] {
  const text = version.toLowerCase();
  const items: MavenItem[] = [];
  let from = 0;
  let digits = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === DOT || c === HYPHEN) {
      items.push(itemOf(text, from, i, digits, false));
      if (c === HYPHEN) open(items);
      from = i + 1;
    } else if (isDigit(c) !== digits) {
      if (i > from) {
        items.push(itemOf(text, from, i, digits, true));
        open(items);
        from = i;
      }
      digits = !digits;
    }
  }
  if (from < text.length) items.push(itemOf(text, from, text.length, digits, false));
  while (isNothing(items.at(-1)) || items.at(-1) === OPEN) items.pop();
  return items;
}

function open(items: MavenItem[]): void {
  while (isNothing(items.at(-1))) items.pop();
  if (items.at(-1) !== OPEN) items.push(OPEN);
}

function isNothing(item: MavenItem | undefined): boolean {
  return item === '0' || item === '';
}

/** Between dividers may be nothing, which is a zero. */
function itemOf(text: string, from: number, to: number, digits: boolean, changes: boolean): MavenItem {
  if (from === to) return '0';
  return digits ? numberOf(text, from, to) : qualifierOf(text.slice(from, to), changes);
}

function numberOf(text: string, from: number, to: number): MavenItem {
  let i = from;
  while (i < to - 1 && text.charCodeAt(i) === ZERO) i++;
  return text.slice(i, to);
}

function qualifierOf(word: string, beforeNumber: boolean): MavenItem {
  if (beforeNumber && word.length === 1) {
    if (word === 'a') return 'alpha';
    if (word === 'b') return 'beta';
    if (word === 'm') return 'milestone';
  }
  if (word === 'ga' || word === 'final' || word === 'release') return '';
  return word === 'cr' ? 'rc' : word;
}
