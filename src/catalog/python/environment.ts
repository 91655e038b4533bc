// What markers ask of the machine and the interpreter (PyPA specifications, "Dependency specifiers", Environment Markers).
import type { CatalogContext } from '../types.ts';
import type { MarkerEnvironment } from './marker.ts';
import { isVersion } from './python-version.ts';

const MACHINES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['386', 'i686'],
  ['arm', 'armv7l'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
  ['riscv64', 'riscv64'],
  ['loong64', 'loongarch64'],
  ['mips64le', 'mips64'],
]);

/**
 * The variables that are known. A folder without a platform is taken for Linux.
 * @param short `3.11`; @param full `3.11.7`
 */
export function markerEnvironment(
  { platform, environment }: CatalogContext,
  short: string | undefined,
  full: string | undefined,
  pypy: boolean,
): MarkerEnvironment {
  const [system = 'linux', architecture = ''] = platform?.split('/') ?? [];
  const windows = system === 'windows';
  // The official images say it.
  const said = environment.find((entry) => entry.startsWith('PYTHON_VERSION='))?.slice('PYTHON_VERSION='.length);
  const exact = full ?? (short !== undefined && said?.startsWith(`${short}.`) === true ? said : undefined);
  const version = short ?? (said === undefined ? undefined : /^\d+\.\d+/.exec(said)?.[0]);
  const variables: [string, string | undefined][] = [
    ['os_name', windows ? 'nt' : 'posix'],
    ['sys_platform', windows ? 'win32' : system],
    ['platform_system', windows ? 'Windows' : system === 'linux' ? 'Linux' : undefined],
    ['platform_machine', MACHINES.get(architecture)],
    ['platform_python_implementation', pypy ? 'PyPy' : 'CPython'],
    ['implementation_name', pypy ? 'pypy' : 'cpython'],
    ['python_version', version],
    ['python_full_version', exact !== undefined && isVersion(exact) ? exact : undefined],
    ['implementation_version', exact !== undefined && isVersion(exact) && !pypy ? exact : undefined],
  ];
  return new Map(variables.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
