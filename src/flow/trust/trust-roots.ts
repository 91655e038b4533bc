// `temper trust init|update|show|list|get`: trust roots that are kept up to date by TUF.
import { now } from '../../io/clock.ts';
import { readFile } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { Http } from '../../io/http.ts';
import { Fault } from '../../lib/faults.ts';
import { keptTarget, update } from '../../trust/follow.ts';
import { placeOf, TrustReader } from '../../trust/source.ts';
import { changingTrust, forgetTrust, type KeptTrust, readTrust, trustNames } from '../../trust/store.ts';
import { ROOT_LIMIT } from '../../tuf/root.ts';
import { firstRoot } from '../../tuf/trusted.ts';
import { SIGSTORE_ROOT } from '../sigstore-files.ts';
import { DEFAULT_TRUST } from '../verification/trusted-root.ts';
import { type ShownTrust, shownTrust } from './trust-shown.ts';

/** The repository of Sigstore's public instance. */
const SIGSTORE = 'https://tuf-repo-cdn.sigstore.dev';

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
      return await shownTrust(await update(kept, true, followingOf(kept, request)));
    } catch (fault) {
      await forgetTrust(name);
      throw fault;
    }
  });
}

/** Brings a trust root up to date. @throws Fault `trust/unknown`, `trust/…`, `network/…` */
export async function updateTrust(name: string, access: TrustAccess): Promise<ShownTrust> {
  return await shownTrust(await updateKept(name, access));
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
  return await shownTrust(await knownTrust(name));
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
