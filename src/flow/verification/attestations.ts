// `temper attestation list|get`: the statements that hang on an image and on its platforms' manifests.
import type { Statement } from '../../intoto/statement.ts';
import type { PublicKey } from '../../keys/types.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import type { Repository } from '../../repository/types.ts';
import type { Check } from '../../verify/check.ts';
import { judgeEvidence } from '../../verify/evidence.ts';
import type { SignatureFormat, SignerGroup } from '../../verify/signers.ts';
import { type HangingStatement, hangingStatements } from '../vex/hanging-statements.ts';
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
  /** Only the statement that this manifest or blob holds. */
  readonly digest?: string | undefined;
  /** Whom to verify by; `undefined`: nothing is verified, unless groups are given. */
  readonly keys: readonly PublicKey[] | undefined;
  /** The same, with all that is known of whom to believe; instead of the keys. */
  readonly groups?: readonly SignerGroup[] | undefined;
  /** Where several platforms have a statement that fits and none was asked for, this one's is meant. */
  readonly host?: string | undefined;
}

export interface ListedAttestation {
  readonly subject: Digest;
  readonly role: 'index' | 'manifest';
  readonly platform: string | undefined;
  /** The referrer. */
  readonly manifest: Digest;
  /** What holds the statement: a bundle, an envelope, or itself. */
  readonly bundle: Digest;
  readonly format: SignatureFormat;
  /** As the statement says; `undefined` when it cannot be read. */
  readonly predicateType: string | undefined;
  /** The trusted signer, a key by its fingerprint; `undefined` when there is none or nobody asked. */
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
 * Every statement on the manifest or index and, of an index, on its platforms' manifests; those whose type is asked for.
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
  const verifies = judgesOf(request) !== undefined;
  const { found: all, against } = await find(request);
  if (against[0] !== undefined) {
    if (!verifies) throw altered(against[0]);
    return { outcome: 'refused', checks: against };
  }
  const fit = all.filter(({ parsed, listed }) => parsed !== undefined && (!verifies || listed.signer !== undefined));
  if (fit.length === 0 && all.length > 0 && verifies) {
    return { outcome: 'refused', checks: all.flatMap(({ checks }) => checks) };
  }
  const own = fit.filter(({ listed }) => listed.role === 'index' || listed.platform === undefined);
  const here = fit.filter(({ listed }) => request.host !== undefined && listed.platform === request.host);
  const nearest = own.length > 0 ? own : here.length > 0 ? here : fit;
  const chosen = nearest[0];
  if (chosen?.statement === undefined || chosen.parsed === undefined) throw notFound(request);
  const { listed, statement, parsed } = chosen;
  if (nearest.some((other) => other.statement?.equals(statement) !== true)) throw ambiguous(nearest);
  return { outcome: 'found', attestation: listed, statement, predicate: parsed.predicate };
}

export interface ProvenStatement {
  readonly attestation: ListedAttestation;
  readonly predicate: unknown;
}

/**
 * Every statement of the types that are wanted which somebody trusted signed about what it hangs on, and what is not proved: those
 * of these types that nobody trusted signed, and what is altered, missing or unreadable. All of them where nobody is to judge.
 * @throws Fault of the repository
 */
export async function provenStatements(
  request: AttestationsRequest,
  isWanted: (predicateType: string) => boolean,
): Promise<{
  readonly proven: readonly ProvenStatement[];
  readonly problems: readonly string[];
  /** What the reference names and lists, all of which was looked at. */
  readonly subjects: readonly Digest[];
}> {
  const { found, against, subjects } = await find(request);
  const verifies = judgesOf(request) !== undefined;
  const wanted = found.filter(({ listed }) => isWanted(listed.predicateType ?? ''));
  const unproven = wanted.filter(({ listed }) => verifies && listed.signer === undefined);
  return {
    subjects,
    proven: wanted.flatMap(({ listed, parsed }) =>
      unproven.some((one) => one.listed === listed) || parsed === undefined
        ? []
        : [{ attestation: listed, predicate: parsed.predicate }],
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
  const { repository, reference, platform, predicateType, digest } = request;
  const judges = judgesOf(request);
  const ledger = new Ledger();
  const watched = ledger.watch(repository);
  const { subjects, checks } = await readSubjects(watched, ledger, await watched.resolve(reference));
  const found: Found[] = [];
  const problems = [...checks];
  for (const subject of subjects) {
    const on = subject.role === 'manifest' ? subject.platform : undefined;
    if (platform !== undefined && on !== platform) continue;
    const hanging = await hangingStatements(watched, ledger, subject.digest);
    problems.push(...hanging.checks);
    for (const one of hanging.statements) found.push(look(one, { ...subject, platform: on }, judges));
  }
  const fit = found.filter(
    ({ listed }) =>
      (predicateType === undefined || listed.predicateType === predicateType) &&
      (digest === undefined || digest === listed.manifest || digest === listed.bundle),
  );
  return {
    found: fit,
    against: [...ledger.checks(), ...problems].filter(({ outcome }) => outcome !== 'established'),
    subjects: subjects.map(({ digest }) => digest),
  };
}

function judgesOf({ keys, groups }: AttestationsRequest): readonly SignerGroup[] | undefined {
  return groups ?? (keys === undefined ? undefined : [{ name: 'the keys', keys, retired: [], now: 0 }]);
}

function look(
  { manifest, blob, evidence, statement, parsed, problem }: HangingStatement,
  { digest, role, platform }: Pick<ListedAttestation, 'role' | 'platform'> & { readonly digest: Digest },
  judges: readonly SignerGroup[] | undefined,
): Found {
  const verdict = judges === undefined ? undefined : judgeEvidence(evidence, judges);
  const checks = verdict?.checks ?? [];
  const against = checks.find(({ outcome }) => outcome === 'refuted') ?? verdict?.weak ?? checks[0];
  return {
    listed: {
      subject: digest,
      role,
      platform,
      manifest,
      bundle: blob,
      format: evidence.format,
      predicateType: parsed?.predicateType,
      signer: verdict?.attestation?.signer.fingerprint,
      problem: verdict === undefined ? problem : verdict.attestation === undefined ? against?.reason : undefined,
    },
    statement,
    parsed,
    checks,
  };
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
