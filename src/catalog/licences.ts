// What a package's metadata say of its licence, as an SPDX expression (SPDX 2.3, annex D).
import type { LicenceFinding } from '../bom/types.ts';
import { sha256Hex } from '../lib/digest.ts';
import { addressMeans } from './licence-addresses.ts';
import { type Expression, printExpression, readExpression } from './licence-expressions.ts';
import { nameMeans } from './licence-names.ts';

/** Longest text that is read as names of licences, in characters; longer ones are texts of a licence. */
const LONGEST = 1000;
/** Most characters of a licence's text that are kept. */
const TEXT_LIMIT = 64 << 10;

/**
 * What a package says of its licence in its own words: `GPLv2+`, `ASL 2.0`, `GPL-2.0-only AND MIT`, `BSD`, an address, a
 * whole text. What is known becomes SPDX's identifier; everything else, also what may mean several licences, becomes a
 * LicenseRef-… with what was said in its text.
 * @param source the package URL's type of whoever says it, such as `rpm`: some names mean one thing in one ecosystem
 * only, `apk` divides names by blanks, `cargo` alternatives by `/`
 * @returns `undefined` for a text that says nothing: empty, or a word such as `UNKNOWN`
 */
export function licenceOf(text: string, source: string): LicenceFinding | undefined {
  if (text.length > LONGEST) return read(text, source);
  // Thousands of packages say the same few things.
  const key = `${source}\0${text}`;
  if (remembered.has(key)) return remembered.get(key);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const found = read(text, source);
  remembered.set(key, found);
  return found;
}

const MOST_REMEMBERED = 1000;
const remembered = new Map<string, LicenceFinding | undefined>();

function read(text: string, source: string): LicenceFinding | undefined {
  const said = text.trim();
  if (SILENT.has(said.toLowerCase())) return undefined;
  if (said.length > LONGEST || said.includes('\n')) return wholeText(said);
  const known = nameMeans(said, source) ?? addressMeans(said, source);
  return finding(known === undefined ? (readExpression(said, source) ?? { unknown: said }) : { known });
}

/**
 * Several statements of one package, which apply together unless `OR` is asked for; those that say nothing are left out.
 * @returns `undefined` when all of them say nothing
 */
export function licenceOfAll(
  texts: readonly string[],
  source: string,
  operator: 'AND' | 'OR' = 'AND',
): LicenceFinding | undefined {
  const found = texts.map((text) => licenceOf(text, source)).filter((one) => one !== undefined);
  const [first] = found;
  if (first === undefined) return undefined;
  const terms = [...new Set(found.map(({ expression }) => expression))];
  const closer = operator === 'AND' && terms.length > 1;
  return {
    expression: terms.map((term) => (closer && term.includes(' OR ') ? `(${term})` : term)).join(` ${operator} `),
    texts: Object.fromEntries(found.flatMap((one) => Object.entries(one.texts))),
    copyright: undefined,
  };
}

const SILENT: ReadonlySet<string> = new Set([
  '',
  'unknown',
  'none',
  'noassertion',
  'n/a',
  'null',
  'undefined',
  '-',
  '.',
]);

function finding(said: Expression): LicenceFinding {
  const texts = new Map<string, string>();
  const expression = printExpression(said, (name) => {
    const reference = referenceOf(name);
    texts.set(reference, `The package names ${JSON.stringify(name)} and does not give its text.`);
    return reference;
  });
  return { expression, texts: Object.fromEntries(texts), copyright: undefined };
}

function wholeText(text: string): LicenceFinding {
  const reference = `LicenseRef-${sha256Hex(text).slice(0, 16)}`;
  return { expression: reference, texts: { [reference]: text.slice(0, TEXT_LIMIT) }, copyright: undefined };
}

/** SPDX 2.3, 10.1: letters, digits, `.` and `-`. */
function referenceOf(name: string): string {
  if (/^LicenseRef-[A-Za-z0-9.-]+$/.test(name)) return name;
  const id = name
    .replaceAll('+', '-or-later')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `LicenseRef-${id === '' || id.length > 100 ? sha256Hex(name).slice(0, 16) : id}`;
}
