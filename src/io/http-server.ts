// The one HTTP server: bounds and time-outs in one place.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault, messageOf } from '../lib/faults.ts';

export interface ServedRequest {
  readonly method: string;
  /** Without a query; as it was sent, percent signs and dots and all. */
  readonly path: string;
}

export interface ServedResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export interface ListenOptions {
  /** `HOST:PORT`, `[IPv6]:PORT` or `PORT`, which is one of this machine's loopback; port 0 is any free one. */
  readonly address: string;
  /** What throws is answered with status 500, without a word of why. */
  readonly answer: (request: ServedRequest) => Promise<ServedResponse>;
  /** Told what went wrong. */
  readonly problem?: (error: unknown) => void;
}

/** Milliseconds in which a request must have come whole, and connections that are open at most. */
const REQUEST_TIME = 30_000;
const MOST_CONNECTIONS = 1000;

/** A server until its disposal; bodies of requests are not read. */
export class HttpServer implements AsyncDisposable {
  /** `http://HOST:PORT`, with the port that it got. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    const { address, port, family } = server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    this.#server = server;
  }

  /** @throws Fault `server/address` when it is no address, or it cannot listen there */
  static async listen(options: ListenOptions): Promise<HttpServer> {
    const { host, port } = parseAddress(options.address);
    const server = createServer({ requestTimeout: REQUEST_TIME }, (request, response) => {
      request.resume();
      void respond(request, response, options);
    });
    server.maxConnections = MOST_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(badAddress(options.address, messageOf(cause), cause)));
      server.listen(port, host, resolve);
    });
    return new HttpServer(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function respond(request: IncomingMessage, response: ServerResponse, options: ListenOptions): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  let answer: ServedResponse;
  try {
    answer = await options.answer({ method, path: url.split('?', 1)[0] ?? '/' });
  } catch (error) {
    options.problem?.(error);
    answer = { status: 500, body: 'It could not be answered.\n' };
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body, 'utf8') : answer.body;
  response.writeHead(answer.status, { 'content-length': body.length, ...answer.headers });
  response.end(method === 'HEAD' ? undefined : body);
}

function parseAddress(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits = ''] =
    /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = digits === '' ? Number.NaN : Number(digits);
  if (Number.isNaN(port) || port > 65_535) throw badAddress(text, 'it is not HOST:PORT');
  return { host: bracketed ?? plain ?? '127.0.0.1', port };
}

function badAddress(text: string, reason: string, cause?: unknown): Fault {
  return new Fault(
    'server/address',
    `It cannot listen at ${text.slice(0, 100)}: ${reason.replace(/\.$/, '')}.`,
    'Give an address of this machine such as 127.0.0.1:8080, whose port is free.',
    { cause },
  );
}
