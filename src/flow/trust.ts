// Whom to trust for a repository: the keys that the command line names, else the policy file.
import { keysFor, parsePolicy, POLICY_LIMIT, requiredBy } from '../decide/policy.ts';
import type { Policy } from '../decide/policy-schema.ts';
import { addTrust } from '../decide/trust.ts';
import { now } from '../io/clock.ts';
import { folderOf, isAbsolute, joinPath, makeFolder, readFile, readFileIfThere, writeFile } from '../io/files.ts';
import { withLock } from '../io/locks.ts';
import { environment } from '../io/environment.ts';
import { loadPublicKey } from '../keys/file.ts';
import { openPublicKey } from '../keys/open.ts';
import { publicKeyFromPem } from '../keys/public.ts';
import type { PublicKey } from '../keys/types.ts';
import { Fault } from '../lib/faults.ts';
import type { Trust } from '../verify/image.ts';
import { defaultRequirements } from '../verify/required.ts';
import { defaultPolicyPath } from './policy-path.ts';

export interface TrustRequest {
  /** `--key`, public keys: paths, `pkcs11:…`, `hashivault://NAME`. They alone are trusted then. */
  readonly keys: readonly string[];
  /** `--policy`; unless given, the one in the user's configuration folder, if it is there. */
  readonly policy: string | undefined;
  /** No service is asked for a key. */
  readonly offline?: boolean | undefined;
  /** {@link Repository.name}: an absolute `oci:` folder or `registry/repository`. */
  readonly repository: string;
}

export type LoadedTrust = Omit<Trust, 'claimReaders'> & {
  /** Where the keys come from. */
  readonly origin: 'key' | 'policy';
};

/**
 * The trust for a repository. What a policy asks of images holds with `--key`, too.
 * @throws Fault `verify/no-trust` when no key is named and no policy covers the repository; `policy/invalid`, `key/…`, `file/…`
 */
export async function loadTrust(request: TrustRequest): Promise<LoadedTrust> {
  const path = request.policy ?? defaultPolicyPath();
  const policy = await loadPolicy(path, request.policy !== undefined);
  const named = request.keys.length > 0;
  const keys = named
    ? (await Promise.all(request.keys.map(async (key) => await namedPublicKey(key, request.offline)))).map((key) => ({
        key,
        until: undefined,
      }))
    : await policyKeys(policy, path, request.repository);
  if (keys.length === 0) throw noTrust(request.repository, path, policy);
  const moment = Math.floor(now().getTime() / 1000);
  const retired = keys.flatMap(({ key, until }) => (until !== undefined && until <= moment ? { key, until } : []));
  const { builders = [], sources = [] } = policy?.predicates?.provenance ?? {};
  return {
    keys: keys.filter(({ until }) => until === undefined || until > moment).map(({ key }) => key),
    retired,
    provenance: { builders, sources },
    required: policy === undefined ? defaultRequirements : requiredBy(policy),
    origin: named ? 'key' : 'policy',
  };
}

/**
 * Enters a key for one repository into the user's policy, unless it is there; several processes may do so at once.
 * @param publicPath the absolute path of the public key; written relative to the policy where it stands beside or below it
 * @returns whether the policy was changed.
 * @throws Fault `policy/invalid` when the policy there is broken, `lock/busy`, `file/…`
 */
export async function rememberTrust(repository: string, publicPath: string): Promise<boolean> {
  const path = defaultPolicyPath();
  const folder = folderOf(path);
  const key = publicPath.startsWith(`${folder}/`) ? publicPath.slice(folder.length + 1) : publicPath;
  await makeFolder(folder, 0o700);
  return await withLock(joinPath(folder, '.policy.lock'), async () => {
    const before = (await readFileIfThere(path, POLICY_LIMIT))?.toString('utf8');
    const after = addTrust(before, { repository, key }, path);
    if (after === before) return false;
    await writeFile(path, after);
    return true;
  });
}

async function loadPolicy(path: string, mustBeThere: boolean): Promise<Policy | undefined> {
  const bytes = mustBeThere ? await readFile(path, POLICY_LIMIT) : await readFileIfThere(path, POLICY_LIMIT);
  return bytes === undefined ? undefined : parsePolicy(bytes.toString('utf8'), path);
}

interface DatedKey {
  readonly key: PublicKey;
  readonly until: number | undefined;
}

async function policyKeys(policy: Policy | undefined, path: string, repository: string): Promise<DatedKey[]> {
  if (policy === undefined) return [];
  return await Promise.all(
    keysFor(policy, repository).map(async ({ key, until }) => ({ key: await policyKey(key, path), until })),
  );
}

/** A key as a policy writes it. @param path of the policy @throws Fault `key/…`, `file/…` */
export async function policyKey(key: string, path: string): Promise<PublicKey> {
  if (key.trimStart().startsWith('-----BEGIN')) return publicKeyFromPem(key, `a key of ${path}`);
  return await loadPublicKey(isAbsolute(key) ? key : joinPath(folderOf(path), key));
}

async function namedPublicKey(key: string, offline: boolean | undefined): Promise<PublicKey> {
  return await openPublicKey(key, { password: '', environment: environment(), offline });
}

function noTrust(repository: string, path: string, policy: Policy | undefined): Fault {
  const why = policy === undefined ? `there is no policy at ${path}` : `the policy ${path} has no entry for it`;
  return new Fault(
    'verify/no-trust',
    `Nobody is trusted for ${repository}: no key was given, and ${why}.`,
    `Name the signer with --key FILE.pub, or enter it into the policy${repository.startsWith('oci:') ? ', which knows a folder by its absolute path' : ''}.`,
  );
}
