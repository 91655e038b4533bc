// DSSE envelopes (secure-systems-lab/dsse, envelope.md and protocol.md, version 1.0).
import { z } from 'zod';
import { limits } from '../lib/limits.ts';
import { decodeBase64 } from './base64.ts';

/** Most signatures of one envelope that are looked at. */
export const MOST_SIGNATURES = 16;

const bytes = (limit: number) =>
  z.string().transform((text, context) => {
    // Four characters hold three bytes.
    const decoded = text.length > Math.ceil(limit / 3) * 4 ? undefined : decodeBase64(text);
    if (decoded !== undefined) return decoded;
    context.addIssue({ code: 'custom', message: `is not canonical base64 of at most ${limit} bytes` });
    return z.NEVER;
  });

export const Envelope = z.object({
  payload: bytes(limits.envelope),
  payloadType: z.string().min(1).max(200),
  signatures: z
    .array(z.object({ sig: bytes(16 << 10), keyid: z.string().max(1000).optional() }))
    .min(1)
    .max(MOST_SIGNATURES),
});
/** A parsed envelope: payload and signatures as bytes. `keyid` is a hint by whoever wrote it, never a proof. */
export type Envelope = z.infer<typeof Envelope>;

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
