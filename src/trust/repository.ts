// A TUF repository in a folder, as it is published, and what waits there for signatures.
//   N.root.json, N.targets.json, N.snapshot.json, timestamp.json, targets/HASH.NAME    any web server can serve it as it stands
//   pending/N.root.json, pending/N.targets.json                                        not yet signed by enough holders
import { joinPath, listFolder, makeFolder, readFileIfThere, remove } from '../io/files.ts';
import { createFile, writeFile } from '../io/pending-file.ts';
import { removeIfEmpty } from '../io/replace.ts';
import { withLock } from '../io/locks.ts';
import { Fault } from '../lib/faults.ts';
import { targetFile } from '../tuf/find-target.ts';
import {
  parseSnapshot,
  parseTimestamp,
  type Snapshot,
  SNAPSHOT_LIMIT,
  type Timestamp,
  TIMESTAMP_LIMIT,
} from '../tuf/listing.ts';
import type { Metadata } from '../tuf/metadata.ts';
import { parseRoot, type Root, ROOT_LIMIT } from '../tuf/root.ts';
import { parseTargets, type TargetFile, type Targets, TARGETS_LIMIT } from '../tuf/targets.ts';
import { type Draft, draftBytes, draftOf } from './draft.ts';

/** What clients see. Either all of it is there or nothing. */
export interface Published {
  readonly root: Metadata<Root>;
  readonly targets: Metadata<Targets>;
  readonly snapshot: Metadata<Snapshot>;
  readonly timestamp: Metadata<Timestamp>;
}

export interface Pending {
  readonly root?: Draft | undefined;
  readonly targets?: Draft | undefined;
}

/** File names may have up to 15 digits before the kind. */
const VERSIONED = /^([1-9]\d{0,14})\.(root|targets)\.json$/;

export class TrustRepository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Does `work` while no other process changes the repository. @throws Fault `lock/busy` */
  async changing<T>(work: () => Promise<T>): Promise<T> {
    await makeFolder(this.folder);
    return await withLock(joinPath(this.folder, '.temper.lock'), work);
  }

  /** @throws Fault `trust/incomplete` for a folder where files are missing, `trust/malformed`, `file/…` */
  async published(): Promise<Published | undefined> {
    const bytes = await this.#read('timestamp.json', TIMESTAMP_LIMIT);
    const version = await this.#newestRoot();
    if (bytes === undefined || version === 0) return undefined;
    const timestamp = parseTimestamp(bytes);
    const root = parseRoot(await this.#require(`${version}.root.json`, ROOT_LIMIT));
    const snapshotName = `${timestamp.body.snapshot.version}.snapshot.json`;
    const snapshot = parseSnapshot(await this.#require(snapshotName, SNAPSHOT_LIMIT));
    const targetsName = `${snapshot.body.meta.get('targets.json')?.version ?? 0}.targets.json`;
    return { root, timestamp, snapshot, targets: parseTargets(await this.#require(targetsName, TARGETS_LIMIT)) };
  }

  async pending(): Promise<Pending> {
    const found: { root?: Draft; targets?: Draft } = {};
    for (const { name } of await listFolder(joinPath(this.folder, 'pending'))) {
      const kind = VERSIONED.exec(name)?.[2] as 'root' | 'targets' | undefined;
      if (kind === undefined) continue;
      const draft = draftOf(await this.#require(`pending/${name}`, TARGETS_LIMIT), `pending/${name}`);
      if (draft.kind !== kind) throw strange(joinPath(this.folder, 'pending', name));
      found[kind] = draft;
    }
    return found;
  }

  pendingPath({ kind, version }: Pick<Draft, 'kind' | 'version'>): string {
    return joinPath(this.folder, 'pending', `${version}.${kind}.json`);
  }

  async writePending(draft: Draft): Promise<void> {
    await writeFile(this.pendingPath(draft), draftBytes(draft));
  }

  async dropPending(draft: Draft | undefined): Promise<void> {
    if (draft === undefined) return;
    await remove(this.pendingPath(draft));
    await removeIfEmpty(joinPath(this.folder, 'pending'));
  }

  /** Files whose names have a version, then the timestamp, which leads to them: readers find the old state or the new one whole. */
  async publish(drafts: readonly Draft[]): Promise<void> {
    const order = ['root', 'targets', 'snapshot', 'timestamp'];
    for (const draft of drafts.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))) {
      const name = draft.kind === 'timestamp' ? 'timestamp.json' : `${draft.version}.${draft.kind}.json`;
      await writeFile(joinPath(this.folder, name), draftBytes(draft));
    }
  }

  /** Puts a target there under its hash. @throws Fault `trust/target-name`, `file/…` */
  async putTarget(name: string, file: TargetFile, content: Buffer): Promise<void> {
    await createFile(joinPath(this.folder, 'targets', targetFile(name, file, true)), content);
  }

  async #newestRoot(): Promise<number> {
    const versions = (await listFolder(this.folder)).map(({ name }) => VERSIONED.exec(name));
    return versions.reduce((most, match) => (match?.[2] === 'root' ? Math.max(most, Number(match[1])) : most), 0);
  }

  async #read(name: string, limit: number): Promise<Buffer | undefined> {
    return await readFileIfThere(joinPath(this.folder, name), limit);
  }

  async #require(name: string, limit: number): Promise<Buffer> {
    const bytes = await this.#read(name, limit);
    if (bytes !== undefined) return bytes;
    const hint = 'Bring it back from a copy of the repository.';
    throw new Fault('trust/incomplete', `The repository ${this.folder} has no ${name}.`, hint);
  }
}

function strange(path: string): Fault {
  return new Fault('trust/malformed', `${path} is not what its name says.`, 'Bring it back from a copy, or remove it.');
}
