// A layer's analysis as JSON, compact: one array for an entry, in the order of the archive.
import type { LayerEntry } from '../image/tree.ts';
import type { Digest } from '../lib/digest.ts';
import type { EntryKind } from '../lib/tar.ts';
import type { LayerAnalysis, LayerFact, LayerNotRead } from './layer.ts';

const KINDS: readonly EntryKind[] = [
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character-device',
  'block-device',
  'fifo',
];

type Row = readonly [
  path: string,
  kind: number,
  mode: number,
  uid: number,
  gid: number,
  size: number,
  target?: string | null,
  sha256?: string,
  sha1?: string,
];

interface Recorded {
  readonly diffId: Digest;
  readonly size: number;
  readonly notRead: readonly LayerNotRead[];
}

interface Part {
  readonly entries?: readonly Row[];
  readonly facts?: readonly LayerFact[];
}

/** Entries or facts that are written at once: a record is never one large string. */
const AT_ONCE = 1000;

/** The record in pieces, a line each: what the layer is, then entries, then facts. */
export function recordOf({ entries, facts, ...rest }: LayerAnalysis): Buffer[] {
  const pieces = [line(JSON.stringify(rest satisfies Recorded))];
  for (let at = 0; at < entries.length; at += AT_ONCE)
    pieces.push(line(JSON.stringify({ entries: entries.slice(at, at + AT_ONCE).map(rowOf) } satisfies Part)));
  for (let at = 0; at < facts.length; at += AT_ONCE)
    pieces.push(line(JSON.stringify({ facts: facts.slice(at, at + AT_ONCE) } satisfies Part)));
  return pieces;
}

function line(json: string): Buffer {
  return Buffer.from(`${json}\n`);
}

/** Reads {@link recordOf} back. The bytes are known to be what this program wrote. */
export function analysisOf(record: Buffer): LayerAnalysis {
  const entries: LayerEntry[] = [];
  const facts: LayerFact[] = [];
  let rest: Recorded | undefined;
  for (let from = 0; from < record.length; ) {
    const end = record.indexOf(0x0a, from);
    const part = JSON.parse(record.toString('utf8', from, end)) as Recorded & Part;
    from = end + 1;
    if (rest === undefined) rest = part;
    for (const row of part.entries ?? []) entries.push(entryOf(row));
    for (const fact of part.facts ?? []) facts.push(fact);
  }
  return { ...(rest as Recorded), entries, facts };
}

function rowOf({ path, kind, mode, uid, gid, size, target, sha256, sha1 }: LayerEntry): Row {
  const row = [path, KINDS.indexOf(kind), mode, uid, gid, size] as const;
  if (sha256 !== undefined && sha1 !== undefined) return [...row, target ?? null, sha256, sha1];
  return target === undefined ? row : [...row, target];
}

function entryOf([path, kind, mode, uid, gid, size, target, sha256, sha1]: Row): LayerEntry {
  const entry = { path, kind: KINDS[kind] ?? 'file', mode, uid, gid, size };
  if (target === undefined) return entry;
  return { ...entry, target: target ?? undefined, sha256, sha1 };
}
