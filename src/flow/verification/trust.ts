// Whom to trust for a repository: the keys that the command line names, else the policy file.
import type { NamedBlob } from '../../decide/blobs.ts';
import type { NamedEntry } from '../../decide/policy.ts';
import type { Policy } from '../../decide/policy-schema.ts';
import { POLICY_LIMIT } from '../../decide/policy-limit.ts';
import { now as clock } from '../../io/clock.ts';
import { folderOf, joinPath, makeFolder, readFile, readFileIfThere } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { environment } from '../../io/environment.ts';
import { loadPublicKey } from '../../keys/file.ts';
import { openPublicKey } from '../../keys/open.ts';
import { publicKeyFromPem } from '../../keys/public.ts';
import type { PublicKey } from '../../keys/types.ts';
import { Fault } from '../../lib/faults.ts';
import type { Trust } from '../../verify/image.ts';
import { defaultRequirements } from '../../verify/required.ts';
import type { SignerGroup } from '../../verify/signers.ts';
import { defaultPolicyPath } from '../policy-path.ts';
import type { RootAccess } from './trusted-root.ts';
import { besides, type DatedKey, entryGroup, signerGroup, trustedIdentity } from './signer-groups.ts';

/** `--certificate-identity` and its like, as cosign has them. */
export interface IdentityOptions {
  readonly subject?: string | undefined;
  readonly subjectPattern?: string | undefined;
  readonly issuer?: string | undefined;
  readonly issuerPattern?: string | undefined;
}

export interface TrustRequest {
  /** `--key`, public keys: paths, `pkcs11:…`, `hashivault://NAME`. They alone are trusted then. */
  readonly keys: readonly string[];
  /** `--policy`; unless given, the one in the user's configuration folder, if it is there. */
  readonly policy: string | undefined;
  /** No service is asked for a key. */
  readonly offline?: boolean | undefined;
  /** {@link Repository.name}: an absolute `oci:` folder or `registry/repository`; or a file. */
  readonly repository: string | NamedBlob;
  /** Trusted as a key is that is named: instead of the policy's signers. */
  readonly identity?: IdentityOptions | undefined;
  /** `--trusted-root`: who is believed about certificates, logs and times, unless a policy's entry names a trusted root itself. */
  readonly trustedRoot?: string | undefined;
  /** `--threshold`: how many distinct signers. */
  readonly threshold?: number | undefined;
  /** Seconds since 1970; the clock's unless given. */
  readonly now?: number | undefined;
}

export type LoadedTrust = Omit<Trust, 'claimReaders' | 'groups'> & {
  readonly groups: readonly SignerGroup[];
  /** Where the signers come from. */
  readonly origin: 'key' | 'identity' | 'policy';
  /** The policy that holds, as it was read. */
  readonly policy: { readonly path: string; readonly bytes: Buffer; readonly content: Policy } | undefined;
  /** Seconds since 1970. */
  readonly now: number;
};

/**
 * The trust for a repository. What a policy asks of images holds with `--key`, too.
 * @throws Fault `verify/no-trust` when no signer is named and no policy covers the repository; `policy/…`, `key/…`, `file/…`,
 * `expression/malformed`, `sigstore/root`, `x509/malformed`
 */
export async function loadTrust(request: TrustRequest): Promise<LoadedTrust> {
  return await trustLoader(request)(request.repository);
}

/** {@link loadTrust} for many repositories: policy, keys and roots are read once. */
export function trustLoader(
  request: Omit<TrustRequest, 'repository'>,
): (repository: TrustRequest['repository']) => Promise<LoadedTrust> {
  const path = request.policy ?? defaultPolicyPath();
  const now = request.now ?? Math.floor(clock().getTime() / 1000);
  const named = request.keys.length > 0 || request.identity !== undefined;
  const common = once(async () => {
    const policy = await loadPolicy(path, request.policy !== undefined);
    return { policy, asked: await asked(policy, now) };
  });
  const onlyGroup = once(async () => [await namedGroup(request, (await common()).policy, now)]);
  const known = new Map<string, Promise<SignerGroup[]>>();
  const access = { offline: request.offline, usualRoot: request.trustedRoot };
  return async (repository) => {
    const { policy, asked: what } = await common();
    const groups = named ? await onlyGroup() : await policyGroups(policy, repository, now, known, access);
    if (groups.length === 0) throw noTrust(repository, path, policy?.content);
    return {
      keys: unique(groups.flatMap(({ keys }) => keys)),
      retired: groups.flatMap(({ retired }) => retired),
      groups,
      threshold: request.threshold,
      ...what,
      origin: !named ? 'policy' : request.keys.length > 0 ? 'key' : 'identity',
      policy,
      now,
    };
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => await (made ??= make());
}

type LoadedPolicy = NonNullable<LoadedTrust['policy']>;

/** What is asked of statements, whoever signs them. */
async function asked(
  policy: LoadedPolicy | undefined,
  now: number,
): Promise<Pick<Trust, 'provenance' | 'required' | 'conditions'>> {
  if (policy === undefined) return { provenance: { builders: [], sources: [] }, required: defaultRequirements };
  const { requiredBy } = await import('../../decide/policy.ts');
  const { builders = [], sources = [] } = policy.content.predicates?.provenance ?? {};
  const { conditions = [] } = policy.content.predicates ?? {};
  const provenance = { builders, sources };
  const required = requiredBy(policy.content);
  if (conditions.length === 0) return { provenance, required };
  const { compileConditions } = await import('../../decide/conditions.ts');
  return { provenance, required, conditions: compileConditions(conditions, now) };
}

/** The signers that the command line names, all in one group. */
async function namedGroup(
  request: Omit<TrustRequest, 'repository'>,
  policy: LoadedPolicy | undefined,
  now: number,
): Promise<SignerGroup> {
  const { keys, identity, trustedRoot } = request;
  const loaded = await Promise.all(keys.map(async (key) => await namedPublicKey(key, request.offline)));
  const revoked = policy === undefined ? [] : (await import('../../decide/policy.ts')).revocationsOf(policy.content);
  const parts = {
    name: 'the command line',
    keys: loaded.map((key) => ({ key, until: undefined })),
    identities: identity === undefined ? [] : [await trustedIdentity(identity)],
    notary: undefined,
    trustedRoot,
    thresholds: {},
    revocations: revoked,
    formats: undefined,
    minimumVersion: undefined,
    signatures: undefined,
  };
  return await signerGroup(parts, now, { offline: request.offline });
}

/** How trusted roots are read, and which one is that of entries that name none. */
type UsualRoot = RootAccess & { readonly usualRoot: string | undefined };

/** @param known what was read for the same entries */
async function policyGroups(
  policy: LoadedPolicy | undefined,
  repository: TrustRequest['repository'],
  now: number,
  known: Map<string, Promise<SignerGroup[]>>,
  access: UsualRoot,
): Promise<SignerGroup[]> {
  if (policy === undefined) return [];
  const { entriesFor } = await import('../../decide/policy.ts');
  const entries = entriesFor(policy.content, repository);
  const key = JSON.stringify(entries.map(({ name }) => name));
  const groups = known.get(key) ?? entryGroups(policy, entries, repository, now, access);
  known.set(key, groups);
  return await groups;
}

async function entryGroups(
  { content, path }: LoadedPolicy,
  entries: readonly NamedEntry[],
  repository: TrustRequest['repository'],
  now: number,
  access: UsualRoot,
): Promise<SignerGroup[]> {
  const { keysFor, namedKey, revocationsOf } = await import('../../decide/policy.ts');
  const revoked = revocationsOf(content);
  // Of several ends of one key the latest holds, in every entry.
  const ends = new Map(keysFor(content, repository).map(({ key, until }) => [key, until]));
  const groups: SignerGroup[] = [];
  for (const named of entries) {
    const keys: DatedKey[] = [];
    for (const { key } of (named.entry.keys ?? []).map(namedKey)) {
      keys.push({ key: await policyKey(key, path), until: ends.get(key) });
    }
    groups.push(await entryGroup(named, keys, path, revoked, now, access));
  }
  return groups;
}

function unique(keys: readonly PublicKey[]): readonly PublicKey[] {
  return [...new Map(keys.map((key) => [key.fingerprint, key])).values()];
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
  const { addTrust } = await import('../../decide/trust.ts');
  const { withLock } = await import('../../io/locks.ts');
  return await withLock(joinPath(folder, '.policy.lock'), async () => {
    const before = (await readFileIfThere(path, POLICY_LIMIT))?.toString('utf8');
    const after = addTrust(before, { repository, key }, path);
    if (after === before) return false;
    await writeFile(path, after);
    return true;
  });
}

async function loadPolicy(path: string, mustBeThere: boolean): Promise<LoadedPolicy | undefined> {
  const bytes = mustBeThere ? await readFile(path, POLICY_LIMIT) : await readFileIfThere(path, POLICY_LIMIT);
  if (bytes === undefined) return undefined;
  const { parsePolicy } = await import('../../decide/policy.ts');
  return { path, bytes, content: parsePolicy(bytes.toString('utf8'), path) };
}

/** A key as a policy writes it. @param path of the policy @throws Fault `key/…`, `file/…` */
export async function policyKey(key: string, path: string): Promise<PublicKey> {
  if (key.trimStart().startsWith('-----BEGIN')) return publicKeyFromPem(key, `a key of ${path}`);
  return await loadPublicKey(besides(path, key));
}

async function namedPublicKey(key: string, offline: boolean | undefined): Promise<PublicKey> {
  return await openPublicKey(key, { password: '', environment: environment(), offline });
}

function noTrust(asked: TrustRequest['repository'], path: string, policy: Policy | undefined): Fault {
  const repository = typeof asked === 'string' ? asked : asked.path;
  const why = policy === undefined ? `there is no policy at ${path}` : `the policy ${path} has no entry for it`;
  return new Fault(
    'verify/no-trust',
    `Nobody is trusted for ${repository}: no key was given, and ${why}.`,
    `Name the signer with --key, by a FILE.pub or a NAME of yours, or enter it into the policy${repository.startsWith('oci:') ? ', which knows a folder by its absolute path' : ''}; docs/policy.md shows one.`,
  );
}
