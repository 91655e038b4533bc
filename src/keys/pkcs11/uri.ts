// PKCS #11 URIs (RFC 7512): which object of which token, and how to come to it.
import { Fault } from '../../lib/faults.ts';

export interface Pkcs11Uri {
  readonly token?: string;
  readonly manufacturer?: string;
  readonly serial?: string;
  readonly model?: string;
  readonly libraryManufacturer?: string;
  readonly libraryDescription?: string;
  /** `2` or `2.40`. */
  readonly libraryVersion?: string;
  readonly slotManufacturer?: string;
  readonly slotDescription?: string;
  readonly slotId?: number;
  /** CKA_LABEL. */
  readonly object?: string;
  /** CKA_ID. */
  readonly id?: Uint8Array;
  readonly type?: ObjectType;
  readonly pinSource?: string;
  readonly pinValue?: string;
  readonly moduleName?: string;
  readonly modulePath?: string;
}

const OBJECT_TYPES = ['public', 'private', 'cert', 'secret-key', 'data'] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/** Most characters of a URI. */
const LENGTH = 8192;

type TextField = Exclude<keyof Pkcs11Uri, 'slotId' | 'id' | 'type'>;
type Field = { readonly name: string; readonly field: keyof Pkcs11Uri };

/** RFC 7512, 2.3, in the order in which they are written. */
const PATH: readonly Field[] = [
  { name: 'library-manufacturer', field: 'libraryManufacturer' },
  { name: 'library-description', field: 'libraryDescription' },
  { name: 'library-version', field: 'libraryVersion' },
  { name: 'slot-manufacturer', field: 'slotManufacturer' },
  { name: 'slot-description', field: 'slotDescription' },
  { name: 'slot-id', field: 'slotId' },
  { name: 'model', field: 'model' },
  { name: 'manufacturer', field: 'manufacturer' },
  { name: 'serial', field: 'serial' },
  { name: 'token', field: 'token' },
  { name: 'id', field: 'id' },
  { name: 'object', field: 'object' },
  { name: 'type', field: 'type' },
];
const QUERY: readonly Field[] = [
  { name: 'pin-source', field: 'pinSource' },
  { name: 'pin-value', field: 'pinValue' },
  { name: 'module-name', field: 'moduleName' },
  { name: 'module-path', field: 'modulePath' },
];

const PATH_VALUE = /^(?:[\w.~:[\]@!$'()*+,=&-]|%[0-9A-Fa-f]{2})*$/;
const QUERY_VALUE = /^(?:[\w.~:[\]@!$'()*+,=/?|-]|%[0-9A-Fa-f]{2})*$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function isPkcs11Uri(text: string): boolean {
  return /^pkcs11:/i.test(text);
}

/**
 * Reads a URI strictly: each attribute at most once, none that the RFC does not know but vendors' (`x-…`) in the query, which
 * say nothing here; `pin-source` and `pin-value` not together.
 * @throws Fault `key/uri`; its message shows no value, for it may be a PIN.
 */
export function parsePkcs11Uri(text: string): Pkcs11Uri {
  if (!isPkcs11Uri(text)) throw invalid('does not begin with "pkcs11:"');
  if (text.length > LENGTH) throw invalid(`is longer than ${LENGTH} characters`);
  const rest = text.slice('pkcs11:'.length);
  const cut = rest.indexOf('?');
  const path = cut === -1 ? rest : rest.slice(0, cut);
  const query = cut === -1 ? undefined : rest.slice(cut + 1);
  const uri = {
    ...readPart(path, ';', PATH, PATH_VALUE),
    ...(query === undefined ? {} : readPart(query, '&', QUERY, QUERY_VALUE)),
  };
  if (uri.pinSource !== undefined && uri.pinValue !== undefined) throw invalid('has both pin-source and pin-value');
  return uri;
}

/** Writes a URI, the attributes in the RFC's order and everything encoded that not every reader takes as it stands. */
export function formatPkcs11Uri(uri: Pkcs11Uri): string {
  const part = (fields: readonly Field[], separator: string, also: RegExp): string =>
    fields
      .filter(({ field }) => uri[field] !== undefined)
      .map(({ name, field }) => `${name}=${encode(uri[field], also)}`)
      .join(separator);
  const query = part(QUERY, '&', /[\w.~/:-]/);
  return `pkcs11:${part(PATH, ';', /[\w.~-]/)}${query === '' ? '' : `?${query}`}`;
}

/** The URI without its query: no PIN, nothing of this machine. What messages and records show. */
export function shownUri(uri: Pkcs11Uri): string {
  return formatPkcs11Uri(uri).replace(/\?.*$/, '');
}

function readPart(text: string, separator: string, fields: readonly Field[], allowed: RegExp): Pkcs11Uri {
  const read = new Map<string, string | number | Uint8Array>();
  if (text === '') return {};
  for (const attribute of text.split(separator)) {
    const at = attribute.indexOf('=');
    const name = at === -1 ? '' : attribute.slice(0, at);
    if (!/^[A-Za-z0-9_-]+$/.test(name)) throw invalid('has something in it that is not NAME=VALUE');
    const value = attribute.slice(at + 1);
    if (!allowed.test(value)) throw invalid(`has a character in ${name} that must be percent-encoded`);
    const known = fields.find((one) => one.name === name);
    if (known === undefined) {
      if (fields === QUERY && name.startsWith('x-')) continue;
      throw invalid(`has ${name}, which the RFC does not know there`);
    }
    if (read.has(known.field)) throw invalid(`has ${name} twice`);
    read.set(known.field, decode(known, value));
  }
  return Object.fromEntries(read) as Pkcs11Uri;
}

function decode({ name, field }: Field, value: string): string | number | Uint8Array {
  const bytes = Buffer.from(
    value.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  if (field === 'id') return new Uint8Array(bytes);
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch (cause) {
    throw invalid(`has ${name} that is not UTF-8`, cause);
  }
  if (text.includes('\0')) throw invalid(`has a zero byte in ${name}`);
  if (field === 'slotId') {
    if (!/^\d{1,10}$/.test(text)) throw invalid('has a slot-id that is no number');
    return Number(text);
  }
  if (field === 'libraryVersion' && !/^\d{1,3}(?:\.\d{1,3})?$/.test(text)) {
    throw invalid('has a library-version that is none');
  }
  if (field === 'type' && !OBJECT_TYPES.some((type) => type === text)) throw invalid('has an unknown type');
  return text;
}

function encode(value: Pkcs11Uri[TextField] | number | Uint8Array, plain: RegExp): string {
  const isId = value instanceof Uint8Array;
  const bytes = isId ? value : Buffer.from(String(value), 'utf8');
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    // RFC 7512, 2.3: all of an id is encoded.
    return !isId && byte < 0x80 && plain.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function invalid(problem: string, cause?: unknown): Fault {
  return new Fault(
    'key/uri',
    `The PKCS#11 URI ${problem}.`,
    'Write it as in pkcs11:token=NAME;object=KEY?module-path=/path/to/module.so&pin-source=/path/to/pin (RFC 7512).',
    { cause },
  );
}
