// A log in object storage that speaks the API of Amazon S3, laid out so that a bucket which is served over the web is a log
// (C2SP tlog-tiles, APIs).
import { AwsClient } from '../../io/aws/client.ts';
import type { AwsEnvironment } from '../../io/aws/profiles.ts';
import type { HttpOptions } from '../../io/http.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { inParallel } from '../../lib/parallel.ts';
import { Turns } from '../../lib/turns.ts';
import type { LogObject, LogStorage } from '../storage.ts';
import { parseS3Address } from './address.ts';
import { noConditions } from './faults.ts';
import { Lease, type LeaseOptions } from './lease.ts';
import { S3Objects, type S3ObjectsOptions } from './objects.ts';

export interface S3Options extends LeaseOptions, S3ObjectsOptions {
  /** Says who asks, in which region and where: `AWS_…`. */
  readonly environment: AwsEnvironment;
  readonly offline?: boolean | undefined;
  /** Plain http also to an endpoint on another machine. */
  readonly insecure?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly http?: Pick<HttpOptions, 'idle' | 'backoff'> | undefined;
}

/** Milliseconds without a byte after which a request is sent again, and before the second try. */
const IDLE = 15_000;
const BACKOFF = 100;
/** Requests at once. */
const WIDTH = 8;
const PROBE_PATH = '.temper/probe';

/** An object is written whole or not at all, and lasts when the store says so; what is created or replaced is so under a condition. */
export class S3Storage implements LogStorage {
  readonly name: string;
  readonly #objects: S3Objects;
  readonly #lease: Lease;
  /** Of this process, one at a time: the lease is for the others. */
  readonly #turns = new Turns(1);
  /** What was read last, by path: who replaces it has looked at it just before. */
  #read: { readonly path: string; readonly bytes: Buffer; readonly etag: string } | undefined;
  #isProbed = false;

  /** @param address `s3://BUCKET/PREFIX` @throws Fault `s3/address` */
  constructor(address: string, { environment, offline, insecure, signal, http, ...options }: S3Options) {
    this.name = address.replace(/\/+$/, '');
    const client = new AwsClient({
      environment,
      offline,
      insecure,
      signal,
      http: { idle: IDLE, backoff: BACKOFF, ...http, tries: 1 },
    });
    this.#objects = new S3Objects(client, parseS3Address(address), this.name, options);
    this.#lease = new Lease(this.#objects, this.name, options);
  }

  async read(path: string, limit: number): Promise<Buffer | undefined> {
    const there = await this.#objects.get(path, limit);
    this.#read = there && { path, bytes: there.bytes, etag: there.etag };
    return there && Buffer.from(there.bytes);
  }

  async write(objects: readonly LogObject[]): Promise<void> {
    await inParallel(objects, WIDTH, async ({ path, bytes }) => {
      this.#lease.check();
      await this.#objects.put(path, bytes, headersOf(path));
    });
  }

  async create({ path, bytes }: LogObject): Promise<boolean> {
    this.#lease.check();
    return (await this.#objects.putIf(path, bytes, { absent: true }, headersOf(path))) !== undefined;
  }

  async replace({ path, bytes }: LogObject, before: Uint8Array): Promise<boolean> {
    if (this.#read?.path !== path || !this.#read.bytes.equals(before)) await this.#readAgain(path, before.length);
    if (this.#read?.bytes.equals(before) !== true) return false;
    const { etag } = this.#read;
    this.#lease.check();
    return (await this.#objects.putIf(path, bytes, { etag }, headersOf(path))) !== undefined;
  }

  async list(folder: string): Promise<string[]> {
    const { keys, prefixes } = await this.#objects.list(`${folder}/`, false);
    const names = [...keys, ...prefixes].map((key) => key.slice(folder.length + 1).replace(/\/$/, ''));
    return [...new Set(names.filter((name) => name !== ''))].sort(compareStrings);
  }

  async remove(paths: readonly string[]): Promise<void> {
    const folders = paths.filter((path) => path.endsWith('/'));
    const inside = await inParallel(folders, WIDTH, async (path) => (await this.#objects.list(path, true)).keys);
    await inParallel([...paths.filter((path) => !path.endsWith('/')), ...inside.flat()], WIDTH, async (path) => {
      this.#lease.check();
      await this.#objects.delete(path);
    });
  }

  /** @throws Fault `s3/no-conditional-writes`, and as {@link Lease.hold} */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    return await this.#turns.run(1, async () => {
      if (!this.#isProbed) await this.#probe();
      this.#isProbed = true;
      return await this.#lease.hold(work);
    });
  }

  async #readAgain(path: string, length: number): Promise<void> {
    this.#read = undefined;
    try {
      await this.read(path, length);
    } catch (fault) {
      if (!(fault instanceof Fault) || fault.code !== 'file/too-large') throw fault;
    }
  }

  /** Writes what must not be written: a store that does so all the same holds no log. */
  async #probe(): Promise<void> {
    const bytes = Buffer.from('Object storage that holds a log must not let this be written twice.\n');
    const write = async (condition: Parameters<S3Objects['putIf']>[2]): Promise<boolean> =>
      (await this.#objects.putIf(PROBE_PATH, bytes, condition, headersOf(PROBE_PATH))) !== undefined;
    // Where it is new, all at once: a store that looks first and writes then lets several do it.
    const isThere = (await this.#objects.get(PROBE_PATH, bytes.length)) !== undefined;
    const first = await Promise.all(
      Array.from({ length: isThere ? 0 : WIDTH }, async () => await write({ absent: true })),
    );
    const again = await Promise.all([write({ absent: true }), write({ etag: `"${'0'.repeat(32)}"` })]);
    if (first.filter(Boolean).length > 1 || again.includes(true)) throw noConditions(this.name);
  }
}

function headersOf(path: string): Readonly<Record<string, string>> {
  if (path === 'checkpoint') return { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' };
  const caching = path.startsWith('tile/') ? 'public, max-age=31536000, immutable' : 'no-store';
  return { 'content-type': 'application/octet-stream', 'cache-control': caching };
}
