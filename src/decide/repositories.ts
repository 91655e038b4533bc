/**
 * Whether a policy's entry covers a repository (`localhost:5000/team/node`, `oci:/srv/images/node`): the same name, or
 * the same number of segments with `*` standing for one whole segment each. `registry/acme/*` covers
 * `registry/acme/x`, neither `registry/acme-evil/x` nor `registry/acme/x/y`.
 */
export function repositoryCovered(entry: string, repository: string): boolean {
  if (!entry.includes('*')) return entry === repository;
  const wanted = entry.split('/');
  const given = repository.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, i) => segment === given[i] || (segment === '*' && isPlain(given[i] ?? '')))
  );
}

function isPlain(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..';
}

/** What is wrong with an entry, as a sentence's end; `undefined` when nothing is. */
export function repositoryProblem(entry: string): string | undefined {
  const segments = entry.split('/');
  if (entry.startsWith('oci:')) {
    if (!entry.startsWith('oci:/')) return 'needs an absolute folder after oci:';
  } else if (segments.length < 2 || segments[0] === '') return 'is no registry/repository';
  if (segments.some((segment) => segment.includes('*') && segment !== '*')) {
    return 'may have * only as a whole segment';
  }
  if (segments[0] === '*') return 'needs a registry before its *';
  if (!entry.startsWith('oci:') && /[@]|:[^/]*$/.test(segments.slice(1).join('/')))
    return 'must not have a tag or digest';
  return segments.slice(1).every((segment) => isPlain(segment)) ? undefined : 'has an empty or relative segment';
}
