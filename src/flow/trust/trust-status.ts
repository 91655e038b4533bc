// How a TUF repository in a folder is: what clients see of it, and what waits for signatures.
import { now } from '../../io/clock.ts';
import { Fault } from '../../lib/faults.ts';
import { isoTime } from '../../lib/time.ts';
import { type Pending, type Published, TrustRepository } from '../../trust/repository.ts';
import { settle } from '../../trust/settle.ts';
import type { Waiting } from '../../trust/waiting.ts';
import { isExpired } from '../../tuf/expiry.ts';
import { TOP_ROLES, type TopRole } from '../../tuf/root.ts';

export interface RepositoryRole {
  readonly role: TopRole;
  readonly version: number;
  readonly expires: string;
  readonly expired: boolean;
  readonly threshold: number;
  readonly keys: readonly string[];
}

export interface RepositoryStatus {
  readonly folder: string;
  /** What clients see; empty until everything is signed for the first time. */
  readonly published: readonly RepositoryRole[];
  readonly targets: readonly string[];
  /** What is not published, for want of signatures. */
  readonly waiting: readonly (Waiting & { readonly file: string | undefined })[];
  /** Whether this call changed what clients see. */
  readonly changed: boolean;
}

export interface RepositoryState {
  readonly published: Published | undefined;
  readonly pending: Pending;
}

/** A repository as it is. @throws Fault `trust/none`, `trust/…` */
export async function repositoryStatus(folder: string): Promise<RepositoryStatus> {
  const repository = new TrustRepository(folder);
  const state = await stateOf(repository);
  const { waiting } = await settle({ ...state, signers: [], now: seconds(), renew: new Set() });
  return statusOf(repository, state.published, { waiting, pending: state.pending, changed: false });
}

export function statusOf(
  repository: TrustRepository,
  published: Published | undefined,
  { waiting, pending, changed }: { waiting: readonly Waiting[]; pending: Pending; changed: boolean },
): RepositoryStatus {
  const fileOf = ({ role }: Waiting): string | undefined => {
    const draft = role === 'root' || role === 'targets' ? pending[role] : undefined;
    return draft && repository.pendingPath(draft);
  };
  return {
    folder: repository.folder,
    published: published === undefined ? [] : TOP_ROLES.map((role) => roleStatus(published, role)),
    targets: [...(published?.targets.body.targets.keys() ?? [])],
    waiting: waiting.map((one) => ({ ...one, file: fileOf(one) })),
    changed,
  };
}

function roleStatus(published: Published, role: TopRole): RepositoryRole {
  const { version, expires } = published[role];
  const { keyIds, threshold } = published.root.body.roles[role];
  const expired = isExpired(published[role], seconds());
  return { role, version, expires: isoTime(expires), expired, threshold, keys: keyIds };
}

/** @throws Fault `trust/none` for a folder that is no repository */
export async function stateOf(repository: TrustRepository): Promise<RepositoryState> {
  const [published, pending] = [await repository.published(), await repository.pending()];
  if (published !== undefined || pending.root !== undefined) return { published, pending };
  const hint = 'Begin one with `temper trust create`.';
  throw new Fault('trust/none', `${repository.folder} is no trust repository.`, hint);
}

/** Seconds since 1970. */
export function seconds(): number {
  return Math.floor(now().getTime() / 1000);
}
