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
  /** Base64 of SHA-256 and SHA-1; empty where there are none. */
  digests?: string,
  capabilities?: 1,
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

/** Characters that a piece of a record has at least, but for the last ones: a record is never one large string. */
const PIECE = 1 << 14;

/** Writes a layer's record while the layer is read: lines of entries and of facts, and what the layer is as the last. */
export class LayerRecorder {
  #pieces: Buffer[] = [];
  #entries = '';
  #facts = '';

  entry(entry: LayerEntry): void {
    this.#entries += `${this.#entries === '' ? '' : ','}${JSON.stringify(rowOf(entry))}`;
    if (this.#entries.length >= PIECE) this.#endEntries();
  }

  fact(fact: LayerFact): void {
    this.#facts += `${this.#facts === '' ? '' : ','}${JSON.stringify(fact)}`;
    if (this.#facts.length >= PIECE) this.#endFacts();
  }

  /** The pieces since the last call. */
  take(): Buffer[] {
    const taken = this.#pieces;
    if (taken.length > 0) this.#pieces = [];
    return taken;
  }

  end({ diffId, size, notRead }: Recorded): void {
    this.#endEntries();
    this.#endFacts();
    this.#pieces.push(Buffer.from(`${JSON.stringify({ diffId, size, notRead } satisfies Recorded)}\n`));
  }

  #endEntries(): void {
    if (this.#entries !== '') this.#pieces.push(Buffer.from(`{"entries":[${this.#entries}]}\n`));
    this.#entries = '';
  }

  #endFacts(): void {
    if (this.#facts !== '') this.#pieces.push(Buffer.from(`{"facts":[${this.#facts}]}\n`));
    this.#facts = '';
  }
}

/** The record of a layer that was read, in pieces. */
export function recordOf(analysis: LayerAnalysis): Buffer[] {
  const recorder = new LayerRecorder();
  for (const entry of analysis.entries) recorder.entry(entry);
  for (const fact of analysis.facts) recorder.fact(fact);
  recorder.end(analysis);
  return recorder.take();
}

/** Reads {@link recordOf} back. The bytes are known to be what this program wrote. */
export function analysisOf(record: Buffer): LayerAnalysis {
  const entries: LayerEntry[] = [];
  const facts: LayerFact[] = [];
  let rest: Recorded | undefined;
  for (let from = 0; from < record.length; ) {
    const end = record.indexOf(0x0a, from);
    const part = JSON.parse(record.toString('utf8', from, end)) as Partial<Recorded> & Part;
    from = end + 1;
    if (part.diffId !== undefined) rest = part as Recorded;
    for (const row of part.entries ?? []) entries.push(entryOf(row));
    for (const fact of part.facts ?? []) facts.push(fact);
  }
  return { ...(rest as Recorded), entries, facts };
}

function rowOf({ path, kind, mode, uid, gid, size, target, digests, capabilities }: LayerEntry): Row {
  const row = [path, KINDS.indexOf(kind), mode, uid, gid, size] as const;
  const base64 = digests === undefined ? '' : Buffer.from(digests, 'latin1').toString('base64');
  if (capabilities === true) return [...row, target ?? null, base64, 1];
  if (digests !== undefined) return [...row, target ?? null, base64];
  return target === undefined ? row : [...row, target];
}

function entryOf([path, kind, mode, uid, gid, size, target, digests, capabilities]: Row): LayerEntry {
  const entry = { path, kind: KINDS[kind] ?? 'file', mode, uid, gid, size };
  if (target === undefined) return entry;
  if (digests === undefined) return { ...entry, target: target ?? undefined };
  const known = digests === '' ? undefined : Buffer.from(digests, 'base64').toString('latin1');
  const read = { ...entry, target: target ?? undefined, digests: known };
  return capabilities === 1 ? { ...read, capabilities: true } : read;
}
