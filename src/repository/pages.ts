import type { HttpResponse } from '../io/http-response.ts';
import { Fault } from '../lib/faults.ts';
import type { Connection } from './connection.ts';

/** Pages of one list that are read. */
const MOST_PAGES = 1000;
/** Most characters of a Link header. */
const LINK = 8192;

/**
 * The pages of a list, by their `Link: <…>; rel="next"` (RFC 8288; distribution-spec 1.1, Listing Tags). The caller
 * reads each page's body before it asks for the next.
 * @throws Fault `registry/pages` when they do not end or lead to another host.
 */
export async function* pages(
  connection: Connection,
  first: URL,
  accepted: readonly number[],
): AsyncGenerator<HttpResponse> {
  const seen = new Set<string>();
  for (let url: URL | undefined = first; url !== undefined; ) {
    if (seen.has(url.href) || seen.size >= MOST_PAGES) throw fault(connection, 'is endless');
    seen.add(url.href);
    const response: HttpResponse = await connection.send('pull', url, { accepted });
    yield response;
    url = nextOf(response);
    if (url !== undefined && !connection.owns(url)) throw fault(connection, 'goes on at another host');
  }
}

function nextOf(response: HttpResponse): URL | undefined {
  const header = (response.headers.get('link') ?? '').slice(0, LINK);
  const found = /<([^>]*)>\s*;[^,]*\brel="?next\b/i.exec(header);
  return found?.[1] === undefined ? undefined : (URL.parse(found[1], response.url) ?? undefined);
}

function fault(connection: Connection, what: string): Fault {
  return new Fault('registry/pages', `A list in ${connection.name} ${what}.`, 'Check the registry.');
}
