// Conditions in CEL on what statements say (Common Expression Language, cel-spec), bounded and without effects.
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { Fault, messageOf } from '../lib/faults.ts';
import { LONGEST, parseSearch } from '../lib/expression.ts';
import type { Condition, ConditionFacts } from '../verify/conditions.ts';
import { requirementNamed } from '../verify/required.ts';
import type { PolicyCondition } from './policy-schema.ts';

const LIMITS = { maxAstNodes: 1000, maxDepth: 50 } as const;

/** Most steps of one evaluation, as its nested loops and its longest list could come to. */
const MOST_STEPS = 50_000_000;

/** Macros that go through a list. */
const LOOPS: ReadonlySet<unknown> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** Makes a list of a text. */
const SPLIT = 'split';

/** `matches` as RE2 has it, which takes no longer for whatever text; the library's own does not promise that. */
const MATCHES = 'matchesLinear';

/**
 * Compiles the conditions of a policy.
 * @param now seconds since 1970, what `now` is
 * @throws Fault `policy/condition` for an expression that is none of CEL, or names what is not there
 */
export function compileConditions(conditions: readonly PolicyCondition[], now: number): Condition[] {
  return conditions.map((condition) => compileCondition(condition, now));
}

function compileCondition({ type, expression, name = expression }: PolicyCondition, now: number): Condition {
  const parsed = parse(expression);
  const depth = loopsOf(parsed.ast);
  const splits = callsSplit(parsed.ast);
  return {
    name,
    types: requirementNamed(type)?.types ?? [],
    holds: (facts) => {
      const longest = longestIn(facts, splits);
      if (LIMITS.maxAstNodes * Math.max(1, longest) ** depth > MOST_STEPS && depth > 1) {
        throw undecided(`it goes through ${longest} values in ${depth} loops of each other, which is too much`);
      }
      return evaluate(parsed, facts, now);
    },
  };
}

function environmentOf(): Environment {
  return new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false, enableOptionalTypes: true })
    .registerVariable('predicate', 'dyn')
    .registerVariable('predicateType', 'string')
    .registerVariable('statement', 'dyn')
    .registerVariable('subject', 'dyn')
    .registerVariable('signer', 'dyn')
    .registerVariable('now', 'google.protobuf.Timestamp')
    .registerFunction(`string.${MATCHES}(string): bool`, matches);
}

/** What is too long to be looked at neither matches nor does not. */
function matches(text: string, pattern: string): boolean {
  if (text.length <= LONGEST) return parseSearch(pattern).matches(text);
  throw new Error(`matches() is asked of a text of ${text.length} characters, ${LONGEST} are looked at`);
}

type Parsed = ReturnType<Environment['parse']>;

function parse(expression: string): Parsed {
  try {
    const parsed = environmentOf().parse(expression);
    walk(parsed.ast, (node) => {
      // It could make values grow with every step.
      if (node.op === 'id' && node.args === 'cel') throw new Error('cel.bind is not to be had here');
      if (node.op === 'rcall' && node.args[0] === 'matches') node.args[0] = MATCHES;
    });
    const { valid, type, error } = parsed.check();
    if (!valid) throw error ?? new Error('it does not check');
    if (type !== 'bool' && type !== 'dyn') throw new Error(`it gives ${type ?? 'nothing'}, not true or false`);
    return parsed;
  } catch (cause) {
    const why = (messageOf(cause).split('\n')[0] ?? '').slice(0, 300).replace(/\.$/, '');
    throw new Fault(
      'policy/condition',
      `The condition "${expression.slice(0, 200)}" cannot be used: ${why}.`,
      'Write an expression of CEL over predicate, predicateType, statement, subject, signer and now.',
    );
  }
}

function evaluate(parsed: Parsed, facts: ConditionFacts, now: number): boolean {
  let value: unknown;
  try {
    value = parsed({ ...facts, now: new Date(now * 1000) });
  } catch (cause) {
    throw undecided((messageOf(cause).split('\n')[0] ?? '').slice(0, 300).replace(/\.$/, ''));
  }
  if (typeof value === 'boolean') return value;
  throw undecided('it is neither true nor false');
}

function undecided(why: string): Fault {
  return new Fault('policy/undecided', `it cannot be told: ${why}.`, 'Guard what may be missing with has().');
}

function walk(node: unknown, visit: (node: ASTNode) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (isNode(node)) {
    visit(node);
    walk(node.args, visit);
  }
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** How many loops stand in each other: what a loop goes through is found once, what it does is done for each. */
function loopsOf(node: unknown): number {
  if (Array.isArray(node)) return Math.max(0, ...node.map(loopsOf));
  if (!isNode(node)) return 0;
  if (node.op !== 'rcall') return loopsOf(node.args);
  const [name, receiver, args] = node.args;
  const own = LOOPS.has(name) || name === SPLIT ? 1 : 0;
  return Math.max(loopsOf(receiver), own + loopsOf(args));
}

function callsSplit(ast: ASTNode): boolean {
  let found = false;
  walk(ast, (node) => (found ||= node.op === 'rcall' && node.args[0] === SPLIT));
  return found;
}

/** The most values that one list or object has. @param texts whether texts may become lists */
function longestIn(value: unknown, texts: boolean): number {
  const open: unknown[] = [value];
  let longest = 0;
  while (open.length > 0) {
    const one = open.pop();
    if (texts && typeof one === 'string') longest = Math.max(longest, one.length);
    if (typeof one !== 'object' || one === null) continue;
    const members = Object.values(one);
    longest = Math.max(longest, members.length);
    for (const member of members) open.push(member);
  }
  return longest;
}
