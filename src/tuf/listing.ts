// Timestamp and snapshot metadata (TUF specification 1.0, 4.4 and 4.6): which versions of the other files there are.
import { hash as hashBytes } from 'node:crypto';
import type { Fields } from '../lib/fields.ts';
import { malformed, mismatch } from './faults.ts';
import { integerOf, membersOf, objectOf, textOf } from './members.ts';
import { type Metadata, parseMetadata } from './metadata.ts';

/** Length and hashes that a file must have, as far as they are given. */
export interface FileMeasure {
  readonly length: number | undefined;
  /** Hexadecimal by algorithm, `sha256` and `sha512` alone: others cannot be judged. */
  readonly hashes: ReadonlyMap<'sha256' | 'sha512', string>;
}

export interface MetaFile extends FileMeasure {
  readonly version: number;
}

export interface Timestamp {
  readonly snapshot: MetaFile;
}

export interface Snapshot {
  /** By the file's name, such as `targets.json`. */
  readonly meta: ReadonlyMap<string, MetaFile>;
}

export const TIMESTAMP_LIMIT = 16 << 10;
/** The largest snapshot whose length the timestamp does not say. */
export const SNAPSHOT_LIMIT = 2_000_000;
const DIGITS = { sha256: 64, sha512: 128 } as const;

/** @throws Fault `trust/malformed`, `json/malformed` */
export function parseTimestamp(bytes: Buffer, what = 'timestamp.json'): Metadata<Timestamp> {
  return parseMetadata(bytes, 'timestamp', what, (signed) => {
    const { 'snapshot.json': snapshot } = objectOf(signed['meta'], what, 'meta');
    return { snapshot: metaFile(snapshot, what, 'snapshot.json') };
  });
}

/** @throws Fault `trust/malformed`, `json/malformed` */
export function parseSnapshot(bytes: Buffer, what = 'snapshot.json'): Metadata<Snapshot> {
  return parseMetadata(bytes, 'snapshot', what, (signed) => {
    const members = membersOf(signed['meta'], what, 'meta');
    const meta = new Map(members.map(([name, value]) => [name, metaFile(value, what, name)]));
    if (!meta.has('targets.json')) throw malformed(what, 'it does not name targets.json');
    return { meta };
  });
}

function metaFile(value: unknown, what: string, name: string): MetaFile {
  const where = name.slice(0, 200);
  const fields = objectOf(value, what, where);
  const { length, hashes } = fields;
  return {
    version: integerOf(fields['version'], what, `version of ${where}`, 1),
    length: length === undefined ? undefined : integerOf(length, what, `length of ${where}`, 0),
    hashes: hashes === undefined ? new Map() : hashesOf(hashes, what, where),
  };
}

/** @throws Fault `trust/malformed`, also where there is none that is known: then nothing says what the file must be */
export function hashesOf(value: unknown, what: string, where: string): FileMeasure['hashes'] {
  const fields: Fields = objectOf(value, what, `hashes of ${where}`);
  const known = new Map<'sha256' | 'sha512', string>();
  for (const name of ['sha256', 'sha512'] as const) {
    if (fields[name] === undefined) continue;
    const hex = textOf(fields[name], what, `hashes of ${where}`);
    if (hex.length !== DIGITS[name] || !/^[0-9a-f]+$/.test(hex)) throw malformed(what, `${name} of ${where} is none`);
    known.set(name, hex);
  }
  if (known.size === 0) throw malformed(what, `${where} has neither a SHA-256 nor a SHA-512`);
  return known;
}

/** @throws Fault `trust/mismatch` unless the bytes have the length and every hash */
export function requireMeasure(bytes: Buffer, measure: FileMeasure, what: string): void {
  if (measure.length !== undefined && bytes.length !== measure.length) {
    throw mismatch(what, `it has ${bytes.length} bytes, not ${measure.length}`);
  }
  const other = otherHash(bytes, measure);
  if (other !== undefined) throw mismatch(what, `its ${other} is another one`);
}

/** Whether bytes have the length and every hash. */
export function hasMeasure(bytes: Buffer, measure: FileMeasure): boolean {
  return (measure.length ?? bytes.length) === bytes.length && otherHash(bytes, measure) === undefined;
}

function otherHash(bytes: Buffer, { hashes }: FileMeasure): string | undefined {
  return [...hashes].find(([algorithm, hex]) => hashBytes(algorithm, bytes, 'hex') !== hex)?.[0];
}
