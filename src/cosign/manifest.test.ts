import { describe, expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { parseImageConfig, parseManifest } from '../oci/documents.ts';
import { layerOf } from './layer.ts';
import { isSignatureReferrer, legacyLayers, legacyTag, MOST_LAYERS, withLayers } from './manifest.ts';
import { SIGNATURE_ARTIFACT_TYPE } from './types.ts';

const layer = (payload: string, signature: string) =>
  layerOf({ kind: 'signature', payload: Buffer.from(payload), signature: Buffer.from(signature) });
const manifestOf = (written: ReturnType<typeof withLayers>) => parseManifest(written?.manifest ?? Buffer.alloc(0));

describe('manifests of signatures', () => {
  test('stand under a tag of the digest', () => {
    const digest = digestOf('image');
    expect(legacyTag(digest, 'signature')).toBe(`${digest.replace(':', '-')}.sig`);
    expect(legacyTag(digest, 'attestation')).toBe(`${digest.replace(':', '-')}.att`);
  });

  test('have an image config whose diffIDs are the layers', () => {
    const layers = [layer('a', '1'), layer('b', '2')];
    const written = withLayers(undefined, layers);
    const config = parseImageConfig(written?.config ?? Buffer.alloc(0));
    expect(config.rootfs.diff_ids).toEqual(layers.map(({ digest }) => digest));
    expect(manifestOf(written).config.digest).toBe(digestOf(written?.config ?? ''));
  });

  test('keep what is there when a signature is added', () => {
    const first = manifestOf(withLayers(undefined, [layer('a', '1')]));
    const second = manifestOf(withLayers({ ...first, annotations: { kept: 'yes' } }, [layer('a', '2')]));
    expect(second.layers).toEqual([layer('a', '1'), layer('a', '2')]);
    expect(second.annotations).toEqual({ kept: 'yes' });
  });

  test('are not written for a signature that is there', () => {
    const first = manifestOf(withLayers(undefined, [layer('a', '1')]));
    expect(withLayers(first, [layer('a', '1')])).toBeUndefined();
  });

  test('give each layer once: the same payload with two signatures is two', () => {
    const layers = [layer('a', '1'), layer('a', '1'), layer('a', '2')];
    expect(legacyLayers({ layers })).toEqual([layer('a', '1'), layer('a', '2')]);
  });

  test('give nothing of other media types', () => {
    expect(legacyLayers({ layers: [{ ...layer('a', '1'), mediaType: 'text/plain' }] })).toEqual([]);
  });

  test('with more layers than are read are refused', () => {
    const layers = Array.from({ length: MOST_LAYERS + 1 }, () => layer('a', '1'));
    expect(() => legacyLayers({ layers })).toThrow(/1001 layers, 1000 are read/);
  });

  test('are known by artifact type, or by the media type of the config', () => {
    const config = { mediaType: 'text/plain', digest: digestOf(''), size: 0 };
    expect(isSignatureReferrer({ artifactType: SIGNATURE_ARTIFACT_TYPE, config })).toBe(true);
    expect(isSignatureReferrer({ config: { ...config, mediaType: SIGNATURE_ARTIFACT_TYPE } })).toBe(true);
    expect(isSignatureReferrer({ config })).toBe(false);
  });
});
