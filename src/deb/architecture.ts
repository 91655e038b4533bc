import { Fault } from '../lib/faults.ts';

/** Platforms of OCI images and Debian's names of the same architectures. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['linux/386', 'i386'],
  ['linux/amd64', 'amd64'],
  ['linux/arm/v7', 'armhf'],
  ['linux/arm64', 'arm64'],
  ['linux/arm64/v8', 'arm64'],
  ['linux/ppc64le', 'ppc64el'],
  ['linux/riscv64', 'riscv64'],
  ['linux/s390x', 's390x'],
]);

/**
 * Debian's architecture of a platform: `linux/amd64` → `amd64`.
 * @throws Fault `deb/unknown-platform`
 */
export function debianArchitecture(platform: string): string {
  const architecture = ARCHITECTURES.get(platform);
  if (architecture === undefined) {
    throw new Fault(
      'deb/unknown-platform',
      `Debian has no architecture for the platform "${platform}".`,
      `Use one of ${[...ARCHITECTURES.keys()].join(', ')}.`,
    );
  }
  return architecture;
}
