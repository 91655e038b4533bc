// The snapshot and the timestamp that lead clients to targets.
import { hash } from 'node:crypto';
import { isExpired } from '../tuf/expiry.ts';
import { parseSnapshot, parseTimestamp } from '../tuf/listing.ts';
import type { Metadata } from '../tuf/metadata.ts';
import type { Root } from '../tuf/root.ts';
import { snapshotSigned, timestampSigned } from '../tuf/write.ts';
import { type Draft, draftBytes, newDraft, signDraft } from './draft.ts';
import { expiryOf } from './periods.ts';
import type { Published } from './repository.ts';
import type { TufSigner } from './signer.ts';
import { keysFor, type Waiting, waitingFor } from './waiting.ts';

export interface Listing {
  readonly published: Published | undefined;
  readonly signers: readonly TufSigner[];
  /** Seconds since 1970. */
  readonly now: number;
  /** Made anew also where nothing changed. */
  readonly renew: ReadonlySet<'snapshot' | 'timestamp'>;
}

/** A snapshot and a timestamp that lead to these targets, made where those that there are do not. */
export async function settleListing(
  { published, signers, now, renew }: Listing,
  root: Metadata<Root>,
  targets: number,
  by: Waiting['by'],
): Promise<{ publish: Draft[]; waiting: Waiting[] }> {
  const { snapshot, timestamp } = published ?? {};
  const holds = (one: Metadata<unknown> | undefined, role: 'snapshot' | 'timestamp'): boolean =>
    one !== undefined && !renew.has(role) && !isExpired(one, now) && waitingFor(one, root, role, by).length === 0;
  const sameTargets = snapshot?.body.meta.get('targets.json')?.version === targets;
  if (sameTargets && holds(snapshot, 'snapshot') && holds(timestamp, 'timestamp')) return { publish: [], waiting: [] };
  const keepSnapshot = sameTargets && holds(snapshot, 'snapshot');
  const made = keepSnapshot ? undefined : await makeSnapshot(root, snapshot, targets, { signers, now });
  const bytes = made === undefined ? (snapshot?.bytes ?? Buffer.alloc(0)) : draftBytes(made);
  const stamp = await makeTimestamp(root, timestamp?.version ?? 0, bytes, { signers, now });
  const waiting = [
    ...(made === undefined ? [] : waitingFor(parseSnapshot(draftBytes(made)), root, 'snapshot', by)),
    ...waitingFor(parseTimestamp(draftBytes(stamp)), root, 'timestamp', by),
  ].map((one) => ({ ...one, version: undefined }));
  return { publish: [...(made === undefined ? [] : [made]), stamp], waiting };
}

type Making = Pick<Listing, 'signers' | 'now'>;

async function makeSnapshot(
  root: Metadata<Root>,
  before: Published['snapshot'] | undefined,
  targets: number,
  { signers, now }: Making,
): Promise<Draft> {
  const version = (before?.version ?? 0) + 1;
  const others = [...(before?.body.meta ?? [])].map(([name, meta]): [string, number] => [name, meta.version]);
  const meta = new Map([...others, ['targets.json', targets]]);
  const signed = snapshotSigned({ version, expires: expiryOf(root, 'snapshot', now) }, meta);
  return await signDraft(newDraft('snapshot', version, signed), keysFor(root, 'snapshot'), signers);
}

async function makeTimestamp(
  root: Metadata<Root>,
  before: number,
  snapshot: Buffer,
  { signers, now }: Making,
): Promise<Draft> {
  const version = before + 1;
  const hashes = new Map([['sha256', hash('sha256', snapshot, 'hex')]] as const);
  const listed = { version: parseSnapshot(snapshot).version, length: snapshot.length, hashes };
  const signed = timestampSigned({ version, expires: expiryOf(root, 'timestamp', now) }, listed);
  return await signDraft(newDraft('timestamp', version, signed), keysFor(root, 'timestamp'), signers);
}
