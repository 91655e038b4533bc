// What a test needs of Markdown: its code, its links, its headings, the first cells of its tables.

export interface Found {
  readonly line: number;
  readonly text: string;
}

interface Line extends Found {
  readonly fenced: boolean;
}

function linesOf(markdown: string): Line[] {
  let fenced = false;
  return markdown.split('\n').flatMap((text, i) => {
    const fence = text.startsWith('```');
    if (fence) fenced = !fenced;
    return fence ? [] : [{ line: i + 1, text, fenced }];
  });
}

/** Lines of fenced blocks and texts between backticks. */
export function codeOf(markdown: string): Found[] {
  return linesOf(markdown).flatMap(({ line, text, fenced }) =>
    fenced ? [{ line, text }] : [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => ({ line, text: code })),
  );
}

/** Targets of links, outside code. */
export function linksOf(markdown: string): Found[] {
  return linesOf(markdown)
    .filter(({ fenced }) => !fenced)
    .flatMap(({ line, text }) =>
      [...text.replace(/`[^`]*`/g, '').matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => ({
        line,
        text: target,
      })),
    );
}

/** The anchors that headings have: lower case, words joined by hyphens. */
export function anchorsOf(markdown: string): string[] {
  return linesOf(markdown)
    .filter(({ fenced, text }) => !fenced && /^#+ /.test(text))
    .map(({ text }) =>
      text
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    );
}

/** Every code in the first cell of a table's rows, of the whole text or of the section under one heading. */
export function firstCellsOf(markdown: string, heading?: string): string[] {
  let inside = heading === undefined;
  const cells: string[] = [];
  for (const { text, fenced } of linesOf(markdown)) {
    if (!fenced && heading !== undefined && /^#+ /.test(text)) inside = text.replace(/^#+ /, '') === heading;
    const cell = !fenced && inside ? /^\|([^|]*)\|/.exec(text)?.[1] : undefined;
    cells.push(...[...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
  }
  return cells;
}
