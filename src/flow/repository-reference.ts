// Names of images that have a repository, where attestations hang on them.
import { Fault } from '../lib/faults.ts';
import { parseReference } from '../oci/reference.ts';

/** Of an image in a registry or a layout folder; `undefined` for what lies elsewhere. */
export function repositoryReference(text: string): ReturnType<typeof parseReference> | undefined {
  if (/^(?:[./]|-$)/.test(text)) return undefined;
  try {
    const reference = parseReference(text);
    return reference.kind === 'registry' || reference.kind === 'layout' ? reference : undefined;
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}
