// The forms that a comparison can be had in, and where a user wants them.
import type { CompareReport } from '../flow/compare/compare.ts';
import type { Target } from '../flow/write-targets.ts';
import type { Tool } from '../lib/tool.ts';
import { formatNamed, helpOf, type NamedFormat, targetsOf } from './targets.ts';

export interface CompareRenderOptions {
  readonly tool: Tool;
  /** Whether lists for people are as long as they are. */
  readonly all: boolean;
  /** Whether only what is different is shown. */
  readonly ignoreUnchanged: boolean;
  /** Whether the files that differ are listed, each. */
  readonly files: boolean;
}

/** Pieces of the text, which ends in a line feed; the same for the same report. */
export type CompareRenderer = (report: CompareReport, options: CompareRenderOptions) => Iterable<string>;

interface CompareFormatEntry extends NamedFormat {
  /** Loads what that format needs, and no more. */
  readonly renderer: () => Promise<CompareRenderer>;
}

/** A new format is a file here and a line below. */
export const compareFormats = [
  {
    name: 'text',
    about: 'both sides in columns, then what is new, gone and changed, the worst first',
    aliases: ['table'],
    renderer: async () => (await import('./compare-text.ts')).compareText,
  },
  {
    name: 'markdown',
    about: 'for a comment on a pull request: the columns, what is new, the rest folded',
    aliases: ['md'],
    renderer: async () => (await import('./compare-markdown.ts')).compareMarkdown,
  },
  {
    name: 'json',
    about: "all that is known, in a schema of Temper's own",
    renderer: async () => (await import('./compare-json.ts')).compareJson,
  },
] as const satisfies readonly CompareFormatEntry[];

export type CompareFormat = (typeof compareFormats)[number]['name'];

/**
 * Where the results go.
 * @param outputs `FILE` or `FORMAT=FILE`
 * @param format asked for on standard output and for files that say none
 * @throws Fault `compare/unknown-output`, `usage/output`
 */
export function compareTargets(
  outputs: readonly string[],
  format: string | undefined,
): readonly Target<CompareFormat>[] {
  return targetsOf(outputs, format, {
    formats: compareFormats,
    formatOf: (text) => formatNamed<CompareFormat>(compareFormats, text, 'compare'),
  });
}

export async function compareRenderer(format: CompareFormat): Promise<CompareRenderer> {
  const entries: readonly CompareFormatEntry[] = compareFormats;
  const entry = entries.find(({ name }) => name === format);
  if (entry === undefined) throw new RangeError(`no format ${format}`);
  return await entry.renderer();
}

/** One line for each format. */
export function compareFormatsHelp(): string {
  return helpOf(compareFormats);
}
