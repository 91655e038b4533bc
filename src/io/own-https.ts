// HTTPS with a server whose authorities, or one's own certificate for it, are in nobody's store: Kubernetes' API servers.
import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { Fault } from '../lib/faults.ts';
import { abortedFault, checkUrl, networkFault, timeoutFault, tooLargeFault } from './http-faults.ts';

/** PEM, each. */
export interface OwnTls {
  /** The authorities that alone are trusted; those of the system unless given. */
  readonly authorities?: string | undefined;
  /** Who asks: a certificate and its key. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** The name in the server's certificate, where it is not the one in the address. */
  readonly serverName?: string | undefined;
}

export interface OwnRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  readonly tls: OwnTls;
  /** Most bytes of the answer. */
  readonly limit: number;
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OwnAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Milliseconds without a byte. */
const IDLE = 60_000;

/**
 * Asks once; redirects are answers like others. Plain http goes to this machine alone.
 * @throws Fault `network/offline`, `network/insecure`, `network/url`, `network/too-large`, `network/tls` for a certificate that is
 * not trusted, or none that is readable, `network/…`
 */
export async function askOwnHttps(asked: OwnRequest): Promise<OwnAnswer> {
  const { url, signal } = asked;
  checkUrl(url, { offline: asked.offline === true });
  // Few commands come here, and loading it is dear.
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return await new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(faultOf(cause, asked));
    const stop = (): void => void outgoing.destroy(new Error('it was stopped'));
    const outgoing = request(optionsOf(asked));
    outgoing.setTimeout(IDLE, () => outgoing.destroy(timeoutFault(url)));
    outgoing.on('error', fail);
    outgoing.on('close', () => signal?.removeEventListener('abort', stop));
    outgoing.on('response', (answer) => {
      bodyOf(answer, asked).then((body) => resolve({ status: answer.statusCode ?? 0, body }), fail);
    });
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted === true) stop();
    outgoing.end(asked.body);
  });
}

function optionsOf({ url, method, headers, body, tls }: OwnRequest): RequestOptions {
  const { authorities, certificate, key, serverName } = tls;
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { 'user-agent': 'temper', 'content-length': body?.length ?? 0, ...headers },
    agent: false,
    ca: authorities,
    cert: certificate,
    key,
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

async function bodyOf(answer: IncomingMessage, { url, limit }: OwnRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += (chunk as Buffer).length;
    if (size > limit) throw tooLargeFault(url, limit);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, size);
}

function faultOf(cause: unknown, { url, signal }: OwnRequest): Fault {
  if (cause instanceof Fault) return cause;
  return signal?.aborted === true ? abortedFault(url) : networkFault(url, cause);
}
