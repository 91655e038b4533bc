// Which findings a list for people has, where one package has very many.
import { levelsInOrder } from '../match/rank.ts';
import type { Finding, FindingSeverity } from '../match/types.ts';
import { cut } from './finding-words.ts';

/** Findings of one package that are listed, all of them. */
const MANY = 50;
/** Of a package with more than {@link MANY}, so many, the worst; and those that are known to be exploited. */
const WORST = 20;

export interface Listing {
  readonly shown: readonly Finding[];
  /** What is left out, by package, in the order of the findings. */
  readonly left: readonly LeftOut[];
}

export interface LeftOut {
  readonly name: string;
  readonly version: string;
  readonly findings: number;
  /** `12 high, 5 unknown` */
  readonly levels: string;
}

/** @param findings worst first */
export function listed(findings: readonly Finding[]): Listing {
  const groups = Map.groupBy(findings, (finding) => finding.package.purl);
  const out = new Set<Finding>();
  const left: LeftOut[] = [];
  for (const [first, ...others] of groups.values()) {
    if (first === undefined || others.length < MANY) continue;
    const rest = others.slice(WORST - 1).filter(({ exploited }) => exploited === undefined);
    for (const finding of rest) out.add(finding);
    const { name, version } = first.package;
    left.push({ name, version, findings: rest.length, levels: levelsText(rest) });
  }
  return { shown: findings.filter((finding) => !out.has(finding)), left: left.filter((one) => one.findings > 0) };
}

/** `2561 more in linux-libc-dev 6.1 (12 high, 2549 unknown)` */
export function leftOutText({ name, version, findings, levels }: LeftOut): string {
  return `${findings} more in ${cut(`${name} ${version}`, 100)} (${levels})`;
}

/** `12 high, 2549 unknown` */
export function levelsText(findings: readonly Finding[]): string {
  const counts = new Map<FindingSeverity['level'], number>();
  for (const { severity } of findings) counts.set(severity.level, (counts.get(severity.level) ?? 0) + 1);
  return levelsInOrder.flatMap((level) => (counts.has(level) ? [`${counts.get(level)} ${level}`] : [])).join(', ');
}
