// The image of examples/node.yaml, built by the compiled program from the real Debian archive, once in a run of the tests.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { readHostSources } from '../../src/archive/host.ts';
import { Mirrors } from '../../src/archive/mirrors.ts';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import type { Digest } from '../../src/lib/digest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'dist', 'cli', 'main.js');

/** The platform whose images run here. */
export const hostPlatform = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;

/** Whether it can be built here: there is a Debian archive to build from. A failure when there is none and CI=true. */
export const buildable = await archiveIsKnown();

/** What `temper build --json` says, as far as the tests need it. */
export interface Built {
  /** `oci:DIR` or `HOST/NAME:TAG`: what `temper verify` takes. */
  readonly reference: string;
  readonly digest: Digest;
  readonly platforms: readonly { readonly platform: string; readonly digest: Digest }[];
  readonly attestations: readonly { readonly subject: Digest; readonly predicateType: string }[];
  readonly unchanged: boolean;
}

/** The run's user, whose key, policy, lock and fetched packages all images share. */
export class Builder {
  readonly folder = join(inject('runFolder'), 'builder');
  readonly publicKey = join(this.folder, 'config', 'temper', 'keys', 'default.pub');

  /** Runs the program to its end. */
  async temper(args: readonly string[]): Promise<ProcessResult> {
    await mkdir(this.folder, { recursive: true });
    const env = {
      HOME: this.folder,
      XDG_CONFIG_HOME: join(this.folder, 'config'),
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      XDG_STATE_HOME: join(this.folder, 'state'),
      DOCKER_CONFIG: join(this.folder, 'docker'),
    };
    return await run(process.execPath, [program, ...args], { cwd: this.folder, env, timeout: 300_000 });
  }

  /** `temper build` of the example, whatever comes of it; `certificates` (PEM files) are added to it. */
  async attempt(args: readonly string[], certificates: readonly string[] = []): Promise<ProcessResult> {
    return await this.temper(['build', await this.#definition(certificates), '--json', ...args]);
  }

  /** As {@link attempt}; it must come to an image that verifies. */
  async build(args: readonly string[], certificates: readonly string[] = []): Promise<Built> {
    const { status, stdout, stderr } = await this.attempt(args, certificates);
    if (status !== 0) throw new Error(`temper build ended with ${status}: ${stderr}`);
    return JSON.parse(stdout.toString('utf8')) as Built;
  }

  /** A layout of all platforms, made by the first test that asks for it. */
  async layout(): Promise<Built & { readonly path: string }> {
    return await this.#once('all', []);
  }

  /** A layout of {@link hostPlatform} alone. */
  async hostLayout(): Promise<Built & { readonly path: string }> {
    return await this.#once('host', ['--platform', hostPlatform]);
  }

  async #once(name: string, args: readonly string[]): Promise<Built & { readonly path: string }> {
    const path = join(this.folder, 'layouts', name);
    const report = `${path}.json`;
    const before = await readFile(report, 'utf8').catch(() => undefined);
    if (before !== undefined) return { ...(JSON.parse(before) as Built), path };
    await mkdir(join(this.folder, 'layouts'), { recursive: true });
    const built = await this.build([...args, '--output', `oci:${path}`]);
    await writeFile(report, JSON.stringify(built));
    return { ...built, path };
  }

  /** The example beside what it adds, with the lock that the first build wrote. */
  async #definition(certificates: readonly string[]): Promise<string> {
    const folder = join(this.folder, 'definition');
    await mkdir(folder, { recursive: true });
    const example = await readFile(join(root, 'examples', 'node.yaml'), 'utf8');
    const plain = join(folder, 'node.yaml');
    await writeFile(plain, example);
    if (certificates.length === 0) return plain;
    const path = join(folder, 'certified.yaml');
    await writeFile(path, example.replace(/^contents:$/m, `$&\n  certificates: ${JSON.stringify(certificates)}`));
    await copyFile(join(folder, 'node.lock.json'), join(folder, 'certified.lock.json'));
    return path;
  }
}

async function archiveIsKnown(): Promise<boolean> {
  try {
    await new Mirrors({ environment: process.env, host: async () => await readHostSources() }).address('debian:');
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn('Tests on the real image are skipped: apt knows no Debian archive here. Set TEMPER_DEBIAN_MIRROR.');
    return false;
  }
}
