// The Sigstore bundles that hang on a manifest or index.
import { predicateTypes } from '../../intoto/predicates.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { parseDocument } from '../../oci/documents.ts';
import { annotations, type Descriptor, type Manifest, mediaTypes } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';
import type { CollectedBundle } from '../../verify/bundle.ts';
import type { Check } from '../../verify/check.ts';
import type { Ledger } from './ledger.ts';

const BUNDLE_TYPES = 'application/vnd.dev.sigstore.bundle';

/** `signatures`: those that say to be of another type are not read. */
export type Wanted = 'all' | 'signatures';

export interface Collected {
  /** Sorted by the digest of their manifests. */
  readonly bundles: readonly CollectedBundle[];
  /** What could not be collected although it hangs there. */
  readonly checks: readonly Check[];
}

/**
 * Reads every bundle that hangs on a manifest, together at most limits.envelope bytes. Content that is altered or
 * missing ends in the ledger.
 * @throws Fault of the repository; `verify/too-much` beyond the bound.
 */
export async function collectBundles(
  repository: Repository,
  ledger: Ledger,
  subject: Digest,
  wanted: Wanted = 'all',
): Promise<Collected> {
  const bundles: CollectedBundle[] = [];
  const checks: Check[] = [];
  let size = 0;
  for (const referrer of await referrersOf(repository, ledger, subject)) {
    try {
      const manifest = await bundleManifest(repository, referrer);
      if (manifest === undefined) continue;
      const annotatedType = manifest.annotations?.[annotations.bundlePredicateType];
      if (wanted === 'signatures' && (annotatedType ?? predicateTypes.signature) !== predicateTypes.signature) continue;
      const layer = manifest.layers[0];
      if (manifest.layers.length !== 1 || layer === undefined) {
        checks.push(unreadable(subject, referrer, 'the referrer has not exactly one bundle'));
        continue;
      }
      size += layer.size;
      if (size > limits.envelope) throw tooMuch(subject);
      const bytes = await repository.blob(layer, limits.envelope);
      bundles.push({ manifest: referrer.digest, blob: layer.digest, bytes, annotatedType });
      if (!(await hasConfig(repository, ledger, manifest))) {
        checks.push(unreadable(subject, referrer, 'the config of the referrer is too large for one'));
      }
    } catch (fault) {
      if (ledger.note(fault, referrer.digest) !== undefined) continue;
      if (!isDocumentFault(fault)) throw fault;
      checks.push(unreadable(subject, referrer, messageOf(fault).replace(/\.$/, '')));
    }
  }
  return { bundles, checks };
}

/** Reads the referrer's config, which is checked like everything else that hangs there; all referrers share an empty one. */
async function hasConfig(repository: Repository, ledger: Ledger, { config }: Manifest): Promise<boolean> {
  if (config.size > limits.manifest) return false;
  if (!ledger.has(config.digest)) await repository.blob(config, limits.manifest);
  return true;
}

async function referrersOf(repository: Repository, ledger: Ledger, subject: Digest): Promise<Descriptor[]> {
  try {
    const found = (await repository.referrers(subject)).filter(mayBeBundle);
    if (found.length > limits.referrers) throw tooMuch(subject);
    return found;
  } catch (fault) {
    if (ledger.note(fault, subject) === undefined) throw fault;
    return [];
  }
}

/** Cosign 3 lists its bundles under another type where a registry has no referrers API: only the manifest tells. */
function mayBeBundle({ artifactType, mediaType }: Descriptor): boolean {
  if (mediaType !== mediaTypes.manifest) return false;
  return artifactType === undefined || artifactType === mediaTypes.empty || artifactType.startsWith(BUNDLE_TYPES);
}

async function bundleManifest(repository: Repository, referrer: Descriptor): Promise<Manifest | undefined> {
  const document = parseDocument(await repository.manifest(referrer), referrer.mediaType);
  if (document.kind !== 'manifest') return undefined;
  const { manifest } = document;
  const types = [manifest.artifactType, ...manifest.layers.map(({ mediaType }) => mediaType)];
  return types.some((type) => type?.startsWith(BUNDLE_TYPES) === true) ? manifest : undefined;
}

/** Whether a fault says that a document is not what it should be, whoever made it. */
export function isDocumentFault(fault: unknown): boolean {
  return fault instanceof Fault && (fault.code.startsWith('oci/') || fault.code === 'json/malformed');
}

function unreadable(subject: Digest, { digest }: Descriptor, reason: string): Check {
  return { check: 'bundle', subject, outcome: 'refuted', reason, evidence: [digest] };
}

function tooMuch(subject: Digest): Fault {
  return new Fault(
    'verify/too-much',
    `More hangs on ${subject} than is read: over ${limits.envelope >> 20} MiB or ${limits.referrers} referrers.`,
    'Remove referrers that do not belong there, or verify a copy without them.',
  );
}
