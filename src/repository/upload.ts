// Pushing a blob (distribution-spec 1.1, Pushing Blobs): small ones at once, large ones in chunks that can be gone on with.
import { isPassing } from '../io/http-faults.ts';
import type { HttpResponse } from '../io/http-response.ts';
import { Fault } from '../lib/faults.ts';
import type { Connection } from './connection.ts';
import type { Content } from './content.ts';
import { SourceReader } from './source-reader.ts';
import type { BlobSource } from './types.ts';

export interface UploadSizes {
  /** Blobs of at most so many bytes go in one request. */
  readonly whole: number;
  readonly chunk: number;
}

export const uploadSizes: UploadSizes = { whole: 4 << 20, chunk: 32 << 20 };

/** Steps of one upload that may fail in all, however much came through between them. */
const MOST_FAILURES = 100;
const OCTETS = { 'content-type': 'application/octet-stream' };

interface Session {
  readonly location: URL;
  readonly chunk: number;
}

/**
 * Uploads a blob. A broken chunk is gone on with from where the registry says it stands; where it does not know any
 * more, from the start. The registry checks the digest at the end.
 * @throws Fault `registry/…`, `network/…`, and whatever the source throws.
 */
export async function upload(connection: Connection, source: BlobSource, sizes = uploadSizes): Promise<void> {
  if (source.size <= sizes.whole) await uploadWhole(connection, source, sizes);
  else await new ChunkedUpload(connection, source, sizes).run();
}

async function uploadWhole(connection: Connection, source: BlobSource, sizes: UploadSizes): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { location } = await begin(connection, sizes);
      await finish(connection, location, source, { size: source.size, open: () => source.open() });
      return;
    } catch (error) {
      if (!mayPass(error, false) || attempt >= connection.http.tries) throw error;
      await connection.http.pause(attempt);
    }
  }
}

/**
 * Asks the registry to take a blob from another of its repositories (distribution-spec 1.1, Mounting a blob from another repository).
 * @returns whether it is there now; a registry that may or will not says no, whatever its words
 */
export async function mount(connection: Connection, content: Content, from: string): Promise<boolean> {
  const url = connection.url('blobs/uploads/');
  url.searchParams.set('mount', content.digest);
  url.searchParams.set('from', from);
  try {
    const response = await connection.send('push', url, { method: 'POST', accepted: [201, 202] });
    await response.discard();
    if (response.status === 201) return await hasBlob(connection, content);
    await abandon(connection, locationOf(response, connection));
    return false;
  } catch (error) {
    if (error instanceof Fault && /^(?:registry|repository)\//.test(error.code)) return false;
    throw error;
  }
}

/** Ends the upload that a registry began instead of mounting; one that cannot be ended is forgotten by the registry in time. */
async function abandon(connection: Connection, location: URL): Promise<void> {
  const request = { method: 'DELETE', accepted: [200, 202, 204, 404, 405], repeatable: false } as const;
  const response = await connection.send('push', location, request).catch(() => undefined);
  await response?.discard();
}

class ChunkedUpload {
  readonly #connection: Connection;
  readonly #source: BlobSource;
  readonly #sizes: UploadSizes;
  readonly #reader: SourceReader;
  #session: Session | undefined;
  #offset = 0;
  #best = 0;
  #failures = 0;
  #failed = 0;

  constructor(connection: Connection, source: BlobSource, sizes: UploadSizes) {
    this.#connection = connection;
    this.#source = source;
    this.#sizes = sizes;
    this.#reader = new SourceReader(source);
  }

  async run(): Promise<void> {
    try {
      while (!(await this.#step())) {
        if (this.#offset <= this.#best) continue;
        this.#best = this.#offset;
        this.#failures = 0;
      }
    } finally {
      await this.#reader.close();
    }
  }

  /** One chunk, or the end. @returns whether the blob is there. */
  async #step(): Promise<boolean> {
    try {
      this.#session ??= await begin(this.#connection, this.#sizes);
      if (this.#offset < this.#source.size) {
        await this.#patch(this.#session);
        return false;
      }
      await finish(this.#connection, this.#session.location, this.#source, new Uint8Array());
      return true;
    } catch (error) {
      this.#failures++;
      this.#failed++;
      const spent = this.#failures >= this.#connection.http.tries || this.#failed >= MOST_FAILURES;
      const midway = this.#session !== undefined && this.#offset < this.#source.size;
      if (spent || !mayPass(error, midway)) throw error;
      await this.#connection.http.pause(this.#failures);
      return await this.#recover();
    }
  }

  async #patch(session: Session): Promise<void> {
    const start = this.#offset;
    const size = Math.min(session.chunk, this.#source.size - start);
    const response = await this.#connection.send('push', session.location, {
      method: 'PATCH',
      headers: { ...OCTETS, 'content-range': `${start}-${start + size - 1}` },
      body: { size, open: () => this.#reader.read(start, size) },
      repeatable: false,
      // 204: go-containerregistry's.
      accepted: [202, 204],
    });
    await response.discard();
    this.#session = { ...session, location: locationOf(response, this.#connection) };
    this.#offset = start + size;
  }

  /**
   * Asks how far the upload came; starts again where nobody knows. `0-0` may mean one byte or none: none.
   * @returns whether the blob is there after all, because only the last answer was lost.
   */
  async #recover(): Promise<boolean> {
    const session = this.#session;
    const whole = this.#offset === this.#source.size;
    this.#session = undefined;
    this.#offset = 0;
    if (session === undefined) return false;
    if (whole && (await hasBlob(this.#connection, this.#source))) return true;
    const response = await this.#connection
      .send('push', session.location, { accepted: [204], repeatable: false })
      .catch(() => undefined);
    const end = Number(/^(?:bytes=)?0-(\d{1,15})$/.exec(response?.headers.get('range') ?? '')?.[1] ?? 0);
    await response?.discard();
    if (response === undefined || end === 0 || end >= this.#source.size) return false;
    const location = response.headers.has('location') ? locationOf(response, this.#connection) : session.location;
    this.#session = { ...session, location };
    this.#offset = end + 1;
    return false;
  }
}

async function begin(connection: Connection, sizes: UploadSizes): Promise<Session> {
  const response = await connection.send('push', connection.url('blobs/uploads/'), { method: 'POST', accepted: [202] });
  await response.discard();
  const least = Number(response.headers.get('oci-chunk-min-length') ?? 0);
  const chunk = Number.isSafeInteger(least) ? Math.max(least, sizes.chunk) : sizes.chunk;
  return { location: locationOf(response, connection), chunk };
}

async function finish(
  connection: Connection,
  location: URL,
  source: BlobSource,
  body: Uint8Array | { size: number; open(): AsyncIterable<Uint8Array> },
): Promise<void> {
  const url = new URL(location);
  // Not through searchParams: what the registry wrote there comes back to it as it was.
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(source.digest)}`;
  const request = { method: 'PUT', headers: OCTETS, body, repeatable: false, accepted: [201, 204] } as const;
  await (await connection.send('push', url, request)).discard();
}

function locationOf(response: HttpResponse, connection: Connection): URL {
  const location = URL.parse(response.headers.get('location') ?? '', response.url);
  if (location !== null && response.headers.has('location')) return location;
  throw new Fault(
    'registry/location',
    `${connection.name} does not say where an upload goes on.`,
    'Check that the address is a registry.',
  );
}

/** Whether the registry has a blob of this digest and size (distribution-spec 1.1, Checking if content exists). */
export async function hasBlob(connection: Connection, content: Content): Promise<boolean> {
  const url = connection.url(`blobs/${content.digest}`);
  const response = await connection.send('pull', url, { method: 'HEAD', accepted: [200, 404] });
  await response.discard();
  const length = response.headers.get('content-length');
  return response.status === 200 && (length === null || Number(length) === content.size);
}

/** A broken connection, a busy registry, one that lost the upload; in the middle of one also any other refusal. */
function mayPass(error: unknown, midway: boolean): boolean {
  if (isPassing(error)) return true;
  if (!(error instanceof Fault)) return false;
  if (error.code === 'registry/refused') return midway;
  return ['registry/busy', 'registry/unavailable', 'repository/not-found'].includes(error.code);
}
