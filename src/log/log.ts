// The embedded log: appends entries, never loses one that it acknowledged and never forks, whatever is killed when.
//
// Of a batch: 1. the commit, with the entries, is created where none is (durable: now the next tree is fixed, if the checkpoint is
// still the one that it is for); 2. tiles and bundles are written (durable; the same bytes whoever does it); 3. the checkpoint is
// signed, cosigned and published in the place of the one before (durable); 4. the entries are acknowledged. Who finds a commit that
// was not carried out carries it out. A commit is removed when a later one is published: one that is created after that, by a
// writer that lay still, is for a checkpoint that is no longer there, and counts for nothing.
import { breathe } from '../io/clock.ts';
import type { Signer } from '../keys/types.ts';
import { Fault } from '../lib/faults.ts';
import type { SignedCheckpoint } from '../tlog/checkpoint.ts';
import { type Grown, grow } from '../tlog/edge.ts';
import { checkLengths } from '../tlog/entries.ts';
import { EMPTY_ROOT } from '../tlog/hashes.ts';
import { TILE_WIDTH, tilePath } from '../tlog/tiles.ts';
import { COMMIT_FOLDER, type Commit, commitPath, encodeCommit } from './commit.ts';
import { alteredTree, missingCheckpoint, rolledBack } from './faults.ts';
import { checkpointThere, type Head, isPublished, pendingCommit, published, readHead } from './head.ts';
import { AppendQueue, fits, type Waiting } from './queue.ts';
import { LogReader } from './reader.ts';
import { LogKey } from './signing.ts';
import type { LogStorage } from './storage.ts';
import type { Cosigner } from './cosigner.ts';

export interface LogOptions {
  /** The log's name, the first line of its checkpoints: its address without the scheme, `log.example/team`. */
  readonly origin: string;
  readonly signer: Signer;
  /** Who cosigns every checkpoint before it is published; nobody unless given. */
  readonly cosigner?: Cosigner | undefined;
}

export interface Appended {
  /** The index of the first of the entries; the others follow. */
  readonly index: number;
  /** A published checkpoint whose tree holds them. */
  readonly checkpoint: SignedCheckpoint;
}

export class Log {
  readonly #storage: LogStorage;
  readonly #key: LogKey;
  readonly #cosigner: Cosigner | undefined;
  readonly #queue = new AppendQueue<Appended>();
  #head: Head;
  #running = false;

  private constructor(storage: LogStorage, key: LogKey, head: Head, cosigner: Cosigner | undefined) {
    this.#storage = storage;
    this.#key = key;
    this.#head = head;
    this.#cosigner = cosigner;
  }

  /**
   * Takes up a log, and makes an empty one where nothing is. What was committed but not published is published first.
   * @throws Fault `log/…` for whatever is wrong with it: it is then not extended. `tlog/key`, `lock/busy`, `file/…`, and those of
   * the signer and the cosigner.
   */
  static async open(storage: LogStorage, { origin, signer, cosigner }: LogOptions): Promise<Log> {
    const key = new LogKey(origin, signer);
    return await storage.exclusively(async () => {
      await storage.sweep?.();
      if ((await checkpointThere(storage)) === undefined) await begin(storage, key);
      const log = new Log(storage, key, await readHead(storage, key), cosigner);
      await log.#recover();
      return log;
    });
  }

  /** The last checkpoint that this process published or found. */
  get checkpoint(): SignedCheckpoint {
    return this.#head.checkpoint;
  }

  /** Reads the log: proofs for {@link checkpoint}. */
  reader(): LogReader {
    return new LogReader(this.#storage);
  }

  /**
   * Appends entries one after the other. Resolves when they are durable and a published checkpoint holds them. Those that
   * several callers append meanwhile share a checkpoint. After a fault an entry may be in the log or come into it later: it was
   * not acknowledged, but may be committed.
   * @param entries each of at most 65,535 bytes; together at most 8192 and 16 MiB
   * @throws Fault `tlog/entry-too-long`, `log/too-much`, and as {@link open}
   */
  async append(entries: readonly Uint8Array[]): Promise<Appended> {
    checkLengths(entries);
    if (!fits(entries))
      throw new Fault(
        'log/too-much',
        'That is too much for one commit.',
        'Append at most 8192 entries and 16 MiB at once.',
      );
    if (entries.length === 0) return { index: this.#head.checkpoint.size, checkpoint: this.#head.checkpoint };
    const appended = this.#queue.add(entries);
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
    return await appended;
  }

  async #run(): Promise<void> {
    // Whoever appends in the same turn of the event loop shares the first batch, too.
    await breathe();
    while (!this.#queue.isEmpty) {
      const batch = this.#queue.take();
      try {
        const done = await this.#storage.exclusively(async () => await this.#sequence(batch));
        for (const [i, { resolve }] of batch.entries()) resolve(done[i] ?? { index: 0, checkpoint: this.checkpoint });
      } catch (fault) {
        for (const { reject } of batch) reject(fault);
      }
    }
    this.#running = false;
  }

  async #sequence(batch: readonly Waiting<Appended>[]): Promise<Appended[]> {
    const entries = batch.flatMap((one) => one.entries);
    for (let stuck: Head | undefined; ; ) {
      const [commit, grown] = await this.#plan(entries);
      const { base } = commit;
      const planned = this.#head;
      if (stuck === planned) throw rolledBack(this.#storage.name, base.size, base.size + 1);
      const created = await this.#storage.create({ path: commitPath(base.size), bytes: encodeCommit(commit) });
      if (created && (await isPublished(this.#storage, planned))) {
        await this.#carryOut(commit, grown);
        return this.#shares(batch, base.size);
      }
      if (created && (await this.#holds(commit))) return this.#shares(batch, base.size);
      // Somebody committed to this tree and was killed, or went on meanwhile, or the checkpoint is an old one.
      stuck = (await this.#recover()) ? undefined : planned;
    }
  }

  #shares(batch: readonly Waiting<Appended>[], first: number): Appended[] {
    let index = first;
    return batch.map((one) => {
      const appended = { index, checkpoint: this.checkpoint };
      index += one.entries.length;
      return appended;
    });
  }

  /** Whether somebody else carried out a commit meanwhile. */
  async #holds({ head }: Commit): Promise<boolean> {
    this.#head = await readHead(this.#storage, this.#key, this.#head);
    if (this.checkpoint.size < head.size) return false;
    try {
      await this.reader().consistency(head, this.checkpoint);
      return true;
    } catch (fault) {
      if (fault instanceof Fault && fault.code === 'log/altered-tree') return false;
      throw fault;
    }
  }

  /** What is committed when these entries are appended to the tree as it is now. */
  async #plan(entries: readonly Uint8Array[]): Promise<[Commit, Grown]> {
    this.#head = await readHead(this.#storage, this.#key, this.#head);
    const grown = grow(this.#head.edge, entries);
    const { origin, size, root } = this.checkpoint;
    return [{ origin, base: { size, root }, head: { size: grown.edge.size, root: grown.root }, entries }, grown];
  }

  /** Carries out what somebody committed and did not publish. @returns whether there was something */
  async #recover(): Promise<boolean> {
    for (let found = false; ; found = true) {
      const commit = await pendingCommit(this.#storage, this.#head);
      if (commit === undefined) return found;
      const grown = grow(this.#head.edge, commit.entries);
      if (!grown.root.equals(commit.head.root)) throw alteredTree(this.#storage.name, commit.head.size);
      await this.#carryOut(commit, grown);
    }
  }

  async #carryOut(commit: Commit, { edge, root, written }: Grown): Promise<void> {
    await this.#storage.write(written.map(({ tile, bytes }) => ({ path: tilePath(tile), bytes })));
    const signed = await this.#key.sign({ size: edge.size, root });
    const checkpoint = (await this.#cosigner?.cosign(signed, this.#head.checkpoint, this.reader())) ?? signed;
    const { bytes } = published(checkpoint);
    if (!(await this.#storage.replace({ path: 'checkpoint', bytes }, this.#head.bytes))) {
      // Somebody else published it while this process lay still: then theirs stands.
      this.#head = await readHead(this.#storage, this.#key, this.#head);
      if (this.checkpoint.size < edge.size) throw rolledBack(this.#storage.name, this.checkpoint.size, edge.size);
      return;
    }
    this.#head = { checkpoint, bytes, edge };
    await this.#tidy(commit, written);
  }

  /** Removes the commits before this one, and the partial tiles that are full now. */
  async #tidy({ base }: Commit, written: Grown['written']): Promise<void> {
    const full = written.filter(({ tile }) => tile.width === TILE_WIDTH).map(({ tile }) => `${tilePath(tile)}.p/`);
    const old = (await this.#storage.list(COMMIT_FOLDER)).map((name) => `${COMMIT_FOLDER}/${name}`);
    await this.#storage.remove([...full, ...old.filter((path) => path < commitPath(base.size))]);
  }
}

/** Publishes the checkpoint of the empty tree, where there is no trace of another log. */
async function begin(storage: LogStorage, key: LogKey): Promise<void> {
  for (const folder of ['tile', COMMIT_FOLDER]) {
    if ((await storage.list(folder)).length > 0 && (await checkpointThere(storage)) === undefined) {
      throw missingCheckpoint(storage.name);
    }
  }
  const { bytes } = published(await key.sign({ size: 0, root: EMPTY_ROOT }));
  await storage.create({ path: 'checkpoint', bytes });
}
