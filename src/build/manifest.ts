// The OCI manifest of a platform and the index over them (image-spec, manifest.md, image-index.md).
import type { Descriptor } from '../oci/types.ts';
import { mediaTypes } from '../oci/types.ts';
import type { CompressionChoice } from '../lib/compress.ts';
import { digestOf } from '../lib/digest.ts';
import { canonicalJson } from '../lib/json.ts';
import type { WrittenLayer } from './layer.ts';

export interface Described {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
}

function described(mediaType: string, value: unknown): Described {
  const bytes = Buffer.from(canonicalJson(value));
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } };
}

function some(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  return Object.keys(annotations).length === 0 ? undefined : annotations;
}

export function imageManifest(
  config: Buffer,
  layers: readonly Pick<WrittenLayer, 'digest' | 'size'>[],
  format: CompressionChoice['format'],
  annotations: Readonly<Record<string, string>>,
): Described {
  return described(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: digestOf(config), size: config.length },
    layers: layers.map(({ digest, size }) => ({
      mediaType: format === 'gzip' ? mediaTypes.layerGzip : mediaTypes.layerZstd,
      digest,
      size,
    })),
    annotations: some(annotations),
  });
}

/** @param platforms each platform's name with its manifest's descriptor, in the order of the index */
export function imageIndex(
  platforms: readonly { readonly platform: string; readonly descriptor: Descriptor }[],
  annotations: Readonly<Record<string, string>>,
): Described {
  return described(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: platforms.map(({ platform, descriptor }) => {
      const [os, architecture] = platform.split('/');
      return { ...descriptor, platform: { os, architecture } };
    }),
    annotations: some(annotations),
  });
}
