// Images unpacked by umoci and run under bubblewrap, as their configs say.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { peer } from './peers.ts';

const umoci = peer('umoci');
const bwrap = peer('bwrap');
/** Whether images can be unpacked and run here. */
export const sandboxed = umoci !== undefined && bwrap !== undefined && process.platform === 'linux';

/** The `process` of an OCI runtime configuration. */
interface RuntimeProcess {
  readonly user: { readonly uid: number; readonly gid: number };
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
}

export interface Unpacked {
  /** The folder that is the image's `/`. */
  readonly root: string;
  readonly process: RuntimeProcess;
}

/** Unpacks the image tagged `latest` of a layout with umoci; owners are kept only for root. */
export async function unpack(layout: string, folder: string): Promise<Unpacked> {
  const rootless = process.getuid?.() === 0 ? [] : ['--rootless'];
  const { status, stderr } = await run(umoci ?? '', ['unpack', ...rootless, '--image', `${layout}:latest`, folder]);
  if (status !== 0) throw new Error(`umoci unpack ended with ${status}: ${stderr}`);
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { process: RuntimeProcess };
  return { root: join(folder, 'rootfs'), process: config.process };
}

export interface SandboxOptions {
  /** Whether it sees this machine's network. */
  readonly network?: boolean;
  /** Beside the image's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The program; the image's entrypoint unless given. */
  readonly entrypoint?: string;
}

/**
 * Runs an unpacked image with arguments: as the user, in the folder and with the environment that its config names, with
 * a root that cannot be written, without capabilities, in namespaces of its own.
 */
export async function runUnpacked(
  image: Unpacked,
  args: readonly string[],
  options: SandboxOptions = {},
): Promise<ProcessResult> {
  const { user, env, cwd, args: entrypoint } = image.process;
  const variables = [...env, ...Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`)];
  const command = options.entrypoint === undefined ? entrypoint : [options.entrypoint];
  const mounts = ['--ro-bind', image.root, '/', '--proc', '/proc', '--dev', '/dev'];
  const apart = ['--unshare-all', ...(options.network === true ? ['--share-net'] : []), '--die-with-parent'];
  const who = ['--uid', String(user.uid), '--gid', String(user.gid), '--cap-drop', 'ALL', '--chdir', cwd];
  const environment = variables.flatMap((variable) => {
    const at = variable.indexOf('=');
    return ['--setenv', variable.slice(0, at), variable.slice(at + 1)];
  });
  return await run(bwrap ?? '', [...mounts, ...apart, ...who, '--clearenv', ...environment, '--', ...command, ...args]);
}
