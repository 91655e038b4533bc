// One attempt at one download: a GET of the rest of a body.
import { Fault, messageOf } from '../lib/faults.ts';
import { redactUrl } from '../lib/urls.ts';

/** A break in transport: worth another attempt. */
export class Broken extends Error {}

export interface Transfer {
  readonly url: string;
  /** How many bytes came before. */
  readonly from: number;
  /** Of the whole content, where it is known. */
  readonly size: number | undefined;
  /** Milliseconds without a byte after which the connection counts as broken. */
  readonly stall: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The bytes from `from` on, as they arrive; fewer than expected when the server has no more.
 * @throws Broken when another attempt may help; Fault `download/gone` or `download/refused` when not.
 */
export async function* receive(transfer: Transfer): AsyncGenerator<Uint8Array> {
  const { from, size } = transfer;
  const watch = new Watch(transfer.stall, transfer.signal);
  try {
    const response = await request(transfer, watch);
    if (response.status === 416) return;
    let at = response.status === 206 ? from : 0;
    for await (const chunk of chunksOf(response, watch)) {
      const start = at;
      at += chunk.length;
      if (at > from) yield chunk.subarray(Math.max(from - start, 0));
    }
    // Without a length a server cannot say that it was cut short.
    const unsure = response.headers.get('content-length') === null;
    if (size !== undefined && at < size && unsure) throw new Broken('the connection ended early');
  } finally {
    watch.end();
  }
}

/** Aborts a request when its caller does or when nothing arrives for too long. */
class Watch {
  readonly signal: AbortSignal;
  readonly #stall: number;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(stall: number, signal: AbortSignal | undefined) {
    this.#stall = stall;
    this.signal = signal === undefined ? this.#stop.signal : AbortSignal.any([this.#stop.signal, signal]);
    this.sign();
  }

  /** Something arrived. */
  sign(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stop.abort(new Broken(`nothing arrived for ${this.#stall} ms`)), this.#stall);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }
}

async function request({ url: address, from }: Transfer, watch: Watch): Promise<Response> {
  const url = new URL(address);
  const headers = new Headers({ 'accept-encoding': 'identity' });
  if (url.username !== '' || url.password !== '') {
    const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    url.username = '';
    url.password = '';
  }
  if (from > 0) headers.set('range', `bytes=${from}-`);
  let response: Response;
  try {
    response = await fetch(url, { headers, signal: watch.signal });
  } catch (cause) {
    throw new Broken(reasonOf(cause), { cause });
  }
  if (response.status === 200) return response;
  if (response.status === 206 && from > 0 && startsAt(response, from)) return response;
  if (response.status === 416 && from > 0) return response;
  await response.body?.cancel();
  throw refusal(address, response.status);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function startsAt(response: Response, from: number): boolean {
  return response.headers.get('content-range')?.startsWith(`bytes ${from}-`) ?? false;
}

async function* chunksOf(response: Response, watch: Watch): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      watch.sign();
      yield value;
    }
  } catch (cause) {
    throw new Broken(reasonOf(cause), { cause });
  }
}

/** What the network said, without the "fetch failed" around it. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = messageOf(cause);
  return text === '' && cause instanceof Error && 'code' in cause ? String(cause.code) : text;
}

function refusal(url: string, status: number): Error {
  if (status === 408 || status === 429 || status >= 500) return new Broken(`the server answered ${status}`);
  if (status === 404 || status === 410) {
    return new Fault('download/gone', `${redactUrl(url)} is not there (${status}).`, 'Check the address.');
  }
  return new Fault(
    'download/refused',
    `${redactUrl(url)} was answered with ${status}.`,
    status === 401 || status === 403 ? 'Check the user name and password of the address.' : 'Check the address.',
  );
}
