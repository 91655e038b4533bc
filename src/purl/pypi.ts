// Package URLs of Python distributions (purl-spec, types/pypi).
import type { PackageOrigin } from './origin.ts';
import { packageUrl } from './purl.ts';
import { normalPypiName } from './pypi-name.ts';

/**
 * `pkg:pypi/zope-interface@5.4.0`: names as PEP 503 compares them.
 * @param origin where it comes from other than an index
 * @throws Fault `purl/malformed`
 */
export function pypiPurl(name: string, version: string, origin?: PackageOrigin): string {
  return packageUrl({
    type: 'pypi',
    name: normalPypiName(name),
    version,
    qualifiers: { vcs_url: origin?.vcs, download_url: origin?.download },
  });
}
