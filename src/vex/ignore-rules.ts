// Ignore rules: what a team has decided not to act on, until when and why.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { closest } from '../lib/closest.ts';
import { Fault, messageOf } from '../lib/faults.ts';

/** Largest file, in bytes. */
export const IGNORE_LIMIT = 4 << 20;
/** Most rules of one file. */
const RULES = 20_000;

/** Every part that is given must hold. */
export interface IgnoreRule {
  /** An id or alias. */
  readonly vulnerability: string;
  /** The name of the package or of its source. */
  readonly package: string | undefined;
  /** Without a version it means every version; so with qualifiers. */
  readonly purl: string | undefined;
  readonly version: string | undefined;
  /** The file that tells of it; `*` stands for anything. */
  readonly path: string | undefined;
  /** As the user names the image; `*` stands for anything. */
  readonly image: string | undefined;
  readonly reason: string;
  /** Seconds since 1970: the end of the day that the file names. */
  readonly expires: number;
  /** In the file, from 1. */
  readonly line: number;
}

export interface IgnoreRules {
  /** The file's name. */
  readonly source: string;
  readonly rules: readonly IgnoreRule[];
}

const FIELDS = ['vulnerability', 'package', 'purl', 'version', 'path', 'image', 'reason', 'expires'] as const;
type Field = (typeof FIELDS)[number];

/** What other programs call them. */
const SYNONYMS: ReadonlyMap<string, Field> = new Map([
  ['id', 'vulnerability'],
  ['cve', 'vulnerability'],
  ['name', 'package'],
  ['location', 'path'],
  ['paths', 'path'],
  ['purls', 'purl'],
  ['statement', 'reason'],
  ['comment', 'reason'],
  ['expired_at', 'expires'],
  ['expires_at', 'expires'],
  ['until', 'expires'],
]);

/**
 * Reads a file of rules: a list, or a map with the list under `ignore`.
 * @param source names the file in messages and decisions
 * @throws Fault `ignore/invalid` naming the line and the field: no YAML, an unknown field, one that is missing or empty, a date
 * that is none, aliases, more than 4 MiB
 */
export function ignoreRules(text: string, source: string): IgnoreRules {
  if (text.length > IGNORE_LIMIT) throw invalid(`${source} is larger than ${IGNORE_LIMIT >> 20} MiB`);
  const lines = new LineCounter();
  const root = readYaml(text, source, lines);
  const at = (node: unknown) => lines.linePos(rangeOf(node)).line;
  const fail = (node: unknown, why: string) => invalid(`${source}, line ${at(node)}: ${why}`);
  if (root === null) return { source, rules: [] };
  const list = isMap(root) ? listOf(root, fail) : root;
  if (!isSeq(list)) throw fail(root, 'it is neither a list of rules nor a map with one under "ignore"');
  if (list.items.length > RULES) throw fail(root, `it has more than ${RULES} rules`);
  const rules = list.items.map((item) => {
    if (!isMap(item)) throw fail(item, 'a rule is no map');
    return ruleOf(item, at(item), fail);
  });
  return { source, rules };
}

type Fail = (node: unknown, why: string) => Fault;

function readYaml(text: string, source: string, lines: LineCounter): unknown {
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
    const [error] = document.errors;
    if (error === undefined) return document.contents;
    throw invalid(`${source}, line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0] ?? ''}`);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    // Nesting beyond the stack.
    throw invalid(`${source} is not readable YAML: ${messageOf(cause)}`);
  }
}

function listOf(root: YAMLMap, fail: Fail): unknown {
  for (const { key } of root.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (name !== 'ignore') throw fail(key, `unknown field ${shown(name)}; rules stand under "ignore"`);
  }
  return root.get('ignore', true);
}

function ruleOf(map: YAMLMap, line: number, fail: Fail): IgnoreRule {
  const texts = new Map<Field, string>();
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const field = FIELDS.find((one) => one === name);
    if (field === undefined) throw fail(key, unknownField(name));
    const isText = isScalar(value) && (typeof value.value === 'string' || typeof value.value === 'number');
    const text = isText ? (value.source ?? String(value.value)).trim() : '';
    if (text === '') throw fail(key, `${field} is no text, or an empty one`);
    texts.set(field, text);
  }
  const required = (field: Field) => {
    const text = texts.get(field);
    if (text === undefined) throw fail(map, `the rule has no ${field}`);
    return text;
  };
  const purl = texts.get('purl');
  if (purl !== undefined && !purl.startsWith('pkg:')) throw fail(map, `purl is no package URL: ${shown(purl)}`);
  return {
    vulnerability: required('vulnerability'),
    package: texts.get('package'),
    purl,
    version: texts.get('version'),
    path: texts.get('path'),
    image: texts.get('image'),
    reason: required('reason'),
    expires: endOfDay(required('expires'), (why) => fail(map, why)),
    line,
  };
}

function unknownField(name: string): string {
  const meant = SYNONYMS.get(name) ?? closest(name, FIELDS)[0];
  return `unknown field ${shown(name)}; ${meant === undefined ? `there are ${FIELDS.join(', ')}` : `it is called ${meant} here`}`;
}

const DAY = 86_400;

/** In UTC; the day itself is included. */
function endOfDay(text: string, fail: (why: string) => Fault): number {
  const start = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== text)
    throw fail(`expires is no date: ${shown(text)}; write 2027-01-31`);
  return start / 1000 + DAY;
}

function rangeOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[] | null) : null;
  return range?.[0] ?? 0;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function invalid(why: string): Fault {
  return new Fault(
    'ignore/invalid',
    `${why.replace(/[.:]$/, '')}.`,
    'Each rule has a vulnerability, a reason and the day on which it expires; docs/vex.md lists the fields.',
  );
}
