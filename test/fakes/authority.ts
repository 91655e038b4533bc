// Certificate authorities and RFC 3161 timestamp authorities that really sign, P-256 throughout.
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { tags, writeDer } from '../../src/x509/der.ts';

export const seq = (...parts: readonly Uint8Array[]): Buffer => writeDer(tags.sequence, Buffer.concat(parts));
export const set = (...parts: readonly Uint8Array[]): Buffer => writeDer(tags.set, Buffer.concat(parts));
export const octets = (bytes: Uint8Array): Buffer => writeDer(tags.octetString, bytes);
/** Bytes under a tag of the context: an address, a name. */
export const octetsTagged = (tag: number, bytes: Uint8Array): Buffer => writeDer(tag, bytes);
export const utf8 = (text: string): Buffer => writeDer(tags.utf8, Buffer.from(text));
export const int = (value: number): Buffer => {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  return writeDer(tags.integer, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
};
export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(0x80 | (left & 0x7f));
    return digits;
  });
  return writeDer(tags.oid, Buffer.from(bytes));
};
const time = (seconds: number): Buffer => {
  const text = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, '');
  return writeDer(tags.generalizedTime, Buffer.from(text));
};
const bits = (bytes: Uint8Array): Buffer => writeDer(tags.bitString, Buffer.concat([Buffer.alloc(1), bytes]));
const ECDSA_SHA256 = seq(oid('1.2.840.10045.4.3.2'));
const SHA256 = seq(oid('2.16.840.1.101.3.4.2.1'));
const ATTRIBUTES: Readonly<Record<string, string>> = { C: '2.5.4.6', ST: '2.5.4.8', O: '2.5.4.10', CN: '2.5.4.3' };
/** `common`, or `C=US,ST=WA,O=Example,CN=common`. */
export const name = (text: string): Buffer => {
  const parts = text.includes('=') ? text.split(',').map((part) => part.split('=')) : [['CN', text]];
  return text === ''
    ? seq()
    : seq(...parts.map(([type = '', value = '']) => set(seq(oid(ATTRIBUTES[type] ?? ''), utf8(value)))));
};

export const extension = (id: string, value: Uint8Array, critical = false): Buffer =>
  seq(oid(id), ...(critical ? [writeDer(tags.boolean, Buffer.from([0xff]))] : []), octets(value));

export const extensions = {
  authority: (pathLength?: number): Buffer =>
    extension(
      '2.5.29.19',
      seq(writeDer(tags.boolean, Buffer.from([0xff])), ...(pathLength === undefined ? [] : [int(pathLength)])),
      true,
    ),
  purpose: (id: string, critical = false): Buffer => extension('2.5.29.37', seq(oid(id)), critical),
  mail: (address: string): Buffer => extension('2.5.29.17', seq(writeDer(0x81, Buffer.from(address))), true),
  uri: (uri: string): Buffer => extension('2.5.29.17', seq(writeDer(0x86, Buffer.from(uri))), true),
  /** @param bits the octets of the bit string, the first says how many bits of the last are unused */
  usage: (bits: string, critical = true): Buffer =>
    extension('2.5.29.15', writeDer(tags.bitString, Buffer.from(bits, 'hex')), critical),
  issuer: (url: string): Buffer => extension('1.3.6.1.4.1.57264.1.8', utf8(url)),
} as const;
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

export interface FakeKey {
  readonly privateKey: KeyObject;
  readonly spki: Buffer;
}

export function fakeKey(): FakeKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) };
}

export interface FakeIssuer {
  readonly name: string;
  readonly key: FakeKey;
  /** DER. */
  readonly certificate: Buffer;
}

export interface CertificateRequest {
  readonly subject?: string;
  readonly spki: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Buffer[];
}

let serials = 1;

/** A certificate, DER. */
export function issue(issuer: Pick<FakeIssuer, 'name' | 'key'>, request: CertificateRequest): Buffer {
  const tbs = seq(
    writeDer(0xa0, int(2)),
    int(++serials),
    ECDSA_SHA256,
    name(issuer.name),
    seq(time(request.notBefore), time(request.notAfter)),
    name(request.subject ?? ''),
    request.spki,
    writeDer(0xa3, seq(...request.extensions)),
  );
  return seq(tbs, ECDSA_SHA256, bits(sign('sha256', tbs, issuer.key.privateKey)));
}

/** An authority: a root, or one below another. */
export function fakeIssuer(
  common: string,
  [notBefore, notAfter]: readonly [number, number],
  above?: FakeIssuer,
  more: readonly Buffer[] = [],
): FakeIssuer {
  const key = fakeKey();
  const request = {
    subject: common,
    spki: key.spki,
    notBefore,
    notAfter,
    extensions: [extensions.authority(), ...more],
  };
  return { name: common, key, certificate: issue(above ?? { name: common, key }, request) };
}

export interface StampOptions {
  /** Whether it brings its certificate; it does unless told otherwise. */
  readonly embed?: boolean;
  /** The certificate that it says it is by, unless its own. */
  readonly named?: Buffer;
  /** Whole seconds that it says it may be off. */
  readonly accuracy?: number;
  /** The hash that was asked for, instead of the message's. */
  readonly imprint?: Buffer;
  /** Of the request, an INTEGER in DER. */
  readonly nonce?: Buffer;
}

export interface FakeTimestampAuthority {
  /** DER: the signer's, then the root's. */
  readonly chain: readonly Buffer[];
  /** A TimeStampResp over a message. */
  stamp(message: Uint8Array, seconds: number, options?: StampOptions): Buffer;
}

/** @param purposes of the signer's certificate */
export function fakeTimestampAuthority(
  common: string,
  window: readonly [number, number],
  purposes: readonly Buffer[] = [extensions.purpose(TIME_STAMPING, true)],
): FakeTimestampAuthority {
  const root = fakeIssuer(`${common} root`, window);
  const key = fakeKey();
  const [notBefore, notAfter] = window;
  const leaf = issue(root, { subject: common, spki: key.spki, notBefore, notAfter, extensions: purposes });
  const serial = int(serials);
  return {
    chain: [leaf, root.certificate],
    stamp: (message, seconds, { embed = true, named = leaf, accuracy, imprint: asked, nonce } = {}) => {
      const imprint = seq(SHA256, octets(asked ?? hash('sha256', message, 'buffer')));
      const off = accuracy === undefined ? [] : [seq(int(accuracy))];
      const info = seq(int(1), oid('1.2.3'), imprint, int(7), time(seconds), ...off, nonce ?? Buffer.alloc(0));
      const type = oid('1.2.840.113549.1.9.16.1.4');
      const attributes = Buffer.concat([
        seq(oid('1.2.840.113549.1.9.3'), set(type)),
        seq(oid('1.2.840.113549.1.9.4'), set(octets(hash('sha256', info, 'buffer')))),
        seq(oid('1.2.840.113549.1.9.16.2.47'), set(seq(seq(seq(octets(hash('sha256', named, 'buffer'))))))),
      ]);
      const signature = sign('sha256', writeDer(tags.set, attributes), key.privateKey);
      const signer = seq(
        int(1),
        seq(name(root.name), serial),
        SHA256,
        writeDer(0xa0, attributes),
        ECDSA_SHA256,
        octets(signature),
      );
      const data = seq(
        int(3),
        set(SHA256),
        seq(type, writeDer(0xa0, octets(info))),
        ...(embed ? [writeDer(0xa0, leaf)] : []),
        set(signer),
      );
      return seq(seq(int(0)), seq(oid('1.2.840.113549.1.7.2'), writeDer(0xa0, data)));
    },
  };
}
