// One platform of an image.
import { hostPlatform } from '../../io/environment.ts';
import { limits } from '../../lib/limits.ts';
import { parseDocument, parseImageConfig } from '../../oci/documents.ts';
import type { Descriptor } from '../../oci/types.ts';
import type { ReadRepository } from '../../repository/types.ts';
import { platformOf, shownPlatform } from '../../source/images.ts';
import { choosePlatforms } from '../../source/platform.ts';

/**
 * What is copied: all, or the manifest of one platform, without the index that lists it.
 * @throws Fault `source/platform` where there is no image for it; faults of the repository
 */
export async function platformRoot(
  repository: ReadRepository,
  root: Descriptor,
  asked: string | undefined,
): Promise<{ readonly root: Descriptor; readonly notes: readonly string[] }> {
  if (asked === undefined || asked === 'all') return { root, notes: [] };
  const document = parseDocument(await repository.manifest(root), root.mediaType);
  const choice = { asked, host: hostPlatform() };
  const named = { name: repository.name, absent: [] };
  if (document.kind === 'manifest') {
    const config = parseImageConfig(await repository.blob(document.manifest.config, limits.manifest));
    choosePlatforms([{ platform: shownPlatform(platformOf(config)) }], choice, named);
    return { root, notes: [] };
  }
  const items = document.index.manifests.flatMap((descriptor) =>
    descriptor.platform === undefined ? [] : [{ descriptor, platform: shownPlatform(descriptor.platform) }],
  );
  const [chosen] = choosePlatforms(items, choice, named);
  if (chosen === undefined) return { root, notes: [] };
  const note = `Only ${chosen.platform} is copied: not the index ${root.digest}, nor what hangs on it or on other platforms.`;
  return { root: chosen.descriptor, notes: [note] };
}
