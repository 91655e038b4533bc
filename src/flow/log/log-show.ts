// `temper log show`: a log's checkpoint and entries, each with its proof.
import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import { LogReader } from '../../log/reader.ts';
import { formatNote } from '../../tlog/note.ts';
import { formatProof } from '../../tlog/proof.ts';
import { type LogPlace, logSource } from './log-place.ts';

export interface ShownEntry {
  readonly index: number;
  /** In bytes. */
  readonly size: number;
  /** Base64. */
  readonly bytes: string;
  /** What a Rekor entry says of itself, such as `hashedrekord`; `undefined` for anything else. */
  readonly kind: string | undefined;
  /** A `tlog-proof@v1`, which proves the entry to whoever trusts the log's key. */
  readonly proof: string;
}

export interface ShownLog {
  readonly log: string;
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** Names and key ids of those who are said to have signed: nothing is verified. */
  readonly signatures: readonly { readonly name: string; readonly id: string }[];
  /** The signed note as it stands. */
  readonly checkpoint: string;
  readonly entries: readonly ShownEntry[];
}

/** Entries that are shown when none is named: the last ones. */
const LAST = 10;

/**
 * @param indices of entries, decimal; the last ten unless given
 * @throws Fault `log/missing`, `log/no-entry`, `log/missing-tile`, `log/torn-tile`, `log/altered-tree`, `tlog/malformed`
 */
export async function showLog(place: LogPlace, indices: readonly string[]): Promise<ShownLog> {
  const reader = new LogReader(await logSource(place));
  const checkpoint = await reader.checkpoint();
  const { origin, size, root, note } = checkpoint;
  const first = Math.max(0, size - LAST);
  const wanted =
    indices.length > 0 ? indices.map(parseIndex) : Array.from({ length: size - first }, (_, i) => first + i);
  const entries: ShownEntry[] = [];
  for (const index of wanted) {
    const { entry, proof } = await reader.entryWithProof(index, checkpoint);
    entries.push({
      index,
      size: entry.length,
      bytes: entry.toString('base64'),
      kind: kindOf(entry),
      proof: formatProof(proof),
    });
  }
  const signatures = note.signatures.map(({ name, id }) => ({ name, id }));
  return {
    log: place.log,
    origin,
    size,
    root: root.toString('base64'),
    signatures,
    checkpoint: formatNote(note),
    entries,
  };
}

function parseIndex(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Fault(
    'log/index',
    `"${text.slice(0, 40)}" is no index of an entry.`,
    'Give a number; the first entry is 0.',
  );
}

function kindOf(entry: Buffer): string | undefined {
  if (!entry.subarray(0, 1).equals(Buffer.from('{'))) return undefined;
  try {
    const { kind } = parseJson(entry, 'the entry') as { kind?: unknown };
    return typeof kind === 'string' ? kind.slice(0, 100) : undefined;
  } catch {
    return undefined;
  }
}
