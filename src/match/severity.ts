// The severity that counts, and whose word it is.
import type { Severity, SeverityLevel } from '../advisory/types.ts';
import { cvssLevel, scoreCvss } from '../cvss/score.ts';
import type { FindingSeverity } from './types.ts';

/** Where a source gives several vectors, the newest version's counts. */
const versions = ['4.0', '3.1', '3.0', '2.0'];

/**
 * The packager's own level; else the level of the packager's CVSS vector or score; else NVD's; else that of the first
 * other source that gives one. The score and the vector beside it are of the source whose level it is.
 * @param own what the record that decided says: of the package first, then of the advisory as a whole
 * @param others what everybody says of the vulnerability; those of `own` may be among them
 */
export function countingSeverity(own: readonly Severity[], others: readonly Severity[]): FindingSeverity {
  if (own.length === 0 && others.length === 0) return UNKNOWN;
  return (
    stated(own) ??
    scored(own) ??
    stated(others.filter(isNvd)) ??
    scored(others.filter(isNvd)) ??
    stated(others) ??
    scored(others) ??
    UNKNOWN
  );
}

const UNKNOWN: FindingSeverity = { level: 'unknown', source: undefined, score: undefined, vector: undefined };

/** The score of one severity's vector, else the score that its source states; `undefined` where neither is one. */
export function scoreOf({ vector, score }: Severity): number | undefined {
  const computed = vector === undefined ? undefined : scoreCvss(vector);
  if (computed !== undefined) return computed.version === '4.0' ? computed.score : computed.base;
  return score !== undefined && score >= 0 && score <= 10 ? score : undefined;
}

/** The level of one severity: as its source states it, else of its vector, else of its score. */
export function levelOf(severity: Severity): SeverityLevel | undefined {
  if (severity.level !== undefined) return severity.level;
  const score = scoreOf(severity);
  if (score === undefined) return undefined;
  const level = cvssLevel(score, versionOf(severity) ?? '3.1');
  return level === 'none' ? 'negligible' : level;
}

export function isNvd({ source }: Severity): boolean {
  return source === 'nvd';
}

/** The first level that is stated; of a source that states one for each of its vectors, the newest version's. */
function stated(severities: readonly Severity[]): FindingSeverity | undefined {
  const first = severities.find(({ level }) => level !== undefined);
  if (first === undefined) return undefined;
  const same = severities.filter(({ source }) => source === first.source);
  const cvss = newest(same.filter((s) => scoreOf(s) !== undefined));
  const chosen =
    first.vector === undefined ? first : newest(same.filter((s) => s.level !== undefined && s.vector !== undefined));
  const level = chosen?.level ?? first.level;
  return level && { level, source: first.source, score: cvss && scoreOf(cvss), vector: cvss?.vector };
}

function scored(severities: readonly Severity[]): FindingSeverity | undefined {
  const source = severities.find((s) => scoreOf(s) !== undefined)?.source;
  const best = newest(severities.filter((s) => s.source === source && scoreOf(s) !== undefined));
  const level = best && levelOf(best);
  return level && { level, source, score: best && scoreOf(best), vector: best?.vector };
}

function newest(severities: readonly Severity[]): Severity | undefined {
  const rank = (s: Severity) => {
    const at = versions.indexOf(versionOf(s) ?? '');
    return at === -1 ? versions.length : at;
  };
  return severities.reduce<Severity | undefined>(
    (best, s) => (best === undefined || rank(s) < rank(best) ? s : best),
    undefined,
  );
}

function versionOf({ vector }: Severity) {
  return vector === undefined ? undefined : scoreCvss(vector)?.version;
}
