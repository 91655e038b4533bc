// `temper trust create|add|remove|sign`: a TUF repository in a folder, held by several persons.
import { fileExists, joinPath, nameOf, readFile } from '../../io/files.ts';
import { Fault } from '../../lib/faults.ts';
import { type FirstRoot, firstDrafts, nextTargetsDraft, targetMemberOf } from '../../trust/changes.ts';
import { type Draft, draftOf, mergeDraft } from '../../trust/draft.ts';
import { type Periods, usualPeriods } from '../../trust/periods.ts';
import { TrustRepository } from '../../trust/repository.ts';
import { requireTargetName, TARGET_LIMIT } from '../../tuf/find-target.ts';
import { TARGETS_LIMIT } from '../../tuf/targets.ts';
import { change, conclude, type RepositoryRequest } from './trust-change.ts';
import { noKey, publicKeys, withSigners } from './trust-keys.ts';
import { type RepositoryState, type RepositoryStatus, seconds } from './trust-status.ts';

export interface CreateRequest extends RepositoryRequest {
  /** Public keys of holders who sign elsewhere. */
  readonly holders: readonly string[];
  /** More than half of the holders unless given. */
  readonly threshold: number | undefined;
  /** Private keys of snapshot and timestamp; the first of `keys` unless given. */
  readonly online: readonly string[];
  readonly files: readonly string[];
  readonly periods: Partial<Periods>;
}

/** Begins a repository. @throws Fault `trust/exists`, `trust/threshold`, `trust/keys`, `key/…`, `file/…` */
export async function createRepository(request: CreateRequest): Promise<RepositoryStatus> {
  if (request.keys.length === 0) throw noKey();
  const repository = new TrustRepository(request.folder);
  return await withSigners([...request.keys, ...request.online], request, async (signers) => {
    const own = signers.slice(0, request.keys.length).map(({ key }) => key);
    const online = signers.slice(request.keys.length).map(({ key }) => key);
    const holders = [...own, ...(await publicKeys(request.holders, request))];
    const first: FirstRoot = {
      holders,
      threshold: request.threshold ?? Math.floor(holders.length / 2) + 1,
      online: online.length > 0 ? online : own.slice(0, 1),
      periods: { ...usualPeriods, ...request.periods },
    };
    return await repository.changing(async () => {
      await refuseThere(repository);
      const pending = firstDrafts(first, seconds());
      const withFiles = await addFiles(repository, { published: undefined, pending }, request.files, undefined);
      return await conclude(repository, { ...pending, targets: withFiles }, signers);
    });
  });
}

/** Puts files among the targets. @param as the target's name, of a single file; the file's own unless given @throws Fault `trust/…`, `file/…` */
export async function addTargets(
  request: RepositoryRequest,
  files: readonly string[],
  as: string | undefined,
): Promise<RepositoryStatus> {
  return await change(request, async (repository, state) => ({
    ...state.pending,
    targets: await addFiles(repository, state, files, as),
  }));
}

/** Takes targets away. @throws Fault `trust/missing`, `trust/…` */
export async function removeTargets(request: RepositoryRequest, names: readonly string[]): Promise<RepositoryStatus> {
  return await change(request, async (_, state) => {
    const targets = nextTargetsDraft(state, seconds(), (members) => {
      for (const name of names) {
        if (!members.delete(name)) throw noTarget(name);
      }
    });
    return await Promise.resolve({ ...state.pending, targets });
  });
}

/**
 * Signs what waits in a repository, and takes over signatures from copies of it that others signed.
 * @throws Fault `trust/other` for a copy of something else, `trust/…`
 */
export async function signRepository(request: RepositoryRequest, copies: readonly string[]): Promise<RepositoryStatus> {
  return await change(request, async (_, { pending }) => {
    let { root, targets } = pending;
    for (const path of copies) {
      const copy = draftOf(await readFile(path, TARGETS_LIMIT), path);
      const merged = [root, targets].map((draft) => draft && mergeDraft(draft, copy)).find((one) => one !== undefined);
      if (merged === undefined) throw otherCopy(path);
      if (merged.kind === 'root') root = merged;
      else targets = merged;
    }
    return { root, targets };
  });
}

async function addFiles(
  repository: TrustRepository,
  state: RepositoryState,
  files: readonly string[],
  as: string | undefined,
): Promise<Draft> {
  if (as !== undefined && files.length !== 1) {
    throw new Fault('usage/name', 'One name is for one file.', 'Leave --as out, or add one file at a time.');
  }
  const added = new Map<string, object>();
  for (const path of files) {
    const content = await readFile(path, TARGET_LIMIT);
    const name = as ?? nameOf(path);
    requireTargetName(name);
    const { file, member } = targetMemberOf(content);
    await repository.putTarget(name, file, content);
    added.set(name, member);
  }
  return nextTargetsDraft(state, seconds(), (members) => {
    for (const [name, member] of added) members.set(name, member);
  });
}

async function refuseThere(repository: TrustRepository): Promise<void> {
  const pending = await repository.pending();
  const some = pending.root ?? pending.targets ?? (await repository.published());
  if (some === undefined && !(await fileExists(joinPath(repository.folder, '1.root.json')))) return;
  throw new Fault('trust/exists', `${repository.folder} is a trust repository already.`, 'Choose another folder.');
}

function noTarget(name: string): Fault {
  return new Fault('trust/missing', `There is no target ${name}.`, '`temper trust show DIR` lists them.');
}

function otherCopy(path: string): Fault {
  return new Fault(
    'trust/other',
    `${path} is no copy of anything that waits here.`,
    'Sign a copy of a file in the folder pending.',
  );
}
