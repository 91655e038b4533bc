// Members that readers of JSON tell apart differently (RFC 8259, 4: names SHOULD be unique).

/** Maps of the image specification whose names are data. */
const MAPS: ReadonlySet<string> = new Set(['annotations', 'labels', 'exposedports', 'volumes']);

/**
 * The first name that an object has twice, also if in another case: Go's reader, which container runtimes use, takes the
 * last of `layers` and `Layers`, others take what is spelt as the specification has it. In maps such as `annotations` only
 * the same name counts. `undefined` when there is none.
 * @param text valid JSON
 */
export function twinMember(text: string): string | undefined {
  const open: { names: Set<string> | undefined; data: boolean }[] = [];
  let key = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[[{}\]]/g)) {
    if (token === '{') open.push({ names: new Set(), data: MAPS.has(folded(key)) });
    else if (token === '[') open.push({ names: undefined, data: false });
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      key = JSON.parse(token.slice(0, -1)) as string;
      const { names, data } = open.at(-1) ?? {};
      const name = data === true ? key : folded(key);
      if (names?.has(name) === true) return key;
      names?.add(name);
    }
  }
  return undefined;
}

// Both ways, for letters such as the Kelvin sign and the long s, which Go takes for k and s.
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}
