// Are there enough of them? Everybody counts once.
import type { LogFindings } from './log.ts';
import type { CheckList, WitnessedTime } from './question.ts';
import type { Thresholds } from './trust.ts';

/** Whether a bundle has the witnesses that the trust asks for: distinct logs, authorities, sources of time. */
export function checkThresholds(
  thresholds: Thresholds,
  log: LogFindings,
  times: readonly WitnessedTime[],
  list: CheckList,
): void {
  const timestamps = times.filter(({ by }) => by === 'timestamp').map(({ name }) => name);
  const sources = times.map(({ by, name }) => `${by} ${name}`);
  checkEnough('witnesses', thresholds.logs, { distinct: log.logs.size, all: log.entries }, 'trusted logs', list);
  checkEnough('witnesses', thresholds.timestamps, counted(timestamps), 'trusted timestamp authorities', list);
  checkEnough('witnesses', thresholds.times, counted(sources), 'trusted sources of time', list);
}

interface Count {
  readonly distinct: number;
  readonly all: number;
}

function counted(names: readonly string[]): Count {
  return { distinct: new Set(names).size, all: names.length };
}

function checkEnough(
  check: 'witnesses',
  wanted: number,
  { distinct, all }: Count,
  what: string,
  list: CheckList,
): void {
  if (distinct >= wanted) return;
  if (all >= wanted)
    list.missing(check, 'counted-twice', `${all} where ${wanted} ${what} are asked for, but of ${distinct} only`);
  else list.missing(check, 'too-few', `${distinct} of ${wanted} ${what} that are asked for`);
}
