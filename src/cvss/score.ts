// The scores and levels of CVSS vectors.
import { type CvssVersion, parseCvssVector } from './vector.ts';
import { scoreVersion2 } from './version2.ts';
import { scoreVersion3 } from './version3.ts';
import { scoreVersion4 } from './version4.ts';

export type CvssLevel = 'none' | 'low' | 'medium' | 'high' | 'critical';

export interface CvssScore {
  readonly version: CvssVersion;
  /** 0.0 to 10.0, of the base metrics alone. */
  readonly base: number;
  /** 0.0 to 10.0, with the temporal, threat and environmental metrics that are given. */
  readonly score: number;
  /** Of `score`. */
  readonly level: CvssLevel;
}

/** Few vectors are most of those that are asked for. Most that are remembered, and the longest. */
const REMEMBERED = 10_000;
const LONGEST_REMEMBERED = 200;
const known = new Map<string, CvssScore | undefined>();

/** The score of a vector of CVSS 2.0, 3.0, 3.1 or 4.0; `undefined` where it is none (see `parseCvssVector`). */
export function scoreCvss(vector: string): CvssScore | undefined {
  const found = known.get(vector);
  if (found !== undefined || known.has(vector)) return found;
  const score = computed(vector);
  if (known.size < REMEMBERED && vector.length <= LONGEST_REMEMBERED) known.set(vector, score);
  return score;
}

function computed(vector: string): CvssScore | undefined {
  const parsed = parseCvssVector(vector);
  if (parsed === undefined) return undefined;
  const { version, metrics } = parsed;
  const scores =
    version === '2.0'
      ? scoreVersion2(metrics)
      : version === '4.0'
        ? scoreVersion4(metrics)
        : scoreVersion3(metrics, version);
  return { version, ...scores, level: cvssLevel(scores.score, version) };
}

/**
 * The level of a score: the qualitative rating scale of CVSS 3 (5) and 4 (6); version 2 has none of its own, and NVD's bands
 * are taken: below 4.0 low, below 7.0 medium, else high.
 * @param score 0.0 to 10.0
 */
export function cvssLevel(score: number, version: CvssVersion): CvssLevel {
  if (version === '2.0') return score < 4 ? 'low' : score < 7 ? 'medium' : 'high';
  if (score <= 0) return 'none';
  return score < 4 ? 'low' : score < 7 ? 'medium' : score < 9 ? 'high' : 'critical';
}
