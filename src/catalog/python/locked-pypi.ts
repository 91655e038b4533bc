// An entry of a Python lock file as a package, and entries that are looked up by name.
import { pypiPurl } from '../../purl/pypi.ts';
import { normalPypiName } from '../../purl/pypi-name.ts';
import type { PackageOrigin } from '../../purl/origin.ts';
import type { Locked } from '../locked.ts';
import { itemsOf, objectOf, textOf } from '../untrusted.ts';
import { sha256Hashes } from './direct-url.ts';
import { isDistributionName, versionOf } from './metadata.ts';

export interface PypiEntry {
  readonly name: string;
  readonly version: string;
  readonly origin?: PackageOrigin | undefined;
  /** Of the one archive that is locked, in hexadecimal; none where several are. */
  readonly sha256?: string | undefined;
  readonly marker?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly development?: boolean | undefined;
  readonly optional?: boolean | undefined;
  readonly description?: string | undefined;
}

/** The property of what only development needs. */
export const DEVELOPMENT = 'python:dev';

/** `undefined` for what can be no distribution's name. @throws Fault `purl/malformed` */
export function lockedPypi(entry: PypiEntry): Locked | undefined {
  const { name, origin, sha256, marker, groups = [], development, optional, description } = entry;
  const version = versionOf(entry.version);
  if (!isDistributionName(name)) return undefined;
  const properties = [
    [DEVELOPMENT, development === true ? 'true' : ''],
    ['python:groups', groups.join(',')],
    ['python:marker', marker ?? ''],
    ['python:optional', optional === true ? 'true' : ''],
  ].flatMap(([key = '', value = '']) => (value === '' ? [] : [{ name: key, value }]));
  return {
    purl: pypiPurl(name, version, origin),
    name,
    version,
    description,
    hashes: sha256Hashes(sha256),
    properties: properties.length === 0 ? undefined : properties,
  };
}

/** The SHA-256 where a list of archives has only one: `{ hash = "sha256:…" }`, `{ hashes = { sha256 = "…" } }`. */
export function onlySha256(archives: readonly unknown[]): string | undefined {
  const [only] = archives;
  if (archives.length !== 1) return undefined;
  const archive = objectOf(only);
  const text = textOf(only) ?? textOf(archive?.['hash']) ?? textOf(objectOf(archive?.['hashes'])?.['sha256']);
  return text?.replace(/^sha256:/, '');
}

/** Names of groups, as text. */
export function groupsOf(value: unknown): string[] {
  return itemsOf(value)
    .map((item) => textOf(item, 200))
    .filter((item) => item !== undefined);
}

/** Keys of entries by their names; several versions of one may be locked. */
export class LockedNames {
  readonly #keys = new Map<string, { readonly key: string; readonly version: string }[]>();

  add(name: string, version: string, key: string): void {
    const known = this.#keys.get(normalPypiName(name));
    if (known === undefined) this.#keys.set(normalPypiName(name), [{ key, version }]);
    else if (known.length < VERSIONS) known.push({ key, version });
  }

  /** All entries of a name, or those of one version where that is said. */
  find(name: string, version?: string): readonly string[] {
    const known = this.#keys.get(normalPypiName(name)) ?? [];
    return known.filter((one) => version === undefined || one.version === version).map(({ key }) => key);
  }
}

/** Most entries of one name. */
const VERSIONS = 50;
