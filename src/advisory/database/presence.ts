// Which keys a database has: what is damaged is not taken for what is not there.
import { corruptDatabase, type DatabaseFile, type Statement } from '../../io/database.ts';
import { holdsKey, KEY_WIDTH } from './sorted-keys.ts';
import { rowSum } from './sums.ts';

/** Tables of which absence is an answer, each with its keys as texts. */
const KEYS = {
  package: 'SELECT e.name || char(10) || p.name FROM main.package p JOIN main.ecosystem e ON e.id = p.ecosystem',
  advisory: 'SELECT DISTINCT id FROM main.advisory',
  grouping: 'SELECT main FROM main.grouping',
  alias: 'SELECT id FROM main.alias',
  fact: 'SELECT DISTINCT id FROM main.fact',
  epss: 'SELECT cve FROM main.epss',
  exploited: 'SELECT id FROM main.exploited',
  reference: 'SELECT ref FROM main.reference',
  details: 'SELECT block FROM main.details',
  shared: 'SELECT id FROM main.advisory GROUP BY id HAVING count(*) > 1',
  // Main ids of groups that are more, or less, than the names of one record; of the others that record says everything.
  gathered: `SELECT g.main FROM main.grouping g
    LEFT JOIN main.advisory a ON json_array_length(g.refs) = 1 AND a.ref = json_extract(g.refs, '$[0]')
    WHERE a.ref IS NULL OR g.aliases <> (
      SELECT json_group_array(name) FROM (
        SELECT value AS name FROM json_each(json_extract(a.head, '$[4]')) UNION SELECT a.id ORDER BY 1
      ) WHERE name <> g.main)`,
} as const;

export type PresenceKind = keyof typeof KEYS;

const kinds = Object.keys(KEYS) as readonly PresenceKind[];

/** Kinds that databases of schema 1.0 do not list: of 1.1 and of 1.2. */
const LATER: ReadonlySet<PresenceKind> = new Set(['shared', 'gathered']);

/** Keys of one part, about: a part is read as a whole. */
const PART = 4096;

export function packageKey(ecosystem: string, name: string): string {
  return `${ecosystem}\n${name}`;
}

/** Lists the keys of a database anew. */
export function writePresence(file: DatabaseFile): void {
  file.exec('DELETE FROM main.presence');
  for (const kind of kinds) writeKind(file, kind);
}

function writeKind(file: DatabaseFile, kind: PresenceKind): void {
  const hashes: (readonly [high: number, low: number])[] = [];
  const hash = new Hash();
  for (const [key] of file.prepare(KEYS[kind]).rows()) {
    const { high, low } = hash.of(String(key));
    hashes.push([high >>> 0, low >>> 0]);
  }
  hashes.sort(([a, x], [b, y]) => a - b || x - y);
  const parts = Math.ceil(hashes.length / PART) || 1;
  const lists = Array.from({ length: parts }, (): number[] => []);
  for (const [high, low] of hashes) lists[high % parts]?.push(high, low);
  const insert = file.prepare('INSERT INTO main.presence VALUES (?, ?, ?, ?)');
  for (const [part, list] of lists.entries()) {
    const keys = Buffer.alloc((list.length / 2) * KEY_WIDTH);
    for (const [i, half] of list.entries()) keys.writeUInt32BE(half, i * 4);
    insert.run(kind, part, keys, rowSum([kind, part, parts, keys]));
  }
  file.prepare('INSERT OR REPLACE INTO main.total VALUES (?, ?)').run(partsName(kind), parts);
}

function partsName(kind: PresenceKind): string {
  return `parts of keys of ${kind}`;
}

/**
 * Two halves of 32 bits, signed, of which every bit depends on all of the text. Damage is looked for, not malice: who makes a
 * database says in it what he likes.
 */
class Hash {
  high = 0;
  low = 0;

  of(key: string): this {
    let a = 0x243f6a88;
    let b = 0x85a308d3 | 0;
    for (let i = 0; i < key.length; i++) {
      const c = key.charCodeAt(i);
      a = Math.imul(a ^ c, 0x9e3779b1);
      b = Math.imul(b ^ c, 0x5f356495);
    }
    const high = mixed(a ^ (b >>> 13));
    this.low = mixed(b ^ (a >>> 13));
    this.high = high ^ Math.imul(this.low, 0x85ebca6b);
    return this;
  }
}

/** A permutation of 32 bits in which each bit changes half of the others. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** Throws Fault `db/corrupt` where the list itself is damaged. */
export class Presence {
  readonly #file: DatabaseFile;
  readonly #part: Statement;
  readonly #parts = new Map<PresenceKind, (DataView | undefined)[]>();
  readonly #missing = new Set<PresenceKind>();
  /** Several lists are asked for one key. */
  #last = '';
  readonly #hash = new Hash().of(this.#last);

  constructor(file: DatabaseFile) {
    this.#file = file;
    this.#part = file.prepare('SELECT keys, sum FROM presence WHERE kind = ? AND part = ?');
  }

  /** A kind that the database does not list yet has every key. */
  has(kind: PresenceKind, key: string): boolean {
    const parts = this.#of(kind);
    if (parts === undefined) return true;
    if (this.#hasNone(kind, parts)) return false;
    if (key !== this.#last) {
      this.#hash.of(key);
      this.#last = key;
    }
    const { high, low } = this.#hash;
    const number = parts.length === 1 ? 0 : (high >>> 0) % parts.length;
    return holdsKey((parts[number] ??= this.#read(kind, number, parts.length)), high, low);
  }

  /** Whether a kind has no key. */
  isEmpty(kind: PresenceKind): boolean {
    const parts = this.#of(kind);
    return parts !== undefined && this.#hasNone(kind, parts);
  }

  // Many a list is empty.
  #hasNone(kind: PresenceKind, parts: (DataView | undefined)[]): boolean {
    return parts.length === 1 && (parts[0] ??= this.#read(kind, 0, 1)).byteLength === 0;
  }

  /** Reads all of it. */
  check(): void {
    for (const kind of kinds) {
      const count = this.#of(kind)?.length ?? 0;
      for (let part = 0; part < count; part++) this.#read(kind, part, count);
      for (const [key] of this.#file.prepare(KEYS[kind]).rows())
        if (!this.has(kind, String(key))) throw this.#corrupt(`${kind} ${String(key)}`);
    }
  }

  /** The parts of a list; `undefined` where an older program left it out. */
  #of(kind: PresenceKind): (DataView | undefined)[] | undefined {
    let parts = this.#parts.get(kind);
    if (parts === undefined && !this.#missing.has(kind)) {
      const stated = this.#file.prepare('SELECT value FROM total WHERE name = ?').get(partsName(kind));
      if (stated === undefined && LATER.has(kind)) {
        this.#missing.add(kind);
        return undefined;
      }
      const count = Number(stated?.[0]);
      if (!(count >= 1 && count <= MOST_PARTS)) throw this.#corrupt(partsName(kind));
      parts = Array.from<DataView | undefined>({ length: count });
      this.#parts.set(kind, parts);
    }
    return parts;
  }

  #read(kind: PresenceKind, part: number, parts: number): DataView {
    const [keys, sum] = this.#part.get(kind, part) ?? [];
    if (!(keys instanceof Uint8Array) || rowSum([kind, part, parts, keys]) !== sum)
      throw this.#corrupt(`part ${part} of ${kind}`);
    return new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  }

  #corrupt(what: string): Error {
    return corruptDatabase(this.#file.path, `what it has of ${what} is not what was written`);
  }
}

const MOST_PARTS = 1 << 20;
