// The Notary Project signatures that hang on a manifest or index.
import type { Digest } from '../../lib/digest.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { envelopeOf, isNotarySignature } from '../../notary/manifest.ts';
import { ENVELOPE_LIMIT, NOTARY_ARTIFACT_TYPE, type NotaryFormat } from '../../notary/types.ts';
import { parseManifest } from '../../oci/documents.ts';
import { type Descriptor, mediaTypes } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';
import { contentOutcome } from './ledger.ts';

export interface HangingSignature {
  /** The digest of its manifest. */
  readonly manifest: Digest;
  readonly format: NotaryFormat;
  /** The envelope. */
  readonly bytes: Buffer;
}

export interface HangingSignatures {
  /** Sorted by the digests of their manifests. */
  readonly signatures: readonly HangingSignature[];
  /** What says that it is a signature and cannot be read. */
  readonly unreadable: readonly { readonly manifest: Digest; readonly reason: string }[];
}

/** Most signatures of one subject that are read: each takes up to 1 MiB. */
const MOST_SIGNATURES = 100;

/**
 * Reads the signatures of a manifest, at most 100.
 * @throws Fault of the repository; `verify/too-much` beyond the bound
 */
export async function notarySignaturesOf(repository: Repository, subject: Digest): Promise<HangingSignatures> {
  const signatures: HangingSignature[] = [];
  const unreadable: HangingSignatures['unreadable'][number][] = [];
  for (const referrer of await repository.referrers(subject)) {
    if (!mayBeSignature(referrer)) continue;
    try {
      const manifest = parseManifest(await repository.manifest(referrer), mediaTypes.manifest);
      if (!isNotarySignature(manifest) || manifest.subject?.digest !== subject) continue;
      if (signatures.length === MOST_SIGNATURES) throw tooMany(subject);
      const { format, descriptor } = envelopeOf(manifest);
      const bytes = await repository.blob(descriptor, ENVELOPE_LIMIT);
      signatures.push({ manifest: referrer.digest, format, bytes });
    } catch (fault) {
      if (!(fault instanceof Fault) || fault.code === 'verify/too-much') throw fault;
      if (contentOutcome(fault) === undefined && !/^(?:notary|oci|json)\//.test(fault.code)) throw fault;
      unreadable.push({ manifest: referrer.digest, reason: messageOf(fault).replace(/\.$/, '') });
    }
  }
  return { signatures, unreadable };
}

// Without an artifact type in the list, or with that of an empty config, the manifest says it.
function mayBeSignature({ artifactType, mediaType, size }: Descriptor): boolean {
  return (
    mediaType === mediaTypes.manifest &&
    size <= limits.manifest &&
    [NOTARY_ARTIFACT_TYPE, mediaTypes.empty].includes(artifactType ?? NOTARY_ARTIFACT_TYPE)
  );
}

function tooMany(subject: Digest): Fault {
  return new Fault(
    'verify/too-much',
    `More than ${MOST_SIGNATURES} Notary Project signatures hang on ${subject}.`,
    'Remove those that are not needed.',
  );
}
