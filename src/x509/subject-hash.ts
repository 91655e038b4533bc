// The name that OpenSSL looks for in a certificate folder: X509_NAME_hash(3), X509_LOOKUP_hash_dir(3).
import { hash } from 'node:crypto';
import { type Der, malformed, partsOf, readDer, writeDer } from './der.ts';

const WHAT = 'the certificate';
const UTF8 = 0x0c;
const BMP = 0x1e;
const UNIVERSAL = 0x1c;
const LATIN1 = new Set([0x14, 0x1a]); // TeletexString as OpenSSL reads it; VisibleString
const ASCII = new Set([0x13, 0x16]); // PrintableString, IA5String

// OpenSSL's canonical form: as UTF-8, ASCII letters lower, white space trimmed and runs of it one space.
function canonical(value: Der): Buffer {
  let text: string;
  if (value.tag === UTF8) text = value.content.toString('utf8');
  else if (value.tag === BMP)
    text = Buffer.from(value.content.subarray(0, value.content.length & ~1))
      .swap16()
      .toString('utf16le');
  else if (value.tag === UNIVERSAL)
    text = String.fromCodePoint(
      ...Array.from({ length: value.content.length / 4 }, (_, i) => value.content.readUInt32BE(4 * i)),
    );
  else if (LATIN1.has(value.tag) || ASCII.has(value.tag)) text = value.content.toString('latin1');
  else return writeDer(value.tag, value.content);
  const folded = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '').replace(/[ \t\n\v\f\r]+/g, ' ');
  return writeDer(
    UTF8,
    Buffer.from(
      folded.replace(/[A-Z]/g, (c) => c.toLowerCase()),
      'utf8',
    ),
  );
}

/**
 * The eight hexadecimal digits of a certificate's subject, as `openssl x509 -subject_hash` prints them.
 * @param der the certificate, DER
 * @throws Fault `x509/malformed`
 */
export function subjectHash(der: Buffer): string {
  const [tbs] = partsOf(readDer(der, WHAT));
  if (tbs === undefined) throw malformed(WHAT, 'it is empty');
  const fields = partsOf(tbs);
  // version [0] is optional; then serialNumber, signature, issuer, validity, subject (RFC 5280, 4.1).
  const subject = fields[fields[0]?.tag === 0xa0 ? 5 : 4];
  if (subject === undefined || subject.tag !== 0x30) throw malformed(WHAT, 'it has no subject');
  const names = partsOf(subject).map((set) => {
    const attributes = partsOf(set).map((attribute) => {
      const [type, value] = partsOf(attribute);
      if (type === undefined || value === undefined) throw malformed(WHAT, 'a name has no value');
      return writeDer(0x30, Buffer.concat([type.whole, canonical(value)]));
    });
    return writeDer(0x31, Buffer.concat(attributes.sort((a, b) => a.compare(b))));
  });
  const digest = hash('sha1', Buffer.concat(names), 'buffer');
  return digest.readUInt32LE(0).toString(16).padStart(8, '0');
}
