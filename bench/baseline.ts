// The image that people start from today: Debian with Node.js, npm, git, Python and a compiler, as an OCI layout.
import { existsSync, rmSync } from 'node:fs';
import { hostMirror, readHostSources } from '../src/archive/host.ts';
import { measure } from './measure.ts';

const PACKAGES =
  'nodejs,npm,git,curl,wget,ca-certificates,gnupg,procps,openssh-client,build-essential,python3,netbase,tzdata';

/** Makes it under the tag `node` unless it is there; about a minute, as root, with mmdebstrap and umoci. @returns the layout */
export async function baselineImage(layout: string): Promise<string> {
  if (existsSync(`${layout}/made`)) return layout;
  rmSync(layout, { recursive: true, force: true });
  const mirror = hostMirror('debian:', await readHostSources());
  if (mirror === undefined) throw new Error("the host's apt sources name no Debian archive");
  console.log('making the baseline image, about a minute');
  const tar = `${layout}.tar`;
  await measure('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    `--include=${PACKAGES}`,
    'bookworm',
    tar,
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} bookworm main`,
  ]);
  await layoutOf(tar, layout, 'node');
  rmSync(tar);
  return layout;
}

/** One layer as an image in a new layout, by umoci. */
export async function layoutOf(tar: string, layout: string, tag: string): Promise<void> {
  const image = `${layout}:${tag}`;
  const steps = `set -e; umoci init --layout ${layout}; umoci new --image ${image}; umoci raw add-layer --image ${image} ${tar}; umoci config --image ${image} --config.cmd node; touch ${layout}/made`;
  await measure('bash', ['-c', steps]);
}
