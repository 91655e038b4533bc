// What a package is called whatever its version, and which of two versions is the later one.
import type { BomPackage } from '../bom/types.ts';
import { purlPath } from '../purl/peek.ts';
import { type VersionOrder, versionOrder } from '../version/order.ts';

/** `deb/debian/libc6`, `npm/@scope/name`: the type, namespace and name of its package URL. */
export function packageName({ purl, kind, name }: Pick<BomPackage, 'purl' | 'kind' | 'name'>): string {
  const path = purlPath(purl);
  if (path.name === '') return `${kind}/${name}`;
  return path.namespace === '' ? `${kind}/${path.name}` : `${kind}/${path.namespace}/${path.name}`;
}

/** Types of package URLs, and the ecosystem whose order of versions is theirs. */
const ECOSYSTEMS: ReadonlyMap<string, string> = new Map([
  ['alpm', 'Red Hat'],
  ['apk', 'Alpine'],
  ['bioconductor', 'Bioconductor'],
  ['bitnami', 'Bitnami'],
  ['cargo', 'crates.io'],
  ['composer', 'Packagist'],
  ['conan', 'ConanCenter'],
  ['cran', 'CRAN'],
  ['deb', 'Debian'],
  ['gem', 'RubyGems'],
  ['github', 'GitHub Actions'],
  ['golang', 'Go'],
  ['hackage', 'Hackage'],
  ['hex', 'Hex'],
  ['julia', 'Julia'],
  ['maven', 'Maven'],
  ['npm', 'npm'],
  ['nuget', 'NuGet'],
  ['opam', 'opam'],
  ['pub', 'Pub'],
  ['pypi', 'PyPI'],
  ['rpm', 'Red Hat'],
  ['swift', 'SwiftURL'],
]);

/** Of a type of package URL; one that gives `undefined` where none is known. */
export function orderOf(kind: string): VersionOrder {
  return versionOrder(ECOSYSTEMS.get(kind) ?? '') ?? (() => undefined);
}
