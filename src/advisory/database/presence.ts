// Which keys a database has: what is damaged is not taken for what is not there.
import { hash } from 'node:crypto';
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

/** Bytes of a key's hash that are kept: of a billion keys that are not there, none is taken for one that is. */
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
  const hashes: string[] = [];
  for (const [key] of file.prepare(KEYS[kind]).rows()) hashes.push(hashOf(String(key)));
  hashes.sort();
  const parts = Math.ceil(hashes.length / PART) || 1;
  const lists = Array.from({ length: parts }, (): string[] => []);
  for (const text of hashes) lists[partOf(text, parts)]?.push(text);
  const insert = file.prepare('INSERT INTO main.presence VALUES (?, ?, ?, ?)');
  for (const [part, list] of lists.entries()) {
    const keys = Buffer.from(list.join(''), 'latin1');
    insert.run(kind, part, keys, rowSum([kind, part, parts, keys]));
  }
  file.prepare('INSERT OR REPLACE INTO main.total VALUES (?, ?)').run(partsName(kind), parts);
}

function partsName(kind: PresenceKind): string {
  return `parts of ${kind}`;
}

/** The first bytes of a digest, as a text of so many characters. */
function hashOf(key: string): string {
  return hash('sha256', key, 'latin1').slice(0, WIDTH);
}

function partOf(text: string, parts: number): number {
  return (text.charCodeAt(0) * 65_536 + text.charCodeAt(1) * 256 + text.charCodeAt(2)) % parts;
}

/** Throws Fault `db/corrupt` where the list itself is damaged. */
export class Presence {
  readonly #file: DatabaseFile;
  readonly #part: Statement;
  readonly #parts = new Map<PresenceKind, (Buffer | undefined)[]>();

  constructor(file: DatabaseFile) {
    this.#file = file;
    this.#part = file.prepare('SELECT keys, sum FROM presence WHERE kind = ? AND part = ?');
  }

  has(kind: PresenceKind, key: string): boolean {
    const parts = this.#of(kind);
    const text = hashOf(key);
    const number = partOf(text, parts.length);
    return holds((parts[number] ??= this.#read(kind, number, parts.length)), text);
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

  #of(kind: PresenceKind): (Buffer | undefined)[] {
    let parts = this.#parts.get(kind);
    if (parts === undefined) {
      const count = Number(this.#file.prepare('SELECT value FROM total WHERE name = ?').get(partsName(kind))?.[0]);
      if (!(count >= 1 && count <= MOST_PARTS)) throw this.#corrupt(partsName(kind));
      parts = Array.from<Buffer | undefined>({ length: count });
      this.#parts.set(kind, parts);
    }
    return parts;
  }

  #read(kind: PresenceKind, part: number, parts: number): Buffer {
    const [keys, sum] = this.#part.get(kind, part) ?? [];
    if (!(keys instanceof Uint8Array) || rowSum([kind, part, parts, keys]) !== sum)
      throw this.#corrupt(`part ${part} of ${kind}`);
    return Buffer.from(keys.buffer, keys.byteOffset, keys.byteLength);
  }

  #corrupt(what: string): Error {
    return corruptDatabase(this.#file.path, `what it has of ${what} is not what was written`);
  }
}

const MOST_PARTS = 1 << 20;

/** Whether sorted keys have one. */
function holds(keys: Buffer, text: string): boolean {
  let low = 0;
  let high = keys.length / WIDTH;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(keys, middle * WIDTH, text);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

function compare(keys: Buffer, at: number, text: string): number {
  for (let i = 0; i < WIDTH; i++) {
    const difference = (keys[at + i] ?? 0) - text.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return 0;
}
