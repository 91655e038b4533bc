// A feed's files behind an http or https address.
import { Http, type HttpOptions } from '../io/http.ts';
import { bodySize, isResumable, resumedBody, validatorOf } from '../io/http-resume.ts';
import type { HttpResponse } from '../io/http-response.ts';
import { SpoolFile } from '../io/spool.ts';
import { Fault } from '../lib/faults.ts';
import type { RandomAccess } from '../lib/random-access.ts';
import { redactUrl } from '../lib/urls.ts';
import type { FeedFile, FeedFiles } from './feed.ts';
import { checkPath, tooLargeFile, unreachable } from './file-faults.ts';

/** Of the network's faults, those that say what the user asked for or must allow: they pass through. */
const KEPT: ReadonlySet<string> = new Set([
  'network/offline',
  'network/insecure',
  'network/url',
  'network/aborted',
  'network/changed',
]);

/** Files below an address; https, except with this machine and where `insecure` or `plain` allows plain http. */
export function webFiles(address: string, options: HttpOptions): FeedFiles {
  const place = placeOf(address);
  const http = new Http(options);
  return {
    base: place.base,
    async open(path, limit) {
      checkPath(path);
      return await WebFile.open(http, place, { path, limit });
    },
  };
}

interface Place {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  urlOf(path: string): URL;
}

function placeOf(address: string): Place {
  const root = URL.parse(address);
  if (root === null) throw new Fault('feed/address', 'The address of a feed is no URL.', 'Check the address.');
  const { username, password } = root;
  root.username = '';
  root.password = '';
  root.hash = '';
  const credentials = `${decoded(username)}:${decoded(password)}`;
  const folder = root.pathname.replace(/\/+$/, '');
  return {
    base: redactUrl(root).replace(/\/+$/, ''),
    headers: credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    urlOf(path) {
      const url = new URL(root);
      url.pathname = `${folder}/${path.split('/').map(encodeURIComponent).join('/')}`;
      return url;
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Asked {
  readonly path: string;
  readonly limit: number;
}

class WebFile implements FeedFile {
  readonly #http: Http;
  readonly #place: Place;
  readonly #asked: Asked;
  readonly #spool = new SpoolFile();
  #response: HttpResponse;
  #taken = false;

  private constructor(http: Http, place: Place, asked: Asked, response: HttpResponse) {
    this.#http = http;
    this.#place = place;
    this.#asked = asked;
    this.#response = response;
  }

  static async open(http: Http, place: Place, asked: Asked): Promise<WebFile | undefined> {
    const response = await answerOf(http, place, asked);
    return response === undefined ? undefined : new WebFile(http, place, asked, response);
  }

  get size(): number | undefined {
    return bodySize(this.#response);
  }

  get modified(): number | undefined {
    const date = Date.parse(this.#response.headers.get('last-modified') ?? '');
    return Number.isNaN(date) ? undefined : Math.floor(date / 1000);
  }

  get tag(): string | undefined {
    return validatorOf(this.#response);
  }

  async *chunks(): AsyncGenerator<Buffer> {
    if (this.#taken) throw new Error(`${this.#asked.path} was read already`);
    this.#taken = true;
    const { path, limit } = this.#asked;
    let size = 0;
    try {
      const asked = { url: this.#place.urlOf(path), headers: this.#place.headers };
      for await (const chunk of resumedBody(this.#http, asked, this.#response)) {
        size += chunk.length;
        if (size > limit) throw tooLargeFile(this.#place.base, path, limit);
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      }
    } catch (error) {
      throw asFeedFault(error, this.#place.base, path);
    }
  }

  async random(): Promise<RandomAccess> {
    await this.#whole(
      () => this.#spool.reset(),
      (chunk) => this.#spool.write(chunk),
    );
    return this.#spool;
  }

  async all(): Promise<Buffer> {
    let chunks: Buffer[] = [];
    await this.#whole(
      () => (chunks = []),
      (chunk) => chunks.push(chunk),
    );
    return Buffer.concat(chunks);
  }

  /** The whole body, from the start again where it changed on the way or broke off and cannot be resumed. */
  async #whole(start: () => void, take: (chunk: Buffer) => void): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      start();
      try {
        for await (const chunk of this.chunks()) take(chunk);
        return;
      } catch (error) {
        if (attempt >= this.#http.tries || !this.#mayStartAgain(error)) throw error;
        await this.#http.pause(attempt);
      }
      await this.#again();
    }
  }

  #mayStartAgain(error: unknown): boolean {
    if (!(error instanceof Fault)) return false;
    return error.code === 'network/changed' || (error.code === 'feed/unreachable' && !isResumable(this.#response));
  }

  async #again(): Promise<void> {
    const response = await answerOf(this.#http, this.#place, this.#asked);
    if (response === undefined) throw unreachable(this.#place.base, this.#asked.path, new Error('it went away'));
    this.#response = response;
    this.#taken = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#taken) await this.#response.discard();
    this.#taken = true;
    this.#spool[Symbol.dispose]();
  }
}

/** The answer to a GET; `undefined` where there is no such file. */
async function answerOf(http: Http, place: Place, { path, limit }: Asked): Promise<HttpResponse | undefined> {
  const response = await http.send(place.urlOf(path), { headers: place.headers }).catch((error: unknown) => {
    throw asFeedFault(error, place.base, path);
  });
  if (response.status === 200 && (bodySize(response) ?? 0) <= limit) return response;
  await response.discard();
  if (response.status === 200) throw tooLargeFile(place.base, path, limit);
  if (response.status === 404 || response.status === 410) return undefined;
  throw unreachable(place.base, path, new Error(`the server answered ${response.status}`));
}

function asFeedFault(error: unknown, base: string, path: string): unknown {
  const isNetwork = error instanceof Fault && error.code.startsWith('network/') && !KEPT.has(error.code);
  return isNetwork ? unreachable(base, path, error) : error;
}
