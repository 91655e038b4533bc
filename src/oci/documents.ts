import { type Digest, digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import type { Shape } from '../lib/shape.ts';
import { twinMember } from './twins.ts';
import { type Descriptor, ImageConfig, Index, Manifest, mediaTypes } from './types.ts';

export type Document =
  | { readonly kind: 'manifest'; readonly mediaType: string; readonly manifest: Manifest }
  | { readonly kind: 'index'; readonly mediaType: string; readonly index: Index };

const INDEX_TYPES: readonly string[] = [mediaTypes.index, mediaTypes.dockerManifestList];
const MANIFEST_TYPES: readonly string[] = [mediaTypes.manifest, mediaTypes.dockerManifest];

/** The media types of documents that are read, as an `Accept` header lists them. */
export const documentTypes: readonly string[] = [...MANIFEST_TYPES, ...INDEX_TYPES];

export function isIndexType(mediaType: string): boolean {
  return INDEX_TYPES.includes(mediaType);
}

export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.includes(mediaType);
}

/**
 * Reads a manifest or an index of at most limits.manifest bytes.
 * @param mediaType what the descriptor or the transport calls it. A document that calls itself something else, or
 * that could be read both as a manifest and as an index, is refused (image-spec 1.1, manifest.md and image-index.md,
 * `mediaType`; distribution-spec, CVE-2021-41190). Without one the document's own word counts, then its members.
 * @throws Fault `oci/too-large`, `json/malformed`, `oci/malformed`, `oci/ambiguous`, `oci/media-type`.
 */
export function parseDocument(bytes: Uint8Array, mediaType?: string): Document {
  return parse(bytes, mediaType, undefined);
}

/** @param otherwise the kind of a document that nothing says a word about */
function parse(bytes: Uint8Array, mediaType: string | undefined, otherwise: string | undefined): Document {
  const json = readJson(bytes, otherwise === mediaTypes.index ? 'The index' : 'The manifest');
  const members = typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {};
  refuseAmbiguous(members);
  const own = 'mediaType' in members ? members.mediaType : undefined;
  if (own !== undefined && mediaType !== undefined && own !== mediaType) {
    throw mediaTypeFault(`The manifest calls itself ${show(own)}, its descriptor ${show(mediaType)}.`);
  }
  const type = mediaType ?? own ?? otherwise ?? ('manifests' in members ? mediaTypes.index : mediaTypes.manifest);
  if (typeof type === 'string' && isIndexType(type)) {
    return { kind: 'index', mediaType: type, index: check(Index, json, 'The index') };
  }
  if (typeof type === 'string' && isManifestType(type)) {
    return { kind: 'manifest', mediaType: type, manifest: check(Manifest, json, 'The manifest') };
  }
  throw mediaTypeFault(`${show(type)} is neither an image manifest nor an index.`);
}

/** {@link parseDocument} where only a manifest will do. @throws Fault `oci/media-type` too when it is an index. */
export function parseManifest(bytes: Uint8Array, mediaType?: string): Manifest {
  const document = parse(bytes, mediaType, mediaTypes.manifest);
  if (document.kind !== 'manifest') throw mediaTypeFault('An index stands where a manifest was expected.');
  return document.manifest;
}

/** {@link parseDocument} where only an index will do. @throws Fault `oci/media-type` too when it is a manifest. */
export function parseIndex(bytes: Uint8Array, mediaType?: string): Index {
  const document = parse(bytes, mediaType, mediaTypes.index);
  if (document.kind !== 'index') throw mediaTypeFault('A manifest stands where an index was expected.');
  return document.index;
}

/** Reads an image config of at most limits.manifest bytes. @throws Fault `oci/too-large`, `json/malformed`, `oci/malformed`. */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  return check(ImageConfig, readJson(bytes, 'The image config'), 'The image config');
}

/** The bytes of a document: the same for the same value, keys sorted, no white space. */
export function documentBytes(document: object): Buffer {
  return Buffer.from(canonicalJson(document), 'utf8');
}

/** The descriptor of bytes that are at hand. */
export function describe(bytes: Uint8Array, mediaType: string): { mediaType: string; digest: Digest; size: number } {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** What a document needs to be whole: an index's manifests; a manifest's config and layers. A `subject` may be elsewhere. */
export function contentsOf(document: Document): { manifests: readonly Descriptor[]; blobs: readonly Descriptor[] } {
  return document.kind === 'index'
    ? { manifests: document.index.manifests, blobs: [] }
    : { manifests: [], blobs: [document.manifest.config, ...document.manifest.layers] };
}

function refuseAmbiguous(members: object): void {
  const ofManifest = ['layers', 'config', 'fsLayers'].filter((name) => name in members);
  if (ofManifest.length > 0 && 'manifests' in members) {
    throw new Fault(
      'oci/ambiguous',
      `The document has both "manifests" and "${ofManifest.join('", "')}": it could be read as two different images.`,
      'Do not use this image; it was made by a broken tool or to deceive.',
    );
  }
}

function readJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > limits.manifest) {
    throw new Fault(
      'oci/too-large',
      `${what} has ${bytes.length} bytes, more than the ${limits.manifest} that are read.`,
      'Check that the reference names an image.',
    );
  }
  const json = parseJson(bytes, what);
  const twin = twinMember(Buffer.from(bytes).toString('utf8'));
  if (twin === undefined) return json;
  throw new Fault(
    'oci/ambiguous',
    `${what} has the member ${JSON.stringify(twin.slice(0, 100))} twice: it could be read as two different images.`,
    'Do not use this image; it was made by a broken tool or to deceive.',
  );
}

function check<T>(schema: Shape<T>, json: unknown, what: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.').slice(0, 200)}`;
  throw new Fault(
    'oci/malformed',
    `${what} is not as the OCI image specification has it${where}: ${issue?.message ?? 'malformed'}.`,
    'Check that the reference names an image and that it was copied whole.',
  );
}

function show(type: unknown): string {
  return typeof type === 'string' ? `"${type.slice(0, 100).replace(/\p{Cc}/gu, '?')}"` : 'something else than a string';
}

function mediaTypeFault(message: string): Fault {
  return new Fault('oci/media-type', message, 'Check that the reference names an image and that nobody altered it.');
}
