// Which versions fix a finding.
import type { FixState } from '../advisory/types.ts';
import { versionOrder } from '../version/order.ts';
import { fixedVersions } from '../version/range.ts';
import type { Statement } from './statements.ts';
import type { FindingFix } from './types.ts';
import type { Verdict } from './verdict.ts';

/** Said where no version fixes it, the word that says more first. */
const STATES: readonly FixState[] = ['wont-fix', 'deferred', 'not-fixed'];

/** The versions after the package's own that none of the records that decided means any more. */
export function fixOf({ decisive }: Verdict): FindingFix {
  const first = decisive[0];
  const order = first === undefined ? undefined : versionOrder(first.lookup.ecosystem);
  const ranges =
    decisive.length === 1 && first !== undefined ? first.entry.ranges : decisive.flatMap(({ entry }) => entry.ranges);
  const versions = first === undefined || order === undefined ? [] : fixedVersions(order, first.lookup.version, ranges);
  const version = versions[0];
  if (version === undefined) {
    const said = new Set(decisive.map(({ entry }) => entry.fix));
    const state = STATES.find((one) => said.has(one)) ?? 'unknown';
    return { state, versions: [], published: undefined, advisory: undefined };
  }
  const bringing = decisive.length === 1 ? decisive : decisive.filter((one) => brings(one, version));
  return {
    state: 'fixed',
    versions,
    published: bringing.find(({ entry }) => entry.fixedAt !== undefined)?.entry.fixedAt,
    advisory: bringing.find(({ entry }) => entry.fixedBy !== undefined)?.entry.fixedBy,
  };
}

function brings({ entry }: Statement, version: string): boolean {
  return entry.ranges.some(({ fixed }) => fixed === version);
}
