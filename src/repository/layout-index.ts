// What a layout's index.json lists (image-spec 1.1, image-layout.md; DESIGN: the image by its tag, referrers untagged).
import { Fault } from '../lib/faults.ts';
import { describe } from '../oci/documents.ts';
import { asReferrer } from '../oci/referrers.ts';
import { annotations, type Descriptor, type Index, mediaTypes } from '../oci/types.ts';
import type { ManifestToPut } from './types.ts';

export const emptyIndex: Index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] };

export function tagOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[annotations.refName];
}

/** The one entry with this tag. @throws Fault `layout/ambiguous` when there are several that differ. */
export function findTag(index: Index, tag: string, name: string): Descriptor | undefined {
  const found = index.manifests.filter((entry) => tagOf(entry) === tag);
  if (new Set(found.map((entry) => entry.digest)).size > 1) {
    throw new Fault(
      'layout/ambiguous',
      `${name} lists ${found.length} different images as "${tag}".`,
      'Name one of them by its digest: DIR@sha256:…',
    );
  }
  return found[0];
}

const COSIGN = 'dev.cosignproject.cosign/';
/** By the ending of the tag that it has in a registry, what `cosign save` calls a manifest. */
const KINDS: Readonly<Record<string, string>> = { sig: `${COSIGN}sigs`, att: `${COSIGN}atts` };
const IMAGES: ReadonlySet<string | undefined> = new Set([`${COSIGN}image`, `${COSIGN}imageIndex`]);

/**
 * What cosign would look for under a tag `sha256-….sig` or `….att` in a registry, and saves without a tag: marked as signatures or
 * attestations, beside the one image that they are of.
 */
export function findMarked({ manifests }: Index, tag: string): Descriptor | undefined {
  const [, hex, ending = ''] = /^sha256-([0-9a-f]{64})\.(sig|att)$/.exec(tag) ?? [];
  const kindOf = ({ annotations: notes }: Descriptor): string | undefined => notes?.[annotations.cosignKind];
  const images = new Set(manifests.filter((entry) => IMAGES.has(kindOf(entry))).map(({ digest }) => digest));
  if (hex === undefined || images.size !== 1 || !images.has(`sha256:${hex}`)) return undefined;
  return manifests.find((entry) => tagOf(entry) === undefined && kindOf(entry) === KINDS[ending]);
}

/** Whether an entry is marked as what cosign says of an image. */
export function isCosignMark({ annotations: notes }: Descriptor): boolean {
  return Object.values(KINDS).includes(notes?.[annotations.cosignKind] ?? '');
}

/** The entry under which a manifest is listed: an image with its tag and annotations, a referrer as registries list it. */
export function entryOf(manifest: ManifestToPut): Descriptor {
  const listed: Descriptor =
    asReferrer(manifest.bytes, manifest.mediaType)?.descriptor ?? describe(manifest.bytes, manifest.mediaType);
  const notes = {
    ...listed.annotations,
    ...manifest.annotations,
    ...(manifest.tag === undefined ? {} : { [annotations.refName]: manifest.tag }),
  };
  const { annotations: _, ...rest } = listed;
  return Object.keys(notes).length === 0 ? rest : { ...rest, annotations: notes };
}

/** The index with these entries; a tag names one image only, and what it named before loses it. */
export function withEntries(index: Index, entries: readonly Descriptor[]): Index {
  let manifests = [...index.manifests];
  for (const entry of entries) {
    const tag = tagOf(entry);
    const same = (other: Descriptor): boolean => other.digest === entry.digest && tagOf(other) === tag;
    const at = manifests.findIndex(same);
    if (tag === undefined) {
      // Listed already, tagged or not: once is enough.
      if (manifests.some((other) => other.digest === entry.digest)) continue;
      manifests.push(entry);
      continue;
    }
    if (at >= 0) manifests[at] = entry;
    manifests = manifests.filter(
      (other, i) =>
        i === at || !(tagOf(other) === tag || (other.digest === entry.digest && tagOf(other) === undefined)),
    );
    if (at < 0) manifests.push(entry);
  }
  return { ...index, manifests };
}
