// `temper trust create|add|remove|refresh|rotate|sign`: a TUF repository in a folder, held by several persons.
import { fileExists, joinPath, nameOf, readFile } from '../io/files.ts';
import type { KeyOptions } from '../keys/open.ts';
import { Fault } from '../lib/faults.ts';
import {
  type FirstRoot,
  firstDrafts,
  nextRootDraft,
  nextTargetsDraft,
  stillSigned,
  targetMemberOf,
} from '../trust/changes.ts';
import { type Draft, draftBytes, draftOf, mergeDraft } from '../trust/draft.ts';
import { type Periods, usualPeriods } from '../trust/periods.ts';
import { type Pending, TrustRepository } from '../trust/repository.ts';
import { settle } from '../trust/settle.ts';
import type { TufSigner } from '../trust/signer.ts';
import { requireTargetName, TARGET_LIMIT } from '../tuf/find-target.ts';
import type { TufKey } from '../tuf/key.ts';
import { parseRoot, type TopRole } from '../tuf/root.ts';
import { TARGETS_LIMIT } from '../tuf/targets.ts';
import { keysOfRepository, noKey, publicKeys, withSigners } from './trust-keys.ts';
import { type RepositoryState, type RepositoryStatus, seconds, stateOf, statusOf } from './trust-status.ts';

export interface RepositoryRequest extends KeyOptions {
  readonly folder: string;
  /** Private keys at hand: each signs whatever it may sign. */
  readonly keys: readonly string[];
}

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

async function change(
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

async function conclude(
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
