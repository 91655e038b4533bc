// The policy file: whom a user trusts for which images, and what an image must show.
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { Fault, messageOf } from '../lib/faults.ts';
import { patternProblem } from '../verify/patterns.ts';
import { defaultRequirements, type Requirement, requirementNamed, requirements } from '../verify/required.ts';
import { repositoryCovered, repositoryProblem } from './repositories.ts';

/** Most bytes of a policy file. */
export const POLICY_LIMIT = 1 << 20;

const pattern = checkedText(patternProblem);
const repository = checkedText(repositoryProblem);
const word = checkedText((text) =>
  requirementNamed(text) === undefined
    ? 'is no predicate type: write provenance, sbom, a short name or a URI'
    : undefined,
);

/** A path, absolute or relative to the policy file, or a PEM text. */
const keyText = z.string().min(1);

/** With `until`, a date or a time in UTC from which the key does not count any more. */
const PolicyKey = z.union([
  keyText,
  z.strictObject({ key: keyText, until: z.union([z.iso.date(), z.iso.datetime()]).optional() }),
]);
type PolicyKey = z.infer<typeof PolicyKey>;

/** A key as the policy writes it, and the second since 1970 from which it does not count. */
export interface NamedKey {
  readonly key: string;
  readonly until: number | undefined;
}

export const Policy = z.strictObject({
  apiVersion: z.literal('temper/v1'),
  kind: z.literal('Policy'),
  trust: z
    .array(
      z.strictObject({
        /** What {@link repositoryCovered} matches. */
        repositories: z.array(repository).min(1).max(1000),
        keys: z.array(PolicyKey).min(1).max(1000),
      }),
    )
    .max(10_000)
    .optional(),
  predicates: z
    .strictObject({
      provenance: z
        .strictObject({
          builders: z.array(pattern).max(1000).optional(),
          sources: z.array(pattern).max(1000).optional(),
        })
        .optional(),
      /** Beside the signature, which is always asked for; unless given, provenance and sbom. */
      required: z.array(word).max(1000).optional(),
    })
    .optional(),
});
export type Policy = z.infer<typeof Policy>;

/**
 * Parses a policy file.
 * @param what names the file in the message
 * @throws Fault `policy/invalid`, naming the line and the field: no YAML, unknown or malformed fields, aliases, more than
 * 1 MiB.
 */
export function parsePolicy(text: string, what: string): Policy {
  const lines = new LineCounter();
  const document = readDocument(text, what, lines);
  const parsed = Policy.safeParse(valueOf(document, what));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map((part) =>
    typeof part === 'symbol' ? '' : part,
  );
  const field = path.join('.');
  const problem =
    unknown === undefined ? `${field === '' ? 'the file' : field}: ${issue?.message ?? ''}` : `unknown field ${field}`;
  throw invalid(`${what}, line ${lineOf(document, path, lines)}: ${problem}.`);
}

/**
 * The keys, as the policy writes them, of every entry that covers a repository; in the policy's order, each once. Entries add
 * up: of two ends of one key the later one holds, and none at all is later than any.
 */
export function keysFor(policy: Policy, repositoryName: string): NamedKey[] {
  const entries = (policy.trust ?? []).filter(({ repositories }) =>
    repositories.some((covering) => repositoryCovered(covering, repositoryName)),
  );
  const until = new Map<string, number>();
  for (const { key, until: end = Number.POSITIVE_INFINITY } of entries.flatMap(({ keys }) => keys.map(namedKey))) {
    until.set(key, Math.max(until.get(key) ?? 0, end));
  }
  return Array.from(until, ([key, end]) => ({ key, until: Number.isFinite(end) ? end : undefined }));
}

/** One entry of `trust[].keys`. */
export function namedKey(entry: PolicyKey): NamedKey {
  if (typeof entry === 'string') return { key: entry, until: undefined };
  const { key, until } = entry;
  return { key, until: until === undefined ? undefined : Math.floor(Date.parse(until) / 1000) };
}

/** What the policy asks of an image. */
export function requiredBy(policy: Policy): readonly Requirement[] {
  const words = policy.predicates?.required;
  if (words === undefined) return defaultRequirements;
  return [requirements.signature, ...words.flatMap((named) => requirementNamed(named) ?? [])];
}

/** @throws Fault `policy/invalid` for what is no YAML document of at most {@link POLICY_LIMIT} bytes. */
export function readDocument(text: string, what: string, lines = new LineCounter()): Document.Parsed {
  if (text.length > POLICY_LIMIT) throw invalid(`${what} is larger than ${POLICY_LIMIT >> 20} MiB.`);
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  } catch (cause) {
    // Nesting beyond the stack.
    throw invalid(`${what} is not readable YAML: ${messageOf(cause)}.`);
  }
  const [error] = document.errors;
  if (error === undefined) return document;
  throw invalid(`${what}, line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0] ?? ''}.`);
}

function valueOf(document: Document.Parsed, what: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw invalid(`${what} is not a plain YAML document: ${messageOf(cause)}.`);
  }
}

/** The line of the deepest node on a path that the document has; of an unknown field, the line of its name. */
function lineOf(document: Document.Parsed, path: readonly (string | number)[], lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, depth), true);
    const start =
      typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[] | null)?.[0] : undefined;
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function checkedText(problemOf: (text: string) => string | undefined): z.ZodString {
  return z
    .string()
    .min(1)
    .check((context) => {
      const problem = problemOf(context.value);
      if (problem !== undefined) {
        context.issues.push({
          code: 'custom',
          input: context.value,
          message: `"${context.value.slice(0, 200)}" ${problem}`,
        });
      }
    });
}

function invalid(sentence: string): Fault {
  return new Fault('policy/invalid', sentence, 'Correct the policy file; docs/policy.md lists its fields.');
}
