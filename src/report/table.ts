// Plain tables for terminals.

/** No column becomes narrower, in characters. */
const NARROWEST = 16;
const GAP = 2;

/**
 * Rows as aligned columns, two spaces between them, without trailing spaces. Columns in `right` are aligned right.
 * @param most characters of a line: the widest columns are made as narrow as that takes. A cell that is wider than its column
 * moves what follows it in its own row, and nothing is cut
 */
export function table(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
  most?: number,
): string {
  const widths = fitted(widthsOf(rows), right, most);
  return rows.map((row) => line(row, widths, right)).join('\n');
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return widths;
}

function fitted(widths: number[], right: ReadonlySet<number>, most: number | undefined): readonly number[] {
  if (most === undefined) return widths;
  let over = widths.reduce((sum, width) => sum + width + GAP, -GAP) - most;
  for (; over > 0; over--) {
    const widest = widths.reduce((at, width, i) => (!right.has(i) && width > (widths[at] ?? 0) ? i : at), 0);
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function line(row: readonly string[], widths: readonly number[], right: ReadonlySet<number>): string {
  let text = '';
  let start = 0;
  for (const [i, cell] of row.entries()) {
    const width = widths[i] ?? 0;
    const at = right.has(i) ? start + width - cell.length : start;
    if (i > 0) text = text.padEnd(Math.max(at, text.length + GAP));
    else text = ' '.repeat(Math.max(0, at));
    text += cell;
    start += width + GAP;
  }
  return text.trimEnd();
}

/** Control characters of hostile names do not reach the terminal, nor those that turn or hide what stands around them. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (c) => {
    const code = c.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** `sha256:` and twelve digits: enough for people to tell digests apart on a screen. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
