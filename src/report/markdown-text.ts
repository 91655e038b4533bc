// Text that means nothing in Markdown, nor in what hosts of code make of it: mentions, references, addresses. In ASCII.
import { printable } from './table.ts';

/** In a sentence or a cell of a table. */
export function markdownText(text: string): string {
  // What the host looks for in the rendered text (@name, #1, GH-1) is torn apart by a comment.
  return entities(text)
    .replace(/&#(?:64|35);/g, '$&<!-- -->')
    .replace(/GH-/gi, '$&<!-- -->');
}

/** As code, on one line. */
export function markdownCode(text: string): string {
  return text === '' ? '' : `<code>${entities(text)}</code>`;
}

// A number for every character that could be markup never is markup.
function entities(text: string): string {
  return printable(text.toWellFormed())
    .replace(/[^A-Za-z0-9 ,%.-]/gu, (c) => `&#${c.codePointAt(0) ?? 0xfffd};`)
    .replace(/www/gi, 'ww&#119;');
}
