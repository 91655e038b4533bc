// CMS SignedData (RFC 5652, 5): as much as timestamps and signatures with one signer have.
import { constants, createPublicKey, hash, verify } from 'node:crypto';
import { fitsModulus } from '../lib/rsa-signature.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { type Der, DerList, malformed, partsOf, readDer, tagged, tags, writeDer } from '../x509/der.ts';
import { integerOf, oidOf } from '../x509/values.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

/** Most certificates that stand in it. */
const MOST_CERTIFICATES = 16;

export interface SignedData {
  readonly contentType: string;
  readonly content: Buffer;
  readonly certificates: readonly Certificate[];
  readonly signer: SignerInfo;
}

/** Who signed, how, and what beside the content: all that is here is under the signature but the signature's own fields. */
export interface SignerInfo {
  /** The certificate: by its issuer's name and its number, or by its key's identifier. */
  readonly by: { readonly issuer: Buffer; readonly serial: Buffer } | { readonly keyIdentifier: Buffer };
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: string;
  /** The attributes as a set, DER: what the signature is over. */
  readonly attributes: Buffer;
  readonly contentType: string;
  readonly messageDigest: Buffer;
  /** Hashes of the signer's certificate (RFC 5035, 3; RFC 2634, 5.4), if the attribute is there. */
  readonly certificateHash: { readonly algorithm: string; readonly value: Buffer } | undefined;
  readonly signature: Buffer;
}

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Node.js' name of a hash that is strong enough to sign; `undefined` for others. */
export function strongHash(oid: string): string | undefined {
  const name = HASHES[oid];
  return name === 'sha1' ? undefined : name;
}

/**
 * Parses SignedData with content, one signer and signed attributes.
 * @param what names it in the message
 * @throws Fault `x509/malformed`
 */
export function parseSignedData(info: Der, what: string): SignedData {
  const outer = new DerList(info);
  if (oidOf(outer.next(tags.oid)) !== SIGNED_DATA) throw malformed(what, 'it is no signed data');
  const [data] = partsOf(outer.next(0xa0));
  outer.end();
  if (data === undefined) throw malformed(what, 'it is empty');
  const fields = new DerList(data);
  fields.next(tags.integer);
  fields.next(tags.set);
  const encapsulated = new DerList(fields.next(tags.sequence));
  const contentType = oidOf(encapsulated.next(tags.oid));
  const [content] = partsOf(encapsulated.next(0xa0));
  if (content === undefined) throw malformed(what, 'it has no content');
  const certificates = fields.optional(0xa0);
  fields.optional(0xa1);
  const [signer, ...others] = partsOf(fields.next(tags.set));
  fields.end();
  if (signer === undefined || others.length > 0) throw malformed(what, 'it has not exactly one signer');
  return {
    contentType,
    content: tagged(content, tags.octetString).content,
    certificates: certificates === undefined ? [] : certificatesOf(certificates),
    signer: signerOf(signer, what),
  };
}

function certificatesOf(set: Der): Certificate[] {
  const parts = partsOf(set).filter(({ tag }) => tag === tags.sequence);
  if (parts.length > MOST_CERTIFICATES) throw malformed(set.what, `it has more than ${MOST_CERTIFICATES} certificates`);
  return parts.map(({ whole }) => parseCertificate(whole, `a certificate of ${set.what}`));
}

function signerOf(der: Der, what: string): SignerInfo {
  const fields = new DerList(der);
  fields.next(tags.integer);
  const by = signerName(fields.any(), what);
  const digestAlgorithm = algorithmOf(fields.next(tags.sequence));
  const attributes = fields.next(0xa0);
  const signatureAlgorithm = algorithmOf(fields.next(tags.sequence));
  const signature = fields.next(tags.octetString).content;
  fields.optional(0xa1);
  fields.end();
  const values = attributeValues(attributes);
  const contentType = values.get(CONTENT_TYPE);
  const messageDigest = values.get(MESSAGE_DIGEST);
  if (contentType === undefined || messageDigest === undefined) throw malformed(what, 'a signed attribute is missing');
  return {
    by,
    digestAlgorithm,
    signatureAlgorithm,
    attributes: writeDer(tags.set, attributes.content),
    contentType: oidOf(contentType),
    messageDigest: tagged(messageDigest, tags.octetString).content,
    certificateHash: certificateHash(values),
    signature,
  };
}

function signerName(der: Der, what: string): SignerInfo['by'] {
  if (der.tag === 0x80) return { keyIdentifier: der.content };
  if (der.tag !== tags.sequence) throw malformed(what, 'its signer has no name');
  const fields = new DerList(der);
  return { issuer: fields.next(tags.sequence).whole, serial: integerOf(fields.next(tags.integer)) };
}

function algorithmOf(der: Der): string {
  return oidOf(new DerList(der).next(tags.oid));
}

function attributeValues(attributes: Der): Map<string, Der> {
  const values = new Map<string, Der>();
  for (const attribute of partsOf(attributes)) {
    const fields = new DerList(attribute);
    const oid = oidOf(fields.next(tags.oid));
    const [value] = partsOf(fields.next(tags.set));
    if (value === undefined || values.has(oid)) throw malformed(attributes.what, `attribute ${oid} has not one value`);
    values.set(oid, value);
  }
  return values;
}

function certificateHash(values: ReadonlyMap<string, Der>): SignerInfo['certificateHash'] {
  const attribute = values.get(SIGNING_CERTIFICATE_V2) ?? values.get(SIGNING_CERTIFICATE);
  if (attribute === undefined) return undefined;
  const [first] = partsOf(new DerList(attribute).next(tags.sequence));
  if (first === undefined) throw malformed(attribute.what, 'its signer has no certificate identifier');
  const fields = new DerList(first);
  const named = fields.optional(tags.sequence);
  const value = fields.next(tags.octetString).content;
  const byDefault = values.has(SIGNING_CERTIFICATE_V2) ? 'sha256' : 'sha1';
  return { algorithm: named === undefined ? byDefault : (HASHES[algorithmOf(named)] ?? ''), value };
}

/** Whether the signer's information names this certificate. */
export function names({ by, certificateHash: expected }: SignerInfo, certificate: Certificate): boolean {
  if (expected !== undefined) {
    if (expected.algorithm === '') return false;
    return hash(expected.algorithm, certificate.der, 'buffer').equals(expected.value);
  }
  if ('issuer' in by) return by.issuer.equals(certificate.issuer) && by.serial.equals(certificate.serial);
  const extension = certificate.extensions.get('2.5.29.14');
  return extension !== undefined && readDer(extension.value, 'the key identifier').content.equals(by.keyIdentifier);
}

interface Scheme {
  readonly key: string;
  /** Where the identifier names a hash; else the digest algorithm's. */
  readonly hash?: string | null;
  readonly options?: { readonly padding: number; readonly saltLength?: number };
}

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
const SCHEMES: Readonly<Record<string, Scheme>> = {
  '1.2.840.10045.2.1': { key: 'ec' },
  '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
  '1.2.840.113549.1.1.1': { key: 'rsa', options: PKCS1 },
  '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256', options: PKCS1 },
  '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384', options: PKCS1 },
  '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512', options: PKCS1 },
  '1.2.840.113549.1.1.10': {
    key: 'rsa',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
  },
  '1.3.101.112': { key: 'ed25519', hash: null },
};

/** Whether content and attributes are signed by a key; not, when it is by a hash that is too weak. */
export function isSignedDataBy({ signer, content, contentType }: SignedData, spki: Buffer): boolean {
  const digest = strongHash(signer.digestAlgorithm);
  const scheme = SCHEMES[signer.signatureAlgorithm];
  if (digest === undefined || scheme === undefined || signer.contentType !== contentType) return false;
  if (!hash(digest, content, 'buffer').equals(signer.messageDigest)) return false;
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== scheme.key || (key.asymmetricKeyDetails?.modulusLength ?? 2048) < 2048) return false;
    if (!fitsModulus(key, signer.signature)) return false;
    const by = scheme.hash === undefined ? digest : scheme.hash;
    return verify(by, signer.attributes, { key, ...scheme.options }, signer.signature);
  } catch {
    return false;
  }
}
