// Docker Hub's names: what a user writes, where its API is, and under what `docker login` keeps its account.

export const dockerHub = {
  host: 'docker.io',
  /** Serves the registry API (distribution-spec) of images under `docker.io`. */
  api: 'registry-1.docker.io',
  /** The server's name in Docker's config.json and for its credential helpers. */
  account: 'https://index.docker.io/v1/',
} as const;

/** The host that serves the registry API of a name's host. */
export function apiHost(host: string): string {
  return host === dockerHub.host ? dockerHub.api : host;
}

/** What Docker calls a host's account: names to look for, the one for helpers first. */
export function accountNames(host: string): readonly [string, ...string[]] {
  if (host !== dockerHub.host && host !== dockerHub.api) return [host];
  return [dockerHub.account, dockerHub.host, dockerHub.api];
}
