// From what a policy's entry or a command line names to signers that can be judged: keys, identities, roots and certificates read.
import type { NamedEntry } from '../../decide/policy.ts';
import type { PolicyCertificates, PolicyIdentity } from '../../decide/policy-schema.ts';
import { folderOf, isAbsolute, joinPath, readFile } from '../../io/files.ts';
import type { PublicKey } from '../../keys/types.ts';
import { limits } from '../../lib/limits.ts';
import type { BundleVersion } from '../../sigstore/bundle.ts';
import type { NotaryTrust } from '../../verify/notary/trust.ts';
import type { SignatureFormat, SignerGroup } from '../../verify/signers.ts';
import type { TrustedIdentity } from '../../verify/sigstore/identity.ts';
import type { BundleTrust, PreparedRoot, Revocation, Thresholds } from '../../verify/sigstore/trust.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { RootAccess } from './trusted-root.ts';

/** A key, and since when it does not count. */
export interface DatedKey {
  readonly key: PublicKey;
  readonly until: number | undefined;
}

export interface GroupParts {
  readonly name: string;
  readonly keys: readonly DatedKey[];
  readonly identities: readonly TrustedIdentity[];
  readonly notary: NotaryTrust | undefined;
  /** Path; unless given, and identities or witnesses are asked for, Sigstore's public instance. */
  readonly trustedRoot: string | undefined;
  /** Instead of Sigstore's public instance; by itself it asks for nothing. */
  readonly usualRoot?: string | undefined;
  /** Unless given, what Sigstore's clients ask for where there is a root, else nothing. */
  readonly thresholds: Partial<Thresholds>;
  readonly revocations: readonly Revocation[];
  readonly formats: readonly SignatureFormat[] | undefined;
  readonly minimumVersion: BundleVersion | undefined;
  readonly signatures: number | undefined;
}

const NO_ROOT: PreparedRoot = { logs: [], certificateLogs: [], certificateAuthorities: [], timestampAuthorities: [] };
const NOTHING: Thresholds = { logs: 0, timestamps: 0, times: 0, certificateLogs: 0 };

/** @param now seconds since 1970 @param access nothing is fetched unless given @throws Fault `file/…`, `sigstore/root`, `x509/malformed` */
export async function signerGroup(parts: GroupParts, now: number, access?: RootAccess): Promise<SignerGroup> {
  const { name, keys, identities, notary, revocations, formats, minimumVersion, signatures } = parts;
  const { logs = 0, timestamps = 0, times = 0 } = parts.thresholds;
  const isWitnessed = identities.length > 0 || parts.trustedRoot !== undefined || logs + timestamps + times > 0;
  const valid = keys.filter(({ until }) => until === undefined || until > now).map(({ key }) => key);
  const { root, usual } = isWitnessed
    ? await rootOf(parts.trustedRoot ?? parts.usualRoot, access)
    : { root: NO_ROOT, usual: NOTHING };
  const bundleTrust: BundleTrust = {
    keys: valid.map((key) => ({ key })),
    identities,
    root,
    thresholds: { ...usual, ...given(parts.thresholds) },
    revocations,
    minimumVersion: minimumVersion ?? '0.3',
  };
  return {
    name,
    keys: valid,
    retired: keys.flatMap(({ key, until }) => (until !== undefined && until <= now ? [{ key, until }] : [])),
    judgeBundle: isWitnessed || revocations.length > 0 ? await judgeOf(bundleTrust, now) : undefined,
    bundleTrust,
    notary,
    formats,
    minimumVersion,
    signatures,
    now,
  };
}

async function rootOf(
  path: string | undefined,
  access: RootAccess | undefined,
): Promise<{ root: PreparedRoot; usual: Thresholds }> {
  const { loadTrustedRoot } = await import('./trusted-root.ts');
  const { usualThresholds } = await import('../../verify/sigstore/trust.ts');
  const root = await loadTrustedRoot(path, access);
  const usual = usualThresholds(root);
  return { root, usual: { ...usual, logs: root.logs.length > 0 ? usual.logs : 0 } };
}

async function judgeOf(trust: BundleTrust, now: number): Promise<SignerGroup['judgeBundle']> {
  const { judge } = await import('../../verify/sigstore/verify.ts');
  return (bytes, subject) => judge({ bytes, subject }, trust, now);
}

function given(thresholds: Partial<Thresholds>): Partial<Thresholds> {
  return Object.fromEntries(Object.entries(thresholds).filter(([, value]) => value !== undefined));
}

/**
 * An entry of a policy.
 * @param path of the policy, which its paths are relative to
 * @param usualRoot where the entry names no trusted root
 */
export async function entryGroup(
  { name, entry }: NamedEntry,
  keys: readonly DatedKey[],
  path: string,
  revocations: readonly Revocation[],
  now: number,
  { usualRoot, ...access }: RootAccess & { readonly usualRoot?: string | undefined } = {},
): Promise<SignerGroup> {
  const { identities = [], certificates, trustedRoot, logs, timestamps, times, certificateLogs } = entry;
  const parts = {
    name,
    keys,
    identities: await Promise.all(identities.map(trustedIdentity)),
    notary: certificates === undefined ? undefined : await notaryTrust(certificates, path, revocations),
    trustedRoot: trustedRoot === undefined ? undefined : rootBesides(path, trustedRoot),
    usualRoot,
    thresholds: { logs, timestamps, times, certificateLogs } as Partial<Thresholds>,
    revocations,
    formats: entry.formats,
    minimumVersion: entry.minimumBundleVersion,
    signatures: entry.signatures,
  };
  return await signerGroup(parts, now, access);
}

/** @throws Fault `expression/malformed` */
export async function trustedIdentity(one: PolicyIdentity): Promise<TrustedIdentity> {
  const { parseExpression } = await import('../../lib/expression.ts');
  const match = (exact: string | undefined, pattern: string | undefined) =>
    exact === undefined ? { expression: parseExpression(pattern ?? '') } : { exact };
  return {
    subject: match(one.subject, one.subjectPattern),
    issuer: match(one.issuer, one.issuerPattern),
    claims: one.claims,
  };
}

async function notaryTrust(
  { ca = [], signingAuthority = [], tsa = [], trustedIdentities, level, verifyTimestamp }: PolicyCertificates,
  path: string,
  revocations: readonly Revocation[],
): Promise<NotaryTrust> {
  const { parseIdentities } = await import('../../verify/notary/identity.ts');
  const { timestampRoot } = await import('../../verify/notary/trust.ts');
  const stamps = await certificatesIn(tsa, path);
  return {
    certificates: await certificatesIn(ca, path),
    signingAuthorities: await certificatesIn(signingAuthority, path),
    timestampAuthorities: stamps.map((one) => timestampRoot(one, `the authority ${one.fingerprint.slice(0, 12)}`)),
    identities: trustedIdentities.includes('*') ? 'any' : parseIdentities(trustedIdentities),
    level: level ?? 'strict',
    verifyTimestamp: verifyTimestamp ?? (tsa.length > 0 ? 'always' : 'afterCertExpiry'),
    revocations,
  };
}

async function certificatesIn(names: readonly string[], path: string): Promise<Certificate[]> {
  const { certificatesFromPem } = await import('../../x509/pem.ts');
  const found: Certificate[] = [];
  for (const name of names) {
    const isText = name.trimStart().startsWith('-----BEGIN');
    const text = isText ? name : (await readFile(besides(path, name), limits.key)).toString('latin1');
    found.push(...certificatesFromPem(text, isText ? `a certificate of ${path}` : name));
  }
  return found;
}

/** A trusted root as a policy writes it: a path, or `tuf:NAME` of one that is followed. */
function rootBesides(policy: string, named: string): string {
  return named.startsWith('tuf:') ? named : besides(policy, named);
}

/** A path as a policy writes it. */
export function besides(policy: string, path: string): string {
  return isAbsolute(path) ? path : joinPath(folderOf(policy), path);
}
