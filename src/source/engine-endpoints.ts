// Where container engines of this machine listen.
import type { Endpoint } from '../io/engine-http.ts';
import { joinPath, readFileIfThere } from '../io/files.ts';
import { userFolders } from '../io/user-folders.ts';
import { sha256Hex } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { isLoopback } from '../lib/urls.ts';
import { z } from 'zod';

export interface EngineEndpoint {
  readonly engine: 'docker' | 'podman';
  readonly endpoint: Endpoint;
}

type Environment = Readonly<Record<string, string | undefined>>;

const Config = z.object({ currentContext: z.string().optional() });
const Meta = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string().optional() }).optional() }).optional(),
});

/**
 * Docker's: `DOCKER_HOST` alone where it is set, else the host of the context that the user chose, else the usual sockets.
 * @throws Fault `engine/unsupported` for what is neither a socket nor a port of the loopback interface
 */
export async function dockerEndpoints(environment: Environment): Promise<readonly EngineEndpoint[]> {
  const chosen = environment['DOCKER_HOST'] || (await contextHost(environment));
  if (chosen !== undefined && chosen !== '') return [{ engine: 'docker', endpoint: endpointOf(chosen) }];
  const own = environment['XDG_RUNTIME_DIR'];
  const sockets = ['/var/run/docker.sock', ...(own?.startsWith('/') === true ? [joinPath(own, 'docker.sock')] : [])];
  return sockets.map((socket) => ({ engine: 'docker', endpoint: { socket } }));
}

/** Podman's: `CONTAINER_HOST` alone where it is set, else the user's socket, then the system's. @throws Fault `engine/unsupported` */
export function podmanEndpoints(environment: Environment): readonly EngineEndpoint[] {
  const chosen = environment['CONTAINER_HOST'];
  if (chosen !== undefined && chosen !== '') return [{ engine: 'podman', endpoint: endpointOf(chosen) }];
  const own = environment['XDG_RUNTIME_DIR'];
  const sockets = [
    ...(own?.startsWith('/') === true ? [joinPath(own, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
  return sockets.map((socket) => ({ engine: 'podman', endpoint: { socket } }));
}

function endpointOf(host: string): Endpoint {
  if (host.startsWith('unix://')) return { socket: host.slice('unix://'.length) };
  const url = host.startsWith('tcp://') ? URL.parse(`http://${host.slice('tcp://'.length)}`) : null;
  if (url !== null && isLoopback(url) && url.username === '') {
    return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 2375) };
  }
  throw new Fault(
    'engine/unsupported',
    `The container engine at ${host
      .slice(0, 200)
      .replace(/\p{Cc}/gu, '?')
      .replace(/\/\/[^@/]*@/, '//')} is not asked.`,
    'Only unix:// sockets and tcp:// on this machine are; save the image there, and name the archive.',
  );
}

/** The host of `docker context use`; `undefined` for the default. */
async function contextHost(environment: Environment): Promise<string | undefined> {
  const folder = environment['DOCKER_CONFIG'] || userFolders.docker();
  const name = environment['DOCKER_CONTEXT'] || (await read(joinPath(folder, 'config.json'), Config))?.currentContext;
  if (name === undefined || name === '' || name === 'default') return undefined;
  const meta = await read(joinPath(folder, 'contexts', 'meta', sha256Hex(name), 'meta.json'), Meta);
  return meta?.Endpoints?.docker?.Host;
}

/** A file of Docker's; `undefined` where it is not there or is none. */
async function read<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    const bytes = await readFileIfThere(path, limits.key);
    return bytes === undefined ? undefined : schema.safeParse(parseJson(bytes, path)).data;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
