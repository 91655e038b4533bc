// X.509 certificates (RFC 5280, 4.1).
import { createPublicKey, hash, X509Certificate } from 'node:crypto';
import { type Der, DerList, malformed, partsOf, readDer, tags } from './der.ts';
import { nameText } from './names.ts';
import { booleanOf, integerOf, oidOf, timeOf } from './values.ts';

/** Most bytes of one certificate. */
export const CERTIFICATE_LIMIT = 64 << 10;

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** What the octet string holds, mostly DER. */
  readonly value: Buffer;
}

export interface Certificate {
  readonly der: Buffer;
  /** SHA-256 of {@link der}, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** The part that is signed, DER. */
  readonly tbs: Buffer;
  /** Two's complement, as it stands there. */
  readonly serial: Buffer;
  /** Names, DER: two are the same when their bytes are. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  /** Seconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  readonly signatureAlgorithm: string;
  readonly extensions: ReadonlyMap<string, Extension>;
}

/**
 * Parses a certificate, at most 64 KiB. Its extensions are not read yet; one that stands there twice is refused.
 * @throws Fault `x509/malformed`
 */
export function parseCertificate(bytes: Uint8Array, what = 'the certificate'): Certificate {
  if (bytes.length > CERTIFICATE_LIMIT) throw malformed(what, `it is larger than ${CERTIFICATE_LIMIT >> 10} KiB`);
  const whole = readDer(bytes, what);
  const outer = new DerList(whole);
  const signed = outer.next(tags.sequence);
  const algorithm = oidOf(new DerList(outer.next(tags.sequence)).next(tags.oid));
  outer.next(tags.bitString);
  outer.end();
  const fields = new DerList(signed);
  fields.optional(0xa0);
  const serial = integerOf(fields.next(tags.integer));
  fields.next(tags.sequence);
  const issuer = fields.next(tags.sequence).whole;
  const validity = new DerList(fields.next(tags.sequence));
  const [notBefore, notAfter] = [timeOf(validity.any()), timeOf(validity.any())];
  const subject = fields.next(tags.sequence).whole;
  const spki = fields.next(tags.sequence).whole;
  fields.optional(0x81);
  fields.optional(0x82);
  const extensions = extensionsOf(fields.optional(0xa3), what);
  fields.end();
  return {
    der: whole.whole,
    fingerprint: hash('sha256', whole.whole, 'hex'),
    tbs: signed.whole,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    spki,
    signatureAlgorithm: algorithm,
    extensions,
  };
}

function extensionsOf(wrapped: Der | undefined, what: string): Map<string, Extension> {
  const extensions = new Map<string, Extension>();
  const [list] = wrapped === undefined ? [] : partsOf(wrapped);
  if (list === undefined) return extensions;
  for (const part of partsOf(list)) {
    const fields = new DerList(part);
    const oid = oidOf(fields.next(tags.oid));
    const critical = fields.optional(tags.boolean);
    const value = fields.next(tags.octetString).content;
    fields.end();
    if (extensions.has(oid)) throw malformed(what, `extension ${oid} stands there twice`);
    extensions.set(oid, { oid, critical: critical !== undefined && booleanOf(critical), value });
  }
  return extensions;
}

/** ECDSA with SHA-2, RSA with SHA-2 and PSS (RFC 5758, 4055, 8017), Ed25519 (RFC 8410). */
const SIGNATURE_ALGORITHMS = new Set([
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.3.101.112',
]);

/** Whether a certificate's signature is by the key of another; not, when it is by a hash or a key that is too weak. */
export function isSignedBy(certificate: Certificate, { spki }: Pick<Certificate, 'spki'>): boolean {
  if (!SIGNATURE_ALGORITHMS.has(certificate.signatureAlgorithm)) return false;
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return false;
    return new X509Certificate(certificate.der).verify(key);
  } catch {
    return false;
  }
}

/** A name for people: the subject, else the fingerprint of one without. */
export function certificateName(certificate: Certificate): string {
  const text = nameText(certificate.subject);
  return text === '' ? `SHA256:${certificate.fingerprint}` : text;
}
