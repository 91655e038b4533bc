// A distribution of a few tiny packages, and definitions of images made from it.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FakeArchive, startFakeArchive } from '../fakes/archive.ts';
import type { FakePackage } from '../fakes/deb.ts';
import { makeElf } from '../fakes/elf.ts';

/** When the archive was signed: image times are derived from it. */
export const RELEASED = new Date('2024-05-02T12:00:00Z');

const triplets = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;
type Architecture = keyof typeof triplets;

export const triplet = (architecture: Architecture): string => triplets[architecture];

function forMachine(machine: Architecture): FakePackage[] {
  const folder = `usr/lib/${triplets[machine]}`;
  return [
    {
      name: 'libtiny1',
      version: '1.2-3',
      architecture: machine,
      fields: { Source: 'tiny' },
      files: {
        [`${folder}/libtiny.so.1.2`]: makeElf({ machine, soname: 'libtiny.so.1' }),
        [`${folder}/libtiny.so.1`]: { target: 'libtiny.so.1.2' },
      },
    },
    {
      name: 'tiny-app',
      version: '2:4.0-1',
      architecture: machine,
      depends: 'libtiny1 (>= 1), tiny-data',
      files: { 'usr/bin/tiny': { content: makeElf({ machine, needed: ['libtiny.so.1'] }), mode: 0o755 } },
    },
  ];
}

const everywhere: readonly FakePackage[] = [
  {
    name: 'base-files',
    files: {
      'usr/lib/os-release': 'PRETTY_NAME="Tiny 1"\nID=tiny\nVERSION_ID="1"\n',
      'etc/os-release': { target: '../usr/lib/os-release' },
      'etc/hosts': '127.0.0.1\tlocalhost\n',
    },
  },
  {
    name: 'tiny-data',
    files: {
      'usr/share/tiny/data.txt': 'some data\n',
      'usr/share/tiny/more.txt': 'more data\n',
      'usr/share/tiny/link': { target: 'data.txt' },
    },
  },
];

export const packages: readonly FakePackage[] = [...everywhere, ...forMachine('amd64'), ...forMachine('arm64')];

/** The archive with all of it, and more packages where given. */
export async function startDistribution(...more: readonly FakePackage[]): Promise<FakeArchive> {
  return await startFakeArchive({ packages: [...packages, ...more], date: RELEASED });
}

export interface DefinitionChange {
  /** `base-files` and `tiny-app` unless given. */
  readonly packages?: readonly string[];
  /** Further members of `contents`, each on lines of its own without indentation. */
  readonly contents?: string;
  /** Further fields. */
  readonly more?: string;
}

/** The YAML of an image of two platforms. */
export function definitionText(archive: FakeArchive, change: DefinitionChange = {}): string {
  const contents = (change.contents ?? '').replace(/^(?=.)/gm, '  ');
  return `name: tiny
tags: ["4"]
contents:
  repositories: ["${archive.source()}"]
  keyring: [${archive.keyring.name}]
  packages: ${JSON.stringify(change.packages ?? ['base-files', 'tiny-app'])}
${contents}
entrypoint: [/usr/bin/tiny]
${change.more ?? ''}
`;
}

/** Writes a definition and the archive's keyring. @returns the definition's path */
export async function writeDefinition(
  folder: string,
  archive: FakeArchive,
  change: DefinitionChange = {},
): Promise<string> {
  const path = join(folder, 'tiny.yaml');
  await writeTree(folder, {
    'tiny.yaml': definitionText(archive, change),
    [archive.keyring.name]: archive.keyring.armored,
  });
  return path;
}

export async function writeTree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
