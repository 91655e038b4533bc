// Licence expressions as people write them: names joined by `and`, `or`, `with`, commas and brackets.
import { exceptionMeans, nameMeans } from './licence-names.ts';

export type Expression =
  | { readonly known: string }
  | { readonly unknown: string }
  | { readonly operator: Operator; readonly terms: readonly Expression[] };

type Operator = 'AND' | 'OR';
type Sign = Operator | '(' | ')' | ',';
type Token = { readonly sign: Sign } | { readonly name: string };

/** Deepest nesting of brackets that is read. */
const DEPTH = 20;

/**
 * Reads names that are joined; `AND` binds closer than `OR` (SPDX 2.3, annex D.4), a comma is an `AND`.
 * @param text at most some thousand characters
 * @returns `undefined` where the text cannot be taken apart: brackets that do not match, operators without names, commas
 * beside `or` or beside names that nobody knows
 */
export function readExpression(text: string, source: string): Expression | undefined {
  const tokens = tokensOf(text, source);
  const has = (sign: Sign) => tokens.some((token) => 'sign' in token && token.sign === sign);
  const reader = new ExpressionReader(tokens, source);
  const expression = reader.terms('OR', 0);
  if (expression === undefined || !reader.done) return undefined;
  return has(',') && (has('OR') || !isKnown(expression)) ? undefined : expression;
}

/** The expression as SPDX writes it, brackets only where they are needed. @param referenceOf the LicenseRef-… of a name */
export function printExpression(expression: Expression, referenceOf: (name: string) => string): string {
  if ('known' in expression) return expression.known;
  if ('unknown' in expression) return referenceOf(expression.unknown);
  const printed = new Set(expression.terms.map((term) => printExpression(term, referenceOf)));
  // Terms of an OR are flat: only those of an AND hold another operator.
  const closer = expression.operator === 'AND' && printed.size > 1;
  return [...printed]
    .map((term) => (closer && term.includes(' OR ') ? `(${term})` : term))
    .join(` ${expression.operator} `);
}

function isKnown(expression: Expression): boolean {
  return 'known' in expression || ('terms' in expression && expression.terms.every(isKnown));
}

class ExpressionReader {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;

  constructor(tokens: readonly Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  terms(operator: Operator, depth: number): Expression | undefined {
    const found: Expression[] = [];
    do {
      const term = operator === 'OR' ? this.terms('AND', depth) : this.#term(depth);
      if (term === undefined) return undefined;
      if ('terms' in term && term.operator === operator) found.push(...term.terms);
      else found.push(term);
    } while (this.#takeOneOf(operator === 'AND' ? ['AND', ','] : ['OR']));
    const [only] = found;
    return found.length === 1 ? only : { operator, terms: found };
  }

  #term(depth: number): Expression | undefined {
    const token = this.#tokens[this.#at];
    if (token !== undefined && 'name' in token) {
      this.#at++;
      return nameOf(token.name, this.#source);
    }
    if (depth === DEPTH || !this.#take('(')) return undefined;
    const inner = this.terms('OR', depth + 1);
    return this.#take(')') ? inner : undefined;
  }

  #takeOneOf(signs: readonly Sign[]): boolean {
    return signs.some((sign) => this.#take(sign));
  }

  #take(sign: Sign): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || !('sign' in token) || token.sign !== sign) return false;
    this.#at++;
    return true;
  }
}

function nameOf(name: string, source: string): Expression {
  const [licence = '', exception] = name.split(/ with (.*)/is);
  const known = nameMeans(licence, source);
  if (exception === undefined) return known === undefined ? { unknown: name } : { known };
  const meant = nameMeans(name, source);
  if (meant !== undefined) return { known: meant };
  const condition = exceptionMeans(exception);
  const joined = known === undefined || condition === undefined || known.includes(' ');
  return joined ? { unknown: name } : { known: `${known} WITH ${condition}` };
}

const SIGNS: ReadonlyMap<string, Sign> = new Map([
  ['(', '('],
  [')', ')'],
  [',', ','],
  [';', ','],
  ['and', 'AND'],
  ['&', 'AND'],
  ['or', 'OR'],
  ['|', 'OR'],
]);

function tokensOf(text: string, source: string): Token[] {
  const tokens: Token[] = [];
  let words: string[] = [];
  const close = () => {
    tokens.push(...namesOf(words, source));
    words = [];
  };
  // `GPLv2 or later`: identifiers have no blank before `or`.
  const plain = text.replace(/([0-9]) or (?:any )?(?:later|newer)(?: version)?(?![a-z])/gi, '$1+');
  for (const [part] of plain.matchAll(source === 'cargo' ? /[(),;|&/]|[^\s(),;|&/]+/g : /[(),;|&]|[^\s(),;|&]+/g)) {
    const sign = part === '/' && source === 'cargo' ? 'OR' : SIGNS.get(part.toLowerCase());
    if (sign === undefined) {
      words.push(part);
      continue;
    }
    close();
    const before = tokens.at(-1);
    // `a && b`, `a, and b`
    if (
      before !== undefined &&
      'sign' in before &&
      (before.sign === sign || (before.sign === ',' && sign === 'AND')) &&
      sign !== '(' &&
      sign !== ')'
    ) {
      tokens.pop();
    }
    tokens.push({ sign });
  }
  close();
  return tokens;
}

/** Words between signs are one name; Alpine's are names that apply together. */
function namesOf(words: readonly string[], source: string): Token[] {
  if (words.length === 0) return [];
  const name = words.join(' ');
  if (source !== 'apk' || / with /i.test(name) || nameMeans(name, source) !== undefined) return [{ name }];
  return words.flatMap((word, i) => (i === 0 ? [{ name: word }] : [{ sign: 'AND' as const }, { name: word }]));
}
