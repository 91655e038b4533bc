// A Sigstore trusted root made of its parts (protobuf-specs, sigstore_trustroot.proto, TrustedRoot, in its JSON form).
import { hash, X509Certificate } from 'node:crypto';
import type { PublicKey } from '../keys/types.ts';
import { Fault } from '../lib/faults.ts';
import { fieldsOf, listOf } from '../lib/fields.ts';
import { prettyJson } from '../lib/json.ts';
import { isoTime } from '../lib/time.ts';
import { keyDetailsOf, trustedLog } from '../log/trusted-root.ts';
import type { Certificate } from '../x509/certificate.ts';
import { nameAttributes } from '../x509/names.ts';

/** Seconds since 1970. */
export interface PartTimes {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** Who they are to a trusted root. */
export type LogKind = 'log' | 'rekor' | 'ctlog';
export type AuthorityKind = 'fulcio' | 'tsa';

export type TrustPart =
  | { readonly kind: LogKind; readonly place: string; readonly key: PublicKey; readonly times: PartTimes }
  | {
      readonly kind: AuthorityKind;
      readonly place: string;
      readonly chain: readonly Certificate[];
      readonly times: PartTimes;
    };

const LISTS = {
  log: 'tlogs',
  rekor: 'tlogs',
  ctlog: 'ctlogs',
  fulcio: 'certificateAuthorities',
  tsa: 'timestampAuthorities',
} as const;
const MEDIA_TYPE = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';

/**
 * Writes a trusted root.
 * @param parts a log's `place` is its origin, of the others it is an address
 * @param base a trusted root whose members stay, each list before what is added to it
 * @param now when a log's key begins to count, unless its part says
 * @throws Fault `log/origin`, `tlog/key`, `trust/chain` for certificates of which one does not issue the one before it
 */
export function trustedRootBytes(parts: readonly TrustPart[], base: unknown, now: number): Buffer {
  const before = fieldsOf(base) ?? {};
  const document: Record<string, unknown> = { ...before, mediaType: before['mediaType'] ?? MEDIA_TYPE };
  for (const part of parts) {
    const list = LISTS[part.kind];
    document[list] = [...listOf(document[list]), memberOf(part, now)];
  }
  return Buffer.from(prettyJson(document));
}

function memberOf(part: TrustPart, now: number): object {
  switch (part.kind) {
    case 'log':
      return trustedLog(part.place, part.key, window(part.times, now));
    case 'rekor':
    case 'ctlog':
      return logMember(part.place, part.key, window(part.times, now));
    case 'fulcio':
    case 'tsa':
      return authorityMember(part.place, part.chain, part.times);
  }
}

function window({ start, end }: PartTimes, now: number) {
  return { start: start ?? now, ...(end === undefined ? {} : { end }) };
}

/** Rekor v1 and logs of certificates are known by the hash of their key (RFC 6962, 3.2). */
function logMember(baseUrl: string, key: PublicKey, { start, end }: { start: number; end?: number }): object {
  const validFor = { start: isoTime(start), ...(end === undefined ? {} : { end: isoTime(end) }) };
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: Buffer.from(key.spki).toString('base64'),
      keyDetails: keyDetailsOf(key.algorithm),
      validFor,
    },
    logId: { keyId: hash('sha256', Buffer.from(key.spki), 'base64') },
  };
}

function authorityMember(uri: string, chain: readonly Certificate[], { start, end }: PartTimes): object {
  requireChain(chain, uri);
  const root = chain.at(-1);
  const attribute = (type: string): string => {
    const found = root === undefined ? [] : nameAttributes(root.subject);
    return found.find((one) => one.type === type)?.value ?? '';
  };
  // A chain counts as long as all of its certificates do.
  const first = start ?? Math.max(...chain.map(({ notBefore }) => notBefore));
  return {
    subject: { organization: attribute('O'), commonName: attribute('CN') },
    uri,
    certChain: { certificates: chain.map(({ der }) => ({ rawBytes: der.toString('base64') })) },
    validFor: { start: isoTime(first), ...(end === undefined ? {} : { end: isoTime(end) }) },
  };
}

function requireChain(chain: readonly Certificate[], place: string): void {
  const read = chain.map(({ der }) => new X509Certificate(der));
  for (const [i, one] of read.entries()) {
    const issuer = read[i + 1] ?? one;
    if (one.checkIssued(issuer) && one.verify(issuer.publicKey)) continue;
    throw new Fault(
      'trust/chain',
      `The certificates of ${place} are no chain: number ${i + 1} is not issued by ${issuer === one ? 'itself' : 'the next one'}.`,
      'Give them in their order, the issuing authority first and its root last.',
    );
  }
}
