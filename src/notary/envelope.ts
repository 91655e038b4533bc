// The two formats of envelopes behind one face.
import { parseJson } from '../lib/json.ts';
import { twinMember } from '../oci/twins.ts';
import { coseParts, parseCose } from './cose.ts';
import { jwsParts, parseJws } from './jws.ts';
import { malformed, type NotaryEnvelope, type NotaryFormat, type SignedAttributes, TargetArtifact } from './types.ts';
import { type EnvelopeParts, payloadBytes } from './write.ts';

/**
 * Takes an envelope apart, at most 1 MiB with at most 8 certificates.
 * @throws Fault `notary/malformed`, `json/malformed`, `x509/malformed`
 */
export function parseEnvelope(bytes: Uint8Array, format: NotaryFormat): NotaryEnvelope {
  return format === 'jws' ? parseJws(bytes) : parseCose(bytes);
}

/**
 * What the payload says that was signed (signature-specification, Payload).
 * @throws Fault `notary/malformed`, `json/malformed`
 */
export function parsePayload(payload: Uint8Array): TargetArtifact {
  const json = parseJson(payload, 'The payload');
  const twin = twinMember(Buffer.from(payload).toString('utf8'));
  if (twin !== undefined) throw malformed(`the payload has the member ${twin.slice(0, 100)} twice`);
  const parsed = TargetArtifact.safeParse(
    typeof json === 'object' && json !== null && 'targetArtifact' in json ? json.targetArtifact : undefined,
  );
  if (parsed.success) return parsed.data;
  throw malformed(
    `the payload names no artifact: ${parsed.error.issues[0]?.path.join('.') ?? ''} is not as it should be`,
  );
}

/** What is to be signed of an artifact, and how the envelope is made of it. @param algorithm as JWS names it: `ES256` */
export function envelopeParts(
  format: NotaryFormat,
  algorithm: string,
  artifact: TargetArtifact,
  attributes: SignedAttributes,
): EnvelopeParts {
  const payload = payloadBytes(artifact);
  return format === 'jws' ? jwsParts(algorithm, payload, attributes) : coseParts(algorithm, payload, attributes);
}
