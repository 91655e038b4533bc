// The qualifier `distro`, which purl-spec's types deb, rpm and apk share.

export interface DistroIdentity {
  /** os-release's ID */
  readonly id: string;
  /** os-release's VERSION_ID; may be empty. */
  readonly versionId: string;
}

/** `debian-13`; `arch` for a rolling release. */
export function distroQualifier({ id, versionId }: DistroIdentity): string {
  return versionId === '' ? id : `${id}-${versionId}`;
}
