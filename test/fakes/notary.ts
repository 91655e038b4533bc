// Signers of Notary Project signatures with their certificates, good ones unless told otherwise.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signerOf } from '../../src/keys/private.ts';
import type { CertifiedSigner } from '../../src/sign/notary.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { partsOf, readDer } from '../../src/x509/der.ts';
import {
  CODE_SIGNING,
  extensions,
  type FakeIssuer,
  fakeIssuer,
  type FakeTimestampAuthority,
  issue,
  type StampOptions,
} from './authority.ts';

export const SIGNED_AT = 1_800_000_000;
export const WINDOW = [SIGNED_AT - 1000, SIGNED_AT + 1000] as const;
export const SUBJECT = 'C=US,ST=WA,O=Example,CN=signer';

/** Bits of the extension KeyUsage. */
export const usages = {
  digitalSignature: '0780',
  keyCertSign: '0204',
  both: '0284',
  encipherment: '05a0',
} as const;

export function notaryAuthority(
  name = 'root',
  above?: FakeIssuer,
  window: readonly [number, number] = WINDOW,
): FakeIssuer {
  return fakeIssuer(name, window, above, [extensions.usage(usages.keyCertSign)]);
}

export interface SignerOptions {
  readonly key?: KeyObject;
  /** From the signer's own issuer up to the root. */
  readonly issuers: readonly FakeIssuer[];
  readonly subject?: string;
  readonly window?: readonly [number, number];
  readonly extensions?: readonly Buffer[];
}

export function notarySigner({
  key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  issuers,
  subject = SUBJECT,
  window = WINDOW,
  extensions: more = [extensions.usage(usages.digitalSignature), extensions.purpose(CODE_SIGNING)],
}: SignerOptions): CertifiedSigner {
  const signer = signerOf(key, 'a test key');
  const [issuer] = issuers;
  if (issuer === undefined) throw new Error('no issuer');
  const [notBefore, notAfter] = window;
  const leaf = issue(issuer, {
    subject,
    spki: Buffer.from(signer.publicKey.spki),
    notBefore,
    notAfter,
    extensions: more,
  });
  const chain = [leaf, ...issuers.map(({ certificate }) => certificate)];
  return { signer, certificates: chain.map((der) => parseCertificate(der)) };
}

/** The token alone, as signatures carry it. */
export function tokenOf(
  authority: FakeTimestampAuthority,
  signature: Uint8Array,
  seconds: number,
  options: StampOptions = {},
): Buffer {
  const [, token] = partsOf(readDer(authority.stamp(signature, seconds, options), 'the response'));
  if (token === undefined) throw new Error('no token');
  return token.whole;
}
