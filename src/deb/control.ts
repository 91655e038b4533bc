// Debian control data: deb822(5), Debian Policy 5.1.
import { Fault } from '../lib/faults.ts';

/**
 * One paragraph. Names of fields are in lower case (they compare without case); a value of several lines has them
 * joined by `\n`, each as it stands after its one leading blank, the first trimmed.
 */
export type Stanza = ReadonlyMap<string, string>;

/** Most fields that one paragraph may have. */
const FIELDS = 512;
/** Most paragraphs that are read at once; indexes of archives are not read so, see packages.ts. */
const STANZAS = 10_000;

const FIELD = /^([!"$-,.-9;-~][!-9;-~]*):[ \t]*(.*)$/;

/**
 * Reads one paragraph.
 * @param text lines with `\n` ends and no empty line; the caller bounds its length
 * @param what names the document in a message
 * @throws Fault `deb/malformed-control`: a line that is no field, a field twice, more than 512 fields.
 */
export function parseStanza(text: string, what: string): Stanza {
  const fields = new Map<string, string>();
  let name: string | undefined;
  let lines: string[] = [];
  const close = () => {
    if (name !== undefined) fields.set(name, lines.join('\n'));
  };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name === undefined) throw malformed(what, line);
      lines.push(line.slice(1).trimEnd());
      continue;
    }
    const match = FIELD.exec(line);
    if (match === null) throw malformed(what, line);
    close();
    name = (match[1] as string).toLowerCase();
    if (fields.has(name) || fields.size >= FIELDS) throw malformed(what, line);
    lines = [(match[2] as string).trimEnd()];
  }
  close();
  return fields;
}

/**
 * Reads all paragraphs. Lines of blanks alone part them; lines that start with `#` are comments.
 * @throws Fault `deb/malformed-control`, also for more than 10,000 paragraphs.
 */
export function parseStanzas(text: string, what: string): Stanza[] {
  const stanzas: Stanza[] = [];
  let lines: string[] = [];
  const close = () => {
    if (lines.length > 0) stanzas.push(parseStanza(lines.join('\n'), what));
    if (stanzas.length > STANZAS) throw malformed(what, lines[0] ?? '');
    lines = [];
  };
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') close();
    else if (!line.startsWith('#')) lines.push(line);
  }
  close();
  return stanzas;
}

/**
 * A field that must be there.
 * @throws Fault `deb/malformed-control` when it is missing or empty.
 */
export function requiredField(stanza: Stanza, name: string, what: string): string {
  const value = stanza.get(name.toLowerCase());
  if (value === undefined || value === '') {
    throw new Fault(
      'deb/malformed-control',
      `${what} has no field ${name}.`,
      'The file is incomplete; fetch it again.',
    );
  }
  return value;
}

function malformed(what: string, line: string): Fault {
  return new Fault(
    'deb/malformed-control',
    `${what} is not control data: ${JSON.stringify(line.slice(0, 80))} is out of place.`,
    'Check that the file is complete and was not altered.',
  );
}
