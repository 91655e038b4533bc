// JSON with comments and trailing commas, as bun writes its lock file.

/** The same text as JSON: without comments and without commas before a closing bracket. Strings stay as they are. */
export function plainJson(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let comma = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? '';
    if (c === ' ' || c === '\n' || c === '\r' || c === '\t') continue;
    if (c === '/') {
      parts.push(text.slice(from, at));
      from = endOfComment(text, at);
      at = from - 1;
      continue;
    }
    if (comma && c !== '}' && c !== ']') parts.push(',');
    comma = c === ',';
    if (comma) {
      parts.push(text.slice(from, at));
      from = at + 1;
    } else if (c === '"') at = endOfString(text, at);
  }
  parts.push(text.slice(from));
  return parts.join('');
}

function endOfComment(text: string, start: number): number {
  const block = text[start + 1] === '*';
  const end = text.indexOf(block ? '*/' : '\n', start + 2);
  return end < 0 ? text.length : end + (block ? 2 : 0);
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
