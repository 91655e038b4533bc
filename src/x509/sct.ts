// Signed certificate timestamps that stand in a certificate (RFC 6962, 3.2 and 3.3).
import { constants, createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { DerList, malformed, partsOf, readDer, tags, writeDer } from './der.ts';
import { oidOf } from './values.ts';

const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';
/** Most of one certificate. */
const MOST_SCTS = 32;

export interface SignedCertificateTimestamp {
  /** SHA-256 of the log's key, 32 bytes. */
  readonly logId: Buffer;
  /** Seconds since 1970, with thousandths. */
  readonly time: number;
  readonly extensions: Buffer;
  /** The TLS 1.2 identifiers of hash and signature (RFC 5246, 7.4.1.4.1). */
  readonly hash: number;
  readonly algorithm: number;
  readonly signature: Buffer;
}

/** Those of version 1 in a certificate; none without the extension. @throws Fault `x509/malformed` */
export function embeddedScts({ extensions }: Certificate): SignedCertificateTimestamp[] {
  const extension = extensions.get(SCT_LIST);
  if (extension === undefined) return [];
  const what = 'the list of certificate timestamps';
  const { tag, content } = readDer(extension.value, what);
  if (tag !== tags.octetString) throw malformed(what, 'it is no octet string');
  const list = new Reader(new Reader(content, what).rest16(), what);
  const scts: SignedCertificateTimestamp[] = [];
  while (!list.atEnd) {
    if (scts.length === MOST_SCTS) throw malformed(what, `it has more than ${MOST_SCTS}`);
    const sct = readSct(new Reader(list.vector16(), what));
    if (sct !== undefined) scts.push(sct);
  }
  return scts;
}

function readSct(reader: Reader): SignedCertificateTimestamp | undefined {
  if (reader.bytes(1).readUInt8(0) !== 0) return undefined;
  const logId = reader.bytes(32);
  const time = Number(reader.bytes(8).readBigUInt64BE(0)) / 1000;
  const extensions = reader.vector16();
  const [hashId = 0, algorithm = 0] = reader.bytes(2);
  return { logId, time, extensions, hash: hashId, algorithm, signature: reader.rest16() };
}

const HASHES: Readonly<Record<number, string>> = { 4: 'sha256', 5: 'sha384', 6: 'sha512' };
const ALGORITHMS: Readonly<Record<number, string>> = { 1: 'rsa', 3: 'ec' };

/**
 * Whether a log's key signed a timestamp over a certificate as its issuer submitted it: without the list, bound to the
 * issuer's key.
 * @param issuer the certificate that issued it in a path that was found, for names may stand for several keys
 */
export function isSctBy(
  spki: Uint8Array,
  sct: SignedCertificateTimestamp,
  certificate: Certificate,
  issuer: Pick<Certificate, 'spki'>,
): boolean {
  const algorithm = HASHES[sct.hash];
  if (algorithm === undefined) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== ALGORITHMS[sct.algorithm]) return false;
    return verify(algorithm, signedBytes(sct, certificate, issuer), withPadding(key), sct.signature);
  } catch {
    return false;
  }
}

function withPadding(key: KeyObject) {
  return key.asymmetricKeyType === 'rsa' ? { key, padding: constants.RSA_PKCS1_PADDING } : { key };
}

function signedBytes(
  sct: SignedCertificateTimestamp,
  certificate: Certificate,
  issuer: Pick<Certificate, 'spki'>,
): Buffer {
  const tbs = withoutList(certificate.tbs);
  const head = Buffer.alloc(12);
  head.writeBigUInt64BE(BigInt(Math.round(sct.time * 1000)), 2);
  head.writeUInt16BE(1, 10);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(tbs.length);
  const extensions = Buffer.alloc(2);
  extensions.writeUInt16BE(sct.extensions.length);
  const keyHash = hash('sha256', issuer.spki, 'buffer');
  return Buffer.concat([head, keyHash, length.subarray(1), tbs, extensions, sct.extensions]);
}

/** A TBSCertificate without the extension, all else byte for byte. */
function withoutList(tbs: Buffer): Buffer {
  const fields = partsOf(readDer(tbs, 'the certificate')).map((field) => {
    if (field.tag !== 0xa3) return field.whole;
    const [list] = partsOf(field);
    if (list === undefined) return field.whole;
    const kept = partsOf(list).filter((part) => oidOf(new DerList(part).next(tags.oid)) !== SCT_LIST);
    if (kept.length === 0) return Buffer.alloc(0);
    return writeDer(0xa3, writeDer(tags.sequence, Buffer.concat(kept.map(({ whole }) => whole))));
  });
  return writeDer(tags.sequence, Buffer.concat(fields));
}

/** Reads vectors as TLS writes them (RFC 5246, 4.3). */
class Reader {
  readonly #bytes: Buffer;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Buffer, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  bytes(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw malformed(this.#what, 'it is cut short');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  vector16(): Buffer {
    return this.bytes(this.bytes(2).readUInt16BE(0));
  }

  /** A vector that must end where the bytes do. */
  rest16(): Buffer {
    const bytes = this.vector16();
    if (!this.atEnd) throw malformed(this.#what, 'something follows its end');
    return bytes;
  }
}
