import { isPassing } from '../io/http-faults.ts';
import type { HttpResponse } from '../io/http-response.ts';
import { Fault } from '../lib/faults.ts';
import type { Connection } from './connection.ts';
import type { Content } from './content.ts';

/** Connections for one blob, however much each of them brought. */
const MOST_CONNECTIONS = 100;

/**
 * A blob's bytes as they arrive, not verified yet. A broken connection is gone on with by Range (distribution-spec 1.1,
 * Pulling blobs; RFC 9110, 14.2), from the start where the registry knows no ranges.
 */
export async function* download(connection: Connection, content: Content): AsyncGenerator<Uint8Array> {
  const url = connection.url(`blobs/${content.digest}`);
  let offset = 0;
  let failures = 0;
  for (let connections = 1; ; connections++) {
    try {
      const headers = offset === 0 ? {} : { range: `bytes=${offset}-` };
      const response = await connection.send('pull', url, { headers, accepted: [200, 206] });
      let skip = offset - startOf(response, connection.name);
      if (skip < 0) throw rangeFault(connection.name);
      for await (const chunk of response.stream()) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        if (fresh.length === 0) continue;
        offset += fresh.length;
        failures = 0;
        yield fresh;
      }
      return;
    } catch (error) {
      failures++;
      if (!isPassing(error) || failures >= connection.http.tries || connections >= MOST_CONNECTIONS) throw error;
      await connection.http.pause(failures);
    }
  }
}

function startOf(response: HttpResponse, name: string): number {
  if (response.status === 200) return 0;
  const found = /^bytes (\d{1,15})-/.exec(response.headers.get('content-range') ?? '');
  if (found === null) throw rangeFault(name);
  return Number(found[1]);
}

function rangeFault(name: string): Fault {
  return new Fault('registry/range', `${name} sent another part of a blob than was asked for.`, 'Try again.');
}
