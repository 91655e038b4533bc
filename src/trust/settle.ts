// From what the holders signed to what is published: everything fits together, or nothing changes for clients.
import type { Metadata } from '../tuf/metadata.ts';
import { parseRoot, type Root } from '../tuf/root.ts';
import { parseTargets } from '../tuf/targets.ts';
import { type Draft, draftBytes, signDraft } from './draft.ts';
import { type Listing, settleListing } from './listing.ts';
import type { Pending } from './repository.ts';
import { keysFor, type Waiting, waitingFor } from './waiting.ts';

export interface Settled {
  /** What waits, with the signatures that it has now. */
  readonly pending: Pending;
  /** What is to be published, all of it or nothing. */
  readonly publish: readonly Draft[];
  readonly waiting: readonly Waiting[];
}

export interface Settling extends Listing {
  readonly pending: Pending;
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
