// A small world of Sigstore: an authority, logs, timestamp authorities, keys, and bundles of theirs.
import { type KeyObject, sign } from 'node:crypto';
import { preAuthEncoding } from '../../src/dsse/envelope.ts';
import { type Statement, statementAbout, statementBytes, STATEMENT_PAYLOAD_TYPE } from '../../src/intoto/statement.ts';
import { signerOf } from '../../src/keys/private.ts';
import type { PublicKey } from '../../src/keys/types.ts';
import { type Digest, digestOf } from '../../src/lib/digest.ts';
import type { BundleTrust, PreparedRoot } from '../../src/verify/sigstore/trust.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import {
  CODE_SIGNING,
  extensions,
  type FakeIssuer,
  fakeIssuer,
  type FakeKey,
  fakeKey,
  fakeTimestampAuthority,
  type FakeTimestampAuthority,
  issue,
} from './authority.ts';
import { FakeLog, hashedRekord, type LoggedJson } from './log.ts';

/** 2027-01-15, when everything is signed unless said otherwise. */
export const SIGNED = 1_800_000_000;
const DAY = 86_400;
/** When the authorities of the world are trusted. */
export const WINDOW = [SIGNED - 100 * DAY, SIGNED + 1000 * DAY] as const;
export const ARTIFACT = Buffer.from('the artifact');
export const MAIL = 'dev@acme.example';
export const ISSUER = 'https://login.acme.example';

export interface World {
  readonly key: FakeKey & { readonly publicKey: PublicKey };
  readonly authority: FakeIssuer;
  readonly log: FakeLog;
  readonly tsa: FakeTimestampAuthority;
  readonly root: PreparedRoot;
  readonly trust: BundleTrust;
}

export function publicKeyOf(key: FakeKey): PublicKey {
  return signerOf(key.privateKey, 'k').publicKey;
}

export function fakeWorld(): World {
  const made = fakeKey();
  const key = { ...made, publicKey: publicKeyOf(made) };
  const authority = fakeIssuer('acme root', WINDOW);
  const log = new FakeLog('log.acme.example');
  const tsa = fakeTimestampAuthority('tsa', WINDOW);
  const [start, end] = WINDOW;
  const validFor = { start, end };
  const root: PreparedRoot = {
    logs: [trustedLog(log)],
    certificateLogs: [],
    certificateAuthorities: [{ name: 'acme', chain: [parseCertificate(authority.certificate)], validFor }],
    timestampAuthorities: [trustedTsa('tsa', tsa)],
  };
  const trust: BundleTrust = {
    keys: [{ key: key.publicKey }],
    identities: [{ subject: { exact: MAIL }, issuer: { exact: ISSUER } }],
    root,
    thresholds: { logs: 1, timestamps: 0, times: 0, certificateLogs: 0 },
    revocations: [],
    minimumVersion: '0.1',
  };
  return { key, authority, log, tsa, root, trust };
}

export function trustedLog(log: FakeLog): PreparedRoot['logs'][number] {
  const [start, end] = WINDOW;
  return { url: `https://${log.name}`, id: log.id, spki: log.spki, validFor: { start, end } };
}

export function trustedTsa(name: string, tsa: FakeTimestampAuthority): PreparedRoot['timestampAuthorities'][number] {
  const [start, end] = WINDOW;
  return { name, chain: tsa.chain.map((der) => parseCertificate(der)), validFor: { start, end } };
}

/** A certificate of ten minutes. */
export function certificateFor(
  authority: FakeIssuer,
  spki: Buffer,
  { from = SIGNED - 60, more = [extensions.mail(MAIL), extensions.issuer(ISSUER)] } = {},
): Buffer {
  const request = { spki, notBefore: from, notAfter: from + 600 };
  return issue(authority, { ...request, extensions: [extensions.purpose(CODE_SIGNING), ...more] });
}

export interface BundleParts {
  readonly message: Buffer;
  readonly signature: Buffer;
  readonly material: LoggedJson;
  readonly content: LoggedJson;
  /** What logs are told. */
  readonly body: Buffer;
}

/** A signature over the artifact, or over a statement about it; nothing witnessed yet. */
export function signedParts(
  { privateKey, spki }: { readonly privateKey: KeyObject; readonly spki: Buffer },
  parts: { readonly certificate?: Buffer; readonly about?: Digest; readonly statement?: Statement } = {},
): BundleParts {
  const { certificate, about } = parts;
  const statement =
    parts.statement ?? (about === undefined ? undefined : statementAbout({ digest: about }, 'https://x.example/p', {}));
  const payload = statement === undefined ? undefined : statementBytes(statement);
  const message = payload === undefined ? ARTIFACT : preAuthEncoding(STATEMENT_PAYLOAD_TYPE, payload);
  const signature = sign('sha256', message, privateKey);
  const sig = signature.toString('base64');
  const content =
    payload === undefined
      ? { messageSignature: { signature: sig } }
      : {
          dsseEnvelope: {
            payload: payload.toString('base64'),
            payloadType: STATEMENT_PAYLOAD_TYPE,
            signatures: [{ sig }],
          },
        };
  const material =
    certificate === undefined ? { publicKey: {} } : { certificate: { rawBytes: certificate.toString('base64') } };
  const body = hashedRekord(message, signature, certificate === undefined ? { key: spki } : { certificate });
  return { message, signature, material, content, body };
}

/** The bundle. @param entries of logs @param stamps responses of timestamp authorities */
export function bundleOf(
  { material, content }: BundleParts,
  entries: readonly unknown[] = [],
  stamps: readonly Buffer[] = [],
  mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json',
): Buffer {
  const rfc3161Timestamps = stamps.map((stamp) => ({ signedTimestamp: stamp.toString('base64') }));
  const verificationMaterial = {
    ...material,
    tlogEntries: entries,
    timestampVerificationData: { rfc3161Timestamps },
  };
  return Buffer.from(JSON.stringify({ mediaType, verificationMaterial, ...content }));
}

export const artifactDigest = digestOf(ARTIFACT);
