// What a user names as an image.
import { fileExists, folderEntry, joinPath, nameOf } from '../io/files.ts';
import { Fault } from '../lib/faults.ts';
import { parseReference, type Reference } from '../oci/reference.ts';

/**
 * The reference, unless it is the bare name of a layout folder, or the name with an ending of a file, that is there and would be
 * taken for a name on Docker Hub.
 * @throws Fault `reference/folder`, `reference/file`, `reference/malformed`
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
  if (!/[:@]/.test(text) && nameOf(text).includes('.') && (await fileExists(text))) {
    throw new Fault(
      'reference/file',
      `"${text}" is a file here, and as an image a name in a registry.`,
      'For the file itself write --blob; an image in an archive is copied first: `temper copy ./FILE oci:DIR`.',
    );
  }
  return parseReference(text);
}
