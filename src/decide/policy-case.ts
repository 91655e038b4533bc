// Recorded cases that a policy is tested against: evidence, a time, and the answer that is expected.
import { z } from 'zod';
import { Fault } from '../lib/faults.ts';
import { Descriptor } from '../oci/types.ts';
import { type CheckId, checkIds } from '../verify/check.ts';
import { type Problem, problems } from '../verify/sigstore/problems.ts';
import type { Decision } from './decision.ts';
import { readDocument } from './policy.ts';

const descriptor = z.unknown().transform((value, context): Descriptor => {
  const parsed = Descriptor.safeParse(value);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: parsed.error.issues[0].message });
  return z.NEVER;
});
const check = z.enum(Object.keys(checkIds) as [CheckId, ...CheckId[]]);
const problem = z.enum(Object.keys(problems) as [Problem, ...Problem[]]);
const text = z.string().min(1).max(4096);

const Expected = z.strictObject({
  answer: z.enum(['yes', 'no']),
  /** What stands against the image, each check once; unless given, it does not matter what. */
  against: z.array(check).max(1000).optional(),
  /** The problems that stand against it, each once; unless given, it does not matter which. */
  problems: z.array(problem).max(1000).optional(),
});
export type Expected = z.infer<typeof Expected>;

export const PolicyCase = z.strictObject({
  apiVersion: z.literal('temper/v1'),
  kind: z.literal('PolicyCase'),
  name: text.optional(),
  /** A tag or a digest in the recorded repository, or in the layout. */
  reference: text,
  /** When it is judged, RFC 3339 in UTC. */
  time: z.iso.datetime(),
  /** Path of the policy, relative to the case; what the command line names goes before. */
  policy: text.optional(),
  signaturesOnly: z.boolean().optional(),
  platform: text.optional(),
  expect: Expected,
  /** A layout folder, relative to the case, instead of `recorded`. */
  layout: text.optional(),
  /** The repository's name, for which the policy is asked; a layout's own unless given. */
  repository: text.optional(),
  recorded: z
    .strictObject({
      repository: text,
      resolved: z.record(z.string(), descriptor),
      contents: z.record(z.string(), z.string()),
      referrers: z.record(z.string(), z.array(descriptor)),
    })
    .optional(),
});
export type PolicyCase = z.infer<typeof PolicyCase>;

/** Most bytes of a case. */
export const CASE_LIMIT = 256 << 20;

/**
 * Parses a case, YAML or JSON; `undefined` for a document of another kind.
 * @throws Fault `policy/case` naming the field; `policy/invalid` for what is no YAML
 */
export function parseCase(source: string, what: string): PolicyCase | undefined {
  const value = valueOf(source, what);
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'PolicyCase')
    return undefined;
  const parsed = PolicyCase.safeParse(value);
  if (parsed.success && (parsed.data.layout === undefined) !== (parsed.data.recorded === undefined)) return parsed.data;
  const issue = parsed.error?.issues[0];
  const why = issue === undefined ? 'it needs one of layout and recorded' : `${issue.path.join('.')}: ${issue.message}`;
  throw new Fault('policy/case', `${what} is no case: ${why}.`, 'docs/policy.md lists the fields of cases.');
}

/** JSON is read as such: recordings may be larger than a YAML document that people write. */
function valueOf(source: string, what: string): unknown {
  if (source.trimStart().startsWith('{')) {
    try {
      return JSON.parse(source);
    } catch {
      // It may be YAML in braces.
    }
  }
  return readDocument(source, what).toJS({ maxAliasCount: 0 }) as unknown;
}

/** How an answer differs from what is expected, a sentence's end each; none where it does not. */
export function differencesFrom(expected: Expected, { answer, against }: Decision): string[] {
  const found = [...new Set(against.map((one) => one.check))];
  const named = [...new Set(against.flatMap((one) => one.problem ?? []))];
  return [
    ...(answer === expected.answer ? [] : [`the answer is ${answer}, ${expected.answer} is expected`]),
    ...differing('the checks', expected.against, found),
    ...differing('the problems', expected.problems, named),
  ];
}

function differing(what: string, expected: readonly string[] | undefined, found: readonly string[]): string[] {
  if (expected === undefined) return [];
  const missing = expected.filter((one) => !found.includes(one));
  const further = found.filter((one) => !expected.includes(one));
  return [
    ...(missing.length === 0 ? [] : [`${what} against it lack ${missing.join(', ')}`]),
    ...(further.length === 0 ? [] : [`${what} against it also are ${further.join(', ')}`]),
  ];
}
