// Entries of transparency logs as bundles carry them (sigstore_rekor.proto, TransparencyLogEntry, in its JSON form).
import { z } from 'zod';
import { Fault } from '../lib/faults.ts';
import { base64 } from './base64.ts';

/** A 64-bit integer, which JSON has as a string, 0 where it is left out. */
const count = z
  .union([
    z
      .string()
      .regex(/^\d{1,16}$/, 'is no count')
      .transform(Number),
    z.number(),
  ])
  .refine((value) => Number.isSafeInteger(value) && value >= 0, 'is no count')
  .nullish()
  .transform((value) => value ?? 0);

const hashBytes = base64.refine(({ length }) => length === 32, 'is no SHA-256');

const Entry = z.object({
  logIndex: count,
  logId: z.object({ keyId: base64.refine(({ length }) => length > 0 && length <= 64, 'has no plausible length') }),
  kindVersion: z.object({ kind: z.string().max(100), version: z.string().max(100) }).nullish(),
  integratedTime: count,
  inclusionPromise: z.object({ signedEntryTimestamp: base64.nullish() }).nullish(),
  inclusionProof: z
    .object({
      logIndex: count,
      treeSize: count,
      rootHash: hashBytes.nullish(),
      hashes: z.array(hashBytes).max(64).nullish(),
      checkpoint: z
        .object({
          envelope: z
            .string()
            .max(256 << 10)
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
  canonicalizedBody: base64,
});

export interface LogEntry {
  /** Over all of the log's trees: what its promise is about. */
  readonly logIndex: number;
  /** Which log, as its trusted root names it. */
  readonly logId: Buffer;
  readonly kind: string | undefined;
  readonly version: string | undefined;
  /** Seconds since 1970; only a promise vouches for it. */
  readonly integratedTime: number | undefined;
  /** The log's signature over entry, index and time (Rekor v1's SET). */
  readonly promise: Buffer | undefined;
  readonly proof: InclusionProof | undefined;
  /** What was logged: the leaf. */
  readonly body: Buffer;
}

export interface InclusionProof {
  /** In the tree that the proof is of. */
  readonly index: number;
  readonly size: number;
  /** What the proof says that the root is; the checkpoint alone is signed. */
  readonly root: Buffer | undefined;
  readonly hashes: readonly Buffer[];
  /** A signed checkpoint, unread. */
  readonly checkpoint: string | undefined;
}

/** Reads one of {@link Bundle.logEntries}. @throws Fault `sigstore/malformed` */
export function parseLogEntry(value: unknown): LogEntry {
  const parsed = Entry.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const problem = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
    throw new Fault(
      'sigstore/malformed',
      `The log entry cannot be read: ${problem}.`,
      'Check what made the signature.',
    );
  }
  const { inclusionPromise: promise, inclusionProof: proof, integratedTime, ...entry } = parsed.data;
  const signed = promise?.signedEntryTimestamp;
  return {
    logIndex: entry.logIndex,
    logId: entry.logId.keyId,
    kind: entry.kindVersion?.kind,
    version: entry.kindVersion?.version,
    integratedTime: integratedTime === 0 ? undefined : integratedTime,
    promise: signed && signed.length > 0 ? signed : undefined,
    proof: proof
      ? {
          index: proof.logIndex,
          size: proof.treeSize,
          root: proof.rootHash ?? undefined,
          hashes: proof.hashes ?? [],
          checkpoint: proof.checkpoint?.envelope || undefined,
        }
      : undefined,
    body: entry.canonicalizedBody,
  };
}

/** The JSON of an entry: what {@link parseLogEntry} reads, and nothing else of what somebody sent. */
export function logEntryJson({ logId, kind, version, proof, ...entry }: LogEntry): object {
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: logId.toString('base64') },
    ...(kind === undefined ? {} : { kindVersion: { kind, version: version ?? '' } }),
    ...(entry.integratedTime === undefined ? {} : { integratedTime: String(entry.integratedTime) }),
    ...(entry.promise === undefined
      ? {}
      : { inclusionPromise: { signedEntryTimestamp: entry.promise.toString('base64') } }),
    ...(proof === undefined ? {} : { inclusionProof: proofJson(proof) }),
    canonicalizedBody: entry.body.toString('base64'),
  };
}

function proofJson({ index, size, root, hashes, checkpoint }: InclusionProof): object {
  return {
    logIndex: String(index),
    ...(root === undefined ? {} : { rootHash: root.toString('base64') }),
    treeSize: String(size),
    hashes: hashes.map((hash) => hash.toString('base64')),
    ...(checkpoint === undefined ? {} : { checkpoint: { envelope: checkpoint } }),
  };
}

const Timestamp = z.object({ signedTimestamp: z.string().max(512 << 10) });

/** The bytes of one of {@link Bundle.timestamps}; line breaks in its base64 are passed over. @throws Fault `sigstore/malformed` */
export function parseTimestampBytes(value: unknown): Buffer {
  const parsed = Timestamp.safeParse(value);
  const bytes = parsed.success ? base64.safeParse(parsed.data.signedTimestamp.replace(/[\r\n]/g, '')) : undefined;
  if (bytes?.success === true && bytes.data.length > 0) return bytes.data;
  throw new Fault('sigstore/malformed', 'The timestamp has no bytes.', 'Check what made the signature.');
}
