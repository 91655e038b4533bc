// Proofs that verify offline (C2SP tlog-proof): index, inclusion proof and signed checkpoint in one text.
import { decodeBase64, decodeHash } from './base64.ts';
import { parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { parseDecimal } from './decimal.ts';
import { leafHash } from './hashes.ts';
import { formatNote, malformed, noteText } from './note.ts';
import { MOST_PROOF_HASHES, verifyInclusion } from './verify.ts';

const FIRST = 'c2sp.org/tlog-proof@v1';

export interface LogProof {
  readonly index: number;
  /** From the leaf's neighbour up. */
  readonly hashes: readonly Buffer[];
  readonly checkpoint: SignedCheckpoint;
  /** Opaque and authenticated by nothing. */
  readonly extra: Buffer | undefined;
}

/** Reads a proof without believing it. @throws Fault `tlog/malformed` */
export function parseProof(bytes: Uint8Array | string, what = 'the proof'): LogProof {
  const text = noteText(bytes, what);
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(0, end)).split('\n');
  if (lines.shift() !== FIRST) throw malformed(what, `it does not begin with ${FIRST}`);
  const extra = lines[0]?.startsWith('extra ') === true ? decodeBase64(lines.shift()?.slice(6) ?? '') : null;
  if (extra === undefined) throw malformed(what, 'its extra data is not base64');
  const index = parseDecimal(/^index (\d+)$/.exec(lines.shift() ?? '')?.[1] ?? '');
  if (index === undefined) throw malformed(what, 'it has no index');
  const hashes = lines.map(decodeHash);
  if (hashes.length > MOST_PROOF_HASHES || hashes.includes(undefined)) {
    throw malformed(what, `it needs lines of at most ${MOST_PROOF_HASHES} hashes`);
  }
  return {
    index,
    hashes: hashes.filter((hash) => hash !== undefined),
    checkpoint: parseCheckpoint(text.slice(end + 2), what),
    extra: extra ?? undefined,
  };
}

/** The text form of a proof. */
export function formatProof({ index, hashes, checkpoint, extra }: LogProof): string {
  const lines = [
    FIRST,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${formatNote(checkpoint.note)}`;
}

/** Whether the entry is in the tree of the proof's checkpoint. Who signed that is another question. */
export function provesEntry({ index, hashes, checkpoint }: LogProof, entry: Uint8Array): boolean {
  return verifyInclusion(index, checkpoint.size, leafHash(entry), hashes, checkpoint.root);
}
