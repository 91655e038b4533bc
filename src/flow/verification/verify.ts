// `temper verify`: collects every piece of evidence of an image, by digest, and lets verify/ and decide/ judge it.
import { type Decision, decide } from '../../decide/decision.ts';
import { predicateTypes } from '../../intoto/predicates.ts';
import type { Digest } from '../../lib/digest.ts';
import { messageOf } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { parseImageConfig } from '../../oci/documents.ts';
import type { Descriptor, ImageConfig, Manifest } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';
import type { Check } from '../../verify/check.ts';
import type { Attestation } from '../../verify/bundle.ts';
import { coveringOf as countCovering } from '../../verify/covering.ts';
import type { Evidence } from '../../verify/evidence.ts';
import { groupsOf, type ImageContent, type SubjectVerdict, type Trust, verifySubject } from '../../verify/image.ts';
import { signaturesAmong } from '../../verify/required.ts';
import type { SeenCheckpoint } from '../../verify/sigstore/state.ts';
import { isDocumentFault } from './bundles.ts';
import { evidenceReaders } from './evidence.ts';
import { contentOutcome, Ledger } from './ledger.ts';
import { type IndexSubject, type ManifestSubject, readSubjects, type Subject, type SubjectChoice } from './subjects.ts';

/**
 * Reads the merged files of one platform's image from its layers. Layers that contradict the config (a diffID) or
 * themselves are an answer, not a fault; faults of the repository pass.
 */
export type ReadImage = (
  manifest: Manifest,
  config: ImageConfig,
  repository: Repository,
) => Promise<Exclude<ImageContent, { kind: 'unread' }>>;

export interface VerifyRequest {
  readonly repository: Repository;
  /** A tag or a digest. */
  readonly reference: string;
  readonly trust: Trust;
  /** Unless given, no layer is read, and no SBOM held against them. */
  readonly readImage: ReadImage | undefined;
  /** Only the signature of what the reference names, or of one platform's manifest: nothing below it is read. */
  readonly signaturesOnly?: boolean | undefined;
  /** `linux/amd64`: no other platform of an index is looked at. */
  readonly platform?: string | undefined;
}

export interface VerifiedSubject {
  readonly digest: Digest;
  readonly role: 'index' | 'manifest';
  readonly platform: string | undefined;
}

export interface VerifyResult {
  readonly repository: string;
  readonly reference: string;
  /** What the reference named; `undefined` when that itself is altered. */
  readonly digest: Digest | undefined;
  readonly subjects: readonly VerifiedSubject[];
  /** Fingerprints of the trusted keys that signed something here, in the order of their first signature. */
  readonly signers: readonly string[];
  readonly checks: readonly Check[];
  readonly decision: Decision;
}

/** An answer, and what it was found by that is to be remembered. */
export interface JudgedImage {
  readonly result: VerifyResult;
  readonly attestations: readonly Attestation[];
  readonly checkpoints: readonly SeenCheckpoint[];
}

/**
 * Verifies an image from its bytes. The reference is resolved once; everything else is read by digest, each layer once.
 * @throws Fault when the question cannot be answered: the reference is unknown, the layout broken, the network down.
 */
export async function verifyImage(request: VerifyRequest): Promise<VerifyResult> {
  return (await judgeImage(request)).result;
}

/** {@link verifyImage}, with the evidence that counted. */
export async function judgeImage(request: VerifyRequest): Promise<JudgedImage> {
  const { repository, reference } = request;
  const ledger = new Ledger();
  const watched = ledger.watch(repository);
  const root = await resolve(watched, ledger, reference);
  const { subjects, checks } =
    root === undefined ? { subjects: [], checks: [] } : await readSubjects(watched, ledger, root, choiceOf(request));
  const found: Check[] = [...checks];
  const verdicts: SubjectVerdict[] = [];
  for (const { verdict, checks: own } of await judgeSubjects(watched, ledger, subjects, request)) {
    found.push(...own, ...verdict.checks);
    verdicts.push(verdict);
  }
  const all = [...ledger.checks(), ...found];
  const attestations = verdicts.flatMap((verdict) => verdict.attestations);
  const result = {
    repository: repository.name,
    reference,
    digest: root?.digest,
    subjects: subjects.map((subject) => ({
      digest: subject.digest,
      role: subject.role,
      platform: subject.role === 'manifest' ? subject.platform : undefined,
    })),
    signers: [...new Set(attestations.map(({ signer }) => signer.fingerprint))],
    checks: all,
    decision: decide(all),
  };
  const checkpoints = verdicts.flatMap(({ judged }) => judged.flatMap((one) => one.checkpoints));
  return { result, attestations, checkpoints };
}

function choiceOf({ platform, signaturesOnly }: VerifyRequest): SubjectChoice {
  if (platform !== undefined) return { platform };
  return signaturesOnly === true ? 'root' : 'all';
}

/** Judges the index first: its signatures are about the manifests that it lists, too. */
async function judgeSubjects(
  repository: Repository,
  ledger: Ledger,
  subjects: readonly Subject[],
  request: VerifyRequest,
): Promise<JudgedSubject[]> {
  const manifests = subjects.filter(({ role }) => role === 'manifest');
  if (request.signaturesOnly === true && request.platform !== undefined && manifests.length > 0) {
    return await judgePlatform(repository, ledger, subjects, request);
  }
  const judged: JudgedSubject[] = [];
  const [first] = subjects;
  if (request.signaturesOnly === true && first?.role === 'index') {
    const index = await judgeSubject(repository, ledger, first, request, []);
    return [{ ...index, checks: [...index.checks, ...revokedIn(first, index, request.trust)] }];
  }
  for (const subject of subjects) {
    const covering = coveringOf(subjects[0], judged[0], subject);
    judged.push(await judgeSubject(repository, ledger, subject, request, covering));
  }
  return judged;
}

/**
 * With one platform chosen, the signature of its manifest counts alone; where that has none, that of the index that lists it. What
 * hangs on the manifest and is refuted stands, whatever the index says.
 */
async function judgePlatform(
  repository: Repository,
  ledger: Ledger,
  subjects: readonly Subject[],
  request: VerifyRequest,
): Promise<JudgedSubject[]> {
  const [index] = subjects;
  const manifests = subjects.filter(({ role }) => role === 'manifest');
  const own: JudgedSubject[] = [];
  for (const manifest of manifests) own.push(await judgeSubject(repository, ledger, manifest, request, []));
  const isTold = own.some(({ verdict }) => verdict.checks.some(({ outcome }) => outcome === 'refuted'));
  if (index?.role !== 'index' || isTold || own.every(({ verdict }) => isSettled(verdict))) return own;
  const above = await judgeSubject(repository, ledger, index, request, []);
  if (!isSettled(above.verdict)) return own;
  const covered: JudgedSubject[] = [];
  for (const manifest of manifests) {
    covered.push(await judgeSubject(repository, ledger, manifest, request, coveringOf(index, above, manifest)));
  }
  return [above, ...covered];
}

/** What was signed of the index, if it lists the manifest: of no other. */
function coveringOf(first: Subject | undefined, judged: JudgedSubject | undefined, subject: Subject): Attestation[] {
  if (first?.role !== 'index' || judged === undefined || subject.role !== 'manifest') return [];
  if (!first.index.manifests.some(({ digest }) => digest === subject.digest)) return [];
  return signaturesAmong(judged.verdict.attestations);
}

/** What its signatures cannot vouch for: whoever asks about the index alone may be given any manifest that it lists. */
function revokedIn({ digest, index }: IndexSubject, { verdict }: JudgedSubject, trust: Trust): Check[] {
  const signatures = signaturesAmong(verdict.attestations);
  const listed = new Set(index.manifests.map((entry) => entry.digest).filter((entry) => entry !== digest));
  return [...listed].flatMap((entry) => countCovering(entry, signatures, groupsOf(trust)).checks);
}

function isSettled({ checks }: SubjectVerdict): boolean {
  return checks.every(({ check, outcome }) => outcome !== 'not established' || check === 'time');
}

interface JudgedSubject {
  readonly verdict: SubjectVerdict;
  /** What was found while reading. */
  readonly checks: readonly Check[];
}

async function judgeSubject(
  repository: Repository,
  ledger: Ledger,
  subject: Subject,
  { trust, readImage, signaturesOnly }: VerifyRequest,
  covering: readonly Attestation[],
): Promise<JudgedSubject> {
  if (signaturesOnly === true) return await judgeSignature(repository, ledger, subject, trust, covering);
  const place = { repository, ledger, subject, wanted: 'all' } as const;
  const others: Evidence[] = [];
  const checks: Check[] = [];
  for (const reader of evidenceReaders) {
    const found = await reader.read(place);
    others.push(...found.evidence);
    checks.push(...found.checks);
  }
  const { content, checks: own } = await collectContent(repository, ledger, subject, readImage);
  const platform = subject.role === 'manifest' ? subject.platform : undefined;
  const evidence = { digest: subject.digest, role: subject.role, platform, bundles: [], others, content, covering };
  return { verdict: verifySubject(evidence, trust), checks: [...checks, ...own] };
}

/** Looks for the signature in one format after the other, as far as somebody is trusted to have signed in it, until it is there. */
async function judgeSignature(
  repository: Repository,
  ledger: Ledger,
  subject: Subject,
  trust: Trust,
  covering: readonly Attestation[],
): Promise<JudgedSubject> {
  const { digest, role } = subject;
  const { groups, keys, retired, judgeBundle, threshold } = trust;
  const asked: Trust = {
    keys,
    retired,
    judgeBundle,
    groups,
    threshold,
    provenance: { builders: [], sources: [] },
    required: trust.required.filter(({ check }) => check === 'image-signature'),
    conditions: trust.conditions?.filter(({ types }) => types.includes(predicateTypes.signature)),
    claimReaders: {},
  };
  const others: Evidence[] = [];
  const checks: Check[] = [];
  const judge = (): SubjectVerdict =>
    verifySubject({ digest, role, bundles: [], others, content: undefined, covering }, asked);
  let verdict = judge();
  let done = covering.length > 0 && isSettled(verdict);
  for (const reader of evidenceReaders) {
    if (done) break;
    if (!groupsOf(trust).some((group) => reader.concerns(group))) continue;
    const found = await reader.read({ repository, ledger, subject, wanted: 'signatures' });
    others.push(...found.evidence);
    checks.push(...found.checks);
    verdict = judge();
    done = isSettled(verdict);
  }
  return { verdict, checks };
}

/** A manifest that is found but altered has a check; one that is not found is a fault, for nothing was named. */
async function resolve(repository: Repository, ledger: Ledger, reference: string): Promise<Descriptor | undefined> {
  try {
    return await repository.resolve(reference);
  } catch (fault) {
    if (contentOutcome(fault) !== 'refuted' || !/sha256:[0-9a-f]{64}/.test(messageOf(fault))) throw fault;
    ledger.note(fault, 'sha256:');
    return undefined;
  }
}

/** Reads config and layers; nothing of an index, and nothing where nobody reads layers. */
async function collectContent(
  repository: Repository,
  ledger: Ledger,
  subject: Subject,
  readImage: ReadImage | undefined,
): Promise<{ readonly content: ImageContent | undefined; readonly checks: readonly Check[] }> {
  if (subject.role === 'index' || readImage === undefined) return { content: undefined, checks: [] };
  const config = await readConfig(repository, ledger, subject);
  const content: ImageContent =
    config.kind === 'config'
      ? await readContent(repository, ledger, subject.manifest, config.config, readImage)
      : { kind: 'unread', reason: 'the config of the image cannot be read' };
  await readRest(repository, ledger, subject.manifest);
  return { content, checks: config.kind === 'check' ? [config.check] : [] };
}

type ReadConfig =
  | { readonly kind: 'config'; readonly config: ImageConfig }
  | { readonly kind: 'check'; readonly check: Check }
  | { readonly kind: 'noted' };

async function readConfig(repository: Repository, ledger: Ledger, { manifest }: ManifestSubject): Promise<ReadConfig> {
  const { config } = manifest;
  try {
    return { kind: 'config', config: parseImageConfig(await repository.blob(config, limits.manifest)) };
  } catch (fault) {
    if (ledger.note(fault, config.digest) !== undefined) return { kind: 'noted' };
    if (!isDocumentFault(fault)) throw fault;
    const reason = messageOf(fault).replace(/\.$/, '');
    return { kind: 'check', check: { check: 'manifest', subject: config.digest, outcome: 'refuted', reason } };
  }
}

async function readContent(
  repository: Repository,
  ledger: Ledger,
  manifest: Manifest,
  config: ImageConfig,
  readImage: ReadImage,
): Promise<ImageContent> {
  try {
    return await readImage(manifest, config, repository);
  } catch (fault) {
    if (ledger.note(fault, manifest.config.digest) === undefined) throw fault;
    return { kind: 'unread', reason: messageOf(fault).replace(/\.$/, '') };
  }
}

/** Reads the layers that nothing has read to their end yet: every blob is checked, whatever became of the first. */
async function readRest(repository: Repository, ledger: Ledger, { layers }: Manifest): Promise<void> {
  for (const layer of layers) {
    if (ledger.has(layer.digest)) continue;
    try {
      for await (const _ of repository.stream(layer));
    } catch (fault) {
      if (ledger.note(fault, layer.digest) === undefined) throw fault;
    }
  }
}
