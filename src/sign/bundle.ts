// Bytes or a statement, an identity and witnesses → a Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto).
import { hash } from 'node:crypto';
import { type Envelope, envelopeJson, signEnvelope } from '../dsse/envelope.ts';
import { STATEMENT_PAYLOAD_TYPE, type Statement, statementBytes } from '../intoto/statement.ts';
import { hashOfKey } from '../keys/scheme.ts';
import type { Signer } from '../keys/types.ts';
import { canonicalJson } from '../lib/json.ts';
import { BUNDLE_MEDIA_TYPE, keyHint } from '../sigstore/bundle.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type SignedContent, testimoniesOf, type Witness } from './witness.ts';

/** Who signs: a key, and the certificate that says whose it is. */
export interface SigningIdentity {
  readonly signer: Signer;
  /** The signer's own; `undefined` for a key that stands for itself. */
  readonly certificate: Certificate | undefined;
}

/** What is signed: a statement in a DSSE envelope, also as bytes that stay as they are, or the bytes of a file. */
export type ToSign =
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'statement-bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'message'; readonly message: Uint8Array };

/**
 * Signs, has every witness testify in its turn, and writes the bundle.
 * @throws Fault of the signer and `witness/…` of the witnesses: then there is no bundle
 */
export async function signBundle(
  toSign: ToSign,
  { signer, certificate }: SigningIdentity,
  witnesses: readonly Witness[],
): Promise<Buffer> {
  const { content, signature } = await sign(toSign, signer);
  const signed = { content, signature, publicKey: signer.publicKey, certificate: certificate?.der };
  const testimonies = await testimoniesOf(signed, witnesses);
  const entries = testimonies.flatMap((one) => (one.kind === 'log-entry' ? [one.entry] : []));
  const stamps = testimonies.flatMap((one) =>
    one.kind === 'timestamp' ? [{ signedTimestamp: Buffer.from(one.response).toString('base64') }] : [],
  );
  const { spki } = signer.publicKey;
  const verifier =
    certificate === undefined
      ? { publicKey: { hint: keyHint(spki) } }
      : { certificate: { rawBytes: Buffer.from(certificate.der).toString('base64') } };
  const document = {
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: {
      ...verifier,
      ...(entries.length === 0 ? {} : { tlogEntries: entries }),
      ...(stamps.length === 0 ? {} : { timestampVerificationData: { rfc3161Timestamps: stamps } }),
    },
    ...contentJson(content, signature, hashOfKey(signer.publicKey)),
  };
  return Buffer.from(canonicalJson(document), 'utf8');
}

async function sign(
  toSign: ToSign,
  signer: Signer,
): Promise<{ readonly content: SignedContent['content']; readonly signature: Uint8Array }> {
  if (toSign.kind === 'message') return { content: toSign, signature: await signer.sign(toSign.message) };
  const bytes = toSign.kind === 'statement' ? statementBytes(toSign.statement) : toSign.bytes;
  const envelope = await signEnvelope(STATEMENT_PAYLOAD_TYPE, bytes, async (message) => signer.sign(message));
  return { content: { kind: 'envelope', envelope }, signature: signatureOf(envelope) };
}

/** The signature of an envelope that was just signed once. */
export function signatureOf({ signatures }: Envelope): Uint8Array {
  return signatures[0]?.sig ?? Buffer.alloc(0);
}

/** @param algorithm the key's: from its digest, which a log has, too, verifiers make the log's entry again */
function contentJson(
  content: SignedContent['content'],
  signature: Uint8Array,
  algorithm: ReturnType<typeof hashOfKey>,
): object {
  if (content.kind === 'envelope') return { dsseEnvelope: envelopeJson(content.envelope) };
  const digest = hash(algorithm, content.message, 'base64');
  return {
    messageSignature: {
      messageDigest: { algorithm: algorithm.replace('sha', 'SHA2_'), digest },
      signature: Buffer.from(signature).toString('base64'),
    },
  };
}
