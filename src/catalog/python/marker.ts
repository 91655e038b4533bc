// Environment markers (PyPA specifications, "Dependency specifiers", Environment Markers; PEP 508).
import { normalPypiName } from '../../purl/pypi-name.ts';
import { comparePythonVersions, isVersion, releaseOf } from './python-version.ts';

/** Variables by name; those that are not known are not there. */
export type MarkerEnvironment = ReadonlyMap<string, string>;

/** Deepest nesting of brackets that is read. */
const DEPTH = 20;
/** Longest marker that is read, in characters. */
const LONGEST = 5000;

/**
 * Whether a marker holds; `undefined` where it depends on what is not known, or cannot be read.
 * @param extras those that somebody asks for, in normal form
 */
export function markerHolds(
  marker: string,
  environment: MarkerEnvironment,
  extras: ReadonlySet<string>,
): boolean | undefined {
  const tokens = tokensOf(marker);
  if (tokens === undefined) return undefined;
  const reader = new MarkerReader(tokens, environment, extras);
  const holds = reader.either(0);
  return reader.good ? holds : undefined;
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string };

function tokensOf(marker: string): readonly Token[] | undefined {
  if (marker.length > LONGEST) return undefined;
  const tokens: Token[] = [];
  const pattern = /\s*(?:([()]|===|==|~=|!=|<=|>=|<|>)|'([^']*)'|"([^"]*)"|([A-Za-z_][\w.]*))/y;
  while (pattern.lastIndex < marker.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(marker);
    if (match === null) return marker.slice(from).trim() === '' ? tokens : undefined;
    const [, sign, single, double, name] = match;
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'text', text: single ?? double ?? '' });
  }
  return tokens;
}

/** A side of a comparison; no `value` where it is not known. */
interface Side {
  readonly variable?: string;
  readonly value?: string | undefined;
}

class MarkerReader {
  readonly #tokens: readonly Token[];
  readonly #environment: MarkerEnvironment;
  readonly #extras: ReadonlySet<string>;
  #at = 0;
  #broken = false;

  constructor(tokens: readonly Token[], environment: MarkerEnvironment, extras: ReadonlySet<string>) {
    this.#tokens = tokens;
    this.#environment = environment;
    this.#extras = extras;
  }

  get good(): boolean {
    return !this.#broken && this.#at === this.#tokens.length;
  }

  either(depth: number): boolean | undefined {
    let holds = this.#both(depth);
    while (this.#take('name', 'or')) {
      const other = this.#both(depth);
      holds = holds === true || other === true ? true : holds === undefined ? undefined : other;
    }
    return holds;
  }

  #both(depth: number): boolean | undefined {
    let holds = this.#term(depth);
    while (this.#take('name', 'and')) {
      const other = this.#term(depth);
      holds = holds === false || other === false ? false : holds === undefined ? undefined : other;
    }
    return holds;
  }

  #term(depth: number): boolean | undefined {
    if (this.#broken || depth === DEPTH) return this.#fail();
    if (this.#take('sign', '(')) {
      const holds = this.either(depth + 1);
      return this.#take('sign', ')') ? holds : this.#fail();
    }
    const left = this.#side();
    const operator = this.#operator();
    const right = this.#side();
    if (left === undefined || operator === undefined || right === undefined) return this.#fail();
    if (left.variable === 'extra' || right.variable === 'extra') {
      const asked = this.#extras.has(normalPypiName((left.variable === 'extra' ? right : left).value ?? ''));
      return operator === '==' ? asked : operator === '!=' ? !asked : undefined;
    }
    return compare(left, operator, right, this.#environment);
  }

  #side(): Side | undefined {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'text') return { value: token.text };
    if (token?.kind !== 'name') return undefined;
    // PEP 345 wrote `os.name` and `sys.platform`.
    const variable = OLD_NAMES.get(token.text) ?? token.text;
    return { variable, value: this.#environment.get(variable) };
  }

  #operator(): string | undefined {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'sign' && token.text !== '(' && token.text !== ')') return token.text;
    if (token?.kind !== 'name') return undefined;
    if (token.text === 'in') return 'in';
    return token.text === 'not' && this.#take('name', 'in') ? 'not in' : undefined;
  }

  #take(kind: Token['kind'], text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #fail(): undefined {
    this.#broken = true;
    return undefined;
  }
}

const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['os.name', 'os_name'],
  ['sys.platform', 'sys_platform'],
  ['platform.version', 'platform_version'],
  ['platform.machine', 'platform_machine'],
  ['platform.python_implementation', 'platform_python_implementation'],
  ['python_implementation', 'platform_python_implementation'],
]);

function compare(left: Side, operator: string, right: Side, environment: MarkerEnvironment): boolean | undefined {
  const a = left.value ?? roughly(left, right, environment);
  const b = right.value ?? roughly(right, left, environment);
  if (a === undefined || b === undefined) return undefined;
  if (operator === 'in') return b.includes(a);
  if (operator === 'not in') return !b.includes(a);
  if (operator === '===') return a === b;
  if (isVersion(a) && isVersion(b)) return compareVersions(a, operator, b);
  const order = a < b ? -1 : a > b ? 1 : 0;
  return ordered(order, operator);
}

/** Where only `3.11` is known of the full version, it answers what asks no more than that. */
function roughly(side: Side, other: Side, environment: MarkerEnvironment): string | undefined {
  const asked = other.value;
  if (side.variable !== 'python_full_version' || asked === undefined || !isVersion(asked)) return undefined;
  const known = environment.get('python_version');
  if (known === undefined || releaseOf(asked).length <= 2) return known;
  return comparePythonVersions(releaseOf(asked).slice(0, 2).join('.'), known) === 0 ? undefined : known;
}

function compareVersions(a: string, operator: string, b: string): boolean | undefined {
  if (b.endsWith('.*')) {
    const prefix = releaseOf(b);
    const release = releaseOf(a);
    const same = prefix.every((number, i) => (release[i] ?? 0) === number);
    return operator === '==' ? same : operator === '!=' ? !same : undefined;
  }
  if (operator === '~=') {
    const upper = releaseOf(b).slice(0, -1);
    const release = releaseOf(a);
    return comparePythonVersions(a, b) >= 0 && upper.every((number, i) => (release[i] ?? 0) === number);
  }
  return ordered(comparePythonVersions(a, b), operator);
}

function ordered(order: number, operator: string): boolean | undefined {
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return undefined;
  }
}
