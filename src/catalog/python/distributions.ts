// Installed distributions as their info folders tell of them.
import { type BytePath, baseOf, parentOf } from '../../lib/bytes.ts';
import type { Found } from '../types.ts';
import type { DirectUrl } from './direct-url.ts';
import type { Metadata } from './metadata.ts';
import type { Requirement } from './requirement.ts';
import type { VirtualEnvironment } from './sites.ts';

/** What one file says. */
export interface PythonFact {
  readonly metadata?: Metadata | undefined;
  /** The files of RECORD or installed-files.txt, as they stand. */
  readonly files?: readonly string[] | undefined;
  readonly direct?: DirectUrl | undefined;
  readonly installer?: string | undefined;
  readonly topLevel?: string | undefined;
  /** Of requires.txt. */
  readonly requires?: readonly Requirement[] | undefined;
  readonly environment?: VirtualEnvironment | undefined;
}

/** All that is said of one distribution. */
export interface Distribution extends PythonFact {
  readonly metadata: Metadata;
  /** The file with its metadata. */
  readonly path: BytePath;
  /** The info folder, or the one file that stands for it. */
  readonly info: BytePath;
  /** The folder in which Python finds it. */
  readonly site: BytePath;
}

/** Distributions in the order of their info folders, and the virtual environments by their folder. */
export function distributionsOf(found: readonly Found<PythonFact>[]): {
  readonly distributions: readonly Distribution[];
  readonly environments: ReadonlyMap<BytePath, VirtualEnvironment>;
} {
  const environments = new Map<BytePath, VirtualEnvironment>();
  const infos = new Map<BytePath, PythonFact & { path?: BytePath }>();
  for (const { path, fact } of found) {
    if (fact.environment !== undefined) environments.set(parentOf(path), fact.environment);
    else {
      const info = infoOf(path);
      infos.set(info, { ...infos.get(info), ...fact, ...(fact.metadata === undefined ? {} : { path }) });
    }
  }
  const distributions: Distribution[] = [];
  for (const [info, { metadata, path, ...facts }] of infos) {
    if (metadata === undefined || path === undefined) continue;
    distributions.push({ ...facts, metadata, path, info, site: siteOf(info) });
  }
  return { distributions, environments };
}

/** Whether a folder holds the metadata of one distribution. */
export function isInfoFolder(folder: BytePath): boolean {
  return folder.endsWith('.dist-info') || folder.endsWith('.egg-info') || isEggInfo(folder);
}

function isEggInfo(folder: BytePath): boolean {
  return baseOf(folder) === 'EGG-INFO' && parentOf(folder).endsWith('.egg');
}

function infoOf(path: BytePath): BytePath {
  return isInfoFolder(parentOf(path)) ? parentOf(path) : path;
}

/** An egg is a folder on the search path by itself, beside those that need it. */
function siteOf(info: BytePath): BytePath {
  return isEggInfo(info) ? parentOf(parentOf(info)) : parentOf(info);
}
