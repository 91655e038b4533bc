// A layout in a tar (image-spec 1.1, image-layout.md), whose bytes depend on nothing but what is in it.
import { PendingFile } from '../io/pending-file.ts';
import { bytePath } from '../lib/bytes.ts';
import { type Digest, digestOf, hexOf } from '../lib/digest.ts';
import { TAR_END, tarHeader, tarPadding } from '../lib/tar-write.ts';
import { documentBytes } from '../oci/documents.ts';
import type { Index } from '../oci/types.ts';
import { emptyIndex, entryOf, withEntries } from '../repository/layout-index.ts';
import type { BlobSource, ManifestToPut } from '../repository/types.ts';

/** The `index.json` of a layout that holds these, and nothing else. */
export function layoutIndex(manifests: readonly ManifestToPut[]): Index {
  return withEntries(emptyIndex, manifests.filter(({ listed }) => listed).map(entryOf));
}

/**
 * Writes manifests and the blobs that they need into one tar, which appears whole or not at all.
 * @param wrote called after each blob
 * @throws faults of the blobs' sources, which must verify what they give; `file/…`
 */
export async function writeArchive(
  path: string,
  manifests: readonly ManifestToPut[],
  blobs: readonly BlobSource[],
  wrote: (blob: BlobSource) => void,
): Promise<void> {
  const documents = new Map<Digest, Uint8Array>(manifests.map(({ bytes }) => [digestOf(bytes), bytes]));
  const sources = new Map(blobs.map((blob) => [blob.digest, blob]));
  await using file = await PendingFile.open(path);
  const whole = async (name: string, bytes: Uint8Array): Promise<void> => {
    await file.write(Buffer.concat([entry(name, bytes.length), bytes, tarPadding(bytes.length)]));
  };
  await whole('oci-layout', documentBytes({ imageLayoutVersion: '1.0.0' }));
  await whole('index.json', documentBytes(layoutIndex(manifests)));
  for (const digest of [...new Set([...documents.keys(), ...sources.keys()])].sort()) {
    const name = `blobs/sha256/${hexOf(digest)}`;
    const document = documents.get(digest);
    const source = sources.get(digest);
    if (document !== undefined) await whole(name, document);
    else if (source !== undefined) {
      await file.write(entry(name, source.size));
      for await (const chunk of source.open()) await file.write(chunk);
      await file.write(tarPadding(source.size));
    }
    if (source !== undefined) wrote(source);
  }
  await file.write(TAR_END);
  await file.commit();
}

function entry(name: string, size: number): Buffer {
  return tarHeader({
    path: bytePath(name),
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    size,
    target: undefined,
  });
}
