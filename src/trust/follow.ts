// Following a TUF repository: what is trusted of it, brought up to date or as it was kept.
import { Fault } from '../lib/faults.ts';
import { type FoundTarget, findTarget, readTarget } from '../tuf/find-target.ts';
import { refresh, type Refreshed } from '../tuf/refresh.ts';
import { openState, type TufState } from '../tuf/state.ts';
import { drive } from './drive.ts';
import { nowhere, type TrustSource } from './source.ts';
import { forgetOthers, keep, type KeptTrust, readKept, writeTrust } from './store.ts';

/** Targets that verification and signing ask for: they are looked for through delegations, too. */
export const TRUSTED_ROOT = 'trusted_root.json';
export const SIGNING_CONFIG = 'signing_config.v0.2.json';
const SOUGHT = [TRUSTED_ROOT, SIGNING_CONFIG, 'revocations.json', 'channels.json'] as const;

/** Targets that are kept of one repository at most: a count, and bytes together. */
const MOST_TARGETS = 1000;
const MOST_BYTES = 256 << 20;

/** The caller holds the lock. */
export interface Following {
  readonly source: TrustSource;
  /** Seconds since 1970. */
  readonly now: number;
  readonly progress: (line: string) => void;
}

/**
 * Brings a trust root up to date, its targets included. When that fails what was kept stays, but for a newer root that was verified: it
 * may have taken keys away.
 * @param fresh nothing is kept of it yet, nor is when it fails
 * @throws Fault `trust/…`, `network/…`, `file/…`
 */
export async function update(
  before: KeptTrust,
  fresh: boolean,
  { source, now, progress }: Following,
): Promise<KeptTrust> {
  let root = before.state.root;
  try {
    const refreshed = await drive(refresh(before.state, now), source, (state) => {
      root = state.root;
    });
    const state = await fetchTargets(before, refreshed, { source, now, progress });
    const after = { ...before, fetched: now, state };
    await writeTrust(after);
    const wanted = await wantedTargets(after, now);
    await forgetOthers(
      before.name,
      wanted.map(({ file }) => file),
    );
    return after;
  } catch (fault) {
    const newer = !fresh && !root.equals(before.state.root);
    if (newer) await writeTrust({ ...before, state: { ...before.state, root } });
    throw fault;
  }
}

async function fetchTargets({ name }: KeptTrust, refreshed: Refreshed, following: Following): Promise<TufState> {
  const { source, now, progress } = following;
  const { wanted, state } = await search(refreshed, source, now);
  for (const target of wanted) {
    if ((await readKept(name, target.file)) !== undefined) continue;
    progress(`fetching ${target.name}`);
    await keep(name, target.file, await drive(readTarget(refreshed.root, target), source));
  }
  return state;
}

async function search(refreshed: Refreshed, source: TrustSource, now: number) {
  const { targets, delegations } = refreshed.targets.body;
  const wanted: FoundTarget[] = [...targets].map(([name, file]) => ({ name, file, role: 'targets' }));
  let { state } = refreshed;
  for (const name of delegations === undefined ? [] : SOUGHT) {
    if (targets.has(name)) continue;
    const answer = await drive(findTarget({ ...refreshed, state }, name, now), source);
    state = answer.state;
    if (answer.found !== undefined) wanted.push(answer.found);
  }
  const size = wanted.reduce((sum, { file }) => sum + file.length, 0);
  if (wanted.length <= MOST_TARGETS && size <= MOST_BYTES) return { wanted, state };
  throw new Fault(
    'trust/too-large',
    `The repository has ${wanted.length} targets of ${size} bytes together.`,
    `At most ${MOST_TARGETS} targets of ${MOST_BYTES} bytes are kept.`,
  );
}

/** The targets that a kept trust root knows, without asking anybody. @throws Fault `trust/…` */
export async function wantedTargets({ state, name }: KeptTrust, now: number): Promise<FoundTarget[]> {
  const set = openState(state);
  if (set === undefined) throw neverUpdated(name);
  return (await search({ ...set, state }, nowhere, now)).wanted;
}

/**
 * A target as it was kept, without asking anybody: its bytes, or `undefined` where the repository has none of that name.
 * @throws Fault `trust/…`, `trust/not-kept` where its bytes are gone
 */
export async function keptTarget(kept: KeptTrust, target: string, now: number): Promise<Buffer | undefined> {
  const { state, name } = kept;
  const set = openState(state);
  if (set === undefined) throw neverUpdated(name);
  const { found } = await drive(findTarget({ ...set, state }, target, now), nowhere);
  if (found === undefined) return undefined;
  const bytes = await readKept(name, found.file);
  if (bytes !== undefined) return bytes;
  throw new Fault(
    'trust/not-kept',
    `The target ${target} is not kept any more.`,
    `Run \`temper trust update ${name}\`.`,
  );
}

function neverUpdated(name: string): Fault {
  return new Fault('trust/incomplete', `The trust root ${name} is not whole.`, `Run \`temper trust update ${name}\`.`);
}
