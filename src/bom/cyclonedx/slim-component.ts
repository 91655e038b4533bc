// Components without what matching does not ask for. Most of a large document is files, which are told from their text alone;
// of packages most is never looked at.
import { isUtf8 } from 'node:buffer';
import { parseJson } from '../../lib/json.ts';
import { afterSpace, afterString, afterValue } from '../../lib/json-walk.ts';
import { isObject, type JsonObject } from '../graph/members.ts';
import { isAsked, parseBeforeProperties } from './syft-properties.ts';

/** A file as syft writes it, with a digest that every format knows; no text in it has an escape. */
const FILE =
  /\{"bom-ref":"[^"\\]*","type":"file","name":"[^"\\]*","hashes":\[\{"alg":"(?:SHA-1|SHA-256|SHA-384|SHA-512|MD5)","content":"[^"\\]*"\}(?:,\{"alg":"[^"\\]*","content":"[^"\\]*"\})*\]\}/y;
/** So many of them, one after the other. */
const FILES_AT_ONCE = 16;
const FILES = new RegExp(`(?:${FILE.source},){${FILES_AT_ONCE - 1}}${FILE.source}`, 'y');
const KNOWN: ReadonlySet<unknown> = new Set(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'MD5']);
/** Members that are left out. */
const HEAVY: ReadonlySet<string> = new Set(['licenses', 'externalReferences', 'cpe', 'swid', 'copyright', 'hashes']);

/** Bytes that are looked at for files at a time, and the most of one. */
const PIECE = 1 << 16;
const LONG_FILE = 1 << 13;
/** Texts of which nothing needs to be bounded but the depth, in bytes. */
const SHORT = 1 << 15;
/** Longest boundary between two components. */
const BOUNDARY = 200;
/** Boundaries that turn out to be none: then no more are looked for. */
const REFUSALS = 20;
const NOTHING = Buffer.alloc(0);
const [OPEN, CLOSE, QUOTE, COMMA] = [0x7b, 0x7d, 0x22, 0x2c];

/** Looks at one component after the other. */
export class SlimComponents {
  readonly #name: string;
  /** What {@link look} found; `undefined`: files. */
  value: JsonObject | undefined;
  /** How many components it passed. */
  count = 0;
  /** The text that was looked at last, which stays the same until more of it is read. */
  #text: Buffer = NOTHING;
  #piece = '';
  #pieceAt = 0;
  /** What stands between two components: `},{"bom-ref"`. */
  #boundary: Buffer | undefined;
  /** The next one; -1: there is none in this text; -2: it was not looked for. */
  #next = -2;
  #refused = -1;
  #refusals = 0;

  /** @param name of the document, for faults */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Looks at the component whose text begins at `from`; also at those that follow, where all are files.
   * @returns the index after the last of them; -1 where it has no end here
   * @throws Fault `json/malformed`
   */
  look(text: Buffer, from: number): number {
    if (text !== this.#text) this.#begin(text);
    this.value = undefined;
    this.count = 1;
    const file = this.#afterFile(text, from);
    return file === -1 ? this.#component(text, from) : file;
  }

  #begin(text: Buffer): void {
    this.#text = text;
    this.#pieceAt = 0;
    this.#piece = '';
    this.#next = -2;
    this.#refused = -1;
  }

  /** -1: it is no file of syft's. */
  #afterFile(text: Buffer, from: number): number {
    const end = this.#pieceAt + this.#piece.length;
    if (from + LONG_FILE > end && end < text.length) {
      this.#pieceAt = from;
      this.#piece = text.toString('latin1', from, from + PIECE);
    }
    FILES.lastIndex = from - this.#pieceAt;
    if (FILES.test(this.#piece)) {
      this.count = FILES_AT_ONCE;
      return this.#pieceAt + FILES.lastIndex;
    }
    FILE.lastIndex = from - this.#pieceAt;
    return FILE.test(this.#piece) ? this.#pieceAt + FILE.lastIndex : -1;
  }

  #component(text: Buffer, from: number): number {
    const near = this.#beforeBoundary(text, from);
    if (near !== -1 && near !== this.#refused) {
      const parsed = tried(text, from, near);
      if (parsed !== undefined && !('components' in parsed)) {
        this.value = slimmed(parsed);
        return near;
      }
      // It is one of what stands inside, or bounds are to be held.
      this.#refused = near;
      this.#refusals++;
    }
    const end = afterValue(text, from);
    if (end === -1) return -1;
    const parsed = parsedJson(text.subarray(from, end), this.#name);
    if (isObject(parsed)) this.value = slimmed(withAsked(parsed));
    return end;
  }

  /** Where a component ends, as far as what stands between two of them tells; -1: it does not. */
  #beforeBoundary(text: Buffer, from: number): number {
    this.#boundary ??= boundaryBefore(text, from);
    if (this.#boundary === undefined || this.#refusals === REFUSALS) return -1;
    if (this.#next !== -1 && this.#next < from) this.#next = text.indexOf(this.#boundary, from);
    return this.#next === -1 || this.#next - from > SHORT ? -1 : this.#next + 1;
  }
}

/** From the bracket that closes the component before to the end of the first key. */
function boundaryBefore(text: Buffer, from: number): Buffer | undefined {
  let start = from - 1;
  while (start >= 0 && (text[start] === COMMA || afterSpace(text, start) > start)) start--;
  const key = afterSpace(text, from + 1);
  if (start < 0 || text[start] !== CLOSE || text[from] !== OPEN || text[key] !== QUOTE) return undefined;
  const end = afterString(text, key);
  return end === -1 || end - start > BOUNDARY ? undefined : Buffer.from(text.subarray(start, end));
}

/** `undefined`: it is no JSON. What is a whole JSON object ends where it ends. */
function tried(text: Buffer, from: number, end: number): Record<string, unknown> | undefined {
  try {
    const piece = text.subarray(from, end);
    if (!isUtf8(piece)) return undefined;
    const json = piece.toString();
    const known = parseBeforeProperties(json);
    if (known !== undefined) return known;
    const parsed: unknown = JSON.parse(json);
    return isObject(parsed) ? withAsked(parsed) : undefined;
  } catch {
    return undefined;
  }
}

/** With those properties alone that are asked for. */
function withAsked(component: Record<string, unknown>): Record<string, unknown> {
  const properties = component['properties'];
  if (Array.isArray(properties)) component['properties'] = properties.filter(isAskedFor);
  return component;
}

/** A value of which the depth is bounded. @throws Fault `json/malformed` */
export function parsedJson(json: Buffer, name: string): unknown {
  if (json.length > SHORT || !isUtf8(json)) return parseJson(json, name);
  try {
    return JSON.parse(json.toString()) as unknown;
  } catch {
    return parseJson(json, name);
  }
}

/**
 * Without what is left out, in its own place; `undefined` for a file: of that type, with a digest, without a package URL and
 * without components in it.
 */
function slimmed(component: Record<string, unknown>): JsonObject | undefined {
  if (isFile(component)) return undefined;
  for (const name of HEAVY) if (name in component) component[name] = undefined;
  return component;
}

function isFile({ type, purl, hashes, components }: JsonObject): boolean {
  if (type !== 'file' || (purl ?? undefined) !== undefined || components !== undefined || !Array.isArray(hashes))
    return false;
  const first: unknown = hashes[0];
  return isObject(first) && KNOWN.has(first['alg']) && typeof first['content'] === 'string';
}

function isAskedFor(property: unknown): boolean {
  const name = isObject(property) ? property['name'] : undefined;
  return typeof name !== 'string' || isAsked(name);
}
