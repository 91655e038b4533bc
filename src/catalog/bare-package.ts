// A package of which nothing is known but what it is and where.
import type { PackageLocation } from '../bom/types.ts';
import type { CatalogedPackage } from './types.ts';

export function barePackage(
  purl: string,
  kind: string,
  name: string,
  version: string,
  locations: readonly PackageLocation[],
): CatalogedPackage {
  return {
    purl,
    kind,
    name,
    version,
    architecture: undefined,
    source: undefined,
    maintainer: undefined,
    description: undefined,
    homepage: undefined,
    archive: undefined,
    licence: undefined,
    dependencies: [],
    locations,
  };
}
