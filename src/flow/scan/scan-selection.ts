// What a user asks for of a scan's findings, in the command line's words.
import { Fault } from '../../lib/faults.ts';
import type { FindingFilter } from '../../match/filter.ts';
import { type Condition, conditionOf, levelNamed } from '../../match/threshold.ts';

export interface SelectionWords {
  readonly severity?: readonly string[] | undefined;
  readonly onlyFixed?: boolean | undefined;
  readonly onlyKev?: boolean | undefined;
  /** `0.1` or `10%` */
  readonly minEpss?: string | undefined;
  readonly package?: readonly string[] | undefined;
  readonly failOn?: readonly string[] | undefined;
  readonly onlyUnfixed?: boolean | undefined;
  /** `CVE-…`, whatever the case. */
  readonly ids?: readonly string[] | undefined;
  /** Types of package URLs. */
  readonly types?: readonly string[] | undefined;
  readonly origin?: 'base' | 'added' | undefined;
  /** Regular expressions of packages' names. */
  readonly names?: readonly string[] | undefined;
  /** `AV:N` */
  readonly metrics?: readonly string[] | undefined;
  /** `0.1` or `10%` */
  readonly minEpssPercentile?: string | undefined;
}

/** @throws Fault `option/severity`, `option/min-epss`, `option/fail-on`, `option/expression`, `option/metric` */
export function selectionOf(words: SelectionWords): {
  readonly filter: FindingFilter;
  readonly failOn: readonly Condition[];
} {
  const { severity, onlyFixed, onlyKev, minEpss, failOn = [], onlyUnfixed, ids, types, origin, names, metrics } = words;
  return {
    filter: {
      severities: severity === undefined ? undefined : new Set(severity.map(levelNamed)),
      onlyFixed,
      onlyKev,
      minEpss: minEpss === undefined ? undefined : share(minEpss),
      packages: words.package,
      onlyUnfixed,
      ids:
        ids === undefined
          ? undefined
          : new Set(ids.map((id) => id.replace(/^(?:cve|ghsa|dsa|alas)-/i, (head) => head.toUpperCase()))),
      types: types === undefined ? undefined : new Set(types.map((type) => type.toLowerCase())),
      origin,
      names: names?.map(expression),
      metrics: metrics?.map(metric),
      minEpssPercentile: words.minEpssPercentile === undefined ? undefined : share(words.minEpssPercentile),
    },
    failOn: failOn.map(conditionOf),
  };
}

/** The user's own words: what takes long takes the user's time. */
function expression(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (cause) {
    const sentence = `"${text.slice(0, 100)}" is no regular expression.`;
    throw new Fault('option/expression', sentence, 'Write the name of a package, or an expression such as ^lib.', {
      cause,
    });
  }
}

function metric(text: string): string {
  const word = text.toUpperCase();
  if (/^[A-Z]{1,3}:[A-Z]$/.test(word)) return word;
  throw new Fault(
    'option/metric',
    `"${text.slice(0, 100)}" is no metric of CVSS.`,
    'Write one as in a vector: AV:N, PR:L.',
  );
}

function share(text: string): number {
  const [, number = '', sign] = /^(\d{1,3}(?:\.\d{1,9})?|\.\d{1,9})(%)?$/.exec(text.replaceAll(' ', '')) ?? [];
  const value = number === '' ? Number.NaN : Number(number) / (sign === undefined ? 1 : 100);
  if (value >= 0 && value <= 1) return value;
  throw new Fault(
    'option/min-epss',
    `"${text.slice(0, 100)}" is no probability.`,
    'Write a number from 0 to 1, or a percentage: 0.1, 10%.',
  );
}
