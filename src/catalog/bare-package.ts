// A package of which nothing is known but what it is and where.
import type { PackageLocation } from '../bom/types.ts';
import { Fault } from '../lib/faults.ts';
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

/** A package URL; `undefined` where what a file says of itself makes none, such as a name of blanks: then there is no package. */
export function purlOrNone(write: () => string): string | undefined {
  try {
    return write();
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}
