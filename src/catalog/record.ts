// A layer's analysis as JSON, compact: one array for an entry, in the order of the archive.
import { base64Of } from '../image/file-digests.ts';
import type { LayerEntry } from '../image/tree.ts';
import type { Digest } from '../lib/digest.ts';
import type { EntryKind } from '../lib/tar.ts';
import { JsonRows, rowPart } from '../lib/json-rows.ts';
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
  readonly #entries = new JsonRows({ between: ',', full: PIECE });
  #facts = '';
  #last = { kind: '', mode: 0, uid: 0, gid: 0, text: EMPTY };

  // A Row.
  entry({ path, kind, mode, uid, gid, size, target, digests, capabilities }: LayerEntry): void {
    const row = this.#entries;
    row.part(PATH);
    row.inString(path);
    row.part(this.#likeTheLast(kind, mode, uid, gid));
    row.whole(size);
    if (target !== undefined) {
      row.part(TEXT);
      row.inString(target);
      row.part(END);
    } else if (digests !== undefined || capabilities === true) row.part(NULL);
    if (digests !== undefined || capabilities === true) {
      row.part(TEXT);
      if (digests !== undefined) row.plain(base64Of(digests));
      row.part(END);
    }
    if (capabilities === true) row.part(ONE);
    row.part(ROW_END);
    if (row.end()) this.#endEntries();
  }

  // Entries that follow each other differ in their names and sizes.
  #likeTheLast(kind: EntryKind, mode: number, uid: number, gid: number): Uint8Array {
    const last = this.#last;
    if (last.kind === kind && last.mode === mode && last.uid === uid && last.gid === gid) return last.text;
    const text = rowPart(`",${KINDS.indexOf(kind)},${mode},${uid},${gid},`);
    this.#last = { kind, mode, uid, gid, text };
    return text;
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
    if (!this.#entries.isEmpty) this.#pieces.push(this.#entries.bytes(ENTRIES, LINE_END));
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

const ENTRIES = rowPart('{"entries":[');
const LINE_END = rowPart(']}\n');
const PATH = rowPart('["');
const TEXT = rowPart(',"');
const END = rowPart('"');
const NULL = rowPart(',null');
const ONE = rowPart(',1');
const ROW_END = rowPart(']');
const EMPTY: Uint8Array = rowPart('');

function entryOf([path, kind, mode, uid, gid, size, target, digests, capabilities]: Row): LayerEntry {
  const entry = { path, kind: KINDS[kind] ?? 'file', mode, uid, gid, size };
  if (target === undefined) return entry;
  if (digests === undefined) return { ...entry, target: target ?? undefined };
  const known = digests === '' ? undefined : Buffer.from(digests, 'base64').toString('latin1');
  const read = { ...entry, target: target ?? undefined, digests: known };
  return capabilities === 1 ? { ...read, capabilities: true } : read;
}
