// One question to a witness over HTTP, with its answer bounded.
import type { Http } from '../io/http.ts';
import { refusalText } from '../io/http-refusal.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';

export interface Question {
  /** For people. */
  readonly name: string;
  readonly url: URL;
  /** Sent with POST; without one it is a GET. */
  readonly body?: { readonly type: string; readonly bytes: Uint8Array } | undefined;
  readonly accept: string;
  /** Most bytes of the answer. */
  readonly limit: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/**
 * Asks. Statuses that are no error, and those that are expected, are answers.
 * @throws Fault `witness/refused` for another status of 4xx, `witness/unavailable` for any other; `network/…`
 */
export async function ask(http: Http, question: Question, expected: readonly number[] = []): Promise<Answer> {
  const { name, url, body, accept, limit } = question;
  const response = await http.send(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept, ...(body === undefined ? {} : { 'content-type': body.type }) },
    body: body?.bytes,
  });
  const { status, headers } = response;
  if ((status >= 200 && status < 300) || expected.includes(status)) {
    return { status, headers, bytes: await response.bytes(limit) };
  }
  const text = refusalText(await response.prefix(limits.errorBody));
  throw refusal(name, status, text);
}

function refusal(name: string, status: number, text: string): Fault {
  const said = text === '' ? `status ${status}` : `status ${status}: ${text}`;
  if (status >= 400 && status < 500) {
    const hint = 'Check the address, and that the service takes signatures of this kind.';
    return new Fault('witness/refused', `${name} refuses: ${said}.`, hint);
  }
  return new Fault('witness/unavailable', `${name} cannot answer: ${said}.`, 'Try again later.');
}

/** An address below a service's own, whether that ends with a slash or not; a query stays away. */
export function below(service: URL, path: string): URL {
  const url = new URL(service);
  url.pathname = `${service.pathname.replace(/\/+$/, '')}/${path}`;
  url.search = '';
  url.hash = '';
  return url;
}
