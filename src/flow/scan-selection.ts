// What a user asks for of a scan's findings, in the command line's words.
import { Fault } from '../lib/faults.ts';
import type { FindingFilter } from '../match/filter.ts';
import { type Condition, conditionOf, levelNamed } from '../match/threshold.ts';

export interface SelectionWords {
  readonly severity?: readonly string[] | undefined;
  readonly onlyFixed?: boolean | undefined;
  readonly onlyKev?: boolean | undefined;
  /** `0.1` or `10%` */
  readonly minEpss?: string | undefined;
  readonly package?: readonly string[] | undefined;
  readonly failOn?: readonly string[] | undefined;
}

/** @throws Fault `option/severity`, `option/min-epss`, `option/fail-on` */
export function selectionOf(words: SelectionWords): {
  readonly filter: FindingFilter;
  readonly failOn: readonly Condition[];
} {
  const { severity, onlyFixed, onlyKev, minEpss, failOn = [] } = words;
  return {
    filter: {
      severities: severity === undefined ? undefined : new Set(severity.map(levelNamed)),
      onlyFixed,
      onlyKev,
      minEpss: minEpss === undefined ? undefined : share(minEpss),
      packages: words.package,
    },
    failOn: failOn.map(conditionOf),
  };
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
