// In which order an image is put where it goes: nothing is named before all that it stands for is there.
import { cosignKinds } from '../cosign/types.ts';
import type { Digest } from '../lib/digest.ts';
import { annotations, COSIGN_IMAGE } from '../oci/types.ts';
import type { ManifestToPut } from '../repository/types.ts';
import type { CopyGraph, CopyNode, CopyTag } from './graph.ts';

/**
 * The manifests as they are put: children, the image, what hangs on it; cosign's tags; the image's own tag last.
 * @param tag under which the image is found; without one it goes by its digest
 * @param lacking what the destination has not; all unless given. What is there may still get its tag
 */
export function putOrder(
  graph: CopyGraph,
  tag: string | undefined,
  lacking: ReadonlySet<Digest> = new Set(graph.nodes.map(({ descriptor }) => descriptor.digest)),
): readonly ManifestToPut[] {
  const { root, nodes, tags } = graph;
  const isTagged = new Set(tags.map(({ digest }) => digest));
  const plain = nodes.filter(({ descriptor: { digest } }) => lacking.has(digest) && !isTagged.has(digest));
  const named = nodes.flatMap((node) =>
    tags.filter(({ digest }) => digest === node.descriptor.digest).map((one) => tagged(node, one, root)),
  );
  const image: ManifestToPut = {
    bytes: root.bytes,
    mediaType: root.descriptor.mediaType,
    tag,
    annotations: { [annotations.cosignKind]: COSIGN_IMAGE },
    listed: true,
  };
  return [...plain.map(untagged), ...named, image];
}

function untagged({ role, bytes, descriptor: { mediaType } }: CopyNode): ManifestToPut {
  return { bytes, mediaType, listed: role === 'referrer' };
}

function tagged(
  { bytes, descriptor: { mediaType }, about }: CopyNode,
  { tag }: CopyTag,
  root: CopyNode,
): ManifestToPut {
  const kind = about === root.descriptor.digest ? kindOf(tag) : undefined;
  const notes = kind === undefined ? undefined : { [annotations.cosignKind]: kind };
  return { bytes, mediaType, tag, listed: true, annotations: notes };
}

/** Cosign looks in a layout for one image's signatures: those of a platform's manifest are not marked as the image's. */
function kindOf(tag: string): string | undefined {
  if (tag.endsWith('.sig')) return cosignKinds.signature;
  return tag.endsWith('.att') ? cosignKinds.attestation : undefined;
}
