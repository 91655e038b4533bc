// Audits a log: reads every entry and every tile, and says what holds.
import type { SignedCheckpoint } from '../tlog/checkpoint.ts';
import { Fault } from '../lib/faults.ts';
import { EMPTY_EDGE, type Edge, grow } from '../tlog/edge.ts';
import type { NoteKey } from '../tlog/note-key.ts';
import { verifyNote } from '../tlog/note-verify.ts';
import { TILE_WIDTH, tileAt, tilePath } from '../tlog/tiles.ts';
import { LogReader } from './reader.ts';
import type { LogSource } from './storage.ts';

export interface LogCheck {
  readonly check: 'signature' | 'entries' | 'tiles' | 'root' | 'consistency';
  readonly outcome: 'established' | 'refuted' | 'not established';
  /** One sentence without its full stop; names the place where something does not hold. */
  readonly reason: string;
}

export interface LogAudit {
  readonly checkpoint: SignedCheckpoint;
  readonly checks: readonly LogCheck[];
}

export interface AuditOptions {
  /** Keys that the log may sign with; none: who signed is not established. */
  readonly keys: readonly NoteKey[];
  /** An older checkpoint, by the same log. */
  readonly since?: SignedCheckpoint | undefined;
  readonly progress?: ((entries: number, size: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Recomputes the tree from all entries. In memory: one bundle and the edge.
 * @throws Fault `log/missing`, `tlog/malformed` for a checkpoint that nobody can read; `file/…`
 */
export async function auditLog(source: LogSource, options: AuditOptions): Promise<LogAudit> {
  const reader = new LogReader(source);
  const checkpoint = await reader.checkpoint();
  const tree = await recompute(reader, checkpoint, options);
  const checks = [signatureCheck(checkpoint, options.keys), ...tree.checks];
  if (tree.root !== undefined) checks.push(rootCheck(checkpoint, tree.root));
  if (options.since !== undefined) checks.push(sinceCheck(checkpoint, options.since, options.keys, tree.past));
  return { checkpoint, checks };
}

interface Recomputed {
  readonly checks: readonly LogCheck[];
  /** The root over all entries; `undefined` where some cannot be read. */
  readonly root: Buffer | undefined;
  /** The root at the size of the older checkpoint. */
  readonly past: Buffer | undefined;
}

async function recompute(reader: LogReader, { size }: SignedCheckpoint, options: AuditOptions): Promise<Recomputed> {
  let edge: Edge = EMPTY_EDGE;
  let root: Buffer = grow(edge, []).root;
  let past = options.since?.size === 0 ? root : undefined;
  let bad: LogCheck | undefined;
  try {
    while (edge.size < size) {
      options.signal?.throwIfAborted();
      const entries = await reader.bundle(edge.size / TILE_WIDTH, size);
      const before = (options.since?.size ?? 0) - edge.size;
      if (before > 0 && before <= entries.length) past = grow(edge, entries.slice(0, before)).root;
      const grown = grow(edge, entries);
      bad ??= await tilesCheck(reader, grown.written, size);
      ({ edge, root } = grown);
      options.progress?.(edge.size, size);
    }
  } catch (fault) {
    if (!(fault instanceof Fault) || !fault.code.startsWith('log/')) throw fault;
    const check: LogCheck = { check: 'entries', outcome: 'refuted', reason: fault.message.replace(/\.$/, '') };
    return { checks: bad === undefined ? [check] : [check, bad], root: undefined, past };
  }
  const read: LogCheck = {
    check: 'entries',
    outcome: 'established',
    reason: size === 1 ? '1 entry was read' : `${size} entries were read`,
  };
  const tiles: LogCheck = {
    check: 'tiles',
    outcome: 'established',
    reason: 'every tile holds the hashes of these entries',
  };
  return { checks: [read, bad ?? tiles], root, past };
}

/** The first tile that does not hold what the entries make. */
async function tilesCheck(
  reader: LogReader,
  written: ReturnType<typeof grow>['written'],
  size: number,
): Promise<LogCheck | undefined> {
  for (const { tile, bytes } of written) {
    if (tile.level === 'entries' || tileAt(tile.level, tile.index, size)?.width !== tile.width) continue;
    const refuted = (reason: string): LogCheck => ({ check: 'tiles', outcome: 'refuted', reason });
    try {
      const place = `${tilePath(tile)} does not hold the hashes of the entries below it`;
      if (!(await reader.tile(tile)).equals(bytes)) return refuted(place);
    } catch (fault) {
      if (!(fault instanceof Fault) || !fault.code.startsWith('log/')) throw fault;
      return refuted(fault.message.replace(/\.$/, ''));
    }
  }
  return undefined;
}

function signatureCheck({ note, origin }: SignedCheckpoint, keys: readonly NoteKey[]): LogCheck {
  if (keys.length === 0)
    return { check: 'signature', outcome: 'not established', reason: 'no key of the log was named' };
  const verdict = verifyNote(note, keys);
  if (!verdict.valid) return { check: 'signature', outcome: 'refuted', reason: verdict.reason };
  const names = verdict.by.map(({ key }) => key.name);
  const own = names.includes(origin);
  const reason = own
    ? `the checkpoint is signed by ${names.join(', ')}`
    : `it is of ${origin}, but signed by ${names.join(', ')}`;
  return { check: 'signature', outcome: own ? 'established' : 'refuted', reason };
}

function rootCheck({ root, size }: SignedCheckpoint, computed: Buffer): LogCheck {
  if (computed.equals(root))
    return {
      check: 'root',
      outcome: 'established',
      reason: `the checkpoint says the root of ${size === 1 ? 'the one entry' : `all ${size} entries`}`,
    };
  const reason = `the entries make the root ${computed.toString('base64')}, the checkpoint says ${root.toString('base64')}`;
  return { check: 'root', outcome: 'refuted', reason };
}

function sinceCheck(now: SignedCheckpoint, since: SignedCheckpoint, keys: readonly NoteKey[], past?: Buffer): LogCheck {
  const refuted = (reason: string): LogCheck => ({ check: 'consistency', outcome: 'refuted', reason });
  if (since.origin !== now.origin) return refuted(`the older checkpoint is of ${since.origin}`);
  const signed = signatureCheck(since, keys);
  if (signed.outcome === 'refuted') return refuted(`of the older checkpoint, ${signed.reason}`);
  if (since.size > now.size) return refuted(`the log went back from size ${since.size} to ${now.size}`);
  if (past === undefined)
    return { check: 'consistency', outcome: 'not established', reason: 'the entries before it cannot be read' };
  if (!past.equals(since.root)) return refuted(`the first ${since.size} entries are not those of the older checkpoint`);
  return {
    check: 'consistency',
    outcome: 'established',
    reason: `the first ${since.size} entries are those of the older checkpoint`,
  };
}
