// Trusted roots of Sigstore: a file, else the one of a trust root that is followed by TUF, else the one of the public instance that
// comes with this program.
import { now } from '../../io/clock.ts';
import { fileExists, joinPath, readFile } from '../../io/files.ts';
import { userFolders } from '../../io/user-folders.ts';
import { Fault } from '../../lib/faults.ts';
import type { SigningConfig } from '../../sigstore/signing-config.ts';
import { parseTrustedRoot, TRUSTED_ROOT_LIMIT } from '../../sigstore/trusted-root.ts';
import { SIGSTORE_ROOT, SIGSTORE_SIGNING_CONFIG, SIGSTORE_TRUSTED_ROOT } from '../sigstore-files.ts';
import type { TufState } from '../../tuf/state.ts';
import { type PreparedRoot, prepareRoot } from '../../verify/sigstore/trust.ts';

/** What `--trusted-root` has before the name of a trust root that is followed. */
const FOLLOWED = 'tuf:';
/** The name of what is followed where none is named. */
export const DEFAULT_TRUST = 'default';

export interface RootAccess {
  /** Nothing is fetched, also when what is kept expired. True unless given. */
  readonly offline?: boolean | undefined;
  readonly insecure?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((line: string) => void) | undefined;
}

/**
 * Reads a trusted root with its certificates.
 * @param named a path, or `tuf:NAME` of a trust root that is followed; unless given, the one named `default` where there is one,
 * else that of Sigstore's public instance. A file counts as long as somebody names it, the others until they expire; one that is
 * followed is brought up to date then, unless it must not be.
 * @throws Fault `file/…`, `sigstore/root`, `json/malformed`, `x509/malformed`, `trust/expired`, `trust/…`
 */
export async function loadTrustedRoot(named: string | undefined, access: RootAccess = {}): Promise<PreparedRoot> {
  const { bytes, what } = await trustedRootBytes(named, access);
  return prepareRoot(parseTrustedRoot(bytes, what));
}

/**
 * Reads which services a signer asks.
 * @param named as of {@link loadTrustedRoot}; a path is that of a signing configuration
 * @throws Fault `sigstore/signing-config`, `file/…`; `trust/missing` where what is followed says nothing of it; `trust/…`
 */
export async function loadSigningConfig(named: string | undefined, access: RootAccess = {}): Promise<SigningConfig> {
  const { parseSigningConfig } = await import('../../sigstore/signing-config.ts');
  const [path, name] = placeNamed(named);
  if (path !== undefined) return parseSigningConfig(await readFile(path, TRUSTED_ROOT_LIMIT), path);
  const bytes = await followedTarget(name, 'signing_config.v0.2.json', access);
  if (bytes !== undefined) return parseSigningConfig(bytes, `signing_config.v0.2.json of ${name ?? 'the trust root'}`);
  return parseSigningConfig(
    await readFile(SIGSTORE_SIGNING_CONFIG, TRUSTED_ROOT_LIMIT),
    "Sigstore's signing configuration",
  );
}

/** Whether a `--trusted-root` is the name of one that is followed, and no path. */
function isFollowed(named: string): boolean {
  return named.startsWith(FOLLOWED);
}

async function trustedRootBytes(
  named: string | undefined,
  access: RootAccess,
): Promise<{ bytes: Buffer; what: string }> {
  const [path, name] = placeNamed(named);
  if (path !== undefined) return { bytes: await readFile(path, TRUSTED_ROOT_LIMIT), what: path };
  const followed = await followedTarget(name, 'trusted_root.json', access);
  if (followed !== undefined) return { bytes: followed, what: `trusted_root.json of ${name ?? 'the trust root'}` };
  await requireEmbeddedFresh();
  return { bytes: await readFile(SIGSTORE_TRUSTED_ROOT, TRUSTED_ROOT_LIMIT), what: "Sigstore's trusted root" };
}

/** A path, or else a name. */
function placeNamed(named: string | undefined): [path: string | undefined, name: string | undefined] {
  if (named !== undefined && isFollowed(named)) return [undefined, named.slice(FOLLOWED.length)];
  return [named, undefined];
}

/**
 * A target of a trust root that is followed.
 * @param name `default` unless given
 * @returns `undefined` where no name was given and nothing is followed under that of the default
 */
async function followedTarget(
  name: string | undefined,
  target: string,
  access: RootAccess,
): Promise<Buffer | undefined> {
  // Most users follow nothing, and load nothing for it.
  if (name === undefined && !(await fileExists(joinPath(userFolders.state(), 'trust', DEFAULT_TRUST))))
    return undefined;
  const { readTrust } = await import('../../trust/store.ts');
  const { getTarget, updateKept } = await import('../trust/trust-roots.ts');
  const known = name ?? DEFAULT_TRUST;
  const kept = await readTrust(known);
  if (kept === undefined && name === undefined) return undefined;
  const problem = kept === undefined ? undefined : await staleness(kept);
  if (problem !== undefined) {
    if (access.offline ?? true) throw problem;
    const { insecure = false, signal, progress = () => undefined } = access;
    progress(problem.message);
    await updateKept(known, { offline: false, insecure, signal, progress });
  }
  return await getTarget(known, target);
}

/** Why what is kept does not count now: it expired, or a newer root took keys away that it stands on. */
async function staleness({ name, state }: { name: string; state: TufState }): Promise<Fault | undefined> {
  const { openState, requireFreshSet } = await import('../../tuf/state.ts');
  try {
    const set = openState(state);
    if (set !== undefined) requireFreshSet(set, seconds(), `Bring it up to date with \`temper trust update ${name}\`.`);
    return undefined;
  } catch (fault) {
    if (fault instanceof Fault) return fault;
    throw fault;
  }
}

/** The root of Sigstore's repository, which vouches for the trusted root that comes with this program, says until when. */
async function requireEmbeddedFresh(): Promise<void> {
  const [{ parseRoot, ROOT_LIMIT }, { requireFresh }] = await Promise.all([
    import('../../tuf/root.ts'),
    import('../../tuf/expiry.ts'),
  ]);
  const root = parseRoot(await readFile(SIGSTORE_ROOT, ROOT_LIMIT));
  const how = 'Follow its repository with `temper trust init`, use a newer Temper, or name a trusted root.';
  requireFresh(root, "root of Sigstore's public instance, as it comes with this program", seconds(), how);
}

function seconds(): number {
  return Math.floor(now().getTime() / 1000);
}
