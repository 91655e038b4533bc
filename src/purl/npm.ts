// Package URLs of npm packages (purl-spec, types/npm).
import type { PackageOrigin } from './origin.ts';
import { packageUrl } from './purl.ts';

/**
 * `pkg:npm/%40scope/name@1.2.3`: names in lower case, as the specification asks.
 * @param name with its scope: `@scope/name`
 * @param origin where it comes from other than a registry
 * @throws Fault `purl/malformed`
 */
export function npmPurl(name: string, version: string, origin?: PackageOrigin): string {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  return packageUrl({
    type: 'npm',
    namespace: slash < 0 ? undefined : name.slice(0, slash),
    name: name.slice(slash + 1),
    version,
    qualifiers: { vcs_url: origin?.vcs, download_url: origin?.download },
  });
}
