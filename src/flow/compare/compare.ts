// What is new, gone and changed from one image, folder, SBOM or saved scan to another.
import { compare } from '../../compare/compare.ts';
import { type ExitReason, exitReason, type Objection, objections } from '../../compare/exit.ts';
import { likeSides, type LikeSides } from '../../compare/passed-over.ts';
import type { Comparison } from '../../compare/types.ts';
import { useLittleMemory } from '../../io/memory.ts';
import { Fault } from '../../lib/faults.ts';
import type { FindingFilter } from '../../match/filter.ts';
import type { Condition } from '../../match/threshold.ts';
import {
  type Databases,
  type DatabasesOptions,
  type KnownSource,
  matchSides,
  openDatabases,
} from './compare-findings.ts';
import { type PolicyAnswer, policyAnswer } from './compare-policy.ts';
import { checkAge } from '../database/old-data.ts';
import { type ReadSide, readSides, type SideOptions } from './compare-sides.ts';
import { buildTime } from '../database/database-time.ts';
import { namingNothing } from '../scan/naming-nothing.ts';
import { unjudged } from '../scan/unjudged.ts';
import { type SaidOptions, whatIsSaid } from '../vex/what-is-said.ts';

export interface CompareOptions
  extends Omit<SideOptions, 'cache' | 'signal' | 'offline' | 'insecure' | 'environment' | 'progress'>,
    DatabasesOptions,
    Pick<SaidOptions, 'statements'> {
  /** Whether what is read of layers is remembered. */
  readonly remember: boolean;
  /** Whether packages of a kernel's headers are looked up, too. */
  readonly kernelHeaders?: boolean | undefined;
  readonly filter: FindingFilter;
  readonly failOn: readonly Condition[];
  /** `vulnerability`, `package`, `policy` */
  readonly exitOn: readonly string[];
}

export interface CompareReport {
  /** `linux/amd64`; of the second side where they differ; `undefined` where neither has one. */
  readonly platform: string | undefined;
  readonly comparison: Comparison;
  /** The data that each side's findings are of. */
  readonly sources: { readonly a: readonly KnownSource[]; readonly b: readonly KnownSource[] };
  /** Seconds since 1970: what ages are counted from. */
  readonly now: number;
  /** Of each side; `undefined` where nobody asked. */
  readonly policy: { readonly a: PolicyAnswer; readonly b: PolicyAnswer } | undefined;
  /** Findings that are not compared, since the other side's headers of a kernel were not looked up. */
  readonly leftOut: LikeSides['leftOut'];
  /** Why the answer is no; none: it is yes. */
  readonly objections: readonly Objection[];
}

export interface CompareResult {
  /** One for each platform that both sides have. */
  readonly reports: readonly CompareReport[];
  /** What people must see, in sentences. */
  readonly notes: readonly string[];
  /** What people must see: rules that have expired, statements that are not used, filters that name nothing. */
  readonly warnings: readonly string[];
}

/**
 * Reads both sides and compares them, platform by platform.
 * @throws Fault `compare/platform`, `compare/not-known`, `compare/no-policy`, `option/db-before`, `option/max-db-age`; `db/…`, `vex/…`, `ignore/…`,
 * `policy/…`, `key/…`, `scan/malformed`, faults of sources and of cataloguing
 */
export async function compareNamed(a: string, b: string, options: CompareOptions): Promise<CompareResult> {
  useLittleMemory();
  const exitOn = new Set(options.exitOn.map(exitReason));
  checkAge(options);
  const said = { a: await whatIsSaid(a, options), b: await whatIsSaid(b, options) };
  const { remember, cache, ...rest } = options;
  const reading = { ...rest, cache: remember ? cache : undefined };
  const [before, after] = [await readSides(a, reading), await readSides(b, reading)];
  const { pairs, notes } = pairsOf(before, after);
  using databases = await openDatabases([...before, ...after], options);
  const policy = exitOn.has('policy') ? await policyOf(a, b, options) : undefined;
  const reports = pairs.map((pair) => reportOf(pair, databases, said, policy, { ...options, exitOn }));
  const silent = reports.flatMap((report) => unjudgedOf(report, options.failOn));
  const boms = [...before, ...after].map(({ bom }) => bom);
  const unused = [
    ...before.flatMap(({ bom }) => said.a.unused(bom)),
    ...after.flatMap(({ bom }) => said.b.unused(bom)),
  ];
  const warnings = [
    ...said.a.notes,
    ...said.b.notes,
    ...unused,
    ...namingNothing(boms, options.filter, options),
    ...silent,
  ];
  return {
    reports,
    notes: [
      ...new Set([
        ...databases.notes,
        ...notes,
        ...[...before, ...after].flatMap(savedNotes),
        ...reports.flatMap(leftOutNotes),
      ]),
    ],
    warnings: [...new Set(warnings)],
  };
}

function unjudgedOf({ comparison: { b, vulnerabilities } }: CompareReport, failOn: readonly Condition[]): string[] {
  const { uncovered: notCovered = [] } = b.findings;
  return unjudged(
    { name: b.subject.name, packages: b.packageCount, notCovered, findings: vulnerabilities.b.findings },
    failOn,
  );
}

function reportOf(
  pair: readonly [ReadSide, ReadSide],
  databases: Databases,
  said: Parameters<typeof matchSides>[2],
  policy: CompareReport['policy'],
  {
    filter,
    failOn,
    exitOn,
    environment,
    kernelHeaders,
  }: Omit<CompareOptions, 'exitOn'> & { readonly exitOn: ReadonlySet<ExitReason> },
): CompareReport {
  const matched = matchSides(pair, databases, said, { kernelHeaders });
  const { a, b, leftOut } = likeSides(matched.a, matched.b);
  const comparison = compare(a, b, matched.hindsight, filter);
  const refused: readonly Objection[] =
    policy?.a === 'passed' && policy.b !== 'passed' ? [{ reason: 'policy', count: 1, condition: undefined }] : [];
  return {
    platform: pair[1].platform ?? pair[0].platform,
    comparison,
    sources: matched.sources,
    now: buildTime(environment),
    policy,
    leftOut,
    objections: [...refused, ...objections(comparison, exitOn, failOn)],
  };
}

async function policyOf(a: string, b: string, options: CompareOptions): Promise<CompareReport['policy']> {
  const answers = {
    a: await policyAnswer(a, options.statements, options),
    b: await policyAnswer(b, options.statements, options),
  };
  if (options.failOn.length > 0 || answers.a !== 'not-asked' || answers.b !== 'not-asked') return answers;
  throw new Fault(
    'compare/no-policy',
    'Nothing says what these images must show, so --exit-on policy has no answer.',
    'Name conditions with --fail-on, keys with --key, or a policy that trusts somebody for images in a registry or layout.',
  );
}

/** Each platform with itself; where a side is of one platform or of none, it with all of the other one's. */
function pairsOf(
  a: readonly ReadSide[],
  b: readonly ReadSide[],
): { readonly pairs: readonly (readonly [ReadSide, ReadSide])[]; readonly notes: readonly string[] } {
  const [onlyA, onlyB] = [a.length === 1 ? a[0] : undefined, b.length === 1 ? b[0] : undefined];
  if (onlyA !== undefined && onlyB !== undefined) return { pairs: [[onlyA, onlyB]], notes: [] };
  const pairs = a.flatMap((x) => b.filter((y) => fits(x, y)).map((y) => [x, y] as const));
  if (pairs.length === 0)
    throw new Fault(
      'compare/platform',
      `The sides have no platform in common: ${platforms(a)}; ${platforms(b)}.`,
      'Name one of each, or leave --platform out.',
    );
  const alone = [...a, ...b].filter((one) => !pairs.some((pair) => pair.includes(one)));
  return {
    pairs,
    notes: alone.map(
      ({ bom, platform }) => `Only ${bom.subject.name} has ${platform ?? 'no platform'}: it is compared with nothing.`,
    ),
  };
}

function fits(a: ReadSide, b: ReadSide): boolean {
  return a.platform === undefined || b.platform === undefined || a.platform === b.platform;
}

function platforms(sides: readonly ReadSide[]): string {
  return sides.map(({ platform }) => platform ?? 'none').join(', ') || 'none';
}

function leftOutNotes({ leftOut, comparison }: CompareReport): readonly string[] {
  return (['a', 'b'] as const).flatMap((side) => {
    const [count, other] = [leftOut[side], comparison[side === 'a' ? 'b' : 'a']];
    if (count === 0) return [];
    return [
      `${count} findings in the kernel's headers are not compared: those of ${other.subject.name} were not looked up. Scan both sides with --kernel-headers, or neither.`,
    ];
  });
}

function savedNotes({ saved, bom }: ReadSide): readonly string[] {
  if (saved === undefined || saved.filtered === 0) return [];
  return [
    `The saved scan of ${bom.subject.name} left ${saved.filtered} findings out by its filters: what seems to be new may have been among them.`,
  ];
}
