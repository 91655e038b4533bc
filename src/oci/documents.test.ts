import { expect, test } from 'vitest';
import { limits } from '../lib/limits.ts';
import {
  contentsOf,
  describe as descriptorOf,
  documentBytes,
  parseDocument,
  parseImageConfig,
  parseIndex,
  parseManifest,
} from './documents.ts';
import { mediaTypes } from './types.ts';

const blob = { mediaType: mediaTypes.layerGzip, digest: `sha256:${'1'.repeat(64)}`, size: 1 };
const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: blob, layers: [blob] };
const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [blob] };
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const withCode = (code: string, message = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });

test('tells a manifest from an index by the descriptor, its own word or its members', () => {
  expect(parseDocument(bytes(manifest), mediaTypes.manifest).kind).toBe('manifest');
  expect(parseDocument(bytes(index)).kind).toBe('index');
  expect(parseDocument(bytes({ ...index, mediaType: undefined }))).toMatchObject({
    kind: 'index',
    mediaType: mediaTypes.index,
  });
  expect(parseDocument(bytes({ ...manifest, mediaType: undefined }), mediaTypes.dockerManifest)).toMatchObject({
    kind: 'manifest',
    mediaType: mediaTypes.dockerManifest,
  });
});

test.each(['layers', 'config', 'fsLayers'])('refuses an index that also has %s', (name) => {
  const both = { ...index, [name]: [] };
  expect(() => parseDocument(bytes(both), mediaTypes.index)).toThrow(withCode('oci/ambiguous', name));
});

test('refuses a document that calls itself something else than its descriptor does', () => {
  expect(() => parseDocument(bytes(manifest), mediaTypes.index)).toThrow(withCode('oci/media-type', 'calls itself'));
  expect(() => parseDocument(bytes(manifest), mediaTypes.dockerManifest)).toThrow(withCode('oci/media-type'));
  expect(() => parseDocument(bytes({ ...manifest, mediaType: 7 }))).toThrow(withCode('oci/media-type', 'neither'));
  expect(() => parseDocument(bytes({ ...manifest, mediaType: 'text/x' }))).toThrow(withCode('oci/media-type'));
  expect(() => parseDocument(bytes({ ...index, mediaType: undefined }), mediaTypes.manifest)).toThrow(
    withCode('oci/malformed', 'config'),
  );
});

test('refuses one kind where the other was expected', () => {
  expect(() => parseManifest(bytes(index))).toThrow(withCode('oci/media-type', 'An index stands'));
  expect(() => parseIndex(bytes(manifest))).toThrow(withCode('oci/media-type', 'A manifest stands'));
});

test.each([
  ['a size below zero', { ...manifest, config: { ...blob, size: -1 } }, 'config.size'],
  ['a size with a fraction', { ...manifest, config: { ...blob, size: 1.5 } }, 'config.size'],
  ['a digest that is none', { ...manifest, layers: [{ ...blob, digest: 'sha256:../x' }] }, 'layers.0.digest'],
  ['schema version 1', { ...manifest, schemaVersion: 1 }, 'schemaVersion'],
  ['annotations that are no text', { ...manifest, annotations: { a: 1 } }, 'annotations.a'],
  ['too many layers', { ...manifest, layers: Array.from({ length: 10_001 }, () => blob) }, 'layers'],
  ['no object', [], 'as the OCI image specification has it'],
  ['null', null, 'as the OCI image specification has it'],
])('refuses a manifest with %s', (_, value, message) => {
  expect(() => parseManifest(bytes(value))).toThrow(withCode('oci/malformed', message));
});

test('refuses a document that is larger than is read', () => {
  expect(() => parseDocument(Buffer.alloc(limits.manifest + 1, 0x20))).toThrow(withCode('oci/too-large'));
  expect(() => parseImageConfig(Buffer.alloc(limits.manifest + 1, 0x20))).toThrow(withCode('oci/too-large'));
});

test('reads an image config and refuses what is none', () => {
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [blob.digest] } };
  expect(parseImageConfig(bytes({ ...config, config: { Env: null } })).rootfs.diff_ids).toEqual([blob.digest]);
  expect(() => parseImageConfig(bytes({ ...config, rootfs: undefined }))).toThrow(withCode('oci/malformed', 'rootfs'));
});

test('keeps members that it does not know, and writes the same bytes whatever their order', () => {
  const read = parseManifest(bytes({ zoo: 1, ...manifest }));
  expect(documentBytes(read)).toEqual(documentBytes({ ...manifest, zoo: 1 }));
  expect(documentBytes(read).toString()).toContain('"zoo":1');
});

test('lists what a document needs', () => {
  expect(contentsOf(parseDocument(bytes(index))).manifests).toEqual([blob]);
  expect(contentsOf(parseDocument(bytes(manifest))).blobs).toEqual([blob, blob]);
});

test('describes bytes', () => {
  expect(descriptorOf(Buffer.from('{}'), mediaTypes.empty)).toEqual({
    mediaType: mediaTypes.empty,
    digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    size: 2,
  });
});
