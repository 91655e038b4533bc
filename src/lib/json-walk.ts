// Where the parts of a JSON text end that is at hand as a whole (RFC 8259): by brackets and quotes alone, whether a part is
// valid its parser says. For large documents of which little is wanted. -1 stands for what does not end.
import { JSON_DEPTH } from './json.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** For each byte: 1 opens, 2 closes, 3 begins a string, 4 ends a scalar. */
const meaning = new Uint8Array(256);
for (const c of '{[') meaning[c.charCodeAt(0)] = 1;
for (const c of '}]') meaning[c.charCodeAt(0)] = 2;
meaning[QUOTE] = 3;
for (const c of ',: \t\r\n') meaning[c.charCodeAt(0)] = 4;

/** The index of the first byte that is no space. */
export function afterSpace(text: Uint8Array, from: number): number {
  let at = from;
  for (let c = text[at]; c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; c = text[at]) at++;
  return at;
}

/** The index after the closing quote of the string that begins at `from`. */
export function afterString(text: Uint8Array, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const c = text[at];
    if (c === QUOTE) return at + 1;
    if (c === BACKSLASH) at++;
  }
  return -1;
}

/** The index after the value that begins at `from`; -1 also where it nests deeper than {@link JSON_DEPTH}. */
export function afterValue(text: Uint8Array, from: number): number {
  const first = meaning[text[from] ?? 0];
  if (first === 3) return afterString(text, from);
  if (first !== 1) return afterScalar(text, from);
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const m = meaning[text[at] ?? 0] ?? 0;
    if (m === 3) {
      const end = afterString(text, at);
      if (end === -1) return -1;
      at = end - 1;
    } else if (m === 1) {
      if (++depth > JSON_DEPTH) return -1;
    } else if (m === 2 && --depth === 0) return at + 1;
  }
  return -1;
}

function afterScalar(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && meaning[text[at] ?? 0] === 0) at++;
  return at === from ? -1 : at;
}

/**
 * Walks the members of an object that begins at `from`.
 * @param member is told where a key begins and ends, and where its value begins; gives the index after the value, or -1
 * @returns the index after the object; -1 where it has not an object's frame, or `member` gave that
 */
export function walkMembers(
  text: Uint8Array,
  from: number,
  member: (key: number, keyEnd: number, value: number) => number,
): number {
  if (text[from] !== 0x7b) return -1;
  return walkList(text, from, 0x7d, (key) => {
    const keyEnd = text[key] === QUOTE ? afterString(text, key) : -1;
    if (keyEnd === -1) return -1;
    const colon = afterSpace(text, keyEnd);
    return text[colon] === 0x3a ? member(key, keyEnd, afterSpace(text, colon + 1)) : -1;
  });
}

/**
 * Walks the elements of an array that begins at `from`.
 * @param element is told where one begins; gives the index after it, or -1
 * @returns as {@link walkMembers}
 */
export function walkElements(text: Uint8Array, from: number, element: (at: number) => number): number {
  return text[from] === 0x5b ? walkList(text, from, 0x5d, element) : -1;
}

function walkList(text: Uint8Array, from: number, close: number, item: (at: number) => number): number {
  let at = afterSpace(text, from + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    const end = item(at);
    if (end === -1) return -1;
    at = afterSpace(text, end);
    if (text[at] === close) return at + 1;
    if (text[at] !== 0x2c) return -1;
    at = afterSpace(text, at + 1);
  }
}

/** Whether a piece of the text is exactly these bytes. */
export function isPiece(text: Uint8Array, from: number, end: number, wanted: Uint8Array): boolean {
  if (end - from !== wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) if (text[from + i] !== wanted[i]) return false;
  return true;
}

/** Whether these bytes stand at a place of the text. */
export function standsAt(text: Uint8Array, from: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (text[from + i] !== wanted[i]) return false;
  return true;
}
