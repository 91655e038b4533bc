// The manifest that hangs a signature on its subject (signature-specification, Storage).
import { Fault } from '../lib/faults.ts';
import { canonicalJson } from '../lib/json.ts';
import type { Descriptor, Manifest } from '../oci/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import { NOTARY_ARTIFACT_TYPE, type NotaryFormat, notaryMediaTypes } from './types.ts';

/** Whether a manifest is one of a signature: by its artifact type, or by its config's media type, as notation 1.3 writes it. */
export function isNotarySignature({ artifactType, config }: Pick<Manifest, 'artifactType' | 'config'>): boolean {
  return (artifactType ?? config.mediaType) === NOTARY_ARTIFACT_TYPE;
}

/**
 * Where the envelope is, and of which format.
 * @throws Fault `notary/manifest` when the manifest has not exactly one layer, or one of another media type
 */
export function envelopeOf(manifest: Manifest): { readonly format: NotaryFormat; readonly descriptor: Descriptor } {
  const [descriptor, ...others] = manifest.layers;
  if (!isNotarySignature(manifest) || descriptor === undefined || others.length > 0) {
    throw manifestFault('it is none of a signature with exactly one envelope');
  }
  const format = formatOf(descriptor.mediaType);
  if (format === undefined) throw manifestFault('its envelope is of a media type that is not known');
  return { format, descriptor };
}

/** The format of an envelope by its media type. */
export function formatOf(mediaType: string): NotaryFormat | undefined {
  return (['jws', 'cose'] as const).find((format) => notaryMediaTypes[format] === mediaType);
}

/** The value of the annotation that names the certificates, the signer's first: a JSON array of lower-case hexadecimal. */
export function thumbprints(certificates: readonly Certificate[]): string {
  return canonicalJson(certificates.map(({ fingerprint }) => fingerprint));
}

function manifestFault(problem: string): Fault {
  return new Fault(
    'notary/manifest',
    `The manifest of the Notary Project signature is not as it should be: ${problem}.`,
    'Check where it comes from.',
  );
}
