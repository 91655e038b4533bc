// The name that OpenSSL looks for in a certificate folder: X509_NAME_hash(3), X509_LOOKUP_hash_dir(3).
import { hash } from 'node:crypto';
import { Fault } from '../lib/faults.ts';

interface Node {
  readonly tag: number;
  /** Where the whole element starts and ends, header included. */
  readonly start: number;
  readonly end: number;
  readonly content: Buffer;
}

function broken(problem: string): Fault {
  return new Fault(
    'x509/malformed',
    `The certificate is malformed: ${problem}.`,
    'Give a PEM or DER X.509 certificate.',
  );
}

// One DER element (X.690, 8.1 and 10.1).
function element(bytes: Buffer, at: number): Node {
  const tag = bytes[at];
  let length = bytes[at + 1];
  if (tag === undefined || length === undefined) throw broken('it is truncated');
  let start = at + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4 || start + count > bytes.length) throw broken('a length is not DER');
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  if (start + length > bytes.length) throw broken('it is truncated');
  return { tag, start: at, end: start + length, content: bytes.subarray(start, start + length) };
}

function children(node: Node): Node[] {
  const out: Node[] = [];
  for (let at = 0; at < node.content.length; ) {
    const child = element(node.content, at);
    out.push(child);
    at = child.end;
  }
  return out;
}

function encode(tag: number, content: Buffer): Buffer {
  const n = content.length;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const UTF8 = 0x0c;
const BMP = 0x1e;
const UNIVERSAL = 0x1c;
const LATIN1 = new Set([0x14, 0x1a]); // TeletexString as OpenSSL reads it; VisibleString
const ASCII = new Set([0x13, 0x16]); // PrintableString, IA5String

// OpenSSL's canonical form: as UTF-8, ASCII letters lower, white space trimmed and runs of it one space.
function canonical(value: Node): Buffer {
  let text: string;
  if (value.tag === UTF8) text = value.content.toString('utf8');
  else if (value.tag === BMP) text = Buffer.from(value.content).swap16().toString('utf16le');
  else if (value.tag === UNIVERSAL)
    text = String.fromCodePoint(
      ...Array.from({ length: value.content.length / 4 }, (_, i) => value.content.readUInt32BE(4 * i)),
    );
  else if (LATIN1.has(value.tag) || ASCII.has(value.tag)) text = value.content.toString('latin1');
  else return encode(value.tag, value.content);
  const folded = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '').replace(/[ \t\n\v\f\r]+/g, ' ');
  return encode(
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
  const [tbs] = children(element(der, 0));
  if (tbs === undefined) throw broken('it is empty');
  const fields = children(tbs);
  // version [0] is optional; then serialNumber, signature, issuer, validity, subject (RFC 5280, 4.1).
  const subject = fields[fields[0]?.tag === 0xa0 ? 5 : 4];
  if (subject === undefined || subject.tag !== 0x30) throw broken('it has no subject');
  const names = children(subject).map((set) => {
    const attributes = children(set).map((attribute) => {
      const [type, value] = children(attribute);
      if (type === undefined || value === undefined) throw broken('a name has no value');
      return encode(0x30, Buffer.concat([attribute.content.subarray(type.start, type.end), canonical(value)]));
    });
    return encode(0x31, Buffer.concat(attributes.sort((a, b) => a.compare(b))));
  });
  const digest = hash('sha1', Buffer.concat(names), 'buffer');
  return digest.readUInt32LE(0).toString(16).padStart(8, '0');
}
