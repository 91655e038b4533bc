// A component's text without what matching does not ask for, told from its bytes: most of a large document is files, and most
// of a component names and digests that are never looked at.
import { afterSpace, afterString, afterValue, isPiece, standsAt, walkElements } from '../../lib/json-walk.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
const [COMMA, COLON, QUOTE, BACKSLASH] = [0x2c, 0x3a, 0x22, 0x5c];
const BEFORE_PROPERTIES = bytes('"properties":');
/** Signs that are put beside what is kept. */
const MARGIN = 1024;
const [FILE, NAME, ALGORITHM] = [bytes('"file"'), bytes('"name"'), bytes('"alg"')];

/** What is done with a member, by its name. `HASHES` and `HEAVY` are left out. */
const [OTHER, TYPE, PURL, NESTED, PROPERTIES, HASHES, HEAVY] = [0, 1, 2, 3, 4, 5, 6];
const KINDS: readonly (readonly [name: string, kind: number])[] = [
  ['type', TYPE],
  ['purl', PURL],
  ['components', NESTED],
  ['properties', PROPERTIES],
  ['hashes', HASHES],
  ['licenses', HEAVY],
  ['externalReferences', HEAVY],
  ['cpe', HEAVY],
  ['swid', HEAVY],
  ['copyright', HEAVY],
];
/** The same by the length of the name with its quotes. */
const kindsByLength: { readonly name: Uint8Array; readonly kind: number }[][] = Array.from({ length: 24 }, () => []);
for (const [name, kind] of KINDS) kindsByLength[name.length + 2]?.push({ name: bytes(`"${name}"`), kind });
/** Beginnings of the algorithms of which every format knows one: a file has such a digest. */
const KNOWN = ['SHA-1"', 'SHA-256"', 'SHA-384"', 'SHA-512"', 'MD5"'].map((name) => bytes(`"${name}`));
/** How syft's properties begin, of which most are left out. */
const [COMPACT, SYFT] = [bytes('{"name":"syft:'), bytes('"syft:')];
const [CPE, PACKAGE, METADATA] = [bytes('cpe23"'), bytes('package:'), bytes('metadata:')];
const [FOUND_BY, MAIN_MODULE, MODULARITY] = [bytes('foundBy"'), bytes('mainModule"'), bytes('modularityLabel"')];

/** Most members of a component that are told apart; one with more, or with a member twice, is kept as it stands. */
const MOST = 100;
/** Pieces up to this size are copied sign by sign, which is faster. */
const SMALL = 128;

/** Looks at one component after the other; of each the answer is there until the next. */
export class SlimComponents {
  #text: Buffer = Buffer.alloc(0);
  /** What is kept is put together here. */
  #scratch = Buffer.allocUnsafeSlow(1 << 14);
  #size = 0;
  /** Where the members that are kept begin and end, and whether it is `properties`. */
  readonly #ranges = new Int32Array(MOST * 2);
  #from = 0;
  #end = -1;
  #count = 0;
  #properties = -1;
  #hashes = -1;
  #isFile = false;
  #hasPurl = false;
  #isOdd = false;
  /**
   * Looks at the component whose text begins at `from`. @param from of an object
   * @returns the index after it; -1 where it has no end
   */
  look(text: Buffer, from: number): number {
    this.#text = text;
    this.#from = from;
    this.#count = 0;
    this.#properties = -1;
    this.#hashes = -1;
    this.#isFile = false;
    this.#hasPurl = false;
    this.#isOdd = false;
    this.#end = text[from] === OPEN ? this.#walk(text, from + 1) : -1;
    return this.#end;
  }

  #walk(text: Buffer, from: number): number {
    let key = afterSpace(text, from);
    if (text[key] === CLOSE) return key + 1;
    for (;;) {
      const keyEnd = text[key] === QUOTE ? afterString(text, key) : -1;
      if (keyEnd === -1) return -1;
      const colon = text[keyEnd] === COLON ? keyEnd : afterSpace(text, keyEnd);
      if (text[colon] !== COLON) return -1;
      const value = afterSpace(text, colon + 1);
      const end = afterValue(text, value);
      if (end === -1) return -1;
      this.#member(key, keyEnd, value, end);
      const at = afterSpace(text, end);
      if (text[at] === CLOSE) return at + 1;
      if (text[at] !== COMMA) return -1;
      key = afterSpace(text, at + 1);
    }
  }

  /** Whether it is a file: an object of that type with a digest, without a package URL and without components in it. */
  get isFile(): boolean {
    return this.#isFile && !this.#isOdd && !this.#hasPurl && this.#hasKnownDigest();
  }

  /** Its JSON, without what is left out; good until the next is looked at. */
  json(): Uint8Array {
    if (this.#isOdd || this.#isFile) return this.#text.subarray(this.#from, this.#end);
    this.#size = 0;
    this.#room(this.#end - this.#from);
    this.#sign(OPEN);
    for (let i = 0; i < this.#count; i++) {
      const [from = 0, end = 0] = [this.#ranges[i * 2], this.#ranges[i * 2 + 1]];
      if (i > 0) this.#sign(COMMA);
      if (i === this.#properties) this.#putProperties(from, end);
      else this.#put(this.#text, from, end);
    }
    this.#sign(CLOSE);
    return this.#scratch.subarray(0, this.#size);
  }

  #member(key: number, keyEnd: number, value: number, end: number): void {
    const text = this.#text;
    const kind = kindOf(text, key, keyEnd);
    if (kind === HEAVY) return;
    if (kind === HASHES) {
      this.#hashes = value;
      return;
    }
    if (kind === TYPE) this.#isFile = isPiece(text, value, end, FILE);
    else if (kind === PURL) this.#hasPurl = true;
    // What has others in it, or a member's name that is written otherwise, is kept as it stands.
    else if (kind === NESTED || (kind === OTHER && hasEscape(text, key, keyEnd))) this.#isOdd = true;
    this.#keep(key, value, end, kind === PROPERTIES);
  }

  #keep(key: number, value: number, end: number, isProperties: boolean): void {
    if (this.#count === MOST || (isProperties && this.#properties >= 0)) {
      this.#isOdd = true;
      return;
    }
    if (isProperties) this.#properties = this.#count;
    this.#ranges[this.#count * 2] = isProperties ? value : key;
    this.#ranges[this.#count * 2 + 1] = end;
    this.#count++;
  }

  #putProperties(from: number, end: number): void {
    const text = this.#text;
    this.#put(BEFORE_PROPERTIES, 0, BEFORE_PROPERTIES.length);
    const start = this.#size;
    this.#sign(OPEN_LIST);
    const whole = walkElements(text, from, (at) => {
      const after = afterValue(text, at);
      if (after === -1 || isUnwanted(text, at)) return after;
      if (this.#size > start + 1) this.#sign(COMMA);
      this.#put(text, at, after);
      return after;
    });
    this.#sign(CLOSE_LIST);
    if (whole === end) return;
    this.#size = start;
    this.#put(text, from, end);
  }

  /** What is kept is no longer than the text, but for a few signs. */
  #room(size: number): void {
    if (this.#scratch.length < size + MARGIN) this.#scratch = Buffer.allocUnsafeSlow(2 * (size + MARGIN));
  }

  #sign(sign: number): void {
    this.#scratch[this.#size++] = sign;
  }

  #put(from: Buffer, start: number, end: number): void {
    const to = this.#scratch;
    if (end - start > SMALL) this.#size += from.copy(to, this.#size, start, end);
    else for (let at = start; at < end; at++) to[this.#size++] = from[at] ?? 0;
  }

  /** Whether the first digest is of an algorithm that is known. */
  #hasKnownDigest(): boolean {
    const text = this.#text;
    let at = afterSpace(text, this.#hashes + 1);
    if (this.#hashes < 0 || text[this.#hashes] !== 0x5b || text[at] !== 0x7b) return false;
    at = afterSpace(text, at + 1);
    if (!standsAt(text, at, ALGORITHM)) return false;
    at = afterSpace(text, at + ALGORITHM.length);
    at = text[at] === 0x3a ? afterSpace(text, at + 1) : at;
    return KNOWN.some((name) => standsAt(text, at, name));
  }
}

/** Whether a property, whose name stands first, is one that nobody asks for. */
function isUnwanted(text: Uint8Array, property: number): boolean {
  const name = standsAt(text, property, COMPACT) ? property + COMPACT.length - SYFT.length : nameOf(text, property);
  if (name === -1 || !standsAt(text, name, SYFT)) return false;
  const at = name + SYFT.length;
  switch (text[at]) {
    case 0x63:
      return standsAt(text, at, CPE);
    case 0x70:
      return standsAt(text, at, PACKAGE) && !standsAt(text, at + PACKAGE.length, FOUND_BY);
    case 0x6d:
      return standsAt(text, at, METADATA) && !isAsked(text, at + METADATA.length);
    default:
      return false;
  }
}

/** Facts of syft's that matching asks for. */
function isAsked(text: Uint8Array, at: number): boolean {
  return standsAt(text, at, MAIN_MODULE) || standsAt(text, at, MODULARITY);
}

/** Where the value of a first member `name` begins; -1: it is another, or the property is no object. */
function nameOf(text: Uint8Array, property: number): number {
  if (text[property] !== 0x7b) return -1;
  let at = afterSpace(text, property + 1);
  if (!standsAt(text, at, NAME)) return -1;
  at = afterSpace(text, at + NAME.length);
  return text[at] === 0x3a ? afterSpace(text, at + 1) : -1;
}

function kindOf(text: Uint8Array, key: number, keyEnd: number): number {
  const candidates = kindsByLength[keyEnd - key];
  if (candidates === undefined) return OTHER;
  for (const { name, kind } of candidates) if (isPiece(text, key, keyEnd, name)) return kind;
  return OTHER;
}

function hasEscape(text: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (text[at] === BACKSLASH) return true;
  return false;
}
