// What a user names as an image.
import { folderEntry, joinPath } from '../io/files.ts';
import { Fault } from '../lib/faults.ts';
import { parseReference, type Reference } from '../oci/reference.ts';

/**
 * The reference, unless it is the bare name of a layout folder that is there, which would be taken for a name on Docker Hub.
 * @throws Fault `reference/folder`, `reference/malformed`
 */
export async function namedImage(text: string): Promise<Reference> {
  const bare = !text.includes(':') && (await folderEntry(joinPath(text, 'oci-layout'))) !== undefined;
  if (bare) {
    throw new Fault(
      'reference/folder',
      `"${text}" is a layout folder here, and without "oci:" a name in a registry.`,
      `Write oci:${text}.`,
    );
  }
  return parseReference(text);
}
