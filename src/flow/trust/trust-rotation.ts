// `temper trust refresh|rotate`: metadata that counts longer, and other keys.
import { Fault } from '../../lib/faults.ts';
import { nextRootDraft, nextTargetsDraft, stillSigned } from '../../trust/changes.ts';
import { type Draft, draftBytes } from '../../trust/draft.ts';
import type { Periods } from '../../trust/periods.ts';
import type { TufKey } from '../../tuf/key.ts';
import { parseRoot, type TopRole } from '../../tuf/root.ts';
import { change, type RepositoryRequest } from './trust-change.ts';
import { keysOfRepository, publicKeys } from './trust-keys.ts';
import { type RepositoryState, type RepositoryStatus, seconds } from './trust-status.ts';

/** Makes metadata of these roles anew, so that it expires later; the timestamp always. @throws Fault `trust/…` */
export async function refreshRepository(
  request: RepositoryRequest,
  roles: readonly TopRole[],
): Promise<RepositoryStatus> {
  const renew = new Set<'snapshot' | 'timestamp'>([
    'timestamp',
    ...(roles.includes('snapshot') ? (['snapshot'] as const) : []),
  ]);
  return await change(
    request,
    async (_, state) => {
      const root = roles.includes('root') ? nextRoot(state, { roles: [], add: [], remove: [] }) : state.pending.root;
      const targets = roles.includes('targets')
        ? nextTargetsDraft(state, seconds(), () => undefined)
        : state.pending.targets;
      return await Promise.resolve({ root, targets });
    },
    renew,
  );
}

export interface RotateRequest extends RepositoryRequest {
  readonly roles: readonly TopRole[];
  /** Public keys, or references to keys. */
  readonly add: readonly string[];
  /** Public keys, references, or at least eight digits of key ids. */
  readonly remove: readonly string[];
  readonly threshold: number | undefined;
  readonly periods: Partial<Periods>;
}

/**
 * Changes whose keys count: makes the next root, and targets to be signed anew where the old signatures are not enough for it.
 * @throws Fault `trust/…`, `key/…`
 */
export async function rotateRepository(request: RotateRequest): Promise<RepositoryStatus> {
  const add = await publicKeys(request.add, request);
  return await change(request, async (_, state) => {
    const remove = await keysOfRepository(request.remove, state, request);
    const root = nextRoot(state, { ...request, add, remove });
    const { published, pending } = state;
    if (published === undefined || stillSigned(published, parseRoot(draftBytes(root)))) return { ...pending, root };
    return {
      root,
      targets: nextTargetsDraft({ published, pending: { ...pending, root } }, seconds(), () => undefined),
    };
  });
}

interface NextRoot extends Partial<Pick<RotateRequest, 'threshold' | 'periods'>> {
  readonly roles: readonly TopRole[];
  readonly add: readonly TufKey[];
  readonly remove: readonly TufKey[];
}

function nextRoot({ published, pending }: RepositoryState, change_: NextRoot): Draft {
  if (published === undefined || pending.root !== undefined) {
    throw new Fault(
      'trust/waiting',
      'A root waits for signatures.',
      'Have it signed with `temper trust sign`, or remove it from the folder pending, before another one is made.',
    );
  }
  const { roles, add, remove, threshold, periods = {} } = change_;
  return nextRootDraft(published.root, { roles, add, remove, threshold, periods }, seconds());
}
