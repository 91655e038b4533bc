// A layer's analysis as JSON, compact: one array for an entry, in the order of the archive.
import type { BomNotRead } from '../bom/types.ts';
import type { LayerEntry } from '../image/tree.ts';
import type { Digest } from '../lib/digest.ts';
import type { EntryKind } from '../lib/tar.ts';
import type { LayerAnalysis, LayerFact } from './layer.ts';

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
  readonly entries: readonly Row[];
  readonly facts: readonly LayerFact[];
  readonly notRead: readonly BomNotRead[];
}

export function recordOf({ entries, ...rest }: LayerAnalysis): Buffer {
  return Buffer.from(JSON.stringify({ ...rest, entries: entries.map(rowOf) } satisfies Recorded));
}

/** Reads {@link recordOf} back. The bytes are known to be what this program wrote. */
export function analysisOf(record: Buffer): LayerAnalysis {
  const { entries, ...rest } = JSON.parse(record.toString()) as Recorded;
  return { ...rest, entries: entries.map(entryOf) };
}

function rowOf({ path, kind, mode, uid, gid, size, target, sha256, sha1 }: LayerEntry): Row {
  const row: Row = [path, KINDS.indexOf(kind), mode, uid, gid, size];
  if (sha256 !== undefined && sha1 !== undefined) return [...row, target ?? null, sha256, sha1] as unknown as Row;
  return target === undefined ? row : ([...row, target] as unknown as Row);
}

function entryOf([path, kind, mode, uid, gid, size, target, sha256, sha1]: Row): LayerEntry {
  const entry = { path, kind: KINDS[kind] ?? 'file', mode, uid, gid, size };
  if (target === undefined) return entry;
  return { ...entry, target: target ?? undefined, sha256, sha1 };
}
