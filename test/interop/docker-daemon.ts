// A real Docker daemon of one's own: its socket and data in a temporary folder, no bridge, no firewall rules, vfs.
import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { peer } from './peers.ts';

const dockerd = peer('dockerd');
const docker = peer('docker');
/** Whether a daemon can be started here: it needs root. */
export const dockerAvailable = dockerd !== undefined && docker !== undefined && process.getuid?.() === 0;
if (!dockerAvailable && process.env['CI'] === 'true') throw new Error('A Docker daemon needs root, and CI=true.');

export class DockerDaemon implements AsyncDisposable {
  readonly #folder: string;
  readonly #stop: () => Promise<void>;

  private constructor(folder: string, stop: () => Promise<void>) {
    this.#folder = folder;
    this.#stop = stop;
  }

  /** Containers have `--network none` or `host`; 20.10 and later do. */
  static async start(): Promise<DockerDaemon> {
    const folder = await mkdtemp(join(tmpdir(), 'temper-docker-'));
    const log = await open(join(folder, 'log'), 'w');
    const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
    const folders = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
    const socket = ['-H', `unix://${join(folder, 'sock')}`, '--pidfile', join(folder, 'pid')];
    const child = spawn(dockerd ?? '', [...network, '--storage-driver=vfs', ...folders, ...socket], {
      stdio: ['ignore', log.fd, log.fd],
    });
    const ended = new Promise<void>((resolve) => {
      child.on('close', () => {
        resolve();
      });
    });
    await log.close();
    const daemon = new DockerDaemon(folder, async () => {
      child.kill();
      await ended;
    });
    for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
      if ((await daemon.docker(['version'])).status === 0) return daemon;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const words = await readFile(join(folder, 'log'), 'utf8');
    await daemon[Symbol.asyncDispose]();
    throw new Error(`dockerd does not answer: ${words.slice(-2000)}`);
  }

  /** As DOCKER_HOST has it. */
  get host(): string {
    return `unix://${join(this.#folder, 'sock')}`;
  }

  /** Runs `docker ARGS`. */
  async docker(args: readonly string[]): Promise<ProcessResult> {
    const env = { DOCKER_HOST: this.host, DOCKER_CONFIG: this.#folder };
    return await run(docker ?? '', args, { env, timeout: 120_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
