// Debian's releases by the names of their suites.

/** Code names and the versions that os-release and OSV's ecosystems state. */
const VERSIONS: ReadonlyMap<string, string> = new Map([
  ['woody', '3.0'],
  ['sarge', '3.1'],
  ['etch', '4.0'],
  ['lenny', '5.0'],
  ['squeeze', '6.0'],
  ['wheezy', '7'],
  ['jessie', '8'],
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
  ['duke', '15'],
  ['sid', 'unstable'],
]);

/** The ecosystem of a code name, as OSV writes it: `trixie` → `Debian:13`, `sid` → `Debian:unstable`. `undefined`: it is unknown. */
export function debianEcosystem(codename: string): string | undefined {
  const version = VERSIONS.get(codename);
  return version === undefined ? undefined : `Debian:${version}`;
}

/** The code name of an ecosystem: `Debian:13` → `trixie`. */
export function debianCodename(ecosystem: string): string | undefined {
  for (const [codename, version] of VERSIONS) if (ecosystem === `Debian:${version}`) return codename;
  return undefined;
}

/** Suites of a release beside its own: `trixie-updates`, `trixie-security`, `buster/updates`. */
const PARTS = /(?:-(?:updates|security|proposed-updates)|\/updates)$/;

/** The code name of the release that a suite is a part of: `trixie-security` → `trixie`. */
export function releaseOfSuite(suite: string): string {
  return suite.replace(PARTS, '');
}
