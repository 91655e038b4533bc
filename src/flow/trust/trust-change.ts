// A change of a TUF repository in a folder: one process at a time, signed by the keys at hand, published when enough signed.
import type { KeyOptions } from '../../keys/open.ts';
import { type Pending, TrustRepository } from '../../trust/repository.ts';
import { settle } from '../../trust/settle.ts';
import type { TufSigner } from '../../trust/signer.ts';
import { withSigners } from './trust-keys.ts';
import { type RepositoryState, type RepositoryStatus, seconds, stateOf, statusOf } from './trust-status.ts';

export interface RepositoryRequest extends KeyOptions {
  readonly folder: string;
  /** Private keys at hand: each signs whatever it may sign. */
  readonly keys: readonly string[];
}

/** @param work gives what is to be signed then @throws Fault `trust/none`, `lock/busy`, `key/…`, `file/…` */
export async function change(
  request: RepositoryRequest,
  work: (repository: TrustRepository, state: RepositoryState) => Promise<Pending>,
  renew: ReadonlySet<'snapshot' | 'timestamp'> = new Set(),
): Promise<RepositoryStatus> {
  const repository = new TrustRepository(request.folder);
  return await withSigners(request.keys, request, async (signers) => {
    await stateOf(repository);
    return await repository.changing(async () => {
      const pending = await work(repository, await stateOf(repository));
      return await conclude(repository, pending, signers, renew);
    });
  });
}

/** Signs, and publishes what can be published; the caller holds the lock. */
export async function conclude(
  repository: TrustRepository,
  pending: Pending,
  signers: readonly TufSigner[],
  renew: ReadonlySet<'snapshot' | 'timestamp'> = new Set(),
): Promise<RepositoryStatus> {
  const [published, before] = [await repository.published(), await repository.pending()];
  const settled = await settle({ published, pending, signers, now: seconds(), renew });
  const { root, targets } = settled.pending;
  for (const draft of [root, targets]) if (draft !== undefined) await repository.writePending(draft);
  await repository.publish(settled.publish);
  if (root === undefined) await repository.dropPending(before.root);
  if (targets === undefined) await repository.dropPending(before.targets);
  const changed = settled.publish.length > 0;
  return statusOf(repository, await repository.published(), { ...settled, changed });
}
