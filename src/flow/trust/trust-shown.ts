// A trust root that is followed, as it is shown.
import { now } from '../../io/clock.ts';
import { Fault } from '../../lib/faults.ts';
import { isoTime } from '../../lib/time.ts';
import { wantedTargets } from '../../trust/follow.ts';
import type { KeptTrust } from '../../trust/store.ts';
import type { FoundTarget } from '../../tuf/find-target.ts';
import { isExpired } from '../../tuf/expiry.ts';
import { TOP_ROLES, type TopRole } from '../../tuf/root.ts';
import { openState } from '../../tuf/state.ts';

export interface ShownRole {
  readonly role: TopRole;
  readonly version: number;
  readonly expires: string;
  readonly expired: boolean;
  /** How many of how many keys must sign. */
  readonly threshold: number;
  readonly keys: number;
}

export interface ShownTrust {
  readonly name: string;
  readonly from: string;
  readonly fetched: string;
  /** What is the matter with it, where something is: then nothing is verified with it. */
  readonly problem: string | undefined;
  readonly roles: readonly ShownRole[];
  readonly targets: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly role: string;
  }[];
}

/** What is kept under a name, without asking anybody. */
export async function shownTrust(kept: KeptTrust): Promise<ShownTrust> {
  const { name, from, fetched, state } = kept;
  const head = { name, from: from.metadata, fetched: isoTime(fetched) };
  try {
    const set = openState(state);
    if (set === undefined) return { ...head, problem: 'it was never brought up to date', roles: [], targets: [] };
    const roles = TOP_ROLES.map((role): ShownRole => {
      const { version, expires } = set[role];
      const { threshold, keyIds } = set.root.body.roles[role];
      const expired = isExpired(set[role], now().getTime() / 1000);
      return { role, version, expires: isoTime(expires), expired, threshold, keys: keyIds.length };
    });
    const stale = roles.find(({ expired }) => expired);
    const problem = stale === undefined ? undefined : `the role ${stale.role} expired on ${stale.expires}`;
    return { ...head, problem, roles, targets: (await wantedTargets(kept, 0)).map(shownTarget) };
  } catch (fault) {
    if (fault instanceof Fault) return { ...head, problem: fault.message, roles: [], targets: [] };
    throw fault;
  }
}

function shownTarget({ name, file, role }: FoundTarget) {
  return { name, bytes: file.length, sha256: file.hashes.get('sha256') ?? '', role };
}
