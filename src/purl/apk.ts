// Package URLs of Alpine's packages and of those who build with its tools (purl-spec, types/apk).
import { type DistroIdentity, distroQualifier } from './distro.ts';
import { packageUrl } from './purl.ts';

export interface ApkIdentity {
  readonly name: string;
  /** With its release: `1.36.1-r2` */
  readonly version: string;
  readonly architecture: string | undefined;
  /** The package of the build description that it comes from; said where it is another. */
  readonly origin: string | undefined;
  /** Alpine where it is not known. */
  readonly distro: DistroIdentity | undefined;
}

/** `pkg:apk/alpine/NAME@V?arch=A&distro=alpine-3.20.3&upstream=ORIGIN` @throws Fault `purl/malformed` */
export function apkPurl({ name, version, architecture, origin, distro }: ApkIdentity): string {
  return packageUrl({
    type: 'apk',
    namespace: distro?.id ?? 'alpine',
    name,
    version,
    qualifiers: {
      arch: architecture,
      distro: distro === undefined ? undefined : distroQualifier(distro),
      upstream: origin === name ? undefined : origin,
    },
  });
}
