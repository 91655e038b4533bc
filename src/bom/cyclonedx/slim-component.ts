// A component's text without what matching does not ask for, told from its bytes: most of a large document is files, and most
// of a component names and digests that are never looked at.
import { afterSpace, afterValue, isPiece, standsAt, walkElements, walkMembers } from '../../lib/json-walk.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, COMMA] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c];
const BEFORE_PROPERTIES = bytes('"properties":');
/** Signs that are put beside what is kept. */
const MARGIN = 1024;
const [TYPE, FILE, PURL, NAME] = [bytes('"type"'), bytes('"file"'), bytes('"purl"'), bytes('"name"')];
const [HASHES, ALGORITHM, NESTED, PROPERTIES] = [
  bytes('"hashes"'),
  bytes('"alg"'),
  bytes('"components"'),
  bytes('"properties"'),
];
/** Members that are left out. */
const HEAVY = ['licenses', 'externalReferences', 'cpe', 'swid', 'copyright', 'hashes'].map((name) =>
  bytes(`"${name}"`),
);
/** Beginnings of the algorithms of which every format knows one: a file has such a digest. */
const KNOWN = ['SHA-1"', 'SHA-256"', 'SHA-384"', 'SHA-512"', 'MD5"'].map((name) => bytes(`"${name}`));
/** How syft's properties begin, of which most are left out. */
const [COMPACT, SYFT] = [bytes('{"name":"syft:'), bytes('"syft:')];
const [CPE, PACKAGE, METADATA] = [bytes('cpe23"'), bytes('package:'), bytes('metadata:')];
const [FOUND_BY, MAIN_MODULE, MODULARITY] = [bytes('foundBy"'), bytes('mainModule"'), bytes('modularityLabel"')];

/** Most members of a component that are told apart; one with more, or with a member twice, is kept as it stands. */
const MOST = 100;
const BACKSLASH = 0x5c;

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
  readonly #visit = (key: number, keyEnd: number, value: number): number => this.#member(key, keyEnd, value);

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
    this.#end = walkMembers(text, from, this.#visit);
    return this.#end;
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

  #member(key: number, keyEnd: number, value: number): number {
    const text = this.#text;
    const end = afterValue(text, value);
    if (end === -1) return -1;
    if (isPiece(text, key, keyEnd, TYPE)) this.#isFile = isPiece(text, value, end, FILE);
    else if (isPiece(text, key, keyEnd, PURL)) this.#hasPurl = true;
    else if (isPiece(text, key, keyEnd, HASHES)) this.#hashes = value;
    // What has others in it, or a member's name that is written otherwise, is kept as it stands.
    else if (isPiece(text, key, keyEnd, NESTED) || hasEscape(text, key, keyEnd)) this.#isOdd = true;
    if (!isHeavy(text, key, keyEnd)) this.#keep(key, value, end, isPiece(text, key, keyEnd, PROPERTIES));
    return end;
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
    this.#size += from.copy(this.#scratch, this.#size, start, end);
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

function isHeavy(text: Uint8Array, key: number, keyEnd: number): boolean {
  for (const name of HEAVY) if (isPiece(text, key, keyEnd, name)) return true;
  return false;
}

function hasEscape(text: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (text[at] === BACKSLASH) return true;
  return false;
}
