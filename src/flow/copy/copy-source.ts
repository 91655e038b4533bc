// Where a copy comes from: a registry, a layout folder, or an archive of a layout.
import { environment } from '../../io/environment.ts';
import { fileExists, folderEntry, joinPath } from '../../io/files.ts';
import { userFolders } from '../../io/user-folders.ts';
import { Fault } from '../../lib/faults.ts';
import { formatReference, type PathReference, type RegistryReference } from '../../oci/reference.ts';
import { type OpenOptions, openRepository } from '../../repository/open.ts';
import type { ReadRepository } from '../../repository/types.ts';
import { parseSource } from '../../source/reference.ts';
import type { ReferenceOptions } from '../verification/verify-reference.ts';
import { namedImage } from '../named-image.ts';
import { withReferrers } from '../referrers-repository.ts';
import { registrySettings } from '../registry-settings.ts';

export interface CopySource {
  readonly repository: ReadRepository;
  /** What is meant, as a tag or a digest. */
  readonly reference: string;
  /** In its normal form. */
  readonly name: string;
  /** As the user named it. */
  readonly tag: string | undefined;
  /** Of an image in a registry. */
  readonly place: { readonly host: string; readonly repository: string } | undefined;
}

export type SourceOptions = OpenOptions & ReferenceOptions & { readonly scope: AsyncDisposableStack };

/**
 * @param scope lets go of archives
 * @throws Fault `copy/no-digest` for what keeps images without their manifests, `copy/no-image` for folders and SBOMs; `reference/…`,
 * `source/…`, faults of the place
 */
export async function copySource(text: string, options: SourceOptions): Promise<CopySource> {
  const reference = parseSource(text);
  switch (reference.kind) {
    case 'registry':
      await namedImage(text); // It may be meant as a folder here.
      return await fromRepository(reference, options);
    case 'layout':
      return await fromRepository(reference, options);
    case 'oci-archive':
      return await fromArchive(reference, options);
    case 'path':
      return await fromPath(reference.path, options);
    case 'docker-archive':
      throw noDigest(text, 'An archive of Docker', 'if it holds an index.json, too, write oci-archive:FILE');
    case 'engine':
      throw noDigest(text, 'A container engine', 'copy it from its registry');
    default:
      throw new Fault('copy/no-image', `${text} is no image.`, 'Name an image in a registry, a layout or an archive.');
  }
}

async function fromRepository(
  reference: RegistryReference | PathReference,
  options: SourceOptions,
): Promise<CopySource> {
  const opened = openRepository(reference, { registries: await registrySettings(environment()), ...options });
  return {
    repository: await withReferrers(opened.repository, options),
    reference: await opened.reference(),
    name: formatReference(reference),
    tag: opened.tag,
    place: reference.kind === 'registry' ? { host: reference.host, repository: reference.repository } : undefined,
  };
}

async function fromArchive(
  reference: Pick<PathReference, 'path' | 'tag' | 'digest'>,
  options: SourceOptions,
): Promise<CopySource> {
  const { openArchive } = await import('../../source/archive-repository.ts');
  const { scope, signal } = options;
  const { path, tag, digest } = reference;
  const repository = await openArchive(path, { scope, signal, temporary: joinPath(userFolders.cache(), 'temporary') });
  const named = digest ?? tag ?? (await repository.only()).digest;
  return {
    repository,
    reference: named,
    name: formatReference({ kind: 'oci-archive', path, tag, digest }),
    tag,
    place: undefined,
  };
}

async function fromPath(path: string, options: SourceOptions): Promise<CopySource> {
  const unnamed = { path, tag: undefined, digest: undefined };
  if ((await folderEntry(`${path.replace(/\/+$/, '')}/.`)) === undefined) return await fromArchive(unnamed, options);
  if (await fileExists(joinPath(path, 'oci-layout')))
    return await fromRepository({ kind: 'layout', ...unnamed }, options);
  throw new Fault(
    'copy/no-image',
    `${path} is a folder and no layout.`,
    'Name an image in a registry, a layout or an archive.',
  );
}

function noDigest(text: string, what: string, hint: string): Fault {
  return new Fault(
    'copy/no-digest',
    `${what} keeps no manifests: a copy of ${text} would be another image, which nobody signed.`,
    `To make one, use skopeo copy; ${hint}.`,
  );
}
