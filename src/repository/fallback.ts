// The index that lists a manifest's referrers where the registry has no API for it
// (distribution-spec 1.1, Referrers Tag Schema, Pushing Manifests with Subject).
import { mapInBatches } from '../lib/batches.ts';
import { Fault } from '../lib/faults.ts';
import type { Digest } from '../lib/digest.ts';
import { limits } from '../lib/limits.ts';
import { documentBytes, parseIndex } from '../oci/documents.ts';
import { asReferrer, fallbackTag, isVague, withReferrers } from '../oci/referrers.ts';
import { type Descriptor, type Index, mediaTypes } from '../oci/types.ts';

/** What is needed of a registry. */
export interface ManifestStore {
  readonly name: string;
  /** The document that a tag names at the moment; `undefined` when there is none. */
  read(tag: string): Promise<{ readonly bytes: Buffer; readonly digest: Digest } | undefined>;
  write(tag: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  manifest(descriptor: Descriptor): Promise<Buffer>;
  /** Waits before try number `attempt`. */
  pause(attempt: number): Promise<unknown>;
}

const MOST_TRIES = 12;
/** Manifests that are read at a time to fill in what an entry does not say. */
const AT_A_TIME = 8;

/** The referrers that the fallback index lists. Entries that say too little are filled in from their manifests. */
export async function readFallback(store: ManifestStore, subject: Digest): Promise<Descriptor[]> {
  const found = await store.read(fallbackTag(subject));
  if (found === undefined) return [];
  const { manifests } = parseIndex(found.bytes);
  if (manifests.length > limits.referrers) throw tooMany(store.name, subject);
  return (await mapInBatches(manifests, AT_A_TIME, async (entry) => await fill(store, subject, entry))).flat();
}

/** The entry with what its manifest says; nothing when that is gone or has another subject. */
async function fill(store: ManifestStore, subject: Digest, entry: Descriptor): Promise<Descriptor[]> {
  if (!isVague(entry)) return [entry];
  let bytes: Buffer;
  try {
    bytes = await store.manifest(entry);
  } catch (error) {
    if (error instanceof Fault && error.code === 'repository/not-found') return [];
    throw error;
  }
  const referrer = asReferrer(bytes, entry.mediaType);
  return referrer?.subject === subject ? [referrer.descriptor] : [];
}

/**
 * Adds entries to the fallback index: reads, writes, reads again, and begins anew when somebody else wrote meanwhile.
 * Registries have no conditional write, so a writer that read before and writes after our second read can still drop
 * our entries; one that looks again, as this does, puts its own beside ours.
 * @throws Fault `registry/fallback-contended` when others keep overwriting it.
 */
export async function addToFallback(
  store: ManifestStore,
  subject: Digest,
  entries: readonly Descriptor[],
): Promise<void> {
  const tag = fallbackTag(subject);
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const before = await store.read(tag);
    const index = before === undefined ? undefined : parseIndex(before.bytes);
    const next = withReferrers(index, entries);
    if (index !== undefined && holds(index, next)) return;
    if (next.manifests.length > limits.referrers) throw tooMany(store.name, subject);
    await store.write(tag, documentBytes(next), mediaTypes.index);
    const after = await store.read(tag);
    if (after !== undefined && holds(parseIndex(after.bytes), next)) return;
    await store.pause(attempt);
  }
  throw contended(store.name, tag);
}

function contended(name: string, tag: string): Fault {
  return new Fault(
    'registry/fallback-contended',
    `The list of referrers ${tag} in ${name} is overwritten by somebody else again and again.`,
    'Push again when nobody else signs this image.',
  );
}

/**
 * Takes an entry out of the fallback index (distribution-spec 1.1, Deleting Manifests), as {@link addToFallback} puts it there.
 * @returns the entry as it stood; `undefined` where it is not listed
 * @throws Fault `registry/fallback-contended` when others keep overwriting it.
 */
export async function takeFromFallback(
  store: ManifestStore,
  subject: Digest,
  referrer: Digest,
): Promise<Descriptor | undefined> {
  const tag = fallbackTag(subject);
  let taken: Descriptor | undefined;
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const before = await store.read(tag);
    const index = before === undefined ? undefined : parseIndex(before.bytes);
    const entry = index?.manifests.find(({ digest }) => digest === referrer);
    if (index === undefined || entry === undefined) return taken;
    taken = entry;
    const manifests = index.manifests.filter(({ digest }) => digest !== referrer);
    await store.write(tag, documentBytes({ ...index, manifests }), mediaTypes.index);
    const after = await store.read(tag);
    if (after === undefined || !parseIndex(after.bytes).manifests.some(({ digest }) => digest === referrer))
      return taken;
    await store.pause(attempt);
  }
  throw contended(store.name, tag);
}

/** Whether the index lists everything that `wanted` lists, with what is said of it. */
function holds(index: Index, wanted: Index): boolean {
  const listed = new Map(index.manifests.map((entry) => [entry.digest, entry]));
  return (
    listed.size === index.manifests.length &&
    wanted.manifests.every((entry) => {
      const there = listed.get(entry.digest);
      return there !== undefined && (!isVague(there) || isVague(entry));
    })
  );
}

function tooMany(name: string, subject: Digest): Fault {
  return new Fault(
    'repository/too-many-referrers',
    `${subject} in ${name} has more than ${limits.referrers} referrers.`,
    'Remove those that nobody needs.',
  );
}
