// A new key beside an old one, wherever a policy trusts the old one.
import { isMap, isScalar, isSeq, type Document } from 'yaml';
import { parsePolicy, readDocument } from './policy.ts';

export interface Rotation {
  /** Whether an entry's key, as the policy writes it, is the old one. */
  readonly isOld: (key: string) => boolean;
  /** The new one as the policy is to have it. */
  readonly key: string;
  /** `2026-12-31`, or a time in UTC: when the old one ends. One that ends sooner already keeps its end. */
  readonly until: string;
}

/**
 * The text of a policy in which the new key stands behind the old one in every list, and the old one has its end. Comments and
 * order are kept; nothing changes where the old key does not stand.
 * @returns the text, and in how many entries of `trust` the old key was found
 * @throws Fault `policy/invalid`
 */
export function rotateTrust(
  text: string,
  rotation: Rotation,
  what: string,
): { readonly text: string; readonly entries: number } {
  parsePolicy(text, what);
  const document = readDocument(text, what);
  const trust = document.get('trust', true);
  const lists = isSeq(trust) ? trust.items.map((entry) => (isMap(entry) ? entry.get('keys', true) : undefined)) : [];
  let entries = 0;
  for (const list of lists) if (isSeq(list) && rotateList(document, list.items, rotation)) entries++;
  if (entries === 0) return { text, entries };
  const written = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  parsePolicy(written, what);
  return { text: written, entries };
}

function rotateList(document: Document, keys: unknown[], { isOld, key, until }: Rotation): boolean {
  const at = keys.findLastIndex((entry) => isOld(nameIn(entry)));
  if (at === -1) return false;
  for (const [place, entry] of keys.entries()) {
    if (!isOld(nameIn(entry))) continue;
    if (isMap(entry)) {
      const end = entry.get('until');
      if (typeof end !== 'string' || Date.parse(end) > Date.parse(until)) entry.set('until', until);
    } else if (isScalar(entry)) {
      const { comment, commentBefore, spaceBefore } = entry;
      entry.comment = null;
      entry.commentBefore = null;
      const ending = document.createNode({ key: entry, until }, { flow: true });
      Object.assign(ending, { comment, commentBefore, spaceBefore });
      keys[place] = ending;
    }
  }
  if (!keys.some((entry) => nameIn(entry) === key)) keys.splice(at + 1, 0, document.createNode(key));
  return true;
}

function nameIn(entry: unknown): string {
  const name = isMap(entry) ? entry.get('key') : isScalar(entry) ? entry.value : undefined;
  return typeof name === 'string' ? name : '';
}
