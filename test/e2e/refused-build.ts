// A build that ends without an answer: what it says, and that it leaves everything as it was.
import assert from 'node:assert';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLock } from '../../src/build/lock.ts';
import { sha256Hex } from '../../src/lib/digest.ts';
import type { FakeArchive } from '../fakes/archive.ts';
import { startDistribution, writeDefinition } from './distribution.ts';
import { faultOf, type ShownFault, type TemperOptions, User } from './temper.ts';

/** Somebody who has built an image before: its layout and the key stand ready to be copied. */
export class EarlierBuild implements AsyncDisposable {
  readonly #user: User;

  private constructor(user: User) {
    this.#user = user;
  }

  static async make(): Promise<EarlierBuild> {
    await using archive = await startDistribution();
    const user = await User.create();
    await writeDefinition(user.folder, archive);
    const run = await user.temper(['build', 'tiny.yaml', '--output', 'oci:old']);
    assert.equal(run.status, 0, run.stderr);
    return new EarlierBuild(user);
  }

  /** A user with that layout (in `old`) and that key, and nothing in the cache. */
  async user(): Promise<User> {
    const user = await User.create();
    for (const name of ['old', 'config']) await cp(this.#user.path(name), user.path(name), { recursive: true });
    return user;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#user[Symbol.asyncDispose]();
  }
}

/**
 * Builds `tiny.yaml` into a new layout and over the old one: both end with status 2 and the same fault, the new one is not
 * there, the old one is what it was to the byte, and nothing half-written stands anywhere.
 * @returns the fault
 */
export async function refusedBuild(
  user: User,
  args: readonly string[] = [],
  options?: TemperOptions,
): Promise<ShownFault> {
  const before = await snapshot(user.path('old'));
  const faults: ShownFault[] = [];
  for (const output of ['new', 'old']) {
    const run = await user.temper(['build', 'tiny.yaml', '--output', `oci:${output}`, '--json', ...args], options);
    assert.deepEqual([run.status, run.stdout], [2, ''], run.stderr);
    faults.push(faultOf(run));
  }
  const [fault, again] = faults;
  assert.ok(fault !== undefined);
  assert.equal(again?.code, fault.code);
  assert.ok(/[^.]\.$/.test(fault.sentence), fault.sentence);
  assert.ok(/[.?]$/.test(fault.hint), fault.hint);
  assert.notEqual(fault.code, 'internal');
  assert.equal(existsSync(user.path('new')), false, 'a layout was begun');
  assert.deepEqual(await snapshot(user.path('old')), before);
  assert.deepEqual(await leftOvers(user.folder), []);
  await wholeLock(user);
  return fault;
}

/** Whether there is a lock; where there is, it is complete. */
export async function wholeLock(user: User): Promise<boolean> {
  const path = user.path('tiny.lock.json');
  if (!existsSync(path)) return false;
  readLock(await readFile(path), path);
  return true;
}

/** Every file below a folder, with a digest of its content. */
export async function snapshot(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.sort().map(async (path) => [path, sha256Hex(await readFile(path))] as const),
  );
  return Object.fromEntries(contents);
}

/** What is half-written or staged below a folder. */
export async function leftOvers(folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths.filter((path) => /\.partial$|\.lock$|(?:^|\/)staging\/./.test(path)).sort();
}

/** A user and an archive of one test. */
export async function scene(earlier: EarlierBuild, archive: Promise<FakeArchive>): Promise<Scene> {
  return new Scene(await earlier.user(), await archive);
}

export class Scene implements AsyncDisposable {
  readonly user: User;
  readonly archive: FakeArchive;

  constructor(user: User, archive: FakeArchive) {
    this.user = user;
    this.archive = archive;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.user[Symbol.asyncDispose]();
    await this.archive[Symbol.asyncDispose]();
  }
}
