import { createHash } from 'node:crypto';
import type { Request, Response } from './server.ts';

interface Options {
  readonly minChunk?: number;
  readonly resumes?: boolean;
  readonly mounts?: boolean;
}

/** Upload sessions of a registry: monolithic, chunked, cut and gone on with (distribution-spec 1.1, Pushing Blobs). */
export class FakeUploads {
  /** Bytes of a body after which the connection is cut, one for each of the next bodies; what came is kept. */
  readonly cuts: number[] = [];
  /** Sizes of the bodies that PATCH brought, whole or cut. */
  readonly patches: number[] = [];
  /** `DIGEST from REPOSITORY` of each that was mounted. */
  readonly mounted: string[] = [];
  /** Uploads that were begun and neither finished nor ended. */
  get open(): number {
    return this.#sessions.size;
  }
  readonly #blobs: Map<string, Buffer>;
  readonly #owned: Map<string, Set<string>>;
  readonly #options: Options;
  #count = 0;
  readonly #sessions = new Map<string, Buffer>();

  constructor(blobs: Map<string, Buffer>, owned: Map<string, Set<string>>, options: Options) {
    this.#blobs = blobs;
    this.#owned = owned;
    this.#options = options;
  }

  async handle(request: Request, response: Response, repository: string, id: string, url: URL): Promise<void> {
    if (request.method === 'POST') {
      const mount = url.searchParams.get('mount') ?? '';
      const from = url.searchParams.get('from') ?? '';
      if (this.#options.mounts !== false && mount !== '' && this.#owned.get(from)?.has(mount) === true) {
        this.#own(repository, mount);
        this.mounted.push(`${mount} from ${from}`);
        response.writeHead(201, { location: `/v2/${repository}/blobs/${mount}` }).end();
        return;
      }
      const session = `${this.#count++}`;
      this.#sessions.set(session, Buffer.alloc(0));
      if (this.#options.minChunk !== undefined) response.setHeader('oci-chunk-min-length', this.#options.minChunk);
      this.#progress(response, repository, session, 202);
      return;
    }
    const held = this.#sessions.get(id);
    if (held === undefined || url.searchParams.get('_state') !== 'a+b=') {
      request.resume();
      response.writeHead(404).end('{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}');
    } else if (request.method === 'GET') this.#progress(response, repository, id, 204);
    else if (request.method === 'DELETE') {
      this.#sessions.delete(id);
      response.writeHead(204).end();
    } else if (request.method === 'PATCH') await this.#patch(request, response, repository, id, held);
    else await this.#finish(request, response, repository, id, url);
  }

  #own(repository: string, digest: string): void {
    this.#owned.set(repository, (this.#owned.get(repository) ?? new Set()).add(digest));
  }

  async #patch(request: Request, response: Response, repository: string, id: string, held: Buffer): Promise<void> {
    // A body without a range is all that there is (distribution-spec 1.1, Pushing a blob in chunks: streamed).
    const range = request.headers['content-range'] ?? (held.length === 0 ? '0-0' : '');
    const start = Number(/^(\d+)-\d+$/.exec(range)?.[1] ?? -1);
    if (start !== held.length) {
      request.resume();
      this.#progress(response, repository, id, 416);
      return;
    }
    const before = held.length;
    const whole = await this.#take(request, id);
    this.patches.push((this.#sessions.get(id)?.length ?? before) - before);
    if (whole) this.#progress(response, repository, id, 202);
  }

  async #finish(request: Request, response: Response, repository: string, id: string, url: URL): Promise<void> {
    if (!(await this.#take(request, id))) return;
    const bytes = this.#sessions.get(id) ?? Buffer.alloc(0);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    this.#sessions.delete(id);
    if (url.searchParams.get('digest') !== digest) {
      response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]}');
      return;
    }
    this.#blobs.set(digest, bytes);
    this.#own(repository, digest);
    response.writeHead(201, { location: `/v2/x/blobs/${digest}` }).end();
  }

  /** Appends a body to a session; false when it was cut. */
  async #take(request: Request, id: string): Promise<boolean> {
    const cut = request.headers['content-length'] === '0' ? undefined : this.cuts.shift();
    const chunks = [this.#sessions.get(id) ?? Buffer.alloc(0)];
    const limit = cut ?? Number.POSITIVE_INFINITY;
    const { socket } = request;
    let size = 0;
    for await (const part of request) {
      const chunk = (part as Buffer).subarray(0, limit - size);
      size += chunk.length;
      chunks.push(chunk);
      if (size >= limit) break;
    }
    if (cut === undefined || this.#options.resumes !== false) this.#sessions.set(id, Buffer.concat(chunks));
    else this.#sessions.delete(id);
    if (cut !== undefined) socket.destroy();
    return cut === undefined;
  }

  #progress(response: Response, repository: string, id: string, status: number): void {
    const size = this.#sessions.get(id)?.length ?? 0;
    response
      .writeHead(status, {
        location: `/v2/${repository}/blobs/uploads/${id}?_state=a%2Bb%3D`,
        range: `0-${Math.max(0, size - 1)}`,
      })
      .end();
  }
}
