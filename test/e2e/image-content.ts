// What a container runtime finds in a built image: the config, and the files as the layers' tars leave them.
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ImageConfig } from '../../src/oci/types.ts';
import { type TarItem, tarItems } from '../../src/lib/tar-read.ts';
import type { LayoutFiles } from './layout-files.ts';

export interface BuiltContent {
  readonly config: ImageConfig & { readonly config: Readonly<Record<string, unknown>>; readonly created: string };
  /** By path, bytes as `latin1`; a later layer's entry replaces an earlier one's. */
  readonly files: ReadonlyMap<string, TarItem>;
  /** The entries of each layer, lowest first. */
  readonly layers: readonly (readonly TarItem[])[];
}

/** Reads one platform of a layout. Images that the program builds have no whiteouts. */
export async function contentOf(layout: LayoutFiles, platform = 'linux/amd64'): Promise<BuiltContent> {
  const found = (await layout.platforms()).find((one) => one.platform === platform);
  if (found === undefined) throw new Error(`${platform} was not built`);
  const { manifest } = found;
  const layers = await Promise.all(
    manifest.layers.map(async ({ digest, mediaType }) => {
      const bytes = await layout.bytes(digest);
      return tarItems(mediaType.endsWith('zstd') ? zstdDecompressSync(bytes) : gunzipSync(bytes), 1_000_000);
    }),
  );
  const files = new Map(layers.flat().map((item) => [item.entry.path, item]));
  return { config: await layout.document(manifest.config.digest), files, layers };
}
