// Which keys a database has: what is damaged is not taken for what is not there.
import { corruptDatabase, type DatabaseFile, type Statement } from '../../io/database.ts';
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
} as const;

export type PresenceKind = keyof typeof KEYS;

const kinds = Object.keys(KEYS) as readonly PresenceKind[];

/** Bytes of a key's hash that are kept: of a billion keys that are not there, hardly one is taken for one that is. */
const WIDTH = 8;
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
  for (const [key] of file.prepare(KEYS[kind]).rows()) hashes.push(hashOf(String(key)));
  hashes.sort(([a, x], [b, y]) => a - b || x - y);
  const parts = Math.ceil(hashes.length / PART) || 1;
  const lists = Array.from({ length: parts }, (): number[] => []);
  for (const [high, low] of hashes) lists[high % parts]?.push(high, low);
  const insert = file.prepare('INSERT INTO main.presence VALUES (?, ?, ?, ?)');
  for (const [part, list] of lists.entries()) {
    const keys = Buffer.alloc(list.length * 4);
    for (const [i, half] of list.entries()) keys.writeUInt32BE(half, i * 4);
    insert.run(kind, part, keys, rowSum([kind, part, parts, keys]));
  }
  file.prepare('INSERT OR REPLACE INTO main.total VALUES (?, ?)').run(partsName(kind), parts);
}

function partsName(kind: PresenceKind): string {
  return `parts of keys of ${kind}`;
}

/**
 * Two unsigned halves of 32 bits, of which every bit depends on all of the text. Damage is looked for, not malice: who makes a
 * database says in it what he likes.
 */
function hashOf(key: string): readonly [high: number, low: number] {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  for (let i = 0; i < key.length; i++) {
    const c = key.charCodeAt(i);
    a = Math.imul(a ^ c, 0x9e3779b1);
    b = Math.imul(b ^ c, 0x5f356495);
  }
  const [high, low] = [mixed(a ^ (b >>> 13)), mixed(b ^ (a >>> 13))];
  return [(high ^ Math.imul(low, 0x85ebca6b)) >>> 0, low >>> 0];
}

/** A permutation of 32 bits in which each bit changes half of the others. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

const EMPTY = { high: hashOf('')[0], low: hashOf('')[1] };

/** Throws Fault `db/corrupt` where the list itself is damaged. */
export class Presence {
  readonly #file: DatabaseFile;
  readonly #part: Statement;
  readonly #parts = new Map<PresenceKind, (DataView | undefined)[]>();
  #last: { readonly key: string; readonly high: number; readonly low: number } = { key: '', ...EMPTY };

  constructor(file: DatabaseFile) {
    this.#file = file;
    this.#part = file.prepare('SELECT keys, sum FROM presence WHERE kind = ? AND part = ?');
  }

  has(kind: PresenceKind, key: string): boolean {
    const parts = this.#of(kind);
    // Many a list is empty.
    if (parts.length === 1 && (parts[0] ??= this.#read(kind, 0, 1)).byteLength === 0) return false;
    const { high, low } = this.#hashed(key);
    const number = high % parts.length;
    return holds((parts[number] ??= this.#read(kind, number, parts.length)), high, low);
  }

  /** Several lists are asked for one key. */
  #hashed(key: string): { readonly high: number; readonly low: number } {
    if (key !== this.#last.key) {
      const [high, low] = hashOf(key);
      this.#last = { key, high, low };
    }
    return this.#last;
  }

  /** Reads all of it. */
  check(): void {
    for (const kind of kinds) {
      const count = this.#of(kind).length;
      for (let part = 0; part < count; part++) this.#read(kind, part, count);
      for (const [key] of this.#file.prepare(KEYS[kind]).rows())
        if (!this.has(kind, String(key))) throw this.#corrupt(`${kind} ${String(key)}`);
    }
  }

  #of(kind: PresenceKind): (DataView | undefined)[] {
    let parts = this.#parts.get(kind);
    if (parts === undefined) {
      const count = Number(this.#file.prepare('SELECT value FROM total WHERE name = ?').get(partsName(kind))?.[0]);
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

/** Whether sorted keys have one. */
function holds(keys: DataView, high: number, low: number): boolean {
  let from = 0;
  let to = keys.byteLength / WIDTH;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const at = middle * WIDTH;
    const order = keys.getUint32(at) - high || keys.getUint32(at + 4) - low;
    if (order === 0) return true;
    if (order < 0) from = middle + 1;
    else to = middle;
  }
  return false;
}
