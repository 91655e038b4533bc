// The order of versions, by the name that OSV gives an ecosystem: "Debian:13", "npm", "Maven".
import { compareStrings } from '../lib/bytes.ts';
import { compareApkVersions } from './apk.ts';
import { compareBitnamiVersions } from './bitnami.ts';
import { compareBuiltVersions } from './built.ts';
import { compareConanVersions } from './conan.ts';
import { compareDebVersions, isDebText } from './deb.ts';
import { compareCranVersions, compareHackageVersions } from './dotted.ts';
import { compareGemVersions, isGemText } from './gem.ts';
import { compareGoVersions } from './go.ts';
import { compareMavenVersions } from './maven.ts';
import { compareNugetVersions } from './nuget.ts';
import { compareOpamVersions } from './opam.ts';
import { comparePackagistVersions } from './packagist.ts';
import { comparePypiVersions } from './pypi.ts';
import { compareRpmVersions } from './rpm.ts';
import { compareSemverVersions } from './semver.ts';
import { LONGEST_VERSION } from './text.ts';

/** Negative, 0 or positive as the first is before, the same as or after the second; `undefined` where one of them is no version. */
export type VersionOrder = (a: string, b: string) => number | undefined;

const apk = bounded(compareApkVersions);
const deb = bounded((a, b) => (isDebText(a) && isDebText(b) ? compareDebVersions(a, b) : undefined));
const rpm = bounded(compareRpmVersions);
const semver = bounded(compareSemverVersions);
const built = bounded(compareBuiltVersions);
const cran = bounded(compareCranVersions);
const hackage = bounded(compareHackageVersions);

const orders: ReadonlyMap<string, VersionOrder> = new Map<string, VersionOrder>([
  ['AlmaLinux', rpm],
  ['Alpaquita', apk],
  ['Alpine', apk],
  ['Amazon Linux', rpm],
  ['Azure Linux', rpm],
  ['BellSoft Hardened Containers', apk],
  ['Bioconductor', cran],
  ['Bitnami', bounded(compareBitnamiVersions)],
  ['CRAN', cran],
  ['CentOS', rpm],
  ['Chainguard', apk],
  ['ConanCenter', bounded(compareConanVersions)],
  ['Debian', deb],
  ['Fedora', rpm],
  ['GHC', hackage],
  ['GitHub Actions', semver],
  ['Go', bounded(compareGoVersions)],
  ['Hackage', hackage],
  ['Hex', semver],
  ['Julia', built],
  ['Kubernetes', semver],
  ['Mageia', rpm],
  ['Maven', bounded(compareMavenVersions)],
  ['MinimOS', apk],
  ['NuGet', bounded(compareNugetVersions)],
  ['Oracle Linux', rpm],
  ['Packagist', bounded(comparePackagistVersions)],
  ['Photon OS', rpm],
  ['Pub', built],
  ['PyPI', bounded(comparePypiVersions)],
  ['Red Hat', rpm],
  ['Rocky Linux', rpm],
  ['RubyGems', bounded((a, b) => (isGemText(a) && isGemText(b) ? compareGemVersions(a, b) : undefined))],
  ['SUSE', rpm],
  ['SwiftURL', semver],
  ['Ubuntu', deb],
  ['VSCode', semver],
  ['Wolfi', apk],
  ['crates.io', semver],
  ['npm', semver],
  ['opam', bounded(compareOpamVersions)],
  ['openEuler', rpm],
  ['openSUSE', rpm],
]);

/** Every ecosystem whose order is known, sorted. */
export const orderedEcosystems: readonly string[] = [...orders.keys()].sort(compareStrings);

/** The order of an ecosystem's versions; what follows the name's first colon is a release and changes nothing. `undefined`: none is known. */
export function versionOrder(ecosystem: string): VersionOrder | undefined {
  const colon = ecosystem.indexOf(':');
  return orders.get(colon === -1 ? ecosystem : ecosystem.slice(0, colon));
}

/** Nothing is no version, and neither is what is longer than `LONGEST_VERSION`. */
function bounded(order: VersionOrder): VersionOrder {
  return (a, b) => {
    if (a === '' || b === '' || a.length > LONGEST_VERSION || b.length > LONGEST_VERSION) return undefined;
    return order(a, b);
  };
}
