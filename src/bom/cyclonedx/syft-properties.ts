// The properties that syft writes at the end of each component: most are asked for by nobody, and take most of a component's text.
import { isObject } from '../graph/members.ts';

const LIST = ',"properties":[';
const NAME = '{"name":"';
const PREFIX = 'syft:';
/** Most of them: one after the other. */
const CPES = /(?:\{"name":"syft:cpe23","value":"[^"\\]*(?:\\.[^"\\]*)*"\},)+/y;
const VALUE = '","value":"';
const END = ']}';
const BACKSLASH = 0x5c;

/** Whether a property says something of a package; of others than syft all may. */
export function isAsked(name: string): boolean {
  if (!name.startsWith(PREFIX) || name.includes('\\')) return true;
  if (name.startsWith('syft:package:')) return name === 'syft:package:foundBy';
  if (name.startsWith('syft:metadata:')) return FACTS.has(name);
  return name !== 'syft:cpe23';
}

const FACTS: ReadonlySet<string> = new Set(['syft:metadata:mainModule', 'syft:metadata:modularityLabel']);

/**
 * A component as `JSON.parse` gives it but for the properties that are not asked for; `undefined` where its text does not end with
 * properties as syft writes them, and nothing behind them. What is passed over is bounded by its quotes; nothing else is said of it.
 * @throws SyntaxError where what stands before the properties is no JSON, or a property that is asked for is none
 */
export function parseBeforeProperties(text: string): Record<string, unknown> | undefined {
  const list = text.indexOf(LIST);
  if (list === -1) return undefined;
  const properties: unknown[] = [];
  let at = list + LIST.length;
  for (;;) {
    CPES.lastIndex = at;
    if (CPES.test(text)) at = CPES.lastIndex;
    if (!text.startsWith(NAME, at)) return undefined;
    const name = at + NAME.length;
    const nameEnd = text.indexOf('"', name);
    if (!text.startsWith(VALUE, nameEnd) || text.charCodeAt(nameEnd - 1) === BACKSLASH) return undefined;
    const valueEnd = endOfString(text, nameEnd + VALUE.length);
    if (valueEnd === -1 || text[valueEnd + 1] !== '}') return undefined;
    if (isAsked(text.slice(name, nameEnd))) properties.push(JSON.parse(text.slice(at, valueEnd + 2)));
    at = valueEnd + 2;
    if (text[at] === ',') at++;
    else break;
  }
  if (!text.startsWith(END, at) || at + END.length !== text.length) return undefined;
  const component: unknown = JSON.parse(`${text.slice(0, list)}}`);
  return isObject(component) ? Object.assign(component, { properties }) : undefined;
}

/** Where a string is closed; -1: nowhere. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (before >= from && text.charCodeAt(before) === BACKSLASH) before--;
    if ((at - before) % 2 === 1) return at;
  }
  return -1;
}
