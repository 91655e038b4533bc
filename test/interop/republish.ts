// What somebody in between may do to an image: its manifest changed, its bundles changed, bundles hung on another image.
import { describe, parseManifest } from '../../src/oci/documents.ts';
import { annotations, type Descriptor } from '../../src/oci/types.ts';
import { publishImage } from '../../src/publish/image.ts';
import { bundleReferrer, type Referrer } from '../../src/publish/referrer.ts';
import type { BlobSource, Repository } from '../../src/repository/types.ts';

export interface Alteration {
  /** Another manifest of the same image; all bundles hang on what it gives. */
  readonly manifest?: (manifest: string) => string;
  /** Another text of each bundle. */
  readonly bundle?: (bundle: string) => string;
  /** Whether bundles go along. True unless given. */
  readonly bundles?: boolean;
}

/** Publishes a platform's image, altered, as `latest` of another repository. */
export async function republish(
  from: Repository,
  image: Descriptor,
  to: Repository,
  alteration: Alteration,
): Promise<Descriptor> {
  const same = (text: string): string => text;
  const before = (await from.manifest(image)).toString('utf8');
  const bytes = Buffer.from((alteration.manifest ?? same)(before));
  const subject = describe(bytes, image.mediaType);
  const { config, layers } = parseManifest(bytes);
  const blobs = [config, ...layers].map(({ digest, size }): BlobSource => {
    return { digest, size, open: () => from.stream({ digest, size }) };
  });
  const referrers = await Promise.all(
    (await from.referrers(image.digest)).map(async (referrer): Promise<Referrer> => {
      const [layer] = parseManifest(await from.manifest(referrer)).layers;
      if (layer === undefined) throw new Error('A referrer has no layer.');
      const bundle = (await from.blob(layer, layer.size)).toString('utf8');
      const predicateType = referrer.annotations?.[annotations.bundlePredicateType] ?? '';
      const changed = Buffer.from((alteration.bundle ?? same)(bundle));
      return bundleReferrer({ subject, bytes: changed, predicateType, created: new Date(1_700_000_000_000) });
    }),
  );
  const manifests = [{ bytes, mediaType: image.mediaType }];
  const hung = alteration.bundles === false ? [] : referrers;
  return await publishImage(to, { blobs, manifests, referrers: hung, tag: 'latest' });
}
