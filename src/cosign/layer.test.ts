import { describe, expect, test } from 'vitest';
import { CODE_SIGNING, extensions, fakeIssuer, fakeKey, issue } from '../../test/fakes/authority.ts';
import { digestOf } from '../lib/digest.ts';
import { kindOfLayer, type LayerToWrite, layerOf, readLayer } from './layer.ts';
import { cosignAnnotations, cosignMediaTypes } from './types.ts';

const PAYLOAD = Buffer.from('{}');
const WINDOW = [1_800_000_000, 1_900_000_000] as const;
const root = fakeIssuer('root', WINDOW);
const between = fakeIssuer('between', WINDOW, root);
const leaf = issue(between, {
  spki: fakeKey().spki,
  notBefore: WINDOW[0],
  notAfter: WINDOW[1],
  extensions: [extensions.purpose(CODE_SIGNING)],
});
const promised = {
  logIndex: '7',
  logId: { keyId: Buffer.alloc(32, 9).toString('base64') },
  integratedTime: '1800000000',
  inclusionPromise: { signedEntryTimestamp: 'c2V0' },
  canonicalizedBody: 'Ym9keQ==',
};
const full = {
  kind: 'signature',
  payload: PAYLOAD,
  signature: Buffer.from('signature'),
  certificate: leaf,
  chain: [between.certificate, root.certificate],
  logEntry: promised,
  timestamp: Buffer.from('stamp'),
} satisfies LayerToWrite;
const noted = (name: string, value: string) => {
  const layer = layerOf(full);
  return { ...layer, annotations: { ...layer.annotations, [name]: value } };
};

describe('layers of signatures', () => {
  test('are read as they were written, without the root that came along', () => {
    expect(readLayer(layerOf(full), PAYLOAD)).toEqual({
      kind: 'signature',
      blob: digestOf(PAYLOAD),
      payload: PAYLOAD,
      signature: Buffer.from('signature'),
      certificate: leaf,
      chain: [between.certificate],
      logEntry: promised,
      timestamp: Buffer.from('stamp'),
    });
  });

  test('have nothing but the signature where there is nothing else', () => {
    const { annotations } = layerOf({ kind: 'signature', payload: PAYLOAD, signature: Buffer.from('s') });
    expect(annotations).toEqual({ [cosignAnnotations.signature]: 'cw==' });
  });

  test('of attestations say their predicate type and an empty signature', () => {
    const layer = layerOf({ kind: 'attestation', payload: PAYLOAD, predicateType: 'https://x.example/p' });
    expect(layer.mediaType).toBe(cosignMediaTypes.envelope);
    expect(layer.annotations).toEqual({ [cosignAnnotations.signature]: '', predicateType: 'https://x.example/p' });
    expect(readLayer(layer, PAYLOAD)).toMatchObject({ kind: 'attestation', predicateType: 'https://x.example/p' });
  });

  test('cannot carry an entry of a log that promises nothing', () => {
    const { inclusionPromise: _, ...proven } = promised;
    expect(() => layerOf({ ...full, logEntry: proven })).toThrow(expect.objectContaining({ code: 'cosign/log-entry' }));
  });

  test('of other media types hold nothing', () => {
    expect(kindOfLayer({ mediaType: 'application/octet-stream' })).toBeUndefined();
    expect(() => readLayer({ ...layerOf(full), mediaType: 'text/plain' }, PAYLOAD)).toThrow(/media type/);
  });

  test.each([
    [cosignAnnotations.signature, '', /signature is missing/],
    [cosignAnnotations.signature, '****', /no base64/],
    [cosignAnnotations.signature, 'cw', /no base64/],
    [cosignAnnotations.certificate, 'not PEM', /no certificate in PEM/],
    [cosignAnnotations.certificate, '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----', /certificate/],
    [cosignAnnotations.chain, 'x'.repeat(300_000), /too long/],
    [cosignAnnotations.bundle, '{}', /SignedEntryTimestamp/],
    [cosignAnnotations.bundle, '{', /not valid JSON/],
    [cosignAnnotations.bundle, 'x'.repeat(2_000_000), /too long/],
    [cosignAnnotations.timestamp, '{"SignedRFC3161Timestamp":"*"}', /no base64/],
    [cosignAnnotations.timestamp, '{"SignedRFC3161Timestamp":""}', /no base64/],
    [cosignAnnotations.timestamp, 'null', /timestamp/],
  ])('with a broken %s are refused', (name, value, reason) => {
    expect(() => readLayer(noted(name, value), PAYLOAD)).toThrow(reason);
  });

  test('without annotations are refused', () => {
    const { annotations: _, ...bare } = layerOf(full);
    expect(() => readLayer(bare, PAYLOAD)).toThrow(expect.objectContaining({ code: 'cosign/malformed' }));
  });
});
