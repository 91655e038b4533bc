// The conventional image and its hardened counterpart, bare and with the same small service in a layer of its own.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { baselineImage } from './baseline.ts';
import { measure } from './measure.ts';

const root = join(import.meta.dirname, '..');
/** What is kept between runs: the conventional image, packages of the archive. */
const kept = join(homedir(), '.cache', 'temper-bench');

export interface Sides {
  /** References, as Temper names them. */
  readonly conventional: string;
  readonly hardened: string;
}

/** Runs Temper, as a user of its own, in a folder. */
export type Temper = (...args: readonly string[]) => Promise<string>;

export function temperIn(work: string): Temper {
  const env = {
    HOME: work,
    XDG_CONFIG_HOME: join(work, 'config'),
    XDG_CACHE_HOME: join(kept, 'compare'),
    XDG_STATE_HOME: join(work, 'state'),
  };
  return async (...args) =>
    (await measure(process.execPath, [join(root, 'bin/temper.js'), ...args], { env, cwd: work })).stdout;
}

/** Needs root for mmdebstrap, umoci, and the archive's address of this machine. */
export async function bareImages(work: string, temper: Temper): Promise<Sides> {
  const baseline = await baselineImage(join(kept, 'baseline'));
  cpSync(join(root, 'examples/node.yaml'), join(work, 'node.yaml'));
  await temper(
    'build',
    'node.yaml',
    '--platform',
    'linux/amd64',
    '--output',
    `oci:${join(work, 'hardened')}`,
    '--quiet',
  );
  return { conventional: `oci:${baseline}:node`, hardened: `oci:${join(work, 'hardened')}:latest` };
}

/** Copies of the images, each with its service in `/app`, installed by npm and seen to answer. */
export async function imagesWithService(work: string, bare: Sides): Promise<Sides> {
  return {
    conventional: await withService(work, bare.conventional, 'conventional'),
    hardened: await withService(work, bare.hardened, 'hardened'),
  };
}

async function withService(work: string, image: string, name: keyof Sides): Promise<string> {
  const [, layout = '', tag = ''] = /^oci:(.*):([^:/]+)$/.exec(image) ?? [];
  const files = join(work, `${name}-files`);
  const app = join(files, 'app');
  mkdirSync(app, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(root, 'bench/service', name, file), join(app, file));
  cpSync(join(root, 'bench/service/server.js'), join(app, 'server.js'));
  await measure('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: app });
  await measure(process.execPath, ['server.js', '--check'], { cwd: app });
  const [tar, copy] = [join(work, `${name}.tar`), join(work, `${name}-service`)];
  await measure('tar', ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '-cf', tar, '-C', files, 'app']);
  cpSync(layout, copy, { recursive: true });
  await measure('umoci', ['raw', 'add-layer', '--image', `${copy}:${tag}`, tar]);
  for (const path of [tar, files]) rmSync(path, { recursive: true });
  return `oci:${copy}:${tag}`;
}
