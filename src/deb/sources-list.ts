// apt's source lists: sources.list(5), the one-line form and the deb822 form.
import { Fault } from '../lib/faults.ts';
import { parseStanzas } from './control.ts';

/** One line, or one URI of a paragraph. */
export interface SourceEntry {
  readonly type: 'deb' | 'deb-src';
  /** Option names in lower case. */
  readonly options: ReadonlyMap<string, string>;
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

const LINE = /^(deb|deb-src)[ \t]+(?:\[([^\]]*)\][ \t]+)?([^\s[]\S*)[ \t]+(\S+)((?:[ \t]+\S+)*)$/;

/**
 * Reads `deb [option=value …] URI suite component…`.
 * @returns `undefined` when the line is nothing of this kind
 */
export function parseSourceLine(line: string): SourceEntry | undefined {
  const [, type, optionText, uri = '', suite = '', rest = ''] = LINE.exec(line.trim()) ?? [];
  if (type === undefined) return undefined;
  const options = new Map<string, string>();
  for (const option of words(optionText ?? '')) {
    const [name = '', value] = option.split(/=(.*)/s);
    if (value === undefined || options.has(name.toLowerCase())) return undefined;
    options.set(name.toLowerCase(), value);
  }
  return { type: type as SourceEntry['type'], options, uri, suites: [suite], components: words(rest) };
}

/** Reads a `.list` file: comments and lines that are no source are passed over, as they are not ours to judge. */
export function parseListFile(text: string): SourceEntry[] {
  return text
    .split('\n')
    .map((line) => parseSourceLine(line.replace(/#.*$/, '')))
    .filter((entry) => entry !== undefined);
}

/**
 * Reads a `.sources` file; disabled paragraphs are passed over, and a file that cannot be read has no sources.
 */
export function parseSourcesFile(text: string): SourceEntry[] {
  try {
    return parseStanzas(text, 'The source list')
      .filter((stanza) => !['no', 'false', 'off', '0', 'disable', 'without'].includes(stanza.get('enabled') ?? 'yes'))
      .flatMap((stanza) => {
        const type = words(stanza.get('types') ?? '').includes('deb') ? 'deb' : 'deb-src';
        const suites = words(stanza.get('suites') ?? '');
        const components = words(stanza.get('components') ?? '');
        const options = new Map([...stanza].filter(([name]) => name === 'signed-by'));
        return words(stanza.get('uris') ?? '').map((uri): SourceEntry => ({ type, options, uri, suites, components }));
      });
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
