// Where signatures and attestations are, beside where the image is.
import { environment } from '../io/environment.ts';
import { Fault } from '../lib/faults.ts';
import { JoinedRepository } from '../repository/joined.ts';
import { openRepository } from '../repository/open.ts';
import type { Repository } from '../repository/types.ts';
import { namedImage } from './named-image.ts';
import { registrySettings } from './registry-settings.ts';
import type { ReferenceOptions } from './verification/verify-reference.ts';

/**
 * The repository with what hangs on its images in the one that is named, if one is.
 * @throws Fault `option/referrers-repository` for a name with a tag or digest; `reference/…`
 */
export async function withReferrers(repository: Repository, options: ReferenceOptions): Promise<Repository> {
  const { referrersRepository, resolved: _, ...opening } = options;
  if (referrersRepository === undefined) return repository;
  const named = await namedImage(referrersRepository);
  const opened = openRepository(named, { registries: await registrySettings(environment()), ...opening });
  if (opened.tag !== undefined || opened.digest !== undefined) {
    throw new Fault(
      'option/referrers-repository',
      `"${referrersRepository.slice(0, 200)}" names an image, not the repository of signatures.`,
      'Write HOST/NAME or oci:DIR, without a tag or digest.',
    );
  }
  return opened.repository.name === repository.name ? repository : new JoinedRepository(repository, opened.repository);
}
