import { describe, expect, test } from 'vitest';
import { notaryAuthority, notarySigner } from '../../test/fakes/notary.ts';
import { digestOf } from '../lib/digest.ts';
import { parseManifest } from '../oci/documents.ts';
import type { Manifest } from '../oci/types.ts';
import { notaryReferrer } from '../publish/notary-referrer.ts';
import { envelopeOf, isNotarySignature } from './manifest.ts';

const descriptor = (mediaType: string) => ({ mediaType, digest: digestOf(mediaType), size: 2 });
const older: Manifest = {
  schemaVersion: 2,
  config: descriptor('application/vnd.cncf.notary.signature'),
  layers: [descriptor('application/cose')],
  subject: descriptor('m/t'),
};

test('reads the manifest that it writes', () => {
  const { certificates } = notarySigner({ issuers: [notaryAuthority()] });
  const bytes = Buffer.from('envelope');
  const subject = { ...descriptor('m/t'), annotations: { not: 'taken over' } };
  const referrer = notaryReferrer({ subject, bytes, format: 'jws', certificates, created: new Date(0) });
  const manifest = parseManifest(referrer.manifest.bytes);
  expect(manifest).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.cncf.notary.signature',
    config: { mediaType: 'application/vnd.cncf.notary.signature', digest: digestOf('{}'), size: 2 },
    layers: [{ mediaType: 'application/jose+json', digest: digestOf(bytes), size: 8 }],
    subject: descriptor('m/t'),
    annotations: {
      'io.cncf.notary.x509chain.thumbprint#S256': JSON.stringify(certificates.map(({ der }) => digestOf(der).slice(7))),
      'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
    },
  });
  expect(envelopeOf(manifest)).toEqual({ format: 'jws', descriptor: manifest.layers[0] });
});

test('reads the older form, whose type is that of its config', () => {
  expect(isNotarySignature(older)).toBe(true);
  expect(envelopeOf(older).format).toBe('cose');
  expect(isNotarySignature({ ...older, artifactType: 'other' })).toBe(false);
});

describe('a manifest is refused', () => {
  test.each([
    ['of something else', { ...older, config: descriptor('x/y') }],
    ['without an envelope', { ...older, layers: [] }],
    ['with two envelopes', { ...older, layers: [...older.layers, ...older.layers] }],
    ['with an envelope of another type', { ...older, layers: [descriptor('application/json')] }],
  ])('%s', (_, manifest) => {
    expect(() => envelopeOf(manifest)).toThrow(expect.objectContaining({ code: 'notary/manifest' }));
  });
});
