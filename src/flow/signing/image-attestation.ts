// One attestation about one manifest, in each format that holds statements.
import { layerOf } from '../../cosign/layer.ts';
import { simpleSigningBytes } from '../../cosign/payload.ts';
import { cosignAnnotations } from '../../cosign/types.ts';
import { bareStatementReferrer, signatureReferrer } from '../../publish/docker-statement.ts';
import { bundleReferrer } from '../../publish/referrer.ts';
import { signBundle } from '../../sign/bundle.ts';
import { signAttestation, signPayload } from '../../sign/legacy.ts';
import { type AttestationContent, contentBytes, subjectOf } from '../verification/attestation-content.ts';
import { chainOf, type SignatureWords, wantedBy } from './image-signature.ts';
import type { PlannedSignature, PlannedWrite } from './planned-signatures.ts';
import { type AttestationFormat, carriedBy } from './signature-formats.ts';
import { attestationBefore, bundleBefore, type SignedBefore, statementBefore } from './signed-before.ts';
import type { SigningParty } from './signing-party.ts';
import type { SigningSubject } from './signing-targets.ts';

export interface AttestationWords extends Omit<SignatureWords, 'expiry'> {
  readonly content: AttestationContent;
  /** Whether attestations of the same type under cosign's tag give way. */
  readonly replace: boolean;
}

/** What a statement v0.1, which needs a name, calls a subject that has none (in-toto/attestation, v0.1). */
const NO_NAME = '_';

/** Signs an attestation in one format, unless the same key has signed the same before. @throws Fault `attest/subject`, of the signer, `witness/…` */
export async function planAttestation(
  format: AttestationFormat,
  subject: SigningSubject,
  party: SigningParty,
  said: AttestationWords,
  before: SignedBefore,
): Promise<PlannedSignature> {
  const witnesses = carriedBy(format, party.witnesses);
  const context = { subject, party: { ...party, witnesses }, said, before };
  const write = await writeOf(format, context);
  const { predicateType } = said.content;
  return { format, subject, predicateType, witnesses: witnesses.map(({ name }) => name), write };
}

interface Context {
  readonly subject: SigningSubject;
  readonly party: SigningParty;
  readonly said: AttestationWords;
  readonly before: SignedBefore;
}

async function writeOf(format: AttestationFormat, context: Context): Promise<PlannedWrite> {
  if (format === 'bundle') return await attestAsBundle(context);
  return format === 'docker' ? await attestAsDocker(context) : await attestUnderTag(context);
}

async function attestAsBundle({ subject, party, said, before }: Context): Promise<PlannedWrite> {
  const { descriptor } = subject;
  const { content, identity, words, created } = said;
  const about = subjectOf(descriptor.digest, identity === '' ? undefined : identity, words);
  const statement = contentBytes(content, 'v1', about);
  const wanted = wantedBy(party, descriptor.digest, statement);
  const there = wanted && bundleBefore(before, wanted);
  if (there !== undefined) return { kind: 'there', manifest: there };
  const bytes = await signBundle({ kind: 'statement-bytes', bytes: statement }, party, party.witnesses);
  const { predicateType } = content;
  return { kind: 'referrers', referrers: [bundleReferrer({ subject: descriptor, bytes, predicateType, created })] };
}

async function attestUnderTag({ subject, party, said, before }: Context): Promise<PlannedWrite> {
  const { content, identity, words, replace } = said;
  const about = subjectOf(subject.descriptor.digest, identity === '' ? NO_NAME : identity, words);
  const bytes = contentBytes(content, 'v01', about);
  const wanted = wantedBy(party, subject.descriptor.digest, bytes);
  const there = wanted && attestationBefore(before, wanted);
  if (there !== undefined) return { kind: 'there', manifest: there };
  const { predicateType } = content;
  const layer = await signAttestation({ bytes, predicateType }, { ...party, chain: chainOf(party) }, party.witnesses);
  const gives = ({ annotations = {} }: { readonly annotations?: Readonly<Record<string, string>> | undefined }) =>
    annotations[cosignAnnotations.predicateType] === predicateType;
  return { kind: 'tag', legacy: 'attestation', layer, ...(replace ? { gives } : {}) };
}

async function attestAsDocker({ subject, party, said, before }: Context): Promise<PlannedWrite> {
  const { descriptor } = subject;
  const { content, identity, words, created } = said;
  const about = subjectOf(descriptor.digest, identity === '' ? NO_NAME : identity, {});
  const bytes = contentBytes(content, 'v01', about);
  const wanted = wantedBy(party, descriptor.digest, bytes);
  const there = wanted && statementBefore(before, wanted);
  if (there !== undefined) return { kind: 'there', manifest: there };
  const { predicateType } = content;
  const statement = bareStatementReferrer({ subject: descriptor, bytes, predicateType, created });
  const payload = simpleSigningBytes({ reference: identity, digest: statement.descriptor.digest, optional: words });
  const layer = await signPayload(payload, { ...party, chain: chainOf(party) }, party.witnesses);
  const signature = signatureReferrer({ subject: statement.descriptor, layer: layerOf(layer), payload, created });
  return { kind: 'referrers', referrers: [statement, signature] };
}
