// What a user says of registries: mirrors, and which are asked without encryption.

export interface RegistrySetting {
  /** Asked before the registry, in this order: `HOST` or `HOST/PATH`, where PATH comes before a repository's name. */
  readonly mirrors?: readonly string[] | undefined;
  /** Asked by plain HTTP. */
  readonly plainHttp?: boolean | undefined;
}

/** By host, as it stands in references: `docker.io`, `registry.example:5000`. */
export type RegistrySettings = ReadonlyMap<string, RegistrySetting>;

/** The hosts that are asked by plain HTTP. */
export function plainHosts(settings: RegistrySettings | undefined): readonly string[] {
  return [...(settings ?? [])].filter(([, { plainHttp }]) => plainHttp === true).map(([host]) => host);
}
