import type { Fault } from '../lib/faults.ts';
import { tooLargeFault } from './http-faults.ts';
import type { Idle } from './idle.ts';

/** What is read at most of an answer that nobody wants, to keep its connection. */
const DRAINED = 64 << 10;

/** An answer whose body is still on its way. Exactly one of `bytes`, `prefix`, `stream` and `discard` is called. */
export class HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly #body: ReadableStream<Uint8Array> | undefined;
  readonly #idle: Idle;
  readonly #faultOf: (error: unknown) => Fault;

  constructor(url: URL, response: Response, idle: Idle, faultOf: (error: unknown) => Fault) {
    this.status = response.status;
    this.headers = response.headers;
    this.url = url;
    this.#body = response.body ?? undefined;
    this.#idle = idle;
    this.#faultOf = faultOf;
  }

  /** The whole body. @throws Fault `network/too-large` beyond `limit` bytes, and as {@link stream}. */
  async bytes(limit: number): Promise<Buffer> {
    if (Number(this.headers.get('content-length') ?? 0) > limit) {
      await this.discard();
      throw tooLargeFault(this.url, limit);
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.stream()) {
      size += chunk.length;
      if (size > limit) throw tooLargeFault(this.url, limit);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  }

  /** The first bytes of the body, at most `limit`; the rest is not read. */
  async prefix(limit: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.stream()) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
    return Buffer.concat(chunks, size).subarray(0, limit);
  }

  /** The body as it arrives; time counts only while waiting for the network. @throws Fault `network/…` when it breaks off. */
  async *stream(): AsyncGenerator<Uint8Array> {
    if (this.#body === undefined) return;
    try {
      this.#idle.start();
      for await (const chunk of this.#body) {
        this.#idle.stop();
        yield chunk;
        this.#idle.start();
      }
    } catch (error) {
      throw this.#faultOf(error);
    } finally {
      this.#idle.stop();
    }
  }

  /** Lets go of the body; of one that is long, nothing more is waited for. */
  async discard(): Promise<void> {
    const isLong = Number(this.headers.get('content-length') ?? 0) > DRAINED;
    await (isLong ? this.#body?.cancel() : this.prefix(DRAINED))?.catch(() => undefined);
  }
}
