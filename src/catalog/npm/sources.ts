// Where a lock file says that a package comes from: a registry, a repository or an archive.
import { type PackageOrigin, downloadOrigin, vcsOrigin } from '../../purl/origin.ts';

/**
 * The origin that `resolved` or a version tells of; `undefined` for registries, folders and local archives.
 * @param text `git+ssh://git@host/a/b.git#COMMIT`, `https://host/x.tgz`, `github:user/name#COMMIT`
 */
export function originOf(text: string | undefined): PackageOrigin | undefined {
  if (text === undefined) return undefined;
  const hash = text.indexOf('#');
  const url = hash < 0 ? text : text.slice(0, hash);
  const revision = hash < 0 ? undefined : revisionOf(text.slice(hash + 1));
  const hosted = /^(github|gitlab|bitbucket):([\w.-]+\/[\w.-]+)$/.exec(url);
  if (hosted !== null) return vcsOrigin(`https://${HOSTS.get(hosted[1] ?? '')}/${hosted[2]}`, revision);
  if (/^git[+:]|^git@|^ssh:/.test(url) || (/^https?:/.test(url) && /\.git\/?$/.test(url)))
    return vcsOrigin(url, revision);
  // A registry keeps its archives at `NAME/-/NAME-VERSION.tgz`.
  return url.includes('/-/') ? undefined : downloadOrigin(url);
}

const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/** yarn writes `commit=COMMIT`, with others behind `&`. */
function revisionOf(fragment: string): string | undefined {
  const commit = /(?:^|&)commit=([^&]*)/.exec(fragment)?.[1];
  return commit ?? (/[=&]/.test(fragment) ? undefined : fragment);
}
