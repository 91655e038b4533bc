// Timestamps (RFC 3161, 2.4.2): a time that an authority signed over the hash of something.
import { type Der, DerList, malformed, partsOf, readDer, tags } from '../x509/der.ts';
import { printable } from '../x509/names.ts';
import { integerOf, oidOf, smallIntegerOf, timeOf } from '../x509/values.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';

/** Most bytes of a timestamp with its certificates. */
export const TIMESTAMP_LIMIT = 256 << 10;

const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const WHAT = 'the timestamp';
/** The statuses granted and grantedWithMods. */
const LAST_GRANTED = 1;

export interface TimestampToken {
  readonly signed: SignedData;
  /** What it is over: a hash by its identifier. */
  readonly imprint: { readonly algorithm: string; readonly hash: Buffer };
  /** Seconds since 1970, a fraction kept. */
  readonly time: number;
  /** How far the time may be off, in seconds: what it says itself, else what its policy says, else 0. */
  readonly accuracy: number;
  readonly policy: string;
  readonly serial: Buffer;
  /** What the request said, so that no older answer stands for a new one; two's complement. */
  readonly nonce: Buffer | undefined;
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
  const time = timeOf(fields.next(tags.generalizedTime));
  const accuracy = accuracyOf(fields.optional(tags.sequence)) ?? (policy === BASELINE_POLICY ? 1 : 0);
  fields.optional(tags.boolean);
  const nonce = fields.optional(tags.integer);
  return {
    signed,
    imprint: { algorithm, hash },
    time,
    accuracy,
    policy,
    serial,
    nonce: nonce === undefined ? undefined : integerOf(nonce),
  };
}

/** The baseline policy of time-stamps is accurate to a second (RFC 3628, 5.2). */
const BASELINE_POLICY = '0.4.0.2023.1.1';

function accuracyOf(accuracy: Der | undefined): number | undefined {
  if (accuracy === undefined) return undefined;
  const fields = new DerList(accuracy);
  const seconds = fields.optional(tags.integer);
  const [millis, micros] = [fields.optional(0x80), fields.optional(0x81)];
  fields.end();
  const part = (der: Der | undefined): number =>
    der === undefined ? 0 : smallIntegerOf({ ...der, tag: tags.integer });
  return part(seconds) + part(millis) / 1e3 + part(micros) / 1e6;
}

/**
 * What an authority says where it makes no timestamp (RFC 3161, 2.4.2, PKIStatusInfo); `undefined` where it made one.
 * @throws Fault `x509/malformed`
 */
export function timestampRefusal(response: Uint8Array): string | undefined {
  const fields = new DerList(new DerList(readDer(response, WHAT)).next(tags.sequence));
  const status = smallIntegerOf(fields.next(tags.integer));
  if (status <= LAST_GRANTED) return undefined;
  const text = fields.optional(tags.sequence);
  const words = text === undefined ? [] : partsOf(text).map(({ content }) => printable(content.toString('utf8')));
  return [`status ${status}`, ...words].join(': ').slice(0, 300);
}

/** A response with the token in it, as bundles carry it. @throws Fault `x509/malformed`, also when the authority refused */
export function parseTimestampResponse(bytes: Uint8Array): TimestampToken {
  return parseTimestampToken(tokenBytes(bytes));
}

/** The token alone, as Notary's signatures carry it. @throws Fault `x509/malformed`, also when the authority refused */
export function tokenBytes(response: Uint8Array): Buffer {
  if (response.length > TIMESTAMP_LIMIT) throw malformed(WHAT, `it is larger than ${TIMESTAMP_LIMIT >> 10} KiB`);
  const fields = new DerList(readDer(response, WHAT));
  const status = smallIntegerOf(new DerList(fields.next(tags.sequence)).next(tags.integer));
  if (status > LAST_GRANTED) throw malformed(WHAT, `the authority answered with status ${status}`);
  const token = fields.next(tags.sequence).whole;
  fields.end();
  return token;
}
