// Referrers and the index that stands for a registry's missing referrers API
// (distribution-spec 1.1, Listing Referrers, Referrers Tag Schema).
import { compareStrings } from '../lib/bytes.ts';
import { type Digest, hexOf } from '../lib/digest.ts';
import { describe, parseDocument } from './documents.ts';
import { type Descriptor, type Index, mediaTypes } from './types.ts';

/** The tag whose index lists the referrers of a manifest where the registry does not. */
export function fallbackTag(subject: Digest): string {
  return `sha256-${hexOf(subject)}`;
}

/** Whether a tag stands for a relation to a manifest and for no image: the fallback tag, and cosign's `sha256-HEX.sig`. */
export function isRelationTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(?:\.[a-z]{1,16})?$/.test(tag);
}

export interface Referrer {
  readonly subject: Digest;
  /** As a registry would list it: with the artifactType (else the config's media type) and the manifest's annotations. */
  readonly descriptor: Descriptor;
}

/** How a manifest is listed among the referrers of its subject; `undefined` when it has none. @throws as `parseDocument`. */
export function asReferrer(bytes: Uint8Array, mediaType?: string): Referrer | undefined {
  const document = parseDocument(bytes, mediaType);
  const body = document.kind === 'index' ? document.index : document.manifest;
  if (body.subject === undefined) return undefined;
  const config = document.kind === 'manifest' ? document.manifest.config.mediaType : undefined;
  const artifactType = body.artifactType !== undefined && body.artifactType !== '' ? body.artifactType : config;
  return {
    subject: body.subject.digest,
    descriptor: {
      ...describe(bytes, document.mediaType),
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(body.annotations === undefined ? {} : { annotations: body.annotations }),
    },
  };
}

/** Whether an entry says too little to be filtered by, as entries of cosign 3 do: the manifest itself must be read. */
export function isVague(entry: Descriptor): boolean {
  return (
    entry.artifactType === undefined ||
    entry.artifactType === '' ||
    entry.artifactType === mediaTypes.empty ||
    entry.annotations === undefined
  );
}

/** The index with these entries in it, each digest once; entries that were there stay as they stand unless they are vague. */
export function withReferrers(index: Index | undefined, entries: readonly Descriptor[]): Index {
  const listed = new Map((index?.manifests ?? []).map((entry) => [entry.digest, entry]));
  for (const entry of entries) {
    const there = listed.get(entry.digest);
    if (there === undefined || isVague(there)) listed.set(entry.digest, entry);
  }
  return { ...index, schemaVersion: 2, mediaType: mediaTypes.index, manifests: [...listed.values()] };
}

/** Sorted by digest, each once, and only those of `artifactType` when it is given. */
export function selectReferrers(entries: Iterable<Descriptor>, artifactType: string | undefined): Descriptor[] {
  const unique = new Map<Digest, Descriptor>();
  for (const entry of entries) {
    if (artifactType === undefined || entry.artifactType === artifactType) unique.set(entry.digest, entry);
  }
  return [...unique.values()].sort((a, b) => compareStrings(a.digest, b.digest));
}
