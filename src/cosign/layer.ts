// One layer of a manifest of signatures or attestations, read and written.
import { decodeBase64 } from '../dsse/base64.ts';
import { Fault } from '../lib/faults.ts';
import { describe } from '../oci/documents.ts';
import type { Descriptor } from '../oci/types.ts';
import { certificatePem, certificatesFromPem } from '../x509/pem.ts';
import {
  cosignAnnotations as names,
  cosignMediaTypes,
  type LegacyKind,
  type LegacyMaterial,
  type LegacySignature,
  malformed,
} from './types.ts';
import { logEntryOf, promiseText, timestampOf, timestampText } from './witnesses.ts';

/** Most bytes of the PEM texts of one layer. */
const PEM_LIMIT = 256 << 10;

/** What a layer holds, by its media type; `undefined` for anything else. */
export function kindOfLayer({ mediaType }: Pick<Descriptor, 'mediaType'>): LegacyKind | undefined {
  if (mediaType === cosignMediaTypes.simpleSigning) return 'signature';
  return mediaType === cosignMediaTypes.envelope ? 'attestation' : undefined;
}

/**
 * Reads a layer.
 * @param payload its bytes, held against its digest
 * @throws Fault `cosign/malformed`, `json/malformed`, `x509/malformed`
 */
export function readLayer(layer: Descriptor, payload: Buffer): LegacySignature {
  const { digest: blob, annotations: notes = {} } = layer;
  const kind = kindOfLayer(layer);
  if (kind === undefined) throw malformed('its layer is of a media type that is not known');
  const material = materialOf(notes);
  if (kind === 'attestation') {
    return { kind, blob, payload, predicateType: own(notes, names.predicateType), ...material };
  }
  const signature = decodeBase64(own(notes, names.signature) ?? '');
  if (signature === undefined) throw malformed('the annotation with the signature is no base64');
  if (signature.length === 0) throw malformed('the annotation with the signature is missing');
  return { kind, blob, payload, signature, ...material };
}

function materialOf(notes: Readonly<Record<string, string>>): LegacyMaterial {
  const [certificate, chain, bundle, timestamp] = [
    own(notes, names.certificate),
    own(notes, names.chain),
    own(notes, names.bundle),
    own(notes, names.timestamp),
  ];
  const certificates = certificatesOf(certificate, 'the certificate');
  if (certificates.length > 1) throw malformed('the annotation has more than one certificate');
  return {
    certificate: certificates[0]?.der,
    // A root that comes along proves nothing.
    chain: certificatesOf(chain, 'the chain')
      .filter(({ subject, issuer }) => !subject.equals(issuer))
      .map(({ der }) => der),
    logEntry: bundle === undefined ? undefined : logEntryOf(bundle),
    timestamp: timestamp === undefined ? undefined : timestampOf(timestamp),
  };
}

function certificatesOf(pem: string | undefined, what: string) {
  if (pem === undefined) return [];
  if (pem.length > PEM_LIMIT) throw malformed(`${what} is too long`);
  const certificates = certificatesFromPem(pem, what);
  if (certificates.length > 10) throw malformed(`${what} has more than ten certificates`);
  return certificates;
}

/** An annotation that is there and not empty. */
function own(notes: Readonly<Record<string, string>>, name: string): string | undefined {
  const value = Object.hasOwn(notes, name) ? notes[name] : undefined;
  return value === '' ? undefined : value;
}

/** What is written: the signature of an image, or an attestation in its envelope. */
export type LayerToWrite = Partial<LegacyMaterial> &
  (
    | { readonly kind: 'signature'; readonly payload: Uint8Array; readonly signature: Uint8Array }
    | { readonly kind: 'attestation'; readonly payload: Uint8Array; readonly predicateType: string }
  );

/**
 * The layer's descriptor with all that is known of the signature in its annotations.
 * @throws Fault `cosign/log-entry` for a log entry without a promise, which cosign's legacy formats cannot carry
 */
export function layerOf(layer: LayerToWrite): Descriptor {
  const { certificate, chain = [], logEntry, timestamp } = layer;
  const promise = logEntry === undefined ? undefined : promiseText(logEntry);
  if (logEntry !== undefined && promise === undefined) {
    throw new Fault(
      'cosign/log-entry',
      "Cosign's legacy format cannot carry an entry of a log that gives no promise, such as Rekor v2's.",
      'Sign as a bundle, which carries its proof, or without that log.',
    );
  }
  const signed = layer.kind === 'signature';
  const notes = {
    [names.signature]: signed ? Buffer.from(layer.signature).toString('base64') : '',
    ...(signed ? {} : { [names.predicateType]: layer.predicateType }),
    ...(certificate === undefined ? {} : { [names.certificate]: pemOf([certificate]) }),
    ...(chain.length === 0 ? {} : { [names.chain]: pemOf(chain) }),
    ...(promise === undefined ? {} : { [names.bundle]: promise }),
    ...(timestamp === undefined ? {} : { [names.timestamp]: timestampText(timestamp) }),
  };
  const mediaType = signed ? cosignMediaTypes.simpleSigning : cosignMediaTypes.envelope;
  return { ...describe(layer.payload, mediaType), annotations: notes };
}

function pemOf(certificates: readonly Uint8Array[]): string {
  return certificates.map(certificatePem).join('');
}
