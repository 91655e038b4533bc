// What is opened by a name, and layout folders so: without what talks to registries.
import { resolvePath } from '../io/files.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { DEFAULT_TAG, formatReference, type PathReference, type RegistryReference } from '../oci/reference.ts';
import { Layout } from './layout.ts';
import { type Resolved, resolvedOnce } from './resolved.ts';
import type { RawRepository } from './types.ts';

export interface Opened {
  readonly repository: RawRepository;
  /** As the user named it. */
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
  /** What to resolve: the digest, else the tag, else `latest` or a layout's only image. Asks the layout. */
  reference(): Promise<string>;
  /** The tag under which an image is published: the one named, else `latest`. @throws Fault `reference/digest` when a digest is named. */
  target(): string;
}

/** The layout folder that a reference names; nothing is asked yet. */
export function openLayout(reference: PathReference, resolved: Resolved | undefined): Opened {
  const { path, tag, digest } = reference;
  const layout = new Layout(resolvePath(path));
  return {
    repository: once(layout, resolved),
    tag,
    digest,
    target: () => targetOf(reference),
    reference: async () => digest ?? tag ?? (await layout.only()),
  };
}

/** @throws Fault `reference/digest` */
export function targetOf(reference: PathReference | RegistryReference): string {
  if (reference.digest === undefined) return reference.tag ?? DEFAULT_TAG;
  const sentence = `${formatReference(reference)} names a digest, under which nothing can be published.`;
  throw new Fault('reference/digest', sentence, 'Name a tag instead.');
}

/** The repository, whose tags are resolved once where that is remembered. */
export function once(repository: RawRepository, resolved: Resolved | undefined): RawRepository {
  return resolved === undefined ? repository : resolvedOnce(repository, resolved);
}
