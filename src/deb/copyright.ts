// A package's licence file: DEP-5 (Machine-readable debian/copyright file 1.0), or free text.
import parseExpression from 'spdx-expression-parse';

export interface CopyrightFinding {
  /** An SPDX licence expression (SPDX 2.3, annex D); names that SPDX does not list are LicenseRef-…. */
  readonly expression: string;
  /** Texts of the LicenseRef-… in the expression. */
  readonly texts: Readonly<Record<string, string>>;
  /** Copyright lines, as they stand; `undefined` for free text. */
  readonly copyright: string | undefined;
}

/** Longest licence file that is looked at, in bytes; the largest of Debian are about 2 MB. */
const LIMIT = 8 << 20;
/** Most paragraphs that are looked at, and longest line that is taken for names of licences, in characters. */
const PARAGRAPHS = 10_000;
const LONGEST = 2000;
/** Most characters of one licence text or copyright notice that are kept. */
const TEXT_LIMIT = 64 << 10;

interface Stanza {
  readonly license: string | undefined;
  readonly text: string;
  readonly files: boolean;
  readonly copyright: string | undefined;
}

/**
 * What a licence file says. All licences of its Files paragraphs apply together; a free-form file is one LicenseRef
 * with its text, never a guess.
 * @param name of the package, for the LicenseRef of a free-form file
 */
export function readCopyright(bytes: Buffer, name: string): CopyrightFinding {
  const text = bytes.subarray(0, LIMIT).toString('utf8');
  if (!isMachineReadable(text.slice(0, 4096))) return freeForm(text, name);
  const blocks = blocksOf(text);
  if (blocks.length > PARAGRAPHS) return freeForm(text, name);
  const stanzas = blocks.map(stanza);
  const texts: Record<string, string> = {};
  const terms = new Set<string>();
  for (const { files, license } of stanzas) if (files && license !== undefined) terms.add(expressionOf(license));
  if (terms.size === 0) return freeForm(text, name);
  const sorted = [...terms].sort();
  const expression = sorted.map((term) => (sorted.length > 1 && / OR /.test(term) ? `(${term})` : term)).join(' AND ');
  for (const { license, text: body } of stanzas) {
    if (license === undefined) continue;
    for (const reference of expressionOf(license).match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? []) {
      if (texts[reference] === undefined || texts[reference] === '') texts[reference] = body.slice(0, TEXT_LIMIT);
    }
  }
  for (const reference of expression.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? [])
    texts[reference] ||= `The licence file names ${reference.slice(11)} and does not give its text.`;
  const notices = [...new Set(stanzas.filter((s) => s.files).map((s) => s.copyright))].filter((c) => c !== undefined);
  return { expression, texts: only(texts, expression), copyright: notices.join('\n').slice(0, TEXT_LIMIT) };
}

// DEP-5, "Format": the field stands in the first paragraph.
function isMachineReadable(head: string): boolean {
  return head.split('\n').some((line) => {
    const lower = line.toLowerCase();
    return lower.startsWith('format:') && lower.includes('copyright-format');
  });
}

/** The paragraphs: what stands between lines of blanks alone. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let start = 0;
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', newline + 1)) {
    let end = newline;
    let at = newline + 1;
    while (isBlank(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) !== 0x0a) continue;
    for (; isBlank(text.charCodeAt(at)) || text.charCodeAt(at) === 0x0a; at++)
      if (text.charCodeAt(at) === 0x0a) end = at;
    blocks.push(text.slice(start, newline));
    start = end + 1;
    newline = end;
  }
  blocks.push(text.slice(start));
  return blocks;
}

function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x09;
}

function only(texts: Record<string, string>, expression: string): Record<string, string> {
  const used = new Set(expression.match(/LicenseRef-[A-Za-z0-9.-]+/g));
  return Object.fromEntries(Object.entries(texts).filter(([key]) => used.has(key)));
}

function freeForm(text: string, name: string): CopyrightFinding {
  const reference = `LicenseRef-${idString(name)}-copyright`;
  return { expression: reference, texts: { [reference]: text.slice(0, TEXT_LIMIT) }, copyright: undefined };
}

function stanza(block: string): Stanza {
  const fields = new Map<string, string[]>();
  let current: string[] | undefined;
  for (let at = 0, end = 0; at <= block.length; at = end + 1) {
    end = block.indexOf('\n', at);
    if (end < 0) end = block.length;
    const first = block.charCodeAt(at);
    if (isBlank(first)) {
      if (current === undefined) continue;
      const line = block.slice(at, end).trim();
      current.push(line === '.' ? '' : line);
      continue;
    }
    const name = fieldName(block, at, end);
    if (name === undefined) continue;
    current = NAMED.has(name) ? [block.slice(at + name.length + 1, end).trim()] : undefined;
    if (current !== undefined) fields.set(name, current);
  }
  const [license, ...text] = fields.get('license') ?? [];
  return {
    license: license?.trim() || undefined,
    text: text.join('\n'),
    files: fields.has('files'),
    copyright: fields.get('copyright')?.join('\n').trim(),
  };
}

/** The fields that are read. */
const NAMED: ReadonlySet<string> = new Set(['license', 'files', 'copyright']);

/** The name before the colon of a line, in lower case; `undefined` for a line that is no field. */
function fieldName(block: string, at: number, end: number): string | undefined {
  let colon = at;
  while (colon < end && isNameSign(block.charCodeAt(colon))) colon++;
  return colon > at && colon < end && block.charCodeAt(colon) === 0x3a
    ? block.slice(at, colon).toLowerCase()
    : undefined;
}

function isNameSign(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x2d;
}

/** Licences are few and said often: their expressions are kept, at most so many. */
const KEPT = 4096;
const kept = new Map<string, string>();

function expressionOf(license: string): string {
  if (license.length > LONGEST) return `LicenseRef-${idString(license.slice(0, 100))}`;
  const known = kept.get(license);
  if (known !== undefined) return known;
  if (kept.size >= KEPT) kept.clear();
  const expression = readLicense(license);
  if (license.length < 200) kept.set(license, expression);
  return expression;
}

// DEP-5, "License specification": short names joined by `and` and `or` (`and` binds closer unless a comma stands before it).
function readLicense(license: string): string {
  const alternatives = license.split(/,?\s+and\s+(?=.*,)|,\s*and\s+/i);
  if (alternatives.length > 1) return alternatives.map((part) => group(orTerm(part), / OR /)).join(' AND ');
  return orTerm(license);
}

function orTerm(text: string): string {
  const parts = text.split(/,?\s+or\s+/i).map((part) =>
    part
      .split(/\s+and\s+/i)
      .map(shortName)
      .join(' AND '),
  );
  return parts.map((part) => (parts.length > 1 ? group(part, / AND /) : part)).join(' OR ');
}

function group(expression: string, operator: RegExp): string {
  return operator.test(expression) ? `(${expression})` : expression;
}

/** DEP-5's short names that differ from SPDX's, lower case. */
const names: Readonly<Record<string, string>> = {
  expat: 'MIT',
  'mit/x11': 'MIT',
  x11: 'X11',
  artistic: 'Artistic-1.0-Perl',
  'artistic-2': 'Artistic-2.0',
  cc0: 'CC0-1.0',
  'zlib/libpng': 'Zlib',
  python: 'Python-2.0',
  psf: 'PSF-2.0',
  'psf-2': 'PSF-2.0',
  zope: 'ZPL-2.1',
  'zpl-2.1': 'ZPL-2.1',
  'w3c-software': 'W3C',
  ofl: 'OFL-1.1',
  perl: 'Artistic-1.0-Perl OR GPL-1.0-or-later',
  'gpl3+': 'GPL-3.0-or-later',
  'gpl2+': 'GPL-2.0-or-later',
  'apache-2': 'Apache-2.0',
  'mpl-2': 'MPL-2.0',
};

function shortName(raw: string): string {
  const name = raw.trim().replace(/,$/, '');
  const known = names[name.toLowerCase()];
  if (known !== undefined) return known;
  const gnu = /^(A?GPL|LGPL|GFDL)-?v?(\d(?:\.\d)?)(?:\.0)?(\+|-only|-or-later)?$/i.exec(name);
  if (gnu !== null) {
    const [, family = '', version = '', later] = gnu;
    const id = `${family.toUpperCase()}-${version.includes('.') ? version : `${version}.0`}${later === '+' || later === '-or-later' ? '-or-later' : '-only'}`;
    if (isExpression(id)) return id;
  }
  const cased = listed(name);
  return cased ?? `LicenseRef-${idString(name)}`;
}

// SPDX identifiers are matched without regard to case (SPDX 2.3, annex D.2); these spellings differ in DEP-5.
const spellings: readonly string[] = [
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSD-4-Clause',
  'BSL-1.0',
  'ISC',
  'MIT',
  'Zlib',
  'curl',
  'Unlicense',
  'PCRE',
  'FSFAP',
  'FSFUL',
  'FSFULLR',
  'SunPro',
  'Unicode-DFS-2016',
  'ICU',
  'NTP',
  'OpenSSL',
  'Libpng',
  'WTFPL',
  'Beerware',
];

function listed(name: string): string | undefined {
  if (/^[A-Za-z0-9.+-]+$/.test(name) && isExpression(name)) return name;
  return spellings.find((id) => id.toLowerCase() === name.toLowerCase() && isExpression(id));
}

function isExpression(text: string): boolean {
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}

// SPDX 2.3, 10.1: letters, digits, `.` and `-`.
function idString(name: string): string {
  return name.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-+|-+$/g, '') || 'unnamed';
}
