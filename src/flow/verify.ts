// `temper verify`: collects every piece of evidence of an image, by digest, and lets verify/ and decide/ judge it.
import { type Decision, decide } from '../decide/decision.ts';
import type { Digest } from '../lib/digest.ts';
import { messageOf } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { parseImageConfig } from '../oci/documents.ts';
import type { Descriptor, ImageConfig, Manifest } from '../oci/types.ts';
import type { Repository } from '../repository/types.ts';
import type { Check } from '../verify/check.ts';
import { type ImageContent, type SubjectEvidence, type Trust, verifySubject } from '../verify/image.ts';
import { collectBundles, isDocumentFault } from './bundles.ts';
import { contentOutcome, Ledger } from './ledger.ts';
import { type ManifestSubject, readSubjects, type Subject } from './subjects.ts';

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
  readonly readImage: ReadImage;
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

/**
 * Verifies an image from its bytes. The reference is resolved once; everything else is read by digest, each layer once.
 * @throws Fault when the question cannot be answered: the reference is unknown, the layout broken, the network down.
 */
export async function verifyImage({ repository, reference, trust, readImage }: VerifyRequest): Promise<VerifyResult> {
  const ledger = new Ledger();
  const watched = ledger.watch(repository);
  const root = await resolve(watched, ledger, reference);
  const { subjects, checks } =
    root === undefined ? { subjects: [], checks: [] } : await readSubjects(watched, ledger, root);
  const found: Check[] = [...checks];
  const signers = new Set<string>();
  for (const subject of subjects) {
    const evidence = await collect(watched, ledger, subject, readImage);
    const verdict = verifySubject(evidence, trust);
    found.push(...evidence.checks, ...verdict.checks);
    for (const { signer } of verdict.attestations) signers.add(signer.fingerprint);
  }
  const all = [...ledger.checks(), ...found];
  return {
    repository: repository.name,
    reference,
    digest: root?.digest,
    subjects: subjects.map((subject) => ({
      digest: subject.digest,
      role: subject.role,
      platform: subject.role === 'manifest' ? subject.platform : undefined,
    })),
    signers: [...signers],
    checks: all,
    decision: decide(all),
  };
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

async function collect(
  repository: Repository,
  ledger: Ledger,
  subject: Subject,
  readImage: ReadImage,
): Promise<SubjectEvidence & { readonly checks: readonly Check[] }> {
  const { bundles, checks } = await collectBundles(repository, ledger, subject.digest);
  const { digest, role } = subject;
  if (role === 'index') return { digest, role, bundles, content: undefined, checks };
  const config = await readConfig(repository, ledger, subject);
  const content: ImageContent =
    config.kind === 'config'
      ? await readContent(repository, ledger, subject.manifest, config.config, readImage)
      : { kind: 'unread', reason: 'the config of the image cannot be read' };
  await readRest(repository, ledger, subject.manifest);
  return { digest, role, bundles, content, checks: [...checks, ...(config.kind === 'check' ? [config.check] : [])] };
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
