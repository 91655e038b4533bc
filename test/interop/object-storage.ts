// Real object storage on loopback: Versity's gateway over a temporary folder, with one bucket.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from '../../src/io/aws/client.ts';
import { freePort } from './registries.ts';

export class ObjectStorage implements AsyncDisposable {
  readonly bucket = 'logs';
  readonly #folder: string;
  readonly #port: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder;
    this.#port = port;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.on('close', () => {
        resolve();
      });
    });
  }

  static async start(program: string): Promise<ObjectStorage> {
    const folder = await mkdtemp(join(tmpdir(), 'temper-object-storage-'));
    await mkdir(join(folder, 'data', 'logs'), { recursive: true });
    const port = await freePort();
    const log = await open(join(folder, 'log'), 'w');
    const listen = [
      '--port',
      `127.0.0.1:${port}`,
      '--access',
      'owner',
      '--secret',
      'the secret of the owner',
      '--quiet',
    ];
    // Some temporary folders keep no extended attributes: metadata stands beside.
    await mkdir(join(folder, 'metadata'));
    const args = [...listen, 'posix', '--sidecar', join(folder, 'metadata'), join(folder, 'data')];
    const child = spawn(program, args, { stdio: ['ignore', log.fd, log.fd] });
    await log.close();
    const storage = new ObjectStorage(folder, port, child);
    await storage.#answering();
    return storage;
  }

  /** What its clients have in their environment. */
  get environment(): Readonly<Record<string, string>> {
    return {
      AWS_ACCESS_KEY_ID: 'owner',
      AWS_SECRET_ACCESS_KEY: 'the secret of the owner',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${this.#port}`,
    };
  }

  /** @param keys with `*` for whatever follows */
  async letEverybodyRead(keys: readonly string[]): Promise<void> {
    const Resource = keys.map((key) => `arn:aws:s3:::${this.bucket}/${key}`);
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }];
    const response = await new AwsClient({ environment: this.environment }).send({
      url: new URL(`http://127.0.0.1:${this.#port}/${this.bucket}?policy`),
      method: 'PUT',
      service: 's3',
      region: 'us-east-1',
      body: Buffer.from(JSON.stringify({ Version: '2012-10-17', Statement })),
    });
    if (response.status >= 300) throw new Error((await response.bytes(9999)).toString());
    await response.discard();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#ended;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #answering(): Promise<void> {
    for (let attempt = 0; attempt < 300 && this.#child.exitCode === null; attempt++) {
      // Without a signature it refuses, and so answers.
      if (
        await fetch(`http://127.0.0.1:${this.#port}/`)
          .then(() => true)
          .catch(() => false)
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const words = await readFile(join(this.#folder, 'log'), 'utf8');
    await this[Symbol.asyncDispose]();
    throw new Error(`The object storage does not answer: ${words.slice(-2000)}`);
  }
}
