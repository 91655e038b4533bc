// Lines of block-style YAML, as tools write lock files: enough to read them without building documents.

export interface YamlLine {
  /** Columns before the key or the dash. */
  readonly indent: number;
  /** A dash stands before it: an item of a list. */
  readonly item: boolean;
  /** `undefined` for an item that is a plain text. */
  readonly key: string | undefined;
  /** Without quotes and comments; empty where a block follows. */
  readonly value: string;
}

/** Longest line that is read, in characters; longer ones are passed over. */
const LONGEST = 10_000;

/** `key: value`, `- value` and `- key: value` lines in order; comments, document marks and empty lines are left out. */
export function* yamlLines(text: string): Generator<YamlLine> {
  for (const line of text.split('\n')) {
    if (line.length > LONGEST) continue;
    const body = line.trim();
    if (body === '' || body.startsWith('#') || body === '---') continue;
    const item = body === '-' || body.startsWith('- ');
    const content = item ? body.slice(1).trimStart() : body;
    const colon = keyEnd(content);
    yield {
      indent: line.length - line.trimStart().length,
      item,
      key: colon < 0 ? undefined : unquoted(content.slice(0, colon)),
      value: unquoted(content.slice(colon + 1)),
    };
  }
}

/** Where the colon stands that ends a key: after a quoted text, or before a blank or the end. */
function keyEnd(content: string): number {
  const quote = content[0];
  if (quote === '"' || quote === "'") {
    const end = content.indexOf(quote, 1);
    return end > 0 && content[end + 1] === ':' ? end + 1 : -1;
  }
  if (content.endsWith(':') && !content.includes(': ')) return content.length - 1;
  return content.indexOf(': ');
}

function unquoted(text: string): string {
  const value = text.trim();
  const quote = value[0];
  if (quote === '"' || quote === "'") {
    const end = value.indexOf(quote, 1);
    return end < 0 ? value.slice(1) : value.slice(1, end);
  }
  const comment = value.startsWith('#') ? 0 : value.indexOf(' #');
  return comment < 0 ? value : value.slice(0, comment).trim();
}
