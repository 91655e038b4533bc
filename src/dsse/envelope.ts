// DSSE envelopes (secure-systems-lab/dsse, envelope.md and protocol.md, version 1.0).
import { limits } from '../lib/limits.ts';
import { list, object, type Shape, string } from '../lib/shape.ts';
import { decodeBase64 } from './base64.ts';

/** Most signatures of one envelope that are looked at. */
export const MOST_SIGNATURES = 16;

// Four characters hold three bytes.
const bytes = (limit: number): Shape<Buffer> =>
  string().made(
    (text) => (text.length > Math.ceil(limit / 3) * 4 ? undefined : decodeBase64(text)),
    `is not canonical base64 of at most ${limit} bytes`,
  );

/** A parsed envelope: payload and signatures as bytes. `keyid` is a hint by whoever wrote it, never a proof. */
export interface Envelope {
  payload: Buffer;
  payloadType: string;
  signatures: { sig: Buffer; keyid?: string | undefined }[];
}
export const Envelope: Shape<Envelope> = object<Envelope>({
  payload: bytes(limits.envelope),
  payloadType: string(200, 1),
  signatures: list(
    object<Envelope['signatures'][number]>({ sig: bytes(16 << 10), keyid: string(1000).optional() }),
    MOST_SIGNATURES,
    1,
  ),
});

/** What is signed: the pre-authentication encoding of a payload and its type (protocol.md, Signature Definition). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/** Signs a payload once. `keyid` stays out: a bundle names the key elsewhere. */
export async function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
): Promise<Envelope> {
  const sig = Buffer.from(await sign(preAuthEncoding(payloadType, payload)));
  return { payload: Buffer.from(payload), payloadType, signatures: [{ sig }] };
}

/** The envelope's JSON value, in standard base64. */
export function envelopeJson(envelope: Envelope): object {
  return {
    payload: envelope.payload.toString('base64'),
    payloadType: envelope.payloadType,
    signatures: envelope.signatures.map(({ sig, keyid }) => ({ sig: sig.toString('base64'), keyid })),
  };
}
