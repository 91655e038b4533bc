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
