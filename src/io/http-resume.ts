// A body that goes on where its connection broke (RFC 9110, 13.1.5 and 14).
import { Fault } from '../lib/faults.ts';
import { redactUrl } from '../lib/urls.ts';
import type { Http } from './http.ts';
import { isPassing, networkFault } from './http-faults.ts';
import type { HttpResponse } from './http-response.ts';

/** Bytes of the body; `undefined` where the server does not say, or says it of a compressed form. */
export function bodySize({ headers }: HttpResponse): number | undefined {
  const length = headers.get('content-length');
  return length !== null && /^\d{1,30}$/.test(length) && isPlain(headers) ? Number(length) : undefined;
}

/** What tells this content from another of the same address: a strong ETag, else the date of its last change. */
export function validatorOf({ headers }: HttpResponse): string | undefined {
  const tag = headers.get('etag');
  return tag?.startsWith('"') === true ? tag : (headers.get('last-modified') ?? undefined);
}

/** Whether the rest of a body can be asked for. */
export function isResumable(response: HttpResponse): boolean {
  return validatorOf(response) !== undefined && isPlain(response.headers);
}

/**
 * The body of `first`, the answer to a GET of `url`. Where it breaks off the rest is asked for, as long as each try brings
 * bytes, and so long as it is still the same content.
 * @throws Fault `network/changed` when it is another by now, `network/…` when it breaks off for good
 */
export async function* resumedBody(
  http: Http,
  asked: { readonly url: URL; readonly headers: Readonly<Record<string, string>> },
  first: HttpResponse,
): AsyncGenerator<Uint8Array> {
  const size = bodySize(first);
  let response = first;
  let at = 0;
  let start = 0;
  for (let failures = 0; ; ) {
    const before = at;
    try {
      for await (const chunk of response.stream()) {
        const from = start;
        start += chunk.length;
        if (start <= at) continue;
        const fresh = chunk.subarray(Math.max(0, at - from));
        at = start;
        yield fresh;
      }
      if (size === undefined || at >= size) return;
      throw networkFault(response.url, new Error('it ended early'));
    } catch (error) {
      failures = at > before ? 1 : failures + 1;
      if (!isPassing(error) || !isResumable(first) || failures >= http.tries) throw error;
      await http.pause(failures);
    }
    response = await rest(http, asked, { first, at });
    start = response.status === 206 ? at : 0;
  }
}

async function rest(
  http: Http,
  { url, headers }: { readonly url: URL; readonly headers: Readonly<Record<string, string>> },
  { first, at }: { readonly first: HttpResponse; readonly at: number },
): Promise<HttpResponse> {
  const validator = validatorOf(first) ?? '';
  const ranged = { ...headers, range: `bytes=${at}-`, 'if-range': validator };
  const response = await http.send(url, { headers: ranged });
  const now = validatorOf(response);
  if (response.status === 200 && now === validator) return response;
  const isRest = response.headers.get('content-range')?.startsWith(`bytes ${at}-`) === true;
  if (response.status === 206 && isRest && (now ?? validator) === validator) return response;
  await response.discard();
  if (response.status >= 500) throw networkFault(url, new Error(`the server answered ${response.status}`));
  throw new Fault(
    'network/changed',
    `${redactUrl(url)} changed while it was read.`,
    'Run the command again; it was being written.',
  );
}

function isPlain(headers: Headers): boolean {
  const encoding = headers.get('content-encoding');
  return encoding === null || encoding === 'identity';
}
