// Package URLs of Arch Linux's packages (purl-spec, types/alpm).
import { type DistroIdentity, distroQualifier } from './distro.ts';
import { packageUrl } from './purl.ts';

export interface AlpmIdentity {
  readonly name: string;
  /** With epoch and release: `1:2.3-4` */
  readonly version: string;
  readonly architecture: string | undefined;
  /** pkgbase; said where it is another. */
  readonly base: string | undefined;
  /** Arch Linux where it is not known. */
  readonly distro: DistroIdentity | undefined;
}

/** `pkg:alpm/arch/NAME@V?arch=A&distro=arch&upstream=BASE` @throws Fault `purl/malformed` */
export function alpmPurl({ name, version, architecture, base, distro }: AlpmIdentity): string {
  return packageUrl({
    type: 'alpm',
    namespace: distro?.id ?? 'arch',
    name,
    version,
    qualifiers: {
      arch: architecture,
      distro: distro === undefined ? undefined : distroQualifier(distro),
      upstream: base === name ? undefined : base,
    },
  });
}
