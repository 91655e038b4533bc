// `temper attestation list|get`: the statements that hang on an image and on its platforms' manifests.
import { parseStatement, type Statement } from '../intoto/statement.ts';
import type { PublicKey } from '../keys/types.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import type { Repository } from '../repository/types.ts';
import { parseBundle } from '../sigstore/bundle.ts';
import type { CollectedBundle } from '../verify/bundle.ts';
import type { Check } from '../verify/check.ts';
import { judgeEvidence } from '../verify/evidence.ts';
import { bundleEvidence, groupsOf } from '../verify/image.ts';
import type { SignerGroup } from '../verify/signers.ts';
import { collectBundles } from './bundles.ts';
import { Ledger } from './ledger.ts';
import { readSubjects } from './subjects.ts';

export interface AttestationsRequest {
  readonly repository: Repository;
  /** A tag or a digest. */
  readonly reference: string;
  /** Only statements on this platform's manifest, `linux/amd64`. */
  readonly platform?: string | undefined;
  /** Only statements of this type. */
  readonly predicateType?: string | undefined;
  /** Whom to verify by; `undefined`: nothing is verified. */
  readonly keys: readonly PublicKey[] | undefined;
  /** Instead of the keys: signers with all that is asked of their signatures, as of an image's. */
  readonly groups?: readonly SignerGroup[] | undefined;
}

export interface ListedAttestation {
  readonly subject: Digest;
  readonly role: 'index' | 'manifest';
  readonly platform: string | undefined;
  /** The referrer. */
  readonly manifest: Digest;
  readonly bundle: Digest;
  /** As the statement says; `undefined` when it cannot be read. */
  readonly predicateType: string | undefined;
  /** Fingerprint of the trusted key that signed it; `undefined` when none did or nobody asked. */
  readonly signer: string | undefined;
  /** Why it is not verified, when verifying was asked for; why it cannot be read, else. */
  readonly problem: string | undefined;
}

interface Found {
  readonly listed: ListedAttestation;
  readonly statement: Buffer | undefined;
  readonly parsed: Statement | undefined;
  readonly checks: readonly Check[];
}

/**
 * Every bundle on the manifest or index and, of an index, on its platforms' manifests; those whose type is asked for.
 * @throws Fault of the repository; `attestation/altered` when something that hangs there is not what its digest says.
 */
export async function listAttestations(request: AttestationsRequest): Promise<ListedAttestation[]> {
  const { found, against } = await find(request);
  if (against[0] !== undefined) throw altered(against[0]);
  return found.map(({ listed }) => listed);
}

export type GotAttestation =
  | {
      readonly outcome: 'found';
      readonly attestation: ListedAttestation;
      /** The bytes that were signed. */
      readonly statement: Buffer;
      readonly predicate: unknown;
    }
  /** Verifying was asked for, and nothing that is there is proved: nothing must be written. */
  | { readonly outcome: 'refused'; readonly checks: readonly Check[] };

/**
 * The one statement that is asked for: one on the named manifest or index itself, else one on its platforms' manifests.
 * The same statement signed twice counts once.
 * @throws Fault `attestation/not-found`, `attestation/ambiguous`, `attestation/altered`, faults of the repository
 */
export async function getAttestation(request: AttestationsRequest): Promise<GotAttestation> {
  const isVerified = signersOf(request) !== undefined;
  const { found: all, against } = await find(request);
  if (against[0] !== undefined) {
    if (!isVerified) throw altered(against[0]);
    return { outcome: 'refused', checks: against };
  }
  const fit = all.filter(({ parsed, listed }) => parsed !== undefined && (!isVerified || listed.signer !== undefined));
  if (fit.length === 0 && all.length > 0 && isVerified) {
    return { outcome: 'refused', checks: all.flatMap(({ checks }) => checks) };
  }
  const nearest = fit.filter(({ listed }) => listed.subject === fit[0]?.listed.subject);
  const chosen = nearest[0];
  if (chosen?.statement === undefined || chosen.parsed === undefined) throw notFound(request);
  const { listed, statement, parsed } = chosen;
  const candidates = listed.role === 'index' ? nearest : fit;
  if (candidates.some((other) => other.statement?.equals(statement) !== true)) throw ambiguous(candidates);
  return { outcome: 'found', attestation: listed, statement, predicate: parsed.predicate };
}

export interface ProvenStatement {
  readonly attestation: ListedAttestation;
  readonly predicate: unknown;
}

/**
 * Every statement of the types that are wanted which a trusted key signed about what it hangs on, and what is not proved: those
 * of these types that nobody trusted signed, and what is altered, missing or unreadable.
 * @throws Fault of the repository
 */
export async function provenStatements(
  request: Omit<AttestationsRequest, 'keys'> & { readonly groups: readonly SignerGroup[] },
  isWanted: (predicateType: string) => boolean,
): Promise<{
  readonly proven: readonly ProvenStatement[];
  readonly problems: readonly string[];
  /** What the reference names and lists, all of which was looked at. */
  readonly subjects: readonly Digest[];
}> {
  const { found, against, subjects } = await find({ ...request, keys: undefined });
  const wanted = found.filter(({ listed }) => isWanted(listed.predicateType ?? ''));
  const unproven = wanted.filter(({ listed }) => listed.signer === undefined);
  return {
    subjects,
    proven: wanted.flatMap(({ listed, parsed }) =>
      listed.signer === undefined || parsed === undefined ? [] : [{ attestation: listed, predicate: parsed.predicate }],
    ),
    problems: [
      ...unproven.map(
        ({ listed }) =>
          `${listed.predicateType ?? ''} ${listed.bundle}: ${listed.problem ?? 'not signed by a trusted key'}`,
      ),
      ...against.map(({ subject, reason }) => `${subject}: ${reason}`),
    ],
  };
}

/** What fits, and what stands against anything that hangs there: altered, missing or unreadable content. */
async function find(request: AttestationsRequest): Promise<{ found: Found[]; against: Check[]; subjects: Digest[] }> {
  const { repository, reference, platform, predicateType } = request;
  const signers = signersOf(request);
  const ledger = new Ledger();
  const watched = ledger.watch(repository);
  const { subjects, checks } = await readSubjects(watched, ledger, await watched.resolve(reference));
  const found: Found[] = [];
  const problems = [...checks];
  for (const subject of subjects) {
    const on = subject.role === 'manifest' ? subject.platform : undefined;
    if (platform !== undefined && on !== platform) continue;
    const collected = await collectBundles(watched, ledger, subject.digest);
    problems.push(...collected.checks);
    for (const bundle of collected.bundles) found.push(look(bundle, subject.digest, subject.role, on, signers));
  }
  const fit = found.filter(({ listed }) => predicateType === undefined || listed.predicateType === predicateType);
  return {
    found: fit,
    against: [...ledger.checks(), ...problems].filter(({ outcome }) => outcome !== 'established'),
    subjects: subjects.map(({ digest }) => digest),
  };
}

function look(
  bundle: CollectedBundle,
  subject: Digest,
  role: 'index' | 'manifest',
  platform: string | undefined,
  signers: readonly SignerGroup[] | undefined,
): Found {
  const { statement, parsed, problem } = readStatement(bundle);
  const verdict = signers === undefined ? undefined : judgeEvidence(bundleEvidence(subject, bundle), signers);
  const checks = verdict?.checks ?? [];
  const against =
    checks.find(({ outcome }) => outcome === 'refuted') ??
    checks.find(({ outcome, problem }) => outcome !== 'established' && problem !== undefined) ??
    checks[0];
  return {
    listed: {
      subject,
      role,
      platform,
      manifest: bundle.manifest,
      bundle: bundle.blob,
      predicateType: parsed?.predicateType,
      signer: verdict?.attestation?.signer.fingerprint,
      problem: verdict === undefined ? problem : verdict.attestation === undefined ? against?.reason : undefined,
    },
    statement,
    parsed,
    checks,
  };
}

function signersOf({ keys, groups }: AttestationsRequest): readonly SignerGroup[] | undefined {
  if (groups !== undefined || keys === undefined) return groups;
  return groupsOf({ keys });
}

interface ReadStatement {
  readonly statement: Buffer | undefined;
  readonly parsed: Statement | undefined;
  readonly problem: string | undefined;
}

function readStatement({ bytes }: CollectedBundle): ReadStatement {
  try {
    const { content } = parseBundle(bytes);
    if (content.kind !== 'envelope') return { statement: undefined, parsed: undefined, problem: 'signs a message' };
    const { payload } = content.envelope;
    return { statement: payload, parsed: parseStatement(payload), problem: undefined };
  } catch (fault) {
    return { statement: undefined, parsed: undefined, problem: messageOf(fault) };
  }
}

function altered({ subject, reason }: Check): Fault {
  return new Fault('attestation/altered', `${subject}: ${reason}.`, 'Run `temper verify` for the whole picture.');
}

function notFound({ reference, repository, predicateType }: AttestationsRequest): Fault {
  const what = predicateType === undefined ? 'statement' : `statement of type ${predicateType}`;
  return new Fault(
    'attestation/not-found',
    `There is no ${what} on ${reference} in ${repository.name}.`,
    'See `temper attestation list` for what there is.',
  );
}

function ambiguous(candidates: readonly Found[]): Fault {
  const each = candidates
    .slice(0, 6)
    .map(
      ({ listed: { predicateType, platform, subject } }) =>
        `${predicateType ?? '?'} on ${platform ?? subject.slice(0, 'sha256:'.length + 12)}`,
    );
  return new Fault(
    'attestation/ambiguous',
    `${candidates.length} statements fit: ${each.join(', ')}.`,
    'Say which with --predicate-type and --platform, or name the manifest by digest.',
  );
}
