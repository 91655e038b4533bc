// Objects below one prefix of a bucket (Amazon S3 API Reference), asked until there is an answer that counts.
import type { AwsClient } from '../../io/aws/client.ts';
import { uniqueName } from '../../io/file-steps.ts';
import { isPassing } from '../../io/http-faults.ts';
import type { HttpResponse } from '../../io/http-response.ts';
import { Fault } from '../../lib/faults.ts';
import { type S3Address, bucketUrl } from './address.ts';
import {
  badAnswer,
  ERROR_LIMIT,
  type Listing,
  LISTING_LIMIT,
  parseError,
  parseListing,
  type S3Error,
} from './answers.ts';
import { noConditions, refusal } from './faults.ts';

export interface S3Object {
  readonly bytes: Buffer;
  /** As it stands in the answer, with its quotation marks. */
  readonly etag: string;
  /** Milliseconds since it was written, by the store's own clock, of which it tells whole seconds; `undefined` where it does not. */
  readonly age: number | undefined;
}

/** Where a write is to happen: where nothing is, or in the place of what has this ETag. */
export type Condition = { readonly absent: true } | { readonly etag: string };

export interface S3ObjectsOptions {
  /** How often a request is sent at most, 6 unless given. */
  readonly tries?: number | undefined;
  /** Keys on a page of a listing, as many as the store gives unless given. */
  readonly page?: number | undefined;
}

interface Asked {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Below the prefix; `undefined` for the bucket. */
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

interface Answer {
  readonly response: HttpResponse;
  readonly error: S3Error;
  /** An earlier try had no answer, or none that says what happened: it may have been done. */
  readonly uncertain: boolean;
}

/** Pages of a listing: a hundred thousand keys, where a log has some hundreds. */
const MOST_PAGES = 100;
const BUSY: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** Which write an object is from: without it, one could not tell an own write whose answer was lost. */
const WRITE = 'x-amz-meta-temper-write';

export class S3Objects {
  readonly #client: AwsClient;
  readonly #address: S3Address;
  readonly #name: string;
  readonly #options: S3ObjectsOptions;
  #base: Promise<{ url: URL; region: string }> | undefined;

  /** @param client sends each request once */
  constructor(client: AwsClient, address: S3Address, name: string, options: S3ObjectsOptions) {
    this.#client = client;
    this.#address = address;
    this.#name = name;
    this.#options = options;
  }

  /** @returns `undefined` where nothing is @throws Fault `file/too-large` beyond `limit` bytes, `s3/…`, `network/…` */
  async get(path: string, limit: number): Promise<S3Object | undefined> {
    for (let attempt = 1; ; attempt++) {
      const { response, error } = await this.#ask({ method: 'GET', path });
      if (response.status === 404 && error.code !== 'NoSuchBucket') return undefined;
      if (response.status !== 200) throw this.#refusal(`reading ${path}`, response, error);
      try {
        const bytes = await response.bytes(limit);
        return { bytes, etag: this.#etagOf(response), age: ageOf(response) };
      } catch (fault) {
        if (fault instanceof Fault && fault.code === 'network/too-large') throw tooLarge(path, limit, fault);
        if (!isPassing(fault) || attempt >= this.#tries) throw fault;
        await this.#client.pause(attempt);
      }
    }
  }

  /** Writes over what is there: the same bytes, should several do it. @throws Fault `s3/…`, `network/…` */
  async put(path: string, bytes: Uint8Array, headers: Readonly<Record<string, string>>): Promise<void> {
    const { response, error } = await this.#ask({ method: 'PUT', path, headers, body: bytes });
    if (response.status !== 200) throw this.#refusal(`writing ${path}`, response, error);
  }

  /**
   * Writes under a condition. A try whose answer was lost is told from somebody else's write.
   * @returns the new ETag; `undefined` when the condition does not hold
   * @throws Fault `s3/no-conditional-writes`, `s3/…`, `network/…`: it may have been done, and may still be done
   */
  async putIf(
    path: string,
    bytes: Uint8Array,
    condition: Condition,
    headers: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const write = uniqueName();
    const asked: Readonly<Record<string, string>> =
      'etag' in condition ? { 'if-match': condition.etag } : { 'if-none-match': '*' };
    const { response, error, uncertain } = await this.#ask({
      method: 'PUT',
      path,
      headers: { ...headers, ...asked, [WRITE]: write },
      body: bytes,
    });
    const { status } = response;
    if (status === 200) return this.#etagOf(response);
    if (status === 501) throw noConditions(this.#name);
    const isGone = status === 404 && error.code !== 'NoSuchBucket' && 'etag' in condition;
    if (status !== 412 && !isGone) throw this.#refusal(`writing ${path}`, response, error);
    return uncertain ? await this.#ownWrite(path, write) : undefined;
  }

  /** Keys and folders directly below a folder, or with `deep` all keys whose path begins so; below the prefix. */
  async list(folder: string, deep: boolean): Promise<{ keys: string[]; prefixes: string[] }> {
    const found: { keys: string[]; prefixes: string[] } = { keys: [], prefixes: [] };
    const { prefix } = this.#address;
    let next: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const listing = await this.#page(`${prefix}${folder}`, deep, next);
      for (const kind of ['keys', 'prefixes'] as const) {
        const own = listing[kind].filter((key) => key.startsWith(`${prefix}${folder}`));
        found[kind].push(...own.map((key) => key.slice(prefix.length)));
      }
      if (listing.next === undefined) return found;
      next = listing.next;
    }
    throw badAnswer(`${this.#name}${folder}`, 'it has too many objects');
  }

  /** Also where nothing is. @throws Fault `s3/…`, `network/…` */
  async delete(path: string): Promise<void> {
    const { response, error } = await this.#ask({ method: 'DELETE', path });
    const { status } = response;
    if (status !== 200 && status !== 204 && (status !== 404 || error.code === 'NoSuchBucket')) {
      throw this.#refusal(`removing ${path}`, response, error);
    }
  }

  async #page(prefix: string, deep: boolean, token: string | undefined): Promise<Listing> {
    const query = new URLSearchParams({ 'list-type': '2', prefix });
    if (!deep) query.set('delimiter', '/');
    if (token !== undefined) query.set('continuation-token', token);
    if (this.#options.page !== undefined) query.set('max-keys', String(this.#options.page));
    const { response, error } = await this.#ask({ method: 'GET', query: query.toString() });
    if (response.status !== 200) throw this.#refusal(`listing ${prefix}`, response, error);
    return parseListing(await response.bytes(LISTING_LIMIT), `the listing of ${this.#name}`);
  }

  async #ownWrite(path: string, write: string): Promise<string | undefined> {
    const { response, error } = await this.#ask({ method: 'HEAD', path });
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw this.#refusal(`looking at ${path}`, response, error);
    return response.headers.get(WRITE) === write ? this.#etagOf(response) : undefined;
  }

  /** @returns an answer that is no mere wish to be asked later; only the body of one with status 200 is still to be read */
  async #ask(asked: Asked): Promise<Answer> {
    let uncertain = false;
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= this.#tries;
      try {
        const response = await this.#once(asked);
        if (response.status === 200) return { response, error: NO_ERROR, uncertain };
        const error = parseError(await response.bytes(ERROR_LIMIT));
        const mayHaveHappened = BUSY.has(response.status) || error.code === 'RequestTimeout';
        // 409: somebody else's write was under way (Conditional write behavior); this one was not done.
        if (!mayHaveHappened && response.status !== 409) return { response, error, uncertain };
        uncertain ||= mayHaveHappened;
        if (isLast || !(await this.#client.pause(attempt, response))) {
          throw this.#refusal(`${asked.method} ${asked.path ?? ''}`.trim(), response, error);
        }
      } catch (fault) {
        if (isLast || !isPassing(fault)) throw fault;
        uncertain = true;
        await this.#client.pause(attempt);
      }
    }
  }

  async #once({ method, path, query, headers, body }: Asked): Promise<HttpResponse> {
    const { url: base, region } = await (this.#base ??= this.#locate());
    const url = new URL(base);
    if (path !== undefined) url.pathname += `${this.#address.prefix}${path}`;
    if (query !== undefined) url.search = query;
    return await this.#client.send({ url, method, service: 's3', region, headers: headers ?? {}, body });
  }

  async #locate(): Promise<{ url: URL; region: string }> {
    const endpoint = await this.#client.endpoint('s3');
    const region = await this.#client.region(endpoint === undefined ? undefined : 'us-east-1');
    return { url: bucketUrl(this.#address.bucket, region, endpoint), region };
  }

  #etagOf(response: HttpResponse): string {
    const etag = response.headers.get('etag');
    if (etag === null || etag === '' || etag.startsWith('W/')) throw badAnswer(this.#name, 'it has no strong ETag');
    return etag;
  }

  #refusal(doing: string, { status }: HttpResponse, error: S3Error): Fault {
    return refusal(this.#name, doing, status, error);
  }

  get #tries(): number {
    return this.#options.tries ?? 6;
  }
}

const NO_ERROR: S3Error = { code: '', message: '' };

function ageOf({ headers }: HttpResponse): number | undefined {
  const [now, written] = [headers.get('date'), headers.get('last-modified')].map((text) => Date.parse(text ?? ''));
  return now === undefined || written === undefined || Number.isNaN(now - written) ? undefined : now - written;
}

function tooLarge(path: string, limit: number, cause: Fault): Fault {
  return new Fault('file/too-large', `${path} is larger than ${limit} bytes.`, 'Check that it is the right file.', {
    cause,
  });
}
