// `temper trust init|update|show|list|get`: trust roots that are kept up to date by TUF.
import { now } from '../io/clock.ts';
import { readFile, writeFile } from '../io/files.ts';
import { Http } from '../io/http.ts';
import { Fault } from '../lib/faults.ts';
import { isoTime } from '../lib/time.ts';
import { keptTarget, update, wantedTargets } from '../trust/follow.ts';
import { placeOf, TrustReader } from '../trust/source.ts';
import { changingTrust, forgetTrust, type KeptTrust, readTrust, trustNames } from '../trust/store.ts';
import type { FoundTarget } from '../tuf/find-target.ts';
import { isExpired } from '../tuf/expiry.ts';
import { ROOT_LIMIT, TOP_ROLES, type TopRole } from '../tuf/root.ts';
import { openState } from '../tuf/state.ts';
import { firstRoot } from '../tuf/trusted.ts';

/** What `--trusted-root` means unless it is given. */
export const DEFAULT_TRUST = 'default';
/** Sigstore's public instance: its repository, and a root of it that comes with this program. */
const SIGSTORE = 'https://tuf-repo-cdn.sigstore.dev';
export const SIGSTORE_ROOT = new URL('../../data/sigstore/root.json', import.meta.url).pathname;

export interface TrustAccess {
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly progress: (line: string) => void;
}

export interface InitRequest extends TrustAccess {
  readonly name: string;
  /** Path of the first root; Sigstore's unless given. */
  readonly root: string | undefined;
  /** Address or folder of the repository; Sigstore's unless given. */
  readonly from: string | undefined;
  /** Address or folder of its targets, where they are not beside the metadata. */
  readonly targets: string | undefined;
  /** What was kept under the name is forgotten, with the versions that were seen. */
  readonly replace: boolean;
}

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

/**
 * Takes up a trust root: its first root is believed, everything else is verified from it. Nothing is kept when that fails.
 * @throws Fault `trust/exists`, `trust/…`, `network/…`, `file/…`
 */
export async function initTrust(request: InitRequest): Promise<ShownTrust> {
  const { name, root: path } = request;
  if ((path === undefined) !== (request.from === undefined)) {
    throw new Fault(
      'trust/init',
      'A root and its repository belong together.',
      'Give both --root and --from, or neither.',
    );
  }
  const root = firstRoot(await readFile(path ?? SIGSTORE_ROOT, ROOT_LIMIT), path ?? "Sigstore's root").bytes;
  const from = await placeOf(request.from ?? SIGSTORE, request.targets);
  return await changingTrust(name, async () => {
    const before = request.replace ? undefined : await readTrust(name);
    if (before !== undefined) throw exists(name);
    if (request.replace) await forgetTrust(name);
    try {
      const kept: KeptTrust = { name, from, fetched: 0, state: { root, targets: new Map() } };
      return await shown(await update(kept, true, followingOf(kept, request)));
    } catch (fault) {
      await forgetTrust(name);
      throw fault;
    }
  });
}

/** Brings a trust root up to date. @throws Fault `trust/unknown`, `trust/…`, `network/…` */
export async function updateTrust(name: string, access: TrustAccess): Promise<ShownTrust> {
  return await shown(await updateKept(name, access));
}

/** As {@link updateTrust}. @throws Fault `trust/…`, `network/…` */
export async function updateKept(name: string, access: TrustAccess): Promise<KeptTrust> {
  return await changingTrust(name, async () => {
    const before = await knownTrust(name);
    return await update(before, false, followingOf(before, access));
  });
}

/** Brings all up to date, one after another. @throws Fault at the first that fails */
export async function updateAll(access: TrustAccess): Promise<ShownTrust[]> {
  const names = await trustNames();
  if (names.length === 0) throw unknown(DEFAULT_TRUST);
  const all: ShownTrust[] = [];
  for (const name of names) all.push(await updateTrust(name, access));
  return all;
}

/** @throws Fault `trust/unknown`, `trust/state` */
export async function showTrust(name: string): Promise<ShownTrust> {
  return await shown(await knownTrust(name));
}

/** All that are followed, sorted by name. */
export async function listTrust(): Promise<ShownTrust[]> {
  return await Promise.all((await trustNames()).map(showTrust));
}

/**
 * A target's bytes as they were kept.
 * @param output path of a file that they are written to
 * @throws Fault `trust/missing`, `trust/…`
 */
export async function getTarget(name: string, target: string, output?: string): Promise<Buffer> {
  const kept = await knownTrust(name);
  const bytes = await keptTarget(kept, target, seconds());
  if (bytes !== undefined && output !== undefined) await writeFile(output, bytes);
  if (bytes !== undefined) return bytes;
  const hint = `\`temper trust show ${name}\` lists them.`;
  throw new Fault('trust/missing', `The trust root ${name} has no target ${target}.`, hint);
}

function followingOf({ from }: KeptTrust, { offline, insecure, signal, progress }: TrustAccess) {
  return { source: new TrustReader(from, new Http({ offline, insecure, signal })), now: seconds(), progress };
}

async function shown(kept: KeptTrust): Promise<ShownTrust> {
  const { name, from, fetched, state } = kept;
  const head = { name, from: from.metadata, fetched: isoTime(fetched) };
  try {
    const set = openState(state);
    if (set === undefined) return { ...head, problem: 'it was never brought up to date', roles: [], targets: [] };
    const roles = TOP_ROLES.map((role): ShownRole => {
      const { version, expires } = set[role];
      const { threshold, keyIds } = set.root.body.roles[role];
      const expired = isExpired(set[role], seconds());
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

/** @throws Fault `trust/unknown` */
async function knownTrust(name: string): Promise<KeptTrust> {
  const kept = await readTrust(name);
  if (kept === undefined) throw unknown(name);
  return kept;
}

function seconds(): number {
  return Math.floor(now().getTime() / 1000);
}

function unknown(name: string): Fault {
  const hint = '`temper trust list` shows them; `temper trust init` takes one up.';
  return new Fault('trust/unknown', `There is no trust root ${name}.`, hint);
}

function exists(name: string): Fault {
  return new Fault(
    'trust/exists',
    `There is a trust root ${name} already.`,
    'Bring it up to date with `temper trust update`, choose another --name, or begin anew with --replace, which forgets what was seen.',
  );
}
