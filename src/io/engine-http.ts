// HTTP with a container engine on this machine: over its socket, or a port of the loopback interface.
import type { IncomingMessage } from 'node:http';
import { Fault, messageOf } from '../lib/faults.ts';

/** Where an engine listens. */
export type Endpoint = { readonly socket: string } | { readonly host: string; readonly port: number };

export interface EngineAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it arrives, once. @throws Fault `engine/broken` when it breaks off */
  readonly body: AsyncIterable<Buffer>;
}

/** Milliseconds without a byte; an engine may take long to begin to save a large image. */
const IDLE = 300_000;

/**
 * Asks an engine.
 * @throws Fault `engine/unreachable` where nobody listens, `engine/denied`, `engine/broken`
 */
export async function askEngine(at: Endpoint, path: string, signal?: AbortSignal): Promise<EngineAnswer> {
  const to = 'socket' in at ? { socketPath: at.socket } : { host: at.host, port: at.port };
  // Few commands ask an engine, and loading it is dear.
  const { request } = await import('node:http');
  return await new Promise((resolve, reject) => {
    const asked = request({ ...to, path, agent: false, headers: { host: 'localhost', 'user-agent': 'temper' } });
    asked.setTimeout(IDLE, () => asked.destroy(new Error('it did not answer in time')));
    const stop = () => asked.destroy(new Error('it was stopped'));
    signal?.addEventListener('abort', stop, { once: true });
    asked.on('close', () => signal?.removeEventListener('abort', stop));
    asked.on('error', (cause) => {
      reject(engineFault(at, cause));
    });
    asked.on('response', (answer) => {
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bodyOf(answer, at) });
    });
    if (signal?.aborted === true) stop();
    asked.end();
  });
}

async function* bodyOf(answer: IncomingMessage, at: Endpoint): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of answer) yield chunk as Buffer;
  } catch (cause) {
    throw engineFault(at, cause);
  } finally {
    answer.destroy();
  }
}

function engineFault(at: Endpoint, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const where = endpointText(at);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') {
    const sentence = `No container engine answers at ${where}.`;
    return new Fault(
      'engine/unreachable',
      sentence,
      'Start it, or name its socket: DOCKER_HOST for Docker, CONTAINER_HOST for Podman.',
      { cause },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const sentence = `The container engine at ${where} may not be asked.`;
    return new Fault('engine/denied', sentence, 'Ask as a user who may use its socket.', { cause });
  }
  const sentence = `The container engine at ${where} broke off: ${messageOf(cause)}.`;
  return new Fault('engine/broken', sentence, 'Try again; its log says why.', { cause });
}

/** As DOCKER_HOST has it. */
export function endpointText(at: Endpoint): string {
  return 'socket' in at ? `unix://${at.socket}` : `tcp://${at.host}:${at.port}`;
}
