// Whether a signature's payload names the repository in which it was found.
import type { CheckList } from '../sigstore/question.ts';

export interface RepositoryQuestion {
  /** Where it was found: `registry.example/acme/app`; `undefined` where that has no name that a signer could know, as in a folder. */
  readonly repository: string | undefined;
  /** Names that the payload may have instead, each exact: where an image was copied from, or how its maker calls it. */
  readonly knownAs?: readonly string[] | undefined;
  /** Whether another name stands against the signature. Cosign does not look at it; copies of images keep their first name. */
  readonly foreignReference?: 'reported' | 'refuted' | undefined;
}

/** Says whether the name is the repository's. A tag or digest behind it does not matter. */
export function checkReference(reference: string, question: RepositoryQuestion, list: CheckList): void {
  const { repository, knownAs = [], foreignReference = 'reported' } = question;
  const named = repositoryOf(reference);
  const known = [...(repository === undefined ? [] : [repository]), ...knownAs].map(repositoryOf);
  if (named !== '' && known.includes(named)) {
    list.established('reference', `it names ${named}`);
    return;
  }
  if (repository === undefined && knownAs.length === 0) {
    list.notApplicable('reference', `it names ${shown(named)}, and was found where no name is known`);
    return;
  }
  const reason = `it names ${shown(named)}, and was found in ${repository ?? 'a folder'}`;
  if (foreignReference === 'refuted') list.refuted('reference', 'reference-other', reason);
  else list.notApplicable('reference', reason, 'reference-other');
}

function shown(name: string): string {
  return name === '' ? 'no repository' : name.slice(0, 300);
}

/** Without tag and digest; Docker's own registry by the one name. */
export function repositoryOf(reference: string): string {
  const [beforeDigest = ''] = reference.split('@');
  const slash = beforeDigest.lastIndexOf('/');
  const colon = beforeDigest.indexOf(':', slash + 1);
  // `registry:5000` without a path keeps its port.
  const name = colon < 0 || slash < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  return name.replace(/^index\.docker\.io\//, 'docker.io/');
}
