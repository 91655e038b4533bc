// Package URLs of RPM packages (purl-spec, types/rpm).
import { type DistroIdentity, distroQualifier } from './distro.ts';
import { packageUrl } from './purl.ts';

export interface RpmIdentity {
  readonly name: string;
  /** 0 where none is given. */
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly architecture: string | undefined;
  /** `bash-5.2.26-3.fc40.src.rpm` */
  readonly sourceRpm: string | undefined;
  /** `nodejs:18:8090020240101:abcdef`: of packages that a module stream brings */
  readonly modularity: string | undefined;
  readonly distro: DistroIdentity | undefined;
}

/** Namespaces are vendors: where other tools write another one than os-release's ID. */
function namespaceOf(id: string): string {
  if (id === 'rhel') return 'redhat';
  return id.startsWith('opensuse') ? 'opensuse' : id;
}

/**
 * `pkg:rpm/fedora/NAME@V-R?arch=A&distro=fedora-40&epoch=E&rpmmod=M&upstream=S.src.rpm`; an epoch of 0 is left out, as
 * it compares like none. @throws Fault `purl/malformed`
 */
export function rpmPurl({
  name,
  epoch,
  version,
  release,
  architecture,
  sourceRpm,
  modularity,
  distro,
}: RpmIdentity): string {
  return packageUrl({
    type: 'rpm',
    namespace: distro === undefined ? undefined : namespaceOf(distro.id),
    name,
    version: release === '' ? version : `${version}-${release}`,
    qualifiers: {
      arch: architecture,
      distro: distro === undefined ? undefined : distroQualifier(distro),
      epoch: epoch === 0 ? undefined : String(epoch),
      rpmmod: modularity,
      upstream: sourceRpm,
    },
  });
}
