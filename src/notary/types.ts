// The words of Notary Project signatures (notaryproject/specifications: signature-specification, signature-envelope-jws and -cose).
import { z } from 'zod';
import { isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import type { Certificate } from '../x509/certificate.ts';

/** The artifact type of a signature's manifest. */
export const NOTARY_ARTIFACT_TYPE = 'application/vnd.cncf.notary.signature';

/** What the payload says it is. */
export const NOTARY_PAYLOAD_TYPE = 'application/vnd.cncf.notary.payload.v1+json';

/** The annotation of a signature's manifest: the SHA-256 of each certificate in order, a JSON array. */
export const THUMBPRINT_ANNOTATION = 'io.cncf.notary.x509chain.thumbprint#S256';

export type NotaryFormat = 'jws' | 'cose';

/** The media type of an envelope's blob. */
export const notaryMediaTypes: Readonly<Record<NotaryFormat, string>> = {
  jws: 'application/jose+json',
  cose: 'application/cose',
};

/** `notary.x509.signingAuthority`: the signer vouches for the time. */
export type SigningScheme = 'notary.x509' | 'notary.x509.signingAuthority';

/** Headers that both formats have by these names. */
export const headers = {
  scheme: 'io.cncf.notary.signingScheme',
  signingTime: 'io.cncf.notary.signingTime',
  authenticSigningTime: 'io.cncf.notary.authenticSigningTime',
  expiry: 'io.cncf.notary.expiry',
  plugin: 'io.cncf.notary.verificationPlugin',
  pluginVersion: 'io.cncf.notary.verificationPluginMinVersion',
  timestamp: 'io.cncf.notary.timestampSignature',
  agent: 'io.cncf.notary.signingAgent',
} as const;

/** What was signed. */
export const TargetArtifact = z.object({
  mediaType: z.string().min(1).max(255),
  digest: z.string().refine(isDigest, 'not a SHA-256 digest'),
  size: z.int().nonnegative(),
  artifactType: z.string().max(255).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type TargetArtifact = z.infer<typeof TargetArtifact>;

/** The attributes under the signature that both formats have. */
export interface SignedAttributes {
  readonly scheme: SigningScheme;
  /** Seconds since 1970. Whether anybody vouches for it, the scheme says. */
  readonly signingTime: number;
  /** Seconds since 1970: from then on the signature does not count. */
  readonly expiry: number | undefined;
}

/** An envelope taken apart. Nobody is believed yet. */
export interface NotaryEnvelope extends SignedAttributes {
  readonly format: NotaryFormat;
  /** What the header says: `ES256`; the key of the first certificate decides. */
  readonly algorithm: string;
  readonly contentType: string;
  /** The plugin that has to judge it, by name. */
  readonly plugin: string | undefined;
  /** Critical headers that are none of {@link headers}. */
  readonly unknownCritical: readonly string[];
  readonly payload: Buffer;
  /** What the signature is over. */
  readonly message: Buffer;
  /** ECDSA as IEEE P1363 has it: both numbers, each as long as the curve's. */
  readonly signature: Buffer;
  /** The signer's first; in good order the root is the last. */
  readonly certificates: readonly Certificate[];
  /** An RFC 3161 TimeStampToken over the signature. */
  readonly timestamp: Buffer | undefined;
  readonly agent: string | undefined;
}

/** Most bytes of an envelope with its certificates and its timestamp. */
export const ENVELOPE_LIMIT = 1 << 20;

/** Most certificates of an envelope. */
export const MOST_CERTIFICATES = 8;

export function malformed(problem: string): Fault {
  return new Fault(
    'notary/malformed',
    `The Notary Project signature is malformed: ${problem}.`,
    'Check where it comes from.',
  );
}
