// A program that serves from a folder of its own until the scope ends: Podman's API, containerd.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Service implements AsyncDisposable {
  readonly folder: string;
  readonly #stop: () => Promise<void>;

  private constructor(folder: string, stop: () => Promise<void>) {
    this.folder = folder;
    this.#stop = stop;
  }

  /** @param args of the program, made from its folder; it listens at `sock` there */
  static async start(program: string, args: (folder: string) => readonly string[]): Promise<Service> {
    const folder = await mkdtemp(join(tmpdir(), 'temper-service-'));
    const log = await open(join(folder, 'log'), 'w');
    const child = spawn(program, [...args(folder)], { stdio: ['ignore', log.fd, log.fd] });
    const ended = new Promise<void>((resolve) => {
      child.on('close', () => {
        resolve();
      });
    });
    await log.close();
    const service = new Service(folder, async () => {
      child.kill();
      await ended;
    });
    for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
      if (existsSync(service.socket)) return service;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const words = await readFile(join(folder, 'log'), 'utf8');
    await service[Symbol.asyncDispose]();
    throw new Error(`${program} does not answer: ${words.slice(-2000)}`);
  }

  get socket(): string {
    return join(this.folder, 'sock');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
