// An entry of npm's, yarn's, pnpm's or bun's lock file as a package.
import { npmPurl } from '../../purl/npm.ts';
import type { PackageOrigin } from '../../purl/origin.ts';
import type { Locked } from '../locked.ts';
import { integrityHashes } from './integrity.ts';
import { isModuleName, versionOf } from './manifest.ts';

export interface NpmEntry {
  /** The real name, not an alias. */
  readonly name: string;
  readonly version: string;
  readonly origin?: PackageOrigin | undefined;
  readonly integrity?: string | undefined;
  readonly licence?: string | undefined;
  readonly optional?: boolean | undefined;
  readonly development?: boolean | undefined;
}

/** The property of what only development needs. */
export const DEVELOPMENT = 'npm:dev';
const OPTIONAL = 'npm:optional';

/** `undefined` for what can be no package's name. @throws Fault `purl/malformed` */
export function lockedNpm(entry: NpmEntry): Locked | undefined {
  const { name, origin, integrity, licence, optional, development } = entry;
  const version = versionOf(entry.version);
  if (!isModuleName(name)) return undefined;
  const properties = [
    ...(development === true ? [{ name: DEVELOPMENT, value: 'true' }] : []),
    ...(optional === true ? [{ name: OPTIONAL, value: 'true' }] : []),
  ];
  return {
    purl: npmPurl(name, version, origin),
    name,
    version,
    hashes: integrityHashes(integrity),
    licence,
    properties: properties.length === 0 ? undefined : properties,
  };
}

/** `name@rest`, where the name may have a scope: both parts; `undefined` where there is no `@` behind a name. */
export function splitAtName(text: string): readonly [name: string, rest: string] | undefined {
  const at = text.indexOf('@', 1);
  return at < 0 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}

/** What an alias `npm:real@range` names; `undefined` for other ranges. */
export function aliasOf(range: string): readonly [name: string, rest: string] | undefined {
  return range.startsWith('npm:') ? splitAtName(range.slice('npm:'.length)) : undefined;
}
