// What is said of a source package of Debian while only some of its binary packages are meant. Reviewed one by one.

/** Binary packages that a vulnerability of their source package does not touch. */
interface Exception {
  readonly source: string;
  readonly id: string;
  readonly notPackages: readonly string[];
}

const exceptions: readonly Exception[] = [
  {
    // In contrib/minizip alone, which the library does not contain.
    source: 'zlib',
    id: 'CVE-2023-45853',
    notPackages: [
      'lib32z1',
      'lib32z1-dev',
      'lib64z1',
      'lib64z1-dev',
      'libn32z1',
      'libn32z1-dev',
      'libx32z1',
      'libx32z1-dev',
      'zlib1g',
      'zlib1g-dev',
      'zlib1g-udeb',
    ],
  },
];

/** Binary packages of a source that a vulnerability does not touch; `undefined` where nothing is known of that. */
export function untouchedPackages(source: string, id: string): readonly string[] | undefined {
  return exceptions.find((exception) => exception.source === source && exception.id === id)?.notPackages;
}
