// `temper log serve`: the read API of a log in a folder or in object storage.
import { HttpServer, type ServedRequest, type ServedResponse } from '../../io/http-server.ts';
import { LogReader } from '../../log/reader.ts';
import { publicObject } from '../../log/serving.ts';
import type { LogSource } from '../../log/storage.ts';
import { type LogPlace, logSource } from './log-place.ts';

export interface ServeLogRequest extends LogPlace {
  /** `HOST:PORT`, or a port of the loopback. */
  readonly listen: string;
  readonly started: (url: string, origin: string) => void;
  readonly problem: (error: unknown) => void;
}

/** Serves a log until the signal is aborted. @throws Fault `log/missing`, `tlog/malformed`, `server/address` */
export async function serveLog(request: ServeLogRequest): Promise<void> {
  const source = await logSource(request);
  const { origin } = await new LogReader(source).checkpoint();
  await using server = await HttpServer.listen({
    address: request.listen,
    answer: async (asked) => await answerFrom(source, asked),
    problem: request.problem,
  });
  request.started(server.url, origin);
  await new Promise<void>((resolve) => {
    if (request.signal.aborted) resolve();
    else request.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function answerFrom(source: LogSource, { method, path }: ServedRequest): Promise<ServedResponse> {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, headers: { allow: 'GET, HEAD' }, body: 'This log is only read here.\n' };
  }
  const object = await publicObject(source, path.slice(1));
  if (object === undefined) return { status: 404, body: 'There is no such tile.\n' };
  return { status: 200, headers: { 'content-type': object.type, 'cache-control': object.caching }, body: object.bytes };
}
