// The package URLs by which other scanners know a package.
import { Fault } from '../lib/faults.ts';
import { packageUrl, type PackageUrlParts } from '../purl/purl.ts';
import { purlParts } from './package-urls.ts';

/**
 * Those that Grype's and Trivy's package URLs of the package both answer to: without the qualifiers that only one of them
 * writes (`distro` and `upstream`; Trivy's `distro` has the minor version), and for Debian with the epoch in the version (Grype)
 * and as a qualifier (Trivy). The package's own where it is not readable.
 */
export function scannerPurls(purl: string): readonly string[] {
  const parts = purlParts(purl);
  if (parts === undefined) return [purl];
  const { type, namespace, name, version, subpath, qualifiers = {} } = parts;
  const { epoch } = qualifiers;
  const bare = { type, namespace, name, version, subpath, qualifiers: epoch === undefined ? {} : { epoch } };
  return [bare, ...otherSpelling(bare)].flatMap(written);
}

function otherSpelling(parts: PackageUrlParts): PackageUrlParts[] {
  const { type, namespace, name, version = '' } = parts;
  const [, epoch, rest] = /^(\d{1,9}):(.*)$/s.exec(version) ?? [];
  if (type === 'deb' && epoch !== undefined) return [{ ...parts, version: rest, qualifiers: { epoch } }];
  const isGo = type === 'golang' && (namespace ?? '') === '' && name === 'stdlib' && version !== '';
  return isGo ? [{ ...parts, version: version.startsWith('v') ? version.slice(1) : `v${version}` }] : [];
}

function written(parts: PackageUrlParts): string[] {
  try {
    return [packageUrl(parts)];
  } catch (fault) {
    if (fault instanceof Fault) return [];
    throw fault;
  }
}
