// Reads the merged files of an image from its layers, as they arrive.
import { MergedView } from '../image/merged.ts';
import { decompressStream } from '../lib/decompress.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { pathText } from '../lib/bytes.ts';
import { limits } from '../lib/limits.ts';
import type { ReadImage } from './verify.ts';

/** {@link ReadImage} for gzip, zstd and plain layers; each diffID is held against the config. */
export const readImage: ReadImage = async (manifest, config, repository) => {
  const expected = config.rootfs.diff_ids;
  if (expected.length !== manifest.layers.length) {
    return {
      kind: 'refuted',
      reason: `the config lists ${expected.length} layers and the manifest ${manifest.layers.length}`,
    };
  }
  const view = new MergedView();
  for (const [i, layer] of manifest.layers.entries()) {
    const what = `The layer ${layer.digest}`;
    if (layer.mediaType.includes('encrypted'))
      return { kind: 'refuted', reason: `the layer ${layer.digest} is encrypted` };
    try {
      const { diffId } = await view.layer(decompressStream(repository.stream(layer), limits.layerContent, what));
      if (diffId !== expected[i])
        return {
          kind: 'refuted',
          reason: `the layer ${layer.digest} unpacks to ${diffId}, but the config says ${expected[i] ?? 'nothing'}`,
        };
    } catch (fault) {
      // What the repository throws passes: it has its own check.
      if (fault instanceof Fault && /^(tar|compression|image)\//.test(fault.code))
        return { kind: 'refuted', reason: messageOf(fault).replace(/\.$/, '') };
      throw fault;
    }
  }
  return {
    kind: 'files',
    files: [...view.files.values()]
      .filter(({ entry }) => entry.kind !== 'directory')
      .map(({ entry, sha256, size }) => ({
        path: pathText(entry.path),
        kind: entry.kind === 'character-device' || entry.kind === 'block-device' ? 'device' : entry.kind,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        sha256,
        size,
        target: entry.target === undefined ? undefined : pathText(entry.target),
      })),
  };
};
