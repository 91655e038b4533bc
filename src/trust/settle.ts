// From what the holders signed to what is published: everything fits together, or nothing changes for clients.
import { createHash } from 'node:crypto';
import type { TufKey } from '../tuf/key.ts';
import type { Metadata } from '../tuf/metadata.ts';
import { type Root, parseRoot, type TopRole } from '../tuf/root.ts';
import { type Role, signersOf } from '../tuf/role.ts';
import { isExpired } from '../tuf/expiry.ts';
import { parseTargets } from '../tuf/targets.ts';
import { parseSnapshot, parseTimestamp } from '../tuf/listing.ts';
import { snapshotSigned, timestampSigned } from '../tuf/write.ts';
import { type Draft, draftBytes, newDraft, signDraft } from './draft.ts';
import { expiryOf } from './periods.ts';
import type { Pending, Published } from './repository.ts';
import type { TufSigner } from './signer.ts';

/** Metadata that fewer holders signed than must. */
export interface Waiting {
  readonly role: TopRole;
  /** Whose keys: those of the root that is published, or of the new one. */
  readonly by: 'published root' | 'new root';
  readonly version: number | undefined;
  readonly signed: number;
  readonly threshold: number;
  /** Ids of keys that may still sign. */
  readonly missing: readonly string[];
}

export interface Settled {
  /** What waits, with the signatures that it has now. */
  readonly pending: Pending;
  /** What is to be published, all of it or nothing. */
  readonly publish: readonly Draft[];
  readonly waiting: readonly Waiting[];
}

export interface Settling {
  readonly published: Published | undefined;
  readonly pending: Pending;
  readonly signers: readonly TufSigner[];
  /** Seconds since 1970. */
  readonly now: number;
  /** Made anew also where nothing changed. */
  readonly renew: ReadonlySet<'snapshot' | 'timestamp'>;
}

/** Signs with the keys at hand whatever they may sign, and says what can be published then. @throws Fault what the signers throw */
export async function settle(settling: Settling): Promise<Settled> {
  const { published, signers } = settling;
  const rootDraft = await signRoot(settling);
  const newRoot = rootDraft && parseRoot(draftBytes(rootDraft));
  const rootWaits = newRoot === undefined ? [] : waitingForRoot(newRoot, published?.root);
  const newest = newRoot ?? published?.root;
  if (newest === undefined) return { pending: settling.pending, publish: [], waiting: [] };
  // Holders of both roots may sign: which of them counts is seen when the targets are published.
  const holders = [newRoot, published?.root].flatMap((root) => (root === undefined ? [] : keysFor(root, 'targets')));
  const targetsDraft = settling.pending.targets && (await signDraft(settling.pending.targets, holders, signers));
  const pending = { root: rootDraft, targets: targetsDraft };
  const root = rootWaits.length === 0 ? newest : published?.root;
  const targets = targetsDraft && parseTargets(draftBytes(targetsDraft));
  const by = newest === newRoot ? 'new root' : 'published root';
  const targetsWaits = targets === undefined ? [] : waitingFor(targets, newest, 'targets', by);
  if (root === undefined) return { pending, publish: [], waiting: [...rootWaits, ...targetsWaits] };
  return await settleRest({ settling, pending, root, isNew: root === newRoot, rootWaits, targetsWaits });
}

interface Candidate {
  readonly settling: Settling;
  readonly pending: Pending;
  /** What the rest is judged by. */
  readonly root: Metadata<Root>;
  readonly isNew: boolean;
  readonly rootWaits: readonly Waiting[];
  /** Of the targets that wait, by the newest root. */
  readonly targetsWaits: readonly Waiting[];
}

async function settleRest(candidate: Candidate): Promise<Settled> {
  const { settling, pending, root, isNew, rootWaits, targetsWaits } = candidate;
  const { published } = settling;
  const draft = pending.targets;
  const newTargets = draft && parseTargets(draftBytes(draft));
  const by = isNew ? 'new root' : 'published root';
  // Where the newest root still waits, targets must do for it, too: it would find no others.
  const isNewTargets =
    newTargets !== undefined && targetsWaits.length + waitingFor(newTargets, root, 'targets', by).length === 0;
  const targets = isNewTargets ? newTargets : published?.targets;
  const oldWaits = isNewTargets || targets === undefined ? [] : waitingFor(targets, root, 'targets', by);
  const draftWaits = isNewTargets ? [] : targetsWaits;
  const waiting = [...rootWaits, ...(draftWaits.length > 0 ? draftWaits : oldWaits)];
  if (targets === undefined || oldWaits.length > 0) return { pending, publish: [], waiting };
  const listing = await settleListing(settling, root, targets.version, by);
  if (listing.waiting.length > 0) return { pending, publish: [], waiting: [...waiting, ...listing.waiting] };
  const publish = [isNew ? pending.root : undefined, isNewTargets ? draft : undefined, ...listing.publish];
  const rest = { root: isNew ? undefined : pending.root, targets: isNewTargets ? undefined : draft };
  return { pending: rest, publish: publish.filter((one) => one !== undefined), waiting };
}

/** A snapshot and a timestamp that lead to these targets, made where those that there are do not. */
async function settleListing(
  { published, signers, now, renew }: Settling,
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

type Making = Pick<Settling, 'signers' | 'now'>;

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
  const hashes = new Map([['sha256', createHash('sha256').update(snapshot).digest('hex')]] as const);
  const listed = { version: parseSnapshot(snapshot).version, length: snapshot.length, hashes };
  const signed = timestampSigned({ version, expires: expiryOf(root, 'timestamp', now) }, listed);
  return await signDraft(newDraft('timestamp', version, signed), keysFor(root, 'timestamp'), signers);
}

async function signRoot({ pending, published, signers }: Settling): Promise<Draft | undefined> {
  if (pending.root === undefined) return undefined;
  const own = keysFor(parseRoot(draftBytes(pending.root)), 'root');
  return await signDraft(
    pending.root,
    [...own, ...(published === undefined ? [] : keysFor(published.root, 'root'))],
    signers,
  );
}

/** A root counts when enough keys of the one before and enough of its own signed it. */
function waitingForRoot(root: Metadata<Root>, before: Metadata<Root> | undefined): Waiting[] {
  return [
    ...(before === undefined ? [] : waitingFor(root, before, 'root', 'published root')),
    ...waitingFor(root, root, 'root', 'new root'),
  ];
}

function waitingFor(metadata: Metadata<unknown>, root: Metadata<Root>, role: TopRole, by: Waiting['by']): Waiting[] {
  const { keys, roles } = root.body;
  const { threshold, keyIds } = roles[role];
  const signers = signersOf(metadata, keys, roles[role]);
  if (signers.length >= threshold) return [];
  const missing = keyIds.filter((id) => !signers.includes(id));
  return [{ role, by, version: metadata.version, signed: signers.length, threshold, missing }];
}

function keysFor({ body: { keys, roles } }: Metadata<Root>, role: TopRole): TufKey[] {
  const { keyIds }: Role = roles[role];
  return keyIds.flatMap((id) => keys.get(id) ?? []);
}
