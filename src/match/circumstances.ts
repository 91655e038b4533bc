// Circumstances that a record asks for beside the version.
import type { IndexedAffected } from './types.ts';
import type { BomPackage } from '../bom/types.ts';
import { purlQualifier } from '../purl/peek.ts';
import { isGoPseudoVersion } from '../version/go.ts';

/** What Go programs of the whole Bom were built for; empty sets: nobody says. */
export interface GoTargets {
  readonly systems: ReadonlySet<string>;
  readonly architectures: ReadonlySet<string>;
}

export function goTargets(packages: readonly BomPackage[]): GoTargets {
  const values = (name: string): ReadonlySet<string> =>
    new Set(
      packages.flatMap(({ kind, properties = [] }) =>
        kind === 'golang' ? properties.flatMap((p) => (p.name === name ? [p.value] : [])) : [],
      ),
    );
  return { systems: values('go:build:GOOS'), architectures: values('go:build:GOARCH') };
}

/**
 * Whether a record may mean a package: every circumstance that it names holds, or is not known of the package. Which of a
 * Go module's symbols a program has, no SBOM tells: records with symbols hold.
 */
export function circumstancesHold(
  entry: Pick<IndexedAffected, 'only' | 'feed'>,
  p: BomPackage,
  targets: () => GoTargets,
): boolean {
  const { only } = entry;
  // Red Hat's records of packages outside modules do not speak of those inside.
  if (p.kind === 'rpm' && (entry.feed === 'redhat' || only?.module !== undefined) && !moduleHolds(only?.module, p))
    return false;
  if (only === undefined) return true;
  if (only.notPackages?.includes(p.name) === true) return false;
  if (!architectureHolds(only.architectures, p.architecture)) return false;
  if (only.goVersions !== undefined && isGoPseudoVersion(p.version) !== (only.goVersions === 'pseudo')) return false;
  if (only.goos === undefined && only.goarch === undefined) return true;
  const { systems, architectures } = targets();
  return anyOf(only.goos, systems) && anyOf(only.goarch, architectures);
}

/** What is for every architecture is on each. */
function architectureHolds(wanted: readonly string[] | undefined, own: string | undefined): boolean {
  if (wanted === undefined || wanted.length === 0 || own === undefined) return true;
  return own === 'noarch' || own === 'all' || wanted.includes(own);
}

function anyOf(wanted: readonly string[] | undefined, known: ReadonlySet<string>): boolean {
  return wanted === undefined || wanted.length === 0 || known.size === 0 || wanted.some((one) => known.has(one));
}

/** `nodejs:18` of `nodejs:18:8090020240101:abcdef`. A package that only its version tells to be of a module may be of any. */
function moduleHolds(wanted: string | undefined, p: BomPackage): boolean {
  const label = labelOf(p);
  if (label === undefined) return wanted === undefined ? true : p.version.includes('.module');
  const [name = '', stream = ''] = label.split(':');
  return wanted === `${name}:${stream}`;
}

function labelOf({ properties = [], purl }: BomPackage): string | undefined {
  const own = properties.find(({ name }) => name === 'rpm:modularityLabel' || name === 'syft:metadata:modularityLabel');
  // Trivy writes another qualifier than the specification's.
  const label = own?.value ?? purlQualifier(purl, 'rpmmod') ?? purlQualifier(purl, 'modularitylabel') ?? '';
  return label === '' ? undefined : label;
}
