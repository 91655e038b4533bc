// The one HTTP client: bounds, time-outs, redirects and retries in one place.
import { Fault } from '../lib/faults.ts';
import { now, sleep } from './clock.ts';
import { abortedFault, checkUrl, isPassing, networkFault, redirectFault, timeoutFault } from './http-faults.ts';
import { isRedirect, redirectTarget, withoutAuthorization } from './http-redirects.ts';
import { HttpResponse } from './http-response.ts';
import { Idle } from './idle.ts';

export interface HttpOptions {
  /** Every request throws Fault `network/offline`. */
  readonly offline?: boolean | undefined;
  /** Plain http also to other machines than this one. */
  readonly insecure?: boolean | undefined;
  /** Plain http to these hosts, with their ports. */
  readonly plain?: readonly string[] | undefined;
  /** Milliseconds without a byte from the other side, 60,000 unless given. */
  readonly idle?: number | undefined;
  /** How often a request is sent at most, 4 unless given. */
  readonly tries?: number | undefined;
  /** Milliseconds before the second try, doubled for each further one; 500 unless given. */
  readonly backoff?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A body that can be sent again. */
export interface HttpBody {
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody | Uint8Array | undefined;
  /** False: sent again only after 429, which means that it was not looked at. True unless given. */
  readonly repeatable?: boolean;
  /** True: its body is a secret of this origin, and is sent to no other. */
  readonly confined?: boolean;
}

const MOST_REDIRECTS = 10;
/** A server that wants to be left alone for longer is not waited for. */
const LONGEST_WAIT = 120_000;
const BUSY: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

export class Http {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions = {}) {
    this.#options = options;
  }

  get tries(): number {
    return this.#options.tries ?? 4;
  }

  /**
   * Asks and returns the answer, whatever its status. Repeats after 429, 5xx and broken connections, waiting as
   * Retry-After says (RFC 9110, 10.2.3). Follows at most 10 redirects, never from https to http; other origins do not
   * see the Authorization header. Nothing is decompressed on the way: it asks for identity.
   * @throws Fault `network/offline`, `network/insecure`, `network/url`, `network/redirect`, `network/timeout`,
   * `network/unknown-host`, `network/refused`, `network/tls`, `network/aborted`, `network/failed`.
   */
  async send(url: string | URL, request: HttpRequest = {}): Promise<HttpResponse> {
    const target = URL.parse(url);
    if (target === null) throw new Fault('network/url', 'The address is no URL.', 'Check the address.');
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= this.tries;
      const repeatable = request.repeatable !== false;
      try {
        const response = await this.#follow(target, request);
        if (last || !(repeatable ? BUSY.has(response.status) : response.status === 429)) return response;
        if (!(await this.pause(attempt, response))) return response;
        await response.discard();
      } catch (error) {
        if (last || !repeatable || !isPassing(error)) throw error;
        await this.pause(attempt);
      }
    }
  }

  /** Waits before the next try. @returns false, at once, when the answer asks for more than two minutes. */
  async pause(attempt: number, response?: HttpResponse): Promise<boolean> {
    const backoff = (this.#options.backoff ?? 500) * 2 ** Math.min(attempt - 1, 6);
    const jitter = backoff * (0.5 + Math.random() / 2);
    const asked = retryAfter(response?.headers.get('retry-after'));
    if (asked > LONGEST_WAIT) return false;
    await sleep(Math.max(jitter, asked), this.#options.signal);
    return true;
  }

  async #follow(start: URL, request: HttpRequest): Promise<HttpResponse> {
    let url = start;
    let headers = { ...request.headers };
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const response = await this.#once(url, headers, request);
      const location = response.headers.get('location');
      if (!isRedirect(response.status, request.method ?? 'GET') || location === null) return response;
      await response.discard();
      const next = redirectTarget(url, location);
      if (next.origin !== url.origin) {
        if (request.confined === true) throw redirectFault(url, 'a secret to another host');
        headers = withoutAuthorization(headers);
      }
      url = next;
    }
    throw redirectFault(start, `more than ${MOST_REDIRECTS} times`);
  }

  async #once(url: URL, headers: Record<string, string>, request: HttpRequest): Promise<HttpResponse> {
    checkUrl(url, this.#options);
    const idle = new Idle(this.#options.idle ?? 60_000);
    const outer = this.#options.signal;
    const faultOf = (error: unknown): Fault => {
      if (error instanceof Fault) return error;
      if (outer?.aborted === true) return abortedFault(url);
      return idle.expired ? timeoutFault(url) : networkFault(url, error);
    };
    const body = new Outgoing(request.body, idle);
    try {
      idle.start();
      const response = await fetch(url, {
        method: request.method ?? 'GET',
        headers: { 'accept-encoding': 'identity', 'user-agent': 'temper', ...headers, ...body.headers },
        redirect: 'manual',
        signal: outer === undefined ? idle.signal : AbortSignal.any([outer, idle.signal]),
        ...body.init,
      });
      return new HttpResponse(url, response, idle, faultOf);
    } catch (error) {
      throw body.failure ?? faultOf(error);
    } finally {
      body.end();
      idle.stop();
    }
  }
}

/** A body on its way out: remembers when its source failed, which is no fault of the network. */
class Outgoing {
  failure: Error | undefined;
  readonly headers: Record<string, string> = {};
  readonly init: RequestInit = {};
  /** Until the answer is there, or none will be: a body may be asked for more after that. */
  #idle: Idle | undefined;

  constructor(body: HttpBody | Uint8Array | undefined, idle: Idle) {
    this.#idle = idle;
    if (body === undefined) return;
    if (body instanceof Uint8Array) {
      this.init = { body: body as Uint8Array<ArrayBuffer> };
    } else {
      this.headers = { 'content-length': String(body.size) };
      this.init = { body: ReadableStream.from(this.#pull(body)), duplex: 'half' };
    }
  }

  end(): void {
    this.#idle = undefined;
  }

  async *#pull(body: HttpBody): AsyncGenerator<Uint8Array> {
    try {
      this.#idle?.stop();
      for await (const chunk of body.open()) {
        this.#idle?.start();
        yield chunk;
        this.#idle?.stop();
      }
      this.#idle?.start();
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }
}

/** Milliseconds of a Retry-After header, seconds or a date; 0 when there is none. */
function retryAfter(header: string | null | undefined): number {
  if (header === null || header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now().getTime());
}
