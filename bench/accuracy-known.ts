// Differences between Temper and others that were looked into, each with its cause; any other fails the bench.

export interface KnownDifference {
  /** The image's name. */
  readonly subject: RegExp;
  readonly kind: string;
  readonly by: 'own tool' | 'syft';
  /** Whether the other lists what Temper does not, or Temper what the other does not. */
  readonly side: 'only there' | 'only here';
  /** Of `name@version`. */
  readonly packages: RegExp;
  readonly why: string;
}

const INSIDE =
  'a package.json inside a package (tests, builds, entry points), which nothing finds by that name and most of which have no version';
const GROUPS =
  'the same jar; the group of the public repository here, one made of the manifest or of the file name by syft';

export const knownDifferences: readonly KnownDifference[] = [
  {
    subject: /^npm$/,
    kind: 'npm',
    by: 'own tool',
    side: 'only here',
    packages: /^app@1\.0\.0$/,
    why: 'the application itself, which npm ls shows as the root of its tree',
  },
  {
    subject: /^npm$/,
    kind: 'npm',
    by: 'syft',
    side: 'only there',
    packages:
      /^(?:(?:baz|browser_field|false_main|invalid_main)@$|(?:benchmark|bin|dist)@1\.0\.0$|(?:ljharb-monorepo-symlink-test|mylib|@my-scope\/package-[ab])@0\.0\.0$)/,
    why: INSIDE,
  },
  {
    subject: /^baseline$/,
    kind: 'npm',
    by: 'syft',
    side: 'only there',
    packages: /^(?:bin@1\.0\.0|web-streams-(?:polyfill|ponyfill)(?:-es\d+)?@)$/,
    why: INSIDE,
  },
  {
    subject: /^pnpm_pnpmlockv9\.tar$/,
    kind: 'npm',
    by: 'syft',
    side: 'only there',
    packages: /^pnpm-test-project-v9@1\.0\.0$/,
    why: 'an application for which nothing is installed; --declared lists what its lock file asks for',
  },
  {
    subject: /^python$/,
    kind: 'pypi',
    by: 'own tool',
    side: 'only here',
    packages:
      /^(?:autocommand|backports-tarfile|html5lib|importlib-metadata|jaraco-(?:context|functools|text)|more-itertools|platformdirs|tomli|wheel|zipp)@/,
    why: 'copies that setuptools and bleach carry in _vendor, with their metadata; pip list looks at the folder itself only',
  },
  {
    subject: /^java$/,
    kind: 'maven',
    by: 'own tool',
    side: 'only here',
    packages: /^app:app@$/,
    why: 'the archive that holds the others; Maven lists what its project depends on',
  },
  {
    subject: /^java$/,
    kind: 'maven',
    by: 'syft',
    side: 'only there',
    packages:
      /^(?:org\.aspectj\.weaver:aspectjweaver|org\.hibernate:hibernate-|(?:thymeleaf|thymeleaf-spring6):thymeleaf)/,
    why: GROUPS,
  },
  {
    subject: /^java$/,
    kind: 'maven',
    by: 'syft',
    side: 'only here',
    packages: /^(?:org\.aspectj:aspectjweaver|org\.hibernate\.(?:common|orm):hibernate-|org\.thymeleaf:thymeleaf)/,
    why: GROUPS,
  },
  {
    subject: /java-uberjar\.tar$/,
    kind: 'maven',
    by: 'syft',
    side: 'only there',
    packages: /^uberjar:uberjar@1\.7\.30$/,
    why: 'the version is that of jul-to-slf4j, whose manifest the archive has; the archive counts as that package here',
  },
  {
    subject: /^go$/,
    kind: 'golang',
    by: 'own tool',
    side: 'only here',
    packages: /^(?:stdlib@|github\.com\/sigstore\/cosign\/v2@)/,
    why: 'the standard library and the main module; the list is of the dependencies that go version -m shows',
  },
  {
    subject: /./,
    kind: 'generic',
    by: 'syft',
    side: 'only here',
    packages: /./,
    why: 'programs of packages of the operating system, marked with their owner here, left out by syft',
  },
];
