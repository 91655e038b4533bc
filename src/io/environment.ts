/** The environment variables of this process. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** What runs this program: versions by name, for provenance. */
export function runtimeVersions(): Readonly<Record<string, string>> {
  const { node, zlib, openssl, zstd } = process.versions;
  return { node, zlib, openssl, ...(zstd === undefined ? {} : { zstd }) };
}

/** Most memory that this process held at once, in bytes. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
