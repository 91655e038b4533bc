// An image that the program built from the tiny distribution, and how `temper verify` judges what becomes of it.
import { deepStrictEqual as deepEqual } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { loadSigner } from '../../src/keys/file.ts';
import type { Signer } from '../../src/keys/types.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import type { FakeArchive } from '../fakes/archive.ts';
import { type DefinitionChange, startDistribution, writeDefinition } from './distribution.ts';
import { LayoutFiles } from './layout-files.ts';
import { type Run, User } from './temper.ts';

export interface Against {
  readonly check: string;
  readonly subject: string;
  readonly outcome: string;
  readonly reason: string;
}

export interface Verified {
  readonly $schema: string;
  readonly digest?: string;
  readonly subjects: readonly object[];
  readonly signers: readonly string[];
  readonly checks: readonly Against[];
  readonly decision: { readonly answer: string; readonly against: readonly Against[] };
}

/** Where the definition's repository comes from, as git knows it. */
export const REMOTE = 'https://git.example.org/acme/images';

export class SignedImage implements AsyncDisposable {
  readonly user: User;
  readonly signer: Signer;
  readonly layout: LayoutFiles;
  /** linux/amd64's manifest. */
  readonly amd64: Descriptor;
  readonly #archive: FakeArchive;
  #copies = 0;

  private constructor(archive: FakeArchive, user: User, signer: Signer, layout: LayoutFiles, amd64: Descriptor) {
    this.#archive = archive;
    this.user = user;
    this.signer = signer;
    this.layout = layout;
    this.amd64 = amd64;
  }

  /** Builds it for two platforms from a definition in a git repository, with the key that `build` makes. */
  static async build(): Promise<SignedImage> {
    const archive = await startDistribution();
    const user = await User.create();
    await writeDefinition(user.folder, archive);
    git(user, 'init', '--quiet');
    git(user, 'remote', 'add', 'origin', `${REMOTE}.git`);
    git(user, 'add', 'tiny.yaml');
    git(user, 'commit', '--quiet', '--message', 'Define the image');
    const layout = await buildInto(user, 'whole', 'tiny.yaml');
    const signer = await loadSigner(user.privateKey, '');
    return new SignedImage(archive, user, signer, layout, await amd64Of(layout));
  }

  /** A folder that is not there yet. */
  fresh(): string {
    return this.user.path(`copy-${this.#copies++}`);
  }

  async copy(): Promise<LayoutFiles> {
    return await this.layout.copy(this.fresh());
  }

  /** Another image from the same archive, signed by the same key. */
  async buildAnother(change: DefinitionChange): Promise<LayoutFiles> {
    const folder = this.fresh();
    const definition = await writeDefinition(folder, this.#archive, change);
    return await buildInto(this.user, `${folder}.oci`, definition);
  }

  async verify(layout: LayoutFiles, ...args: string[]): Promise<Run> {
    const key = args.includes('--policy') ? [] : ['--key', this.user.publicKey];
    return await this.user.temper(['verify', layout.reference, '--json', ...key, ...args]);
  }

  /** What stands against a layout: the answer is no, by one document on stdout and nothing on stderr. */
  async refused(layout: LayoutFiles, ...args: string[]): Promise<readonly Against[]> {
    const run = await this.verify(layout, ...args);
    deepEqual([run.status, run.stderr], [1, ''], run.stdout);
    const { $schema, decision } = run.json() as Verified;
    deepEqual([$schema, decision.answer], ['urn:temper:schema:verify:1', 'no']);
    return decision.against;
  }

  async accepted(layout: LayoutFiles, ...args: string[]): Promise<Verified> {
    const run = await this.verify(layout, ...args);
    const result = run.json() as Verified;
    deepEqual(result.decision, { answer: 'yes', against: [] });
    deepEqual([run.status, run.stderr], [0, '']);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.user[Symbol.asyncDispose]();
    await this.#archive[Symbol.asyncDispose]();
  }
}

export async function amd64Of(layout: LayoutFiles): Promise<Descriptor> {
  const found = (await layout.platforms()).find(({ platform }) => platform === 'linux/amd64');
  if (found === undefined) throw new Error('linux/amd64 was not built');
  return found.descriptor;
}

/** Matches one check that stands against an image. */
export function says(check: string, subject: string, reason: unknown, outcome = 'refuted'): unknown {
  return expect.objectContaining({ check, subject, outcome, reason });
}

async function buildInto(user: User, folder: string, definition: string): Promise<LayoutFiles> {
  const layout = new LayoutFiles(folder.startsWith('/') ? folder : user.path(folder));
  const run = await user.temper(['build', definition, '--output', layout.reference]);
  if (run.status !== 0) throw new Error(run.stderr);
  return layout;
}

function git(user: User, ...args: string[]): void {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  const env = { PATH: process.env['PATH'], HOME: user.folder, GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', [...identity, ...args], { cwd: user.folder, env });
}
