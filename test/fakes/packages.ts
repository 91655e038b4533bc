// Packages and Boms of which only what matters in a test is said.
import type { Bom, BomPackage, Distribution } from '../../src/bom/types.ts';
import { compareStrings } from '../../src/lib/bytes.ts';
import { debPurl } from '../../src/purl/deb.ts';

export const trixie: Distribution = {
  id: 'debian',
  versionId: '13',
  prettyName: 'Debian GNU/Linux 13 (trixie)',
  codename: 'trixie',
};

/** A package of this purl; kind, name and version are the purl's unless given. */
export function pkg(purl: string, more: Partial<BomPackage> = {}): BomPackage {
  const [, kind = '', path = '', version = ''] = /^pkg:([^/]+)\/([^@?]+)(?:@([^?]*))?/.exec(purl) ?? [];
  return {
    purl,
    kind,
    name: decodeURIComponent(kind === 'maven' ? path.replace('/', ':') : path),
    version: decodeURIComponent(version),
    architecture: undefined,
    source: undefined,
    maintainer: undefined,
    description: undefined,
    homepage: undefined,
    archive: undefined,
    licence: undefined,
    dependencies: [],
    excludedDependencies: [],
    ...more,
  };
}

/** A Debian package, built of `source` and `sourceVersion`: its own name and version unless given. */
export function deb(
  name: string,
  version: string,
  source: string = name,
  sourceVersion: string = version,
  more: Partial<BomPackage> = {},
): BomPackage {
  const identity = { name, version, architecture: 'amd64', source: { name: source, version: sourceVersion } };
  return pkg(debPurl({ ...identity, distro: 'debian-13' }), { kind: 'deb', ...identity, ...more });
}

export function bomOf(packages: readonly BomPackage[], distribution: Distribution | undefined = trixie): Bom {
  return {
    subject: {
      name: 'image',
      version: '1',
      platform: 'linux/amd64',
      configDigest: undefined,
      diffIds: [],
      created: 0,
      distribution,
    },
    packages: packages.toSorted((a, b) => compareStrings(a.purl, b.purl)),
    files: [],
  };
}
