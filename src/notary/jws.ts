// JWS envelopes: RFC 7515, 7.2.2, flattened JSON (signature-envelope-jws).
import { canonicalJson, parseJson } from '../lib/json.ts';
import { isoTime } from '../lib/time.ts';
import { twinMember } from '../oci/twins.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { attributesOf, SIGNED_ONLY } from './attributes.ts';
import {
  ENVELOPE_LIMIT,
  headers,
  malformed,
  MOST_CERTIFICATES,
  NOTARY_PAYLOAD_TYPE,
  type NotaryEnvelope,
  type SignedAttributes,
} from './types.ts';
import type { EnvelopeParts, UnsignedParts } from './write.ts';

const MEMBERS = new Set(['payload', 'protected', 'header', 'signature']);
const REGISTERED = new Set(['alg', 'cty', 'crit']);

/**
 * Takes a JWS envelope apart.
 * @throws Fault `notary/malformed`, `x509/malformed` for a certificate that cannot be read
 */
export function parseJws(bytes: Uint8Array): NotaryEnvelope {
  if (bytes.length > ENVELOPE_LIMIT) throw malformed(`it is larger than ${ENVELOPE_LIMIT >> 10} KiB`);
  const members = objectOf(bytes, 'the envelope');
  const strange = [...members.keys()].find((name) => !MEMBERS.has(name));
  if (strange !== undefined) throw malformed(`the envelope has a member ${strange.slice(0, 100)}`);
  const [payload, signed, signature] = ['payload', 'protected', 'signature'].map((name) =>
    textOf(members.get(name), name),
  );
  if (payload === undefined || signed === undefined || signature === undefined) throw malformed('a member is missing');
  const outside = membersOf(members.get('header'), 'the header');
  const named = objectOf(base64Of(signed, 'base64url', 'protected'), 'the protected header');
  const attributes = attributesOf({
    algorithm: named.get('alg'),
    contentType: named.get('cty'),
    critical: named.get('crit'),
    named: new Map([...named].filter(([name]) => !REGISTERED.has(name))),
    time: timeOf,
  });
  refuseMisplaced(outside, named);
  return {
    ...attributes,
    format: 'jws',
    payload: base64Of(payload, 'base64url', 'payload'),
    message: Buffer.from(`${signed}.${payload}`, 'latin1'),
    signature: base64Of(signature, 'base64url', 'signature'),
    ...unsignedOf(outside),
  };
}

function unsignedOf(
  outside: ReadonlyMap<string, unknown>,
): Pick<NotaryEnvelope, 'certificates' | 'timestamp' | 'agent'> {
  const chain: unknown = outside.get('x5c');
  if (!Array.isArray(chain) || chain.length === 0) throw malformed('it has no certificates');
  if (chain.length > MOST_CERTIFICATES) throw malformed(`it has more than ${MOST_CERTIFICATES} certificates`);
  const timestamp = outside.get(headers.timestamp);
  const agent = outside.get(headers.agent);
  return {
    certificates: chain.map((text: unknown) =>
      parseCertificate(base64Of(text, 'base64', 'x5c'), 'a certificate of the signature'),
    ),
    timestamp: timestamp === undefined ? undefined : base64Of(timestamp, 'base64', headers.timestamp),
    agent: typeof agent === 'string' ? agent.slice(0, 200) : undefined,
  };
}

// RFC 7515, 7.2.1: no name stands in both; what is outside the signature decides nothing.
function refuseMisplaced(outside: ReadonlyMap<string, unknown>, named: ReadonlyMap<string, unknown>): void {
  for (const name of outside.keys()) {
    if (named.has(name) || REGISTERED.has(name) || SIGNED_ONLY.includes(name)) {
      throw malformed(`the header ${name.slice(0, 100)} stands outside the signature`);
    }
  }
}

function objectOf(bytes: Uint8Array, what: string): ReadonlyMap<string, unknown> {
  const text = Buffer.from(bytes).toString('utf8');
  const members = membersOf(parseJson(bytes, what), what);
  const twin = twinMember(text);
  if (twin !== undefined) throw malformed(`${what} has the member ${twin.slice(0, 100)} twice`);
  return members;
}

function membersOf(value: unknown, what: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${what} is no object`);
  return new Map(Object.entries(value));
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw malformed(`${what} is missing or no text`);
  return value;
}

/** Bytes in the one canonical form of an encoding; base64url without padding, base64 with it. */
function base64Of(value: unknown, encoding: 'base64' | 'base64url', what: string): Buffer {
  const text = textOf(value, what);
  const bytes = Buffer.from(text, encoding);
  if (bytes.toString(encoding) !== text) throw malformed(`${what} is not canonical ${encoding}`);
  return bytes;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/;

/** RFC 3339, 5.6; a fraction is cut off. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const fields = RFC3339.exec(value);
  if (fields === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offHour = 0, offMinute = 0] = fields
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!real || offHour > 23 || offMinute > 59) return undefined;
  const offset = (offHour * 60 + offMinute) * 60 * (/-\d\d:\d\d$/.test(value) ? -1 : 1);
  return date.getTime() / 1000 - offset;
}

/** What a JWS signature is over, and how the envelope is made of it: the same bytes for the same arguments. */
export function jwsParts(algorithm: string, payload: Uint8Array, attributes: SignedAttributes): EnvelopeParts {
  const { scheme, signingTime, expiry } = attributes;
  const vouched = scheme === 'notary.x509.signingAuthority';
  const signed = Buffer.from(
    canonicalJson({
      alg: algorithm,
      crit: [
        headers.scheme,
        ...(vouched ? [headers.authenticSigningTime] : []),
        ...(expiry === undefined ? [] : [headers.expiry]),
      ],
      cty: NOTARY_PAYLOAD_TYPE,
      [headers.scheme]: scheme,
      [vouched ? headers.authenticSigningTime : headers.signingTime]: isoTime(signingTime),
      [headers.expiry]: expiry === undefined ? undefined : isoTime(expiry),
    }),
  ).toString('base64url');
  const body = Buffer.from(payload).toString('base64url');
  return {
    message: Buffer.from(`${signed}.${body}`, 'latin1'),
    envelope: (signature, { certificates, timestamp, agent }: UnsignedParts) =>
      Buffer.from(
        canonicalJson({
          payload: body,
          protected: signed,
          header: {
            x5c: certificates.map(({ der }) => der.toString('base64')),
            [headers.timestamp]: timestamp === undefined ? undefined : Buffer.from(timestamp).toString('base64'),
            [headers.agent]: agent,
          },
          signature: Buffer.from(signature).toString('base64url'),
        }),
      ),
  };
}
