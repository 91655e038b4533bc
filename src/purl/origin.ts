// Where a package comes from other than its ecosystem's registry: the qualifiers `vcs_url` and `download_url` (purl-spec, "Known qualifiers").

export interface PackageOrigin {
  /** `git+https://host/path.git@commit` (SPDX 2.3, 7.7) */
  readonly vcs?: string | undefined;
  readonly download?: string | undefined;
}

/** Longest URL that is said, in characters: with name and version it fits into a package URL. */
const LONGEST = 700;
/** What may stand for a revision: a commit, a tag, a branch. */
const REVISION = /^[\x21-\x7e]{1,100}$/;

/**
 * A repository's URL with the revision that was taken from it; `undefined` for what is no URL.
 * @param tool `git` unless it is another, such as `hg`
 */
export function vcsOrigin(url: string, revision: string | undefined, tool = 'git'): PackageOrigin | undefined {
  const bare = url.startsWith(`${tool}+`) ? url.slice(tool.length + 1) : url;
  // scp's form: `git@host:path`
  const plain = withoutSecrets(bare.replace(/^([\w.-]{1,100}@[\w.-]{1,250}):(?!\/)/, 'ssh://$1/'));
  if (plain === undefined) return undefined;
  const prefix = plain.startsWith(`${tool}:`) ? '' : `${tool}+`;
  return { vcs: `${prefix}${plain}${revision !== undefined && REVISION.test(revision) ? `@${revision}` : ''}` };
}

/** An archive's URL; `undefined` for what is no http or https URL. */
export function downloadOrigin(url: string): PackageOrigin | undefined {
  const plain = /^https?:/i.test(url) ? withoutSecrets(url) : undefined;
  return plain === undefined ? undefined : { download: plain };
}

/** A URL without password, query and fragment, all of which may hold tokens; a user stays where it is a name only (`git@`). */
export function withoutSecrets(text: string): string | undefined {
  const url = text.length > LONGEST ? null : URL.parse(text);
  if (url === null || url.host === '') return undefined;
  if (url.password !== '' || url.protocol.startsWith('http')) url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href.length > LONGEST ? undefined : url.href;
}
