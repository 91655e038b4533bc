// What every file of metadata has: a signed part of a kind, with version and expiry, and signatures (TUF specification 1.0, 4.2, 4.3).
import type { Fields } from '../lib/fields.ts';
import { parseJson } from '../lib/json.ts';
import { canonicalBytes } from './canonical.ts';
import { malformed } from './faults.ts';
import { integerOf, objectOf, textOf } from './members.ts';

export type Kind = 'root' | 'timestamp' | 'snapshot' | 'targets';

export interface TufSignature {
  readonly keyId: string;
  readonly bytes: Buffer;
}

export interface Metadata<Body> {
  readonly version: number;
  /** Seconds since 1970; from then on it does not count. */
  readonly expires: number;
  readonly body: Body;
  /** What is signed. */
  readonly message: Buffer;
  /** In their order; several may name the same key. */
  readonly signatures: readonly TufSignature[];
  /** The file as it came. */
  readonly bytes: Buffer;
}

const MOST_SIGNATURES = 1000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * Parses a file of metadata. Nothing is verified.
 * @param what names it in messages
 * @param read reads what is particular to the kind
 * @throws Fault `trust/malformed`, `json/malformed`
 */
export function parseMetadata<Body>(
  bytes: Buffer,
  kind: Kind,
  what: string,
  read: (signed: Fields, what: string) => Body,
): Metadata<Body> {
  const document = objectOf(parseJson(bytes, what), what, 'it');
  const signed = objectOf(document['signed'], what, 'signed');
  const type = textOf(signed['_type'], what, '_type');
  if (type !== kind) throw malformed(what, `it is of the kind ${type.slice(0, 40)}, not ${kind}`);
  const specification = textOf(signed['spec_version'], what, 'spec_version');
  if (!/^1\.\d{1,4}(?:\.\d{1,4})?$/.test(specification)) {
    throw malformed(what, `it follows version ${specification.slice(0, 40)} of the specification, not 1`);
  }
  return {
    version: integerOf(signed['version'], what, 'version', 1),
    expires: timeOf(signed['expires'], what),
    body: read(signed, what),
    message: canonicalBytes(signed, what),
    signatures: signaturesOf(document['signatures'], what),
    bytes,
  };
}

function timeOf(value: unknown, what: string): number {
  const text = textOf(value, what, 'expires');
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw malformed(what, 'expires is no time in UTC');
  return time / 1000;
}

function signaturesOf(value: unknown, what: string): TufSignature[] {
  if (!Array.isArray(value) || value.length > MOST_SIGNATURES) throw malformed(what, 'signatures is no list');
  return value.map((item) => {
    const { keyid, sig } = objectOf(item, what, 'a signature');
    const hex = textOf(sig, what, 'a signature');
    // An empty one stands where somebody has yet to sign.
    const bytes = Buffer.from(/^(?:[0-9a-fA-F]{2})*$/.test(hex) ? hex : '', 'hex');
    return { keyId: textOf(keyid, what, 'the key id of a signature'), bytes };
  });
}
