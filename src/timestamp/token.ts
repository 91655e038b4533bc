// Timestamps (RFC 3161, 2.4.2): a time that an authority signed over the hash of something.
import { DerList, malformed, readDer, tags } from '../x509/der.ts';
import { integerOf, oidOf, smallIntegerOf, timeOf } from '../x509/values.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';

/** Most bytes of a timestamp with its certificates. */
export const TIMESTAMP_LIMIT = 256 << 10;

const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const WHAT = 'the timestamp';

export interface TimestampToken {
  readonly signed: SignedData;
  /** What it is over: a hash by its identifier. */
  readonly imprint: { readonly algorithm: string; readonly hash: Buffer };
  /** Seconds since 1970, a fraction kept. */
  readonly time: number;
  readonly policy: string;
  readonly serial: Buffer;
}

/** A token, as Notary's signatures carry it. @throws Fault `x509/malformed` */
export function parseTimestampToken(bytes: Uint8Array): TimestampToken {
  if (bytes.length > TIMESTAMP_LIMIT) throw malformed(WHAT, `it is larger than ${TIMESTAMP_LIMIT >> 10} KiB`);
  const signed = parseSignedData(readDer(bytes, WHAT), WHAT);
  if (signed.contentType !== TST_INFO) throw malformed(WHAT, 'what it signs is no time');
  const fields = new DerList(readDer(signed.content, WHAT));
  if (smallIntegerOf(fields.next(tags.integer)) !== 1) throw malformed(WHAT, 'it is of another version than 1');
  const policy = oidOf(fields.next(tags.oid));
  const imprint = new DerList(fields.next(tags.sequence));
  const algorithm = oidOf(new DerList(imprint.next(tags.sequence)).next(tags.oid));
  const hash = imprint.next(tags.octetString).content;
  imprint.end();
  const serial = integerOf(fields.next(tags.integer));
  return { signed, imprint: { algorithm, hash }, time: timeOf(fields.next(tags.generalizedTime)), policy, serial };
}

/** A response with the token in it, as bundles carry it. @throws Fault `x509/malformed`, also when the authority refused */
export function parseTimestampResponse(bytes: Uint8Array): TimestampToken {
  if (bytes.length > TIMESTAMP_LIMIT) throw malformed(WHAT, `it is larger than ${TIMESTAMP_LIMIT >> 10} KiB`);
  const fields = new DerList(readDer(bytes, WHAT));
  const status = smallIntegerOf(new DerList(fields.next(tags.sequence)).next(tags.integer));
  // granted, grantedWithMods
  if (status > 1) throw malformed(WHAT, `the authority answered with status ${status}`);
  const token = fields.next(tags.sequence).whole;
  fields.end();
  return parseTimestampToken(token);
}
