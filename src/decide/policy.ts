// The policy file: whom a user trusts for which images, and what an image must show.
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { Fault, messageOf } from '../lib/faults.ts';
import { defaultRequirements, type Requirement, requirementNamed, requirements } from '../verify/required.ts';
import type { Revocation } from '../verify/sigstore/trust.ts';
import { blobCovered, type NamedBlob } from './blobs.ts';
import { Policy, type PolicyKey, revocableKinds, type TrustEntry } from './policy-schema.ts';
import { POLICY_LIMIT } from './policy-limit.ts';
import { repositoryCovered } from './repositories.ts';

/** A key as the policy writes it, and the second since 1970 from which it does not count. */
export interface NamedKey {
  readonly key: string;
  readonly until: number | undefined;
}

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
  if (parsed.success) {
    refuseUnknownGroups(parsed.data, what);
    return parsed.data;
  }
  const issue = tellingIssue(parsed.error.issues[0]);
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map((part) =>
    typeof part === 'symbol' ? '' : part,
  );
  const field = path.join('.');
  const problem =
    unknown === undefined ? `${field === '' ? 'the file' : field}: ${issue?.message ?? ''}` : `unknown field ${field}`;
  throw invalid(`${what}, line ${lineOf(document, path, lines)}: ${problem}.`);
}

/** Of what could be one thing or another, what is wrong with the one that it is. */
function tellingIssue(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const firsts = issue.errors.flatMap(([first]) => first ?? []);
  const inner = tellingIssue(firsts.find(({ code }) => code !== 'invalid_type'));
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

/** An entry of `trust`, and what it is called: by its own name, else by its place. */
export interface NamedEntry {
  readonly name: string;
  readonly entry: TrustEntry;
}

/** The entries of `trust` that cover a repository, by its name, or a file; in the policy's order. */
export function entriesFor(policy: Policy, asked: string | NamedBlob): NamedEntry[] {
  return (policy.trust ?? [])
    .map((entry, at) => ({ name: entry.name ?? `trust[${at}]`, entry }))
    .filter(({ entry }) => isCovered(entry, asked));
}

function isCovered({ repositories = [], blobs = [] }: TrustEntry, asked: string | NamedBlob): boolean {
  if (typeof asked !== 'string') return blobs.some((covering) => blobCovered(covering, asked));
  return repositories.some((covering) => repositoryCovered(covering, asked));
}

/** What the policy says not to count any more. */
export function revocationsOf(policy: Policy): Revocation[] {
  return (policy.revoked ?? []).flatMap((one) =>
    revocableKinds.flatMap((kind): Revocation[] => {
      const id = one[kind];
      return id === undefined ? [] : [{ kind, id, from: secondOf(one.from), reason: one.reason }];
    }),
  );
}

/**
 * The keys, as the policy writes them, of every entry that covers a repository or file; in the policy's order, each once. Entries add
 * up: of two ends of one key the later one holds, and none at all is later than any.
 */
export function keysFor(policy: Policy, asked: string | NamedBlob): NamedKey[] {
  const entries = entriesFor(policy, asked).map(({ entry: { keys = [] } }) => keys);
  const until = new Map<string, number>();
  for (const { key, until: end = Number.POSITIVE_INFINITY } of entries.flatMap((keys) => keys.map(namedKey))) {
    until.set(key, Math.max(until.get(key) ?? 0, end));
  }
  return Array.from(until, ([key, end]) => ({ key, until: Number.isFinite(end) ? end : undefined }));
}

/** One entry of `trust[].keys`. */
export function namedKey(entry: PolicyKey): NamedKey {
  if (typeof entry === 'string') return { key: entry, until: undefined };
  const { key, until } = entry;
  return { key, until: secondOf(until) };
}

/** Of a date its midnight, in UTC. */
function secondOf(moment: string | undefined): number | undefined {
  return moment === undefined ? undefined : Math.floor(Date.parse(moment) / 1000);
}

/** What the policy asks of an image. */
export function requiredBy(policy: Policy): readonly Requirement[] {
  const words = policy.predicates?.required;
  if (words === undefined) return defaultRequirements;
  const asked = words.map((one) => (typeof one === 'string' ? { type: one, by: undefined } : one));
  const named = asked.flatMap(({ type, by }) => {
    const requirement = requirementNamed(type);
    return requirement === undefined ? [] : [by === undefined ? requirement : { ...requirement, by }];
  });
  return [requirements.signature, ...named];
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

/** What asks for signatures of an entry must name one that is there. */
function refuseUnknownGroups({ trust = [], predicates }: Policy, what: string): void {
  const names = trust.flatMap(({ name }) => name ?? []);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`${what}: two entries of trust are named ${twice}.`);
  const asked = (predicates?.required ?? []).flatMap((one) => (typeof one === 'string' ? [] : (one.by ?? [])));
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw invalid(`${what}: predicates.required asks for ${unknown}, and no entry of trust has that name.`);
}

function invalid(sentence: string): Fault {
  return new Fault('policy/invalid', sentence, 'Correct the policy file; docs/policy.md lists its fields.');
}
