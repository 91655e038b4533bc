// The judgement of one Notary Project signature: bytes, trust and the time in, checks out (trust-store-trust-policy, Steps).
import { digestOf } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { algorithmOf, isSignatureBy, type NotaryAlgorithm } from '../../notary/algorithms.ts';
import { parseEnvelope, parsePayload } from '../../notary/envelope.ts';
import { NOTARY_PAYLOAD_TYPE, type NotaryEnvelope, type TargetArtifact } from '../../notary/types.ts';
import type { Check } from '../check.ts';
import { CheckList, type WitnessedTime } from '../sigstore/question.ts';
import { unstopped } from '../sigstore/signature.ts';
import { checkAuthenticity } from './authenticity.ts';
import type { NotaryQuestion, NotaryResult, NotarySigner } from './question.ts';
import { checkRevocation } from './revocation.ts';
import { checkExpiry, checkValidity } from './times.ts';
import type { NotaryTrust } from './trust.ts';

/**
 * Judges a signature of a manifest. Pure: the same arguments give the same answer. Never throws for what the envelope says.
 * Lists of revoked certificates are not fetched: where a certificate names one, the revocation is not established.
 * @param now seconds since 1970
 */
export function verifyNotary(question: NotaryQuestion, trust: NotaryTrust, now: number): NotaryResult {
  const list = new CheckList(question.subject.digest, [digestOf(question.bytes)]);
  try {
    const envelope = readEnvelope(question, trust, list);
    const artifact = envelope === undefined ? undefined : checkIntegrity(envelope, question, list);
    if (envelope === undefined || artifact === undefined) return resultOf(list, undefined, []);
    checkAuthenticity(envelope, trust, list);
    checkExpiry(envelope, trust, now, list);
    const times = checkValidity(envelope, trust, now, list);
    checkRevocation(envelope, question.subject.digest, times, trust, list);
    return resultOf(list, signerOf(envelope, artifact), times);
  } catch (fault) {
    list.refuted('envelope', 'envelope-malformed', unstopped(fault));
    return resultOf(list, undefined, []);
  }
}

/** The envelope, if it is one that this program may judge. */
function readEnvelope(
  { bytes, format }: NotaryQuestion,
  { formats = ['jws', 'cose'] }: NotaryTrust,
  list: CheckList,
): NotaryEnvelope | undefined {
  if (!formats.includes(format)) {
    list.refuted('envelope', 'format-downgraded', `it is a ${format} envelope, only ${formats.join(', ')} counts`);
    return undefined;
  }
  const envelope = parseEnvelope(bytes, format);
  const { plugin, unknownCritical, contentType } = envelope;
  if (plugin !== undefined) {
    list.refuted('envelope', 'plugin-needed', `only the plugin ${plugin} may judge it`);
    return undefined;
  }
  if (unknownCritical.length > 0) {
    list.refuted(
      'envelope',
      'critical-unknown',
      `its critical header ${unknownCritical[0]?.slice(0, 100) ?? ''} is not known`,
    );
    return undefined;
  }
  if (contentType !== NOTARY_PAYLOAD_TYPE) {
    list.refuted('envelope', 'envelope-malformed', `its payload is of type ${contentType}`);
    return undefined;
  }
  list.established('envelope', `it is a ${format} envelope of the scheme ${envelope.scheme}`);
  return envelope;
}

/** What was signed, if the certificate's key signed it; whether it is the subject, a check says. */
function checkIntegrity(
  envelope: NotaryEnvelope,
  { subject }: NotaryQuestion,
  list: CheckList,
): TargetArtifact | undefined {
  const [leaf] = envelope.certificates;
  const algorithm = leaf === undefined ? undefined : keyAlgorithm(leaf.spki, list);
  if (leaf === undefined || algorithm === undefined) return undefined;
  if (algorithm.name !== envelope.algorithm) {
    const reason = `it says ${envelope.algorithm}, and the key signs with ${algorithm.name}`;
    list.refuted('signature', 'algorithm-other', reason);
    return undefined;
  }
  if (!isSignatureBy(leaf.spki, algorithm, envelope.message, envelope.signature)) {
    list.refuted('signature', 'signature-invalid', "the signature is not by the certificate's key over these bytes");
    return undefined;
  }
  list.established('signature', `${algorithm.name} by the certificate's key`);
  const artifact = parsePayload(envelope.payload);
  const about = `${artifact.digest} (${artifact.mediaType.slice(0, 100)}, ${artifact.size} bytes)`;
  const same =
    artifact.digest === subject.digest && artifact.mediaType === subject.mediaType && artifact.size === subject.size;
  if (same) list.established('subject', `the signature is about ${about}`);
  else list.refuted('subject', 'subject-other', `the signature is about ${about}`);
  return artifact;
}

function keyAlgorithm(spki: Buffer, list: CheckList): NotaryAlgorithm | undefined {
  try {
    return algorithmOf(spki);
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.code !== 'notary/key') throw fault;
    list.refuted('signature', 'algorithm-other', unstopped(fault));
    return undefined;
  }
}

function signerOf({ certificates, signingTime, expiry }: NotaryEnvelope, artifact: TargetArtifact): NotarySigner {
  return { certificates, annotations: artifact.annotations ?? {}, signingTime, expiry };
}

function resultOf(
  { checks }: CheckList,
  signer: NotarySigner | undefined,
  times: readonly WitnessedTime[],
): NotaryResult {
  return { outcome: outcomeOf(checks), checks, signer, times };
}

function outcomeOf(checks: readonly Check[]): NotaryResult['outcome'] {
  if (checks.some(({ outcome }) => outcome === 'refuted')) return 'refuted';
  return checks.some(({ outcome }) => outcome === 'not established') ? 'not established' : 'established';
}
