// Signatures and attestations in cosign's legacy forms.
import type { LayerToWrite } from '../cosign/layer.ts';
import { envelopeJson, signEnvelope } from '../dsse/envelope.ts';
import { STATEMENT_PAYLOAD_TYPE } from '../intoto/statement.ts';
import { canonicalJson } from '../lib/json.ts';
import { signatureOf, type SigningIdentity } from './bundle.ts';
import { type SignedContent, testimoniesOf, type Testimony, type Witness } from './witness.ts';

/** A layer that is to be written, with its bytes. */
export type SignedLayer = LayerToWrite & { readonly payload: Buffer };

export interface LegacySigner extends SigningIdentity {
  /** DER: what stands above the certificate, for those who do not have it. */
  readonly chain?: readonly Uint8Array[] | undefined;
}

/**
 * Signs a payload of {@link simpleSigningBytes}. Of what the witnesses say, the last entry with a promise and the last timestamp
 * have a place.
 * @throws Fault of the signer and `witness/…` of the witnesses
 */
export async function signPayload(
  payload: Buffer,
  signer: LegacySigner,
  witnesses: readonly Witness[],
): Promise<SignedLayer> {
  const signature = await signer.signer.sign(payload);
  const content = { kind: 'message', message: payload } as const;
  return { kind: 'signature', payload, signature, ...(await materialOf({ content, signature }, signer, witnesses)) };
}

/** Signs a statement's bytes in an envelope. @throws as {@link signPayload} */
export async function signAttestation(
  { bytes, predicateType }: { readonly bytes: Uint8Array; readonly predicateType: string },
  signer: LegacySigner,
  witnesses: readonly Witness[],
): Promise<SignedLayer> {
  const envelope = await signEnvelope(STATEMENT_PAYLOAD_TYPE, bytes, async (message) => signer.signer.sign(message));
  const content = { kind: 'envelope', envelope } as const;
  const material = await materialOf({ content, signature: signatureOf(envelope) }, signer, witnesses);
  const payload = Buffer.from(canonicalJson(envelopeJson(envelope)), 'utf8');
  return { kind: 'attestation', payload, predicateType, ...material };
}

async function materialOf(
  signed: Pick<SignedContent, 'content' | 'signature'>,
  { signer, certificate, chain = [] }: LegacySigner,
  witnesses: readonly Witness[],
) {
  const testimonies = await testimoniesOf(
    { ...signed, publicKey: signer.publicKey, certificate: certificate?.der },
    witnesses,
  );
  return {
    certificate: certificate?.der,
    chain: chain.map((der) => Buffer.from(der)),
    logEntry: last(testimonies, 'log-entry')?.entry,
    timestamp: bufferOf(last(testimonies, 'timestamp')?.response),
  };
}

function bufferOf(bytes: Uint8Array | undefined): Buffer | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes);
}

function last<Kind extends Testimony['kind']>(testimonies: readonly Testimony[], kind: Kind) {
  return testimonies.findLast((one): one is Extract<Testimony, { kind: Kind }> => one.kind === kind);
}
