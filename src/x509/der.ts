// DER (ITU-T X.690, 8 to 11): the one reader of certificates, timestamps and what stands inside them.
import { Fault } from '../lib/faults.ts';

/** One element. Nothing of its content is read until it is asked for. */
export interface Der {
  /** What it is part of, for messages: `the certificate`. */
  readonly what: string;
  /** The identifier octet: class, constructed bit and a tag number below 31. */
  readonly tag: number;
  /** Identifier, length and content. */
  readonly whole: Buffer;
  readonly content: Buffer;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** Most elements that one constructed element may have. */
const MOST_PARTS = 10_000;

/**
 * The one element that the bytes are.
 * @throws Fault `x509/malformed` when they are cut short, followed by others, or no DER
 */
export function readDer(bytes: Uint8Array, what: string): Der {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const der = elementAt(buffer, 0, what);
  if (der.whole.length !== buffer.length) throw malformed(what, 'something follows its end');
  return der;
}

/** The elements of a constructed element, at most 10,000. @throws Fault `x509/malformed` */
export function partsOf({ content, what, tag }: Der): Der[] {
  if ((tag & 0x20) === 0) throw malformed(what, 'a primitive element stands where a list should');
  const parts: Der[] = [];
  for (let at = 0; at < content.length; ) {
    if (parts.length === MOST_PARTS) throw malformed(what, `it has a list of more than ${MOST_PARTS} parts`);
    const part = elementAt(content, at, what);
    parts.push(part);
    at += part.whole.length;
  }
  return parts;
}

/** The elements of a list in their order, each asked for by its tag: optional members are skipped by it. */
export class DerList {
  readonly #parts: readonly Der[];
  readonly #what: string;
  #at = 0;

  /** @throws Fault `x509/malformed` unless `der` has the tag, a sequence's unless given */
  constructor(der: Der, tag: number = tags.sequence) {
    this.#what = der.what;
    this.#parts = partsOf(tagged(der, tag));
  }

  /** The next element. @throws Fault `x509/malformed` when there is none, or one of another tag */
  next(tag: number): Der {
    return this.optional(tag) ?? fail(this.#what, `an element of tag ${tag} is missing`);
  }

  /** The next element if it has the tag. */
  optional(tag: number): Der | undefined {
    const part = this.#parts[this.#at];
    if (part?.tag !== tag) return undefined;
    this.#at++;
    return part;
  }

  /** The next element, whatever it is. */
  any(): Der {
    const part = this.#parts[this.#at++];
    return part ?? fail(this.#what, 'an element is missing');
  }

  /** @throws Fault `x509/malformed` when something is left */
  end(): void {
    if (this.#at < this.#parts.length) throw malformed(this.#what, 'a list has more parts than it should');
  }
}

/** The element itself. @throws Fault `x509/malformed` when it has another tag */
export function tagged(der: Der, tag: number): Der {
  if (der.tag !== tag) throw malformed(der.what, `an element has tag ${der.tag} where ${tag} is due`);
  return der;
}

/** An element with another content or tag: lengths as DER has them. */
export function writeDer(tag: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  const head = content.length < 0x80 ? [content.length] : [0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

export function malformed(what: string, problem: string): Fault {
  const name = what.charAt(0).toUpperCase() + what.slice(1);
  return new Fault('x509/malformed', `${name} is malformed: ${problem}.`, 'Check where it comes from.');
}

function fail(what: string, problem: string): never {
  throw malformed(what, problem);
}

function elementAt(bytes: Buffer, at: number, what: string): Der {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw malformed(what, 'it is cut short');
  if ((tag & 0x1f) === 0x1f) throw malformed(what, 'it has a tag of several bytes');
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || start + count > bytes.length) throw malformed(what, 'a length is not DER');
    length = bytes.readUIntBE(start, count);
    if (length < 0x80 || bytes[start] === 0) throw malformed(what, 'a length is not as short as it can be');
    start += count;
  }
  if (start + length > bytes.length) throw malformed(what, 'it is cut short');
  return { what, tag, whole: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) };
}
