// Signatures and attestations under cosign's tags: layers behind those of others, in a manifest that others write, too.
import { legacyTag, type WrittenManifest, withLayers } from '../cosign/manifest.ts';
import { cosignKinds, type LegacyKind } from '../cosign/types.ts';
import { type Digest, digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseManifest } from '../oci/documents.ts';
import { annotations, type Descriptor, type Manifest } from '../oci/types.ts';
import type { Repository } from '../repository/types.ts';
import { blobOf } from './referrer.ts';

/** How often it is tried to add layers while others overwrite the tag. */
const MOST_TRIES = 12;

export interface TaggedLayers {
  readonly subject: Digest;
  readonly kind: LegacyKind;
  readonly layers: readonly { readonly descriptor: Descriptor; readonly payload: Buffer }[];
  /** In a layout: whether cosign is to find them there, which looks at one image of a layout only. */
  readonly marked: boolean;
  /** Whether a layer that is there gives way to the new ones. */
  readonly gives?: ((layer: Descriptor) => boolean) | undefined;
}

/**
 * Adds layers under the tag of a manifest: reads, writes, reads again, and begins anew when somebody else wrote meanwhile, as
 * registries have no conditional write.
 * @returns the digest of the manifest that holds them all
 * @throws Fault `publish/contended` when others keep overwriting it, `oci/…` when something else stands under the tag, and what the
 * repository throws
 */
export async function publishTagged(repository: Repository, tagged: TaggedLayers): Promise<Digest> {
  const tag = legacyTag(tagged.subject, tagged.kind);
  for (const { payload } of tagged.layers) await repository.putBlob(blobOf(payload));
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const before = await tagNow(repository, tag);
    const written = writtenAfter(before?.manifest, tagged);
    if (written === undefined) return before?.digest ?? `sha256:`;
    await put(repository, tag, written, tagged);
    const after = await tagNow(repository, tag);
    if (after !== undefined && withLayers(after.manifest, tagged.layers.map(descriptorOf)) === undefined) {
      return after.digest;
    }
  }
  throw new Fault(
    'publish/contended',
    `The tag ${tag} in ${repository.name} is overwritten by somebody else again and again.`,
    'Sign again when nobody else signs this image.',
  );
}

function writtenAfter(before: Manifest | undefined, { layers, gives }: TaggedLayers): WrittenManifest | undefined {
  const kept = before?.layers.filter((layer) => gives?.(layer) !== true);
  const base = before === undefined || kept === undefined ? undefined : { ...before, layers: kept };
  return withLayers(base, layers.map(descriptorOf));
}

function descriptorOf({ descriptor }: TaggedLayers['layers'][number]): Descriptor {
  return descriptor;
}

async function put(
  repository: Repository,
  tag: string,
  { manifest, mediaType, config }: WrittenManifest,
  { marked, kind }: TaggedLayers,
): Promise<void> {
  await repository.putBlob(blobOf(config));
  const kinds = marked ? { annotations: { [annotations.cosignKind]: cosignKinds[kind] } } : {};
  await repository.putManifests([{ bytes: manifest, mediaType, tag, listed: true, ...kinds }]);
}

async function tagNow(
  repository: Repository,
  tag: string,
): Promise<{ readonly digest: Digest; readonly manifest: Manifest } | undefined> {
  try {
    const descriptor = await repository.resolve(tag);
    const bytes = await repository.manifest(descriptor);
    return { digest: digestOf(bytes), manifest: parseManifest(bytes, descriptor.mediaType) };
  } catch (fault) {
    if (fault instanceof Fault && fault.code === 'repository/not-found') return undefined;
    throw fault;
  }
}
