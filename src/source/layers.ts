// Layers as they lie somewhere, and those that cannot be read (image-spec 1.1, layer.md; ocicrypt's media types).
import { Fault } from '../lib/faults.ts';
import type { Digest } from '../lib/digest.ts';
import type { Descriptor } from '../oci/types.ts';
import type { ImagePlace } from './images.ts';
import type { SourceLayer, StreamOptions } from './types.ts';

/** `…layer.v1.tar+gzip`, `…layer.nondistributable.v1.tar+zstd`, `…image.rootfs.diff.tar.gzip`, `…tar+gzip+encrypted` */
const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1\.tar|docker\.image\.rootfs(?:\.foreign)?\.diff\.tar)(?:[.+](?:gzip|zstd|encrypted))*$/;

/** A layer of a manifest; its bytes are asked for when it is read. */
export function layerAt(place: ImagePlace, descriptor: Descriptor, diffId: Digest): SourceLayer {
  const { digest, mediaType, size } = descriptor;
  return { diffId, digest, mediaType, size, stream: (options) => streamLayer(place, descriptor, options) };
}

async function* streamLayer(
  place: ImagePlace,
  descriptor: Descriptor,
  options: StreamOptions | undefined,
): AsyncGenerator<Uint8Array> {
  const { digest, mediaType } = descriptor;
  if (mediaType.includes('encrypted')) {
    const sentence = `The layer ${digest} of ${place.name} is encrypted.`;
    throw new Fault('image/encrypted', sentence, 'Decrypt the image first, with a key that it is encrypted for.');
  }
  if (!LAYER.test(mediaType)) {
    const shown = mediaType.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
    const sentence = `The layer ${digest} of ${place.name} is no tar but "${shown}".`;
    throw new Fault('image/layer-type', sentence, 'Name an image of a container; this is something else.');
  }
  if (isForeign(descriptor) && !(await place.has(descriptor))) throw foreign(place, descriptor);
  yield* place.raw(descriptor, options);
}

function isForeign({ mediaType, urls }: Descriptor): boolean {
  return mediaType.includes('foreign') || mediaType.includes('nondistributable') || (urls?.length ?? 0) > 0;
}

function foreign(place: ImagePlace, { digest, urls }: Descriptor): Fault {
  const host = URL.parse(urls?.[0] ?? '')?.host.slice(0, 100);
  const elsewhere = host === undefined ? 'elsewhere' : `at ${host}`;
  return new Fault(
    'image/foreign',
    `The layer ${digest} is not in ${place.name}: its image says that it is kept ${elsewhere}, which is not asked.`,
    'Copy the image with its foreign layers into a layout folder, and name that.',
  );
}
