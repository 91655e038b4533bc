// COSE_Sign1 envelopes: RFC 9052, 4.2, tag 18 (signature-envelope-cose).
import { parseCertificate } from '../x509/certificate.ts';
import { attributesOf, SIGNED_ONLY } from './attributes.ts';
import { type Cbor, type CborMap, CborTag, readCbor, writeCbor } from './cbor.ts';
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

const SIGN1 = 18;
/** Epoch-based time (RFC 8949, 3.4.2). */
const EPOCH = 1;

/** Labels of the common headers (RFC 9052, 3.1; RFC 9360, 2). */
const labels = { algorithm: 1, critical: 2, contentType: 3, certificates: 33, hashEnvelope: 258 } as const;

/** COSE's numbers of the algorithms (RFC 9053, 2.1; RFC 8230, 2). */
const ALGORITHMS: ReadonlyMap<number, string> = new Map([
  [-7, 'ES256'],
  [-35, 'ES384'],
  [-36, 'ES512'],
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
]);

/**
 * Takes a COSE envelope apart.
 * @throws Fault `notary/malformed`, `x509/malformed` for a certificate that cannot be read
 */
export function parseCose(bytes: Uint8Array): NotaryEnvelope {
  if (bytes.length > ENVELOPE_LIMIT) throw malformed(`it is larger than ${ENVELOPE_LIMIT >> 10} KiB`);
  const message = readCbor(bytes);
  if (!(message instanceof CborTag) || message.tag !== SIGN1) throw malformed('it is no tagged COSE_Sign1');
  const fields = message.value;
  if (!Array.isArray(fields) || fields.length !== 4) throw malformed('its COSE_Sign1 has not four fields');
  const [signed, outside, payload, signature] = fields as readonly Cbor[];
  const signedBytes = bytesOf(signed, 'the protected header');
  const payloadBytes = bytesOf(payload, 'the payload');
  const named = mapOf(readCbor(signedBytes), 'the protected header');
  const unsigned = mapOf(outside, 'the unprotected header');
  if (named.has(labels.hashEnvelope)) throw malformed('it is a hash envelope, which is not read');
  refuseMisplaced(unsigned, named);
  return {
    ...attributesOf({
      algorithm: algorithmOf(named.get(labels.algorithm)),
      contentType: named.get(labels.contentType),
      critical: named.get(labels.critical),
      named: new Map([...named].filter(([name]) => !COMMON.has(name))),
      time: (value) => (value instanceof CborTag && value.tag === EPOCH ? secondsOf(value.value) : undefined),
    }),
    format: 'cose',
    payload: payloadBytes,
    message: signatureStructure(signedBytes, payloadBytes),
    signature: bytesOf(signature, 'the signature'),
    certificates: certificatesOf(named.get(labels.certificates) ?? unsigned.get(labels.certificates)),
    ...unsignedOf(unsigned),
  };
}

const COMMON: ReadonlySet<number | string> = new Set([labels.algorithm, labels.critical, labels.contentType]);

// RFC 9052, 3: no label stands in both; what is outside the signature decides nothing.
function refuseMisplaced(unsigned: CborMap, named: CborMap): void {
  for (const name of unsigned.keys()) {
    if (named.has(name) || COMMON.has(name) || SIGNED_ONLY.includes(name)) {
      throw malformed(`the header ${String(name).slice(0, 100)} stands outside the signature`);
    }
  }
}

function unsignedOf(unsigned: CborMap): Pick<NotaryEnvelope, 'timestamp' | 'agent'> {
  const timestamp = unsigned.get(headers.timestamp);
  const agent = unsigned.get(headers.agent);
  return {
    timestamp: timestamp === undefined ? undefined : bytesOf(timestamp, headers.timestamp),
    agent: typeof agent === 'string' ? agent.slice(0, 200) : undefined,
  };
}

function certificatesOf(chain: Cbor | undefined): NotaryEnvelope['certificates'] {
  if (!Array.isArray(chain) || chain.length === 0) throw malformed('it has no certificates');
  if (chain.length > MOST_CERTIFICATES) throw malformed(`it has more than ${MOST_CERTIFICATES} certificates`);
  return (chain as readonly Cbor[]).map((der) =>
    parseCertificate(bytesOf(der, 'a certificate'), 'a certificate of the signature'),
  );
}

function algorithmOf(value: Cbor | undefined): unknown {
  if (typeof value !== 'number') return undefined;
  return ALGORITHMS.get(value) ?? `COSE ${value}`;
}

function secondsOf(value: Cbor): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function bytesOf(value: Cbor | undefined, what: string): Buffer {
  if (!(value instanceof Uint8Array)) throw malformed(`${what} is no string of bytes`);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function mapOf(value: Cbor | undefined, what: string): CborMap {
  if (!(value instanceof Map)) throw malformed(`${what} is no map`);
  return value;
}

/** RFC 9052, 4.4. */
function signatureStructure(signed: Uint8Array, payload: Uint8Array): Buffer {
  return writeCbor(['Signature1', signed, Buffer.alloc(0), payload]);
}

/** What a COSE signature is over, and how the envelope is made of it: the same bytes for the same arguments. */
export function coseParts(algorithm: string, payload: Uint8Array, attributes: SignedAttributes): EnvelopeParts {
  const { scheme, signingTime, expiry } = attributes;
  const vouched = scheme === 'notary.x509.signingAuthority';
  const number = [...ALGORITHMS].find(([, name]) => name === algorithm)?.[0];
  if (number === undefined) throw malformed(`COSE has no number for ${algorithm}`);
  const signed = writeCbor(
    new Map<number | string, Cbor>([
      [labels.algorithm, number],
      [
        labels.critical,
        [
          headers.scheme,
          ...(vouched ? [headers.authenticSigningTime] : []),
          ...(expiry === undefined ? [] : [headers.expiry]),
        ],
      ],
      [labels.contentType, NOTARY_PAYLOAD_TYPE],
      [headers.scheme, scheme],
      [vouched ? headers.authenticSigningTime : headers.signingTime, new CborTag(EPOCH, signingTime)],
      ...(expiry === undefined ? [] : [[headers.expiry, new CborTag(EPOCH, expiry)] as const]),
    ]),
  );
  return {
    message: signatureStructure(signed, payload),
    envelope: (signature, { certificates, timestamp, agent }: UnsignedParts) =>
      writeCbor(
        new CborTag(SIGN1, [
          signed,
          new Map<number | string, Cbor>([
            [labels.certificates, certificates.map(({ der }) => der)],
            ...(timestamp === undefined ? [] : [[headers.timestamp, timestamp] as const]),
            ...(agent === undefined ? [] : [[headers.agent, agent] as const]),
          ]),
          payload,
          signature,
        ]),
      ),
  };
}
