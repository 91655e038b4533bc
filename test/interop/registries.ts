// Registries for real clients to talk to: one that lists referrers, and Debian's, which does not.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeRegistry } from '../fakes/registry.ts';
import { peer } from './peers.ts';

export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
}

/** Debian's docker-registry; it has no referrers API. */
export interface DockerRegistry extends RunningRegistry {
  /** Replaces what it has stored under a digest. */
  alter(digest: string, bytes: Buffer): Promise<void>;
}

/**
 * Starts Debian's docker-registry on a free port of the loopback interface, with its content in a temporary folder.
 * @param options.deletes whether manifests can be deleted; it allows nobody to unless it is told
 */
export async function startDockerRegistry(
  program: string,
  { deletes = false }: { readonly deletes?: boolean } = {},
): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-docker-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const settings = join(folder, 'config.yml');
  const storage = `storage: {filesystem: {rootdirectory: ${join(folder, 'data')}}, delete: {enabled: ${deletes}}}`;
  await writeFile(settings, `version: 0.1\nlog: {level: error}\n${storage}\nhttp: {addr: "${host}"}\n`);
  const running = await started(host, program, ['serve', settings], async () => await rm(folder, { recursive: true }));
  const blobs = join(folder, 'data', 'docker', 'registry', 'v2', 'blobs', 'sha256');
  const alter = async (digest: string, bytes: Buffer): Promise<void> => {
    const hex = digest.slice('sha256:'.length);
    await writeFile(join(blobs, hex.slice(0, 2), hex, 'data'), bytes);
  };
  return { ...running, alter };
}

/** Starts a registry that lists referrers: that of tools/referrers-registry where it is built, which CI=true asks for; else the tests' own. */
export async function startReferrersRegistry(): Promise<RunningRegistry> {
  const program = peer('referrers-registry');
  if (program === undefined) return await FakeRegistry.start({ referrers: true });
  const host = `127.0.0.1:${await freePort()}`;
  return await started(host, program, [host]);
}

/** A registry's program that answers at a host; it is ended with what is returned. @param tidy is done after that */
async function started(
  host: string,
  program: string,
  args: readonly string[],
  tidy = async (): Promise<void> => undefined,
): Promise<RunningRegistry> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      resolve();
    });
  });
  await answering(`http://${host}/v2/`);
  return {
    host,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
      await tidy();
    },
  };
}

/** Waits until somebody answers there. */
export async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} does not answer.`);
}

/** A port of the loopback interface that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
