// A package of which nothing is known but its package URL.
import { purlPath, purlQualifier, purlVersion } from '../purl/peek.ts';
import { purlType, wholeName } from './graph/names.ts';
import { upstreamOf } from './graph/identities.ts';
import type { BomPackage } from './types.ts';

/** Enough to look it up: name, version, architecture and source. */
export function packageOfPurl(purl: string): BomPackage {
  const kind = purlType(purl) || 'generic';
  const { namespace, name } = purlPath(purl);
  const version = purlVersion(purl);
  return {
    purl,
    kind,
    name: wholeName({ group: namespace, name }, kind),
    version,
    architecture: purlQualifier(purl, 'arch'),
    source: upstreamOf(kind, purl, version),
    maintainer: undefined,
    description: undefined,
    homepage: undefined,
    archive: undefined,
    licence: undefined,
    dependencies: [],
    excludedDependencies: [],
  };
}
