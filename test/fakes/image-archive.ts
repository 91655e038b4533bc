// Archives of images, whole or broken, in memory.
import { bytePath } from '../../src/lib/bytes.ts';
import { type Digest, digestOf, hexOf } from '../../src/lib/digest.ts';
import type { EntryKind } from '../../src/lib/tar.ts';
import { TAR_END, tarHeader, tarPadding } from '../../src/lib/tar-write.ts';
import { annotations, mediaTypes } from '../../src/oci/types.ts';

export interface FakeEntry {
  readonly path: string;
  readonly content?: Buffer | string;
  readonly kind?: EntryKind;
  readonly target?: string;
  /** 0o644 unless given. */
  readonly mode?: number;
  /** Stated in the header instead of the content's size. */
  readonly size?: number;
}

export function fakeTar(entries: readonly FakeEntry[], end = TAR_END): Buffer {
  const parts = entries.flatMap(({ path, content = '', kind = 'file', target, size, mode = 0o644 }) => {
    const bytes = Buffer.from(content);
    const owner = { mode, uid: 0, gid: 0, mtime: 0 };
    const header = tarHeader({ path: bytePath(path), kind, target, size: size ?? bytes.length, ...owner });
    return [header, bytes, tarPadding(bytes.length)];
  });
  return Buffer.concat([...parts, end]);
}

export interface FakeArchiveImage {
  readonly config: Buffer;
  readonly configDigest: Digest;
  /** Plain tars. */
  readonly layers: readonly Buffer[];
  readonly diffIds: readonly Digest[];
}

/** An image with one layer for each text, which is its only file's content. */
export function fakeArchiveImage(texts: readonly string[] = ['a', 'b'], platform = 'linux/amd64'): FakeArchiveImage {
  const layers = texts.map((text, i) => [{ path: `file-${i}`, content: text }]);
  return fakeImageOf(layers, { platform });
}

export interface FakeImageFacts {
  /** linux/amd64 unless given. */
  readonly platform?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** ISO 8601 */
  readonly created?: string;
  /** What is run, as the image's config has it; none unless given. */
  readonly config?: object;
}

/** An image of layers, the lowest first. */
export function fakeImageOf(
  entries: readonly (readonly FakeEntry[])[],
  { platform = 'linux/amd64', labels, created, config: run }: FakeImageFacts = {},
): FakeArchiveImage {
  const layers = entries.map((layer) => fakeTar(layer));
  const diffIds = layers.map((layer) => digestOf(layer));
  const [os, architecture, variant] = platform.split('/');
  const facts = { os, architecture, variant, created, rootfs: { type: 'layers', diff_ids: diffIds } };
  const config = Buffer.from(
    JSON.stringify({ ...facts, config: labels === undefined ? (run ?? null) : { ...run, Labels: labels } }),
  );
  return { config, configDigest: digestOf(config), layers, diffIds };
}

const json = (value: unknown): string => JSON.stringify(value);

/** Docker's old layout: a folder for each layer, a later layer of the same content a link to the first one's. */
export function oldDockerEntries(image: FakeArchiveImage, tags: readonly string[] | null = ['node:20']): FakeEntry[] {
  const folders = image.layers.map((_, i) => hexOf(digestOf(`layer ${i}`)));
  const entries = image.layers.flatMap((layer, i): FakeEntry[] => {
    const first = image.diffIds.indexOf(image.diffIds[i] ?? 'sha256:');
    const path = `${folders[i]}/layer.tar`;
    return [
      { path: `${folders[i]}/VERSION`, content: '1.0' },
      { path: `${folders[i]}/json`, content: '{}' },
      first === i ? { path, content: layer } : { path, kind: 'symlink', target: `../${folders[first]}/layer.tar` },
    ];
  });
  const config = `${hexOf(image.configDigest)}.json`;
  const manifest = [{ Config: config, RepoTags: tags, Layers: folders.map((folder) => `${folder}/layer.tar`) }];
  return [
    ...entries,
    { path: config, content: image.config },
    { path: 'manifest.json', content: json(manifest) },
    { path: 'repositories', content: '{}' },
  ];
}

const blob = (content: Buffer | string): FakeEntry => ({ path: `blobs/sha256/${hexOf(digestOf(content))}`, content });
const describe = (content: Buffer | string, mediaType: string) => ({
  mediaType,
  digest: digestOf(content),
  size: Buffer.from(content).length,
});

export interface FakeManifest {
  readonly bytes: string;
  readonly digest: Digest;
  readonly descriptor: { readonly mediaType: string; readonly digest: Digest; readonly size: number };
  readonly entries: readonly FakeEntry[];
}

export function fakeManifest(image: FakeArchiveImage, layerType: string = mediaTypes.layer): FakeManifest {
  const layers = image.layers.map((layer) => describe(layer, layerType));
  const config = describe(image.config, mediaTypes.config);
  const bytes = json({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers });
  const descriptor = describe(bytes, mediaTypes.manifest);
  return {
    bytes,
    digest: descriptor.digest,
    descriptor,
    entries: [blob(bytes), blob(image.config), ...image.layers.map(blob)],
  };
}

/** An index of manifests, some of which need not be there. */
export function fakeIndex(manifests: readonly object[]): { entry: FakeEntry; descriptor: ReturnType<typeof describe> } {
  const bytes = json({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  return { entry: blob(bytes), descriptor: describe(bytes, mediaTypes.index) };
}

export function layoutEntries(listed: readonly object[], blobs: readonly FakeEntry[]): FakeEntry[] {
  return [
    { path: 'blobs', kind: 'directory' },
    ...new Map(blobs.map((entry) => [entry.path, entry])).values(),
    { path: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', content: json({ schemaVersion: 2, manifests: listed }) },
  ];
}

export const tagged = (descriptor: object, tag: string): object => ({
  ...descriptor,
  annotations: { [annotations.refName]: tag },
});

/** What `docker save` writes since version 25: a layout and a manifest.json. */
export function hybridEntries(image: FakeArchiveImage, tag = 'node:20'): FakeEntry[] {
  const manifest = fakeManifest(image);
  const path = (digest: Digest): string => `blobs/sha256/${hexOf(digest)}`;
  const saved = [{ Config: path(image.configDigest), RepoTags: [tag], Layers: image.diffIds.map(path) }];
  return [
    ...layoutEntries([tagged(manifest.descriptor, tag)], manifest.entries),
    { path: 'manifest.json', content: json(saved) },
  ];
}
