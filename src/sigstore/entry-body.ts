// What Rekor logged of a signature (rekor, pkg/types; rekor-tiles, api/proto): whose, over what.
import { z } from 'zod';
import { decodeBase64 } from '../dsse/base64.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { base64 } from './base64.ts';

/** The hash of what was signed. */
export interface LoggedHash {
  /** Node.js' name of it. */
  readonly algorithm: 'sha256' | 'sha384' | 'sha512';
  readonly hash: Buffer;
}

export interface LoggedSignature {
  readonly signature: Buffer;
  /** The signer's certificate, or its public key (SubjectPublicKeyInfo), DER. */
  readonly verifier: { readonly kind: 'certificate' | 'key'; readonly der: Buffer };
}

export interface LoggedEntry extends LoggedSignature {
  /** `hashedrekord 0.0.1` and its like. */
  readonly type: string;
  /** Of what: the message that was signed (of an envelope its pre-authentication encoding), or an envelope's payload. */
  readonly of: 'message' | 'payload';
  readonly digest: LoggedHash;
}

const hexHash = z
  .object({
    algorithm: z.string(),
    value: z.string().regex(/^(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/, 'is no hash'),
  })
  .transform(({ algorithm, value }) => ({ algorithm, digest: Buffer.from(value, 'hex') }));
const protoHash = z.object({ algorithm: z.string(), digest: base64 });
const armoured = base64.transform((bytes, context) => {
  const verifier = pemVerifier(bytes.toString('latin1'));
  if (verifier !== undefined) return verifier;
  context.addIssue({ code: 'custom', message: 'is no PEM certificate or public key' });
  return z.NEVER;
});
/** Rekor encodes signatures of envelopes twice; no signature is base64 itself. */
function decodedAgain(bytes: Buffer): Buffer {
  const inner = decodeBase64(bytes.toString('latin1'));
  return inner === undefined || inner.length === 0 ? bytes : inner;
}
const rawBytes = z.object({ rawBytes: base64 });
const verifierOf = z
  .object({ x509Certificate: rawBytes.optional(), publicKey: rawBytes.optional() })
  .transform(({ x509Certificate: certificate, publicKey: key }, context): LoggedSignature['verifier'] => {
    if (certificate !== undefined && key === undefined) return { kind: 'certificate', der: certificate.rawBytes };
    if (key !== undefined && certificate === undefined) return { kind: 'key', der: key.rawBytes };
    context.addIssue({ code: 'custom', message: 'is neither a certificate nor a key' });
    return z.NEVER;
  });
const protoSignature = z.object({ content: base64, verifier: verifierOf });
const one = <T extends z.ZodType>(item: T) => z.tuple([item]);

type Spec = Pick<LoggedEntry, 'signature' | 'verifier' | 'of'> & {
  readonly digest: { algorithm: string; digest: Buffer };
};

/** By kind and version: how its `spec` is read. */
const SPECS: Readonly<Record<string, z.ZodType<Spec>>> = {
  'hashedrekord 0.0.1': z
    .object({
      data: z.object({ hash: hexHash }),
      signature: z.object({ content: base64, publicKey: z.object({ content: armoured }) }),
    })
    .transform(({ data, signature }) => ({
      signature: signature.content,
      verifier: signature.publicKey.content,
      of: 'message',
      digest: data.hash,
    })),
  'hashedrekord 0.0.2': z
    .object({ hashedRekordV002: z.object({ data: protoHash, signature: protoSignature }) })
    .transform(({ hashedRekordV002: { data, signature } }) => ({
      signature: signature.content,
      verifier: signature.verifier,
      of: 'message',
      digest: data,
    })),
  'dsse 0.0.1': z
    .object({ payloadHash: hexHash, signatures: one(z.object({ signature: base64, verifier: armoured })) })
    .transform(({ payloadHash, signatures: [{ signature, verifier }] }) => ({
      signature,
      verifier,
      of: 'payload',
      digest: payloadHash,
    })),
  'dsse 0.0.2': z
    .object({ dsseV002: z.object({ payloadHash: protoHash, signatures: one(protoSignature) }) })
    .transform(({ dsseV002: { payloadHash, signatures } }) => ({
      signature: signatures[0].content,
      verifier: signatures[0].verifier,
      of: 'payload',
      digest: payloadHash,
    })),
  'intoto 0.0.2': z
    .object({
      content: z.object({
        payloadHash: hexHash,
        envelope: z.object({
          signatures: one(
            z.object({
              sig: base64.transform(decodedAgain),
              publicKey: armoured,
            }),
          ),
        }),
      }),
    })
    .transform(({ content: { payloadHash, envelope } }) => ({
      signature: envelope.signatures[0].sig,
      verifier: envelope.signatures[0].publicKey,
      of: 'payload',
      digest: payloadHash,
    })),
};

const Body = z.object({ kind: z.string().max(100), apiVersion: z.string().max(100), spec: z.unknown() });

const ALGORITHMS: Readonly<Record<string, LoggedHash['algorithm']>> = {
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};
const SIZES = { sha256: 32, sha384: 48, sha512: 64 } as const;

/**
 * Reads the body of a log entry.
 * @throws Fault `sigstore/entry` for a kind or version that is not known, `sigstore/malformed`, `json/malformed`
 */
export function parseEntryBody(bytes: Uint8Array): LoggedEntry {
  const body = Body.safeParse(parseJson(bytes, 'the logged entry'));
  if (!body.success) throw malformed('it has no kind and version');
  const type = `${body.data.kind} ${body.data.apiVersion}`;
  const schema = Object.hasOwn(SPECS, type) ? SPECS[type] : undefined;
  if (schema === undefined) {
    throw new Fault(
      'sigstore/entry',
      `A log entry of type ${type} is not known here.`,
      'Use a newer version of Temper.',
    );
  }
  const spec = schema.safeParse(body.data.spec);
  if (!spec.success) {
    const issue = spec.error.issues[0];
    throw malformed(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const { signature, verifier, of, digest } = spec.data;
  const algorithm = ALGORITHMS[digest.algorithm];
  if (algorithm === undefined || SIZES[algorithm] !== digest.digest.length)
    throw malformed('its hash is none of SHA-2');
  return { type, signature, verifier, of, digest: { algorithm, hash: digest.digest } };
}

const PEM = /^-----BEGIN (CERTIFICATE|PUBLIC KEY)-----\r?\n([A-Za-z0-9+/=\r\n]{1,100000})-----END \1-----/;

/** The first block of a PEM text. */
function pemVerifier(text: string): LoggedSignature['verifier'] | undefined {
  const [, label, body = ''] = PEM.exec(text.trimStart()) ?? [];
  if (label === undefined) return undefined;
  const der = Buffer.from(body.replace(/[\r\n]/g, ''), 'base64');
  return { kind: label === 'CERTIFICATE' ? 'certificate' : 'key', der };
}

function malformed(problem: string): Fault {
  return new Fault(
    'sigstore/malformed',
    `The logged entry cannot be read: ${problem}.`,
    'Check what made the signature.',
  );
}
