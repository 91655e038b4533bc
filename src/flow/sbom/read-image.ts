// Reads the merged files of an image from its layers, as they arrive.
import { LayerBudget, MergedView, type ReadLayer, readLayer } from '../../image/merged.ts';
import { pathText } from '../../lib/bytes.ts';
import { decompressStream } from '../../lib/decompress.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { inParallel } from '../../lib/parallel.ts';
import type { Descriptor } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';
import type { ClaimedFile } from '../../verify/content.ts';
import type { ReadImage } from '../verification/verify.ts';

/** Layers that are decompressed at once. */
const PARALLEL = 3;

/** {@link ReadImage} for gzip, zstd and plain layers; each diffID is held against the config. */
export const readImage: ReadImage = async (manifest, config, repository) => {
  const expected = config.rootfs.diff_ids;
  const { layers } = manifest;
  if (expected.length !== layers.length) {
    return { kind: 'refuted', reason: `the config lists ${expected.length} layers and the manifest ${layers.length}` };
  }
  try {
    const budget = new LayerBudget();
    const read = await inParallel(layers, PARALLEL, async (layer) => await readOne(layer, repository, budget));
    const wrong = read.findIndex(({ diffId }, i) => diffId !== expected[i]);
    if (wrong >= 0) {
      const reason = `the layer ${layers[wrong]?.digest ?? ''} unpacks to ${read[wrong]?.diffId ?? ''}, but the config says ${expected[wrong] ?? ''}`;
      return { kind: 'refuted', reason };
    }
    return { kind: 'files', files: filesOf(read) };
  } catch (fault) {
    // What the repository throws passes: it has its own check.
    if (!(fault instanceof Fault) || !/^(tar|compression|image)\//.test(fault.code)) throw fault;
    return { kind: 'refuted', reason: messageOf(fault).replace(/\.$/, '') };
  }
};

async function readOne(layer: Descriptor, repository: Repository, budget: LayerBudget): Promise<ReadLayer> {
  if (layer.mediaType.includes('encrypted')) {
    throw new Fault('image/encrypted', `The layer ${layer.digest} is encrypted.`, 'Decrypt the image first.');
  }
  const content = decompressStream(repository.stream(layer), limits.layerContent, `The layer ${layer.digest}`);
  return await readLayer(content, budget);
}

function filesOf(layers: readonly ReadLayer[]): ClaimedFile[] {
  const view = new MergedView();
  for (const layer of layers) view.apply(layer);
  return [...view.files.values()]
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
    }));
}
