// Small images of Alpine packages, whose SBOMs are asked for, and the program's answers.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  type FakeArchiveImage,
  type FakeEntry,
  type FakeImageFacts,
  fakeImageOf,
  fakeIndex,
  fakeManifest,
  fakeTar,
  layoutEntries,
  oldDockerEntries,
  tagged,
} from '../fakes/image-archive.ts';
import { root, type TemperOptions, type User } from './temper.ts';

/** Real archives that tests read and the project does not hold. */
const images = join(process.env['TEMPER_SHARED'] ?? join(root, '..', 'shared'), 'images');
export const haveShared = existsSync(images);
/** Behind the titles of tests that are skipped without them. */
export const needsShared = haveShared ? '' : ' (needs TEMPER_SHARED)';

export const shared = (name: string): string => join(images, name);
export const npm7 = shared('npm_npm-without-lockfiles_npm7-with-package-lock-file.tar');

const osRelease = 'ID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"\n';

/** A layer with Alpine's database of these packages, `NAME VERSION[ NEEDS…]`. */
export function alpineLayer(...packages: readonly string[]): FakeEntry[] {
  const records = packages.map((text) => {
    const [name = '', version = '', ...needs] = text.split(' ');
    const depends = needs.length === 0 ? '' : `D:${needs.join(' ')}\n`;
    return `P:${name}\nV:${version}\nA:x86_64\nL:MIT\nT:the ${name}\no:${name}\n${depends}\n`;
  });
  return [
    { path: 'etc/os-release', content: osRelease },
    { path: 'lib/apk/db/installed', content: records.join('') },
  ];
}

/** A layer with one npm package that is installed. */
export function npmLayer(name: string, version: string): FakeEntry[] {
  const content = JSON.stringify({ name, version, license: 'ISC' });
  return [{ path: `app/node_modules/${name}/package.json`, content }];
}

export const created = '2024-05-10T07:43:14Z';
/** A base of one layer, and an image of three layers that is made from it. */
export const baseLayer = alpineLayer('musl 1.2.4-r3', 'busybox 1.36.1-r7 musl');
export const appLayers = [baseLayer, npmLayer('left-pad', '1.3.0'), npmLayer('is-odd', '3.0.1')];
export const purlsOfApp = [
  'pkg:apk/alpine/busybox@1.36.1-r7?arch=x86_64&distro=alpine-3.19.1',
  'pkg:apk/alpine/musl@1.2.4-r3?arch=x86_64&distro=alpine-3.19.1',
  'pkg:npm/is-odd@3.0.1',
  'pkg:npm/left-pad@1.3.0',
];

export const appImage = (facts: FakeImageFacts = {}): FakeArchiveImage => fakeImageOf(appLayers, { created, ...facts });

/** Writes what `docker save` of old wrote. */
export async function saveDocker(path: string, image: FakeArchiveImage): Promise<void> {
  await writeFile(path, fakeTar(oldDockerEntries(image)));
}

/** Writes the archive of a layout of one image for each platform. */
export async function saveLayout(path: string, byPlatform: Readonly<Record<string, FakeArchiveImage>>): Promise<void> {
  const manifests = Object.entries(byPlatform).map(([platform, image]) => {
    const [os, architecture] = platform.split('/');
    const manifest = fakeManifest(image);
    return { ...manifest, listed: { ...manifest.descriptor, platform: { os, architecture } } };
  });
  const index = fakeIndex(manifests.map(({ listed }) => listed));
  const blobs = [index.entry, ...manifests.flatMap(({ entries }) => entries)];
  await writeFile(path, fakeTar(layoutEntries([tagged(index.descriptor, '1')], blobs)));
}

/** The part of `--format json` that tests look at. */
export interface ShownBom {
  readonly subject: {
    readonly name: string;
    readonly version: string;
    readonly platform?: string;
    readonly created: string;
  };
  readonly packages?: readonly {
    readonly purl: string;
    readonly kind: string;
    readonly name: string;
    readonly version: string;
    readonly architecture?: string;
    readonly source?: { readonly name: string; readonly version: string };
    readonly evidence?: string;
    readonly origin?: string;
    readonly ownedBy?: string;
    readonly dependencies?: readonly string[];
    readonly locations?: readonly { readonly path: string; readonly within?: readonly string[] }[];
  }[];
  readonly files?: readonly { readonly path: string; readonly sha256: string; readonly owner?: unknown }[];
  readonly notRead?: readonly { readonly path: string; readonly code: string; readonly reason: string }[];
}

/** stdout of `temper sbom ARGS`, which must answer and say nothing else. */
export async function sbomText(user: User, args: readonly string[], options: TemperOptions = {}): Promise<string> {
  const run = await user.temper(['sbom', ...args], options);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  return run.stdout;
}

export async function sbomJson(user: User, args: readonly string[], options: TemperOptions = {}): Promise<ShownBom> {
  return JSON.parse(await sbomText(user, [...args, '--json'], options)) as ShownBom;
}

export async function purlsOf(user: User, args: readonly string[], options: TemperOptions = {}): Promise<string[]> {
  const text = await sbomText(user, [...args, '--format', 'purls'], options);
  return text.split('\n').filter((line) => line !== '');
}
