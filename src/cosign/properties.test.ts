import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeIssuer } from '../../test/fakes/authority.ts';
import { certificatePem } from '../x509/pem.ts';
import { digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { layerOf, readLayer } from './layer.ts';
import { parseSimpleSigning, simpleSigningBytes } from './payload.ts';
import { cosignAnnotations, cosignMediaTypes } from './types.ts';

const certificate = fakeIssuer('root', [1_800_000_000, 1_900_000_000]).certificate;
/** What a reader throws that is no fault. */
const defectOf = (read: () => unknown): unknown => {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof Fault ? undefined : error;
  }
};
/** One character of a text is another. */
const mutated = (text: string) =>
  fc
    .tuple(fc.nat(text.length - 1), fc.string({ unit: 'binary', maxLength: 2 }))
    .map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1));

const payload = simpleSigningBytes({ reference: 'r/a', digest: digestOf('image'), optional: { a: 'b' } });
const written = layerOf({
  kind: 'signature',
  payload,
  signature: Buffer.from('s'),
  certificate,
  chain: [certificate],
  timestamp: Buffer.from('t'),
  logEntry: {
    logIndex: '1',
    logId: { keyId: Buffer.alloc(32).toString('base64') },
    integratedTime: '1',
    inclusionPromise: { signedEntryTimestamp: 'c2V0' },
    canonicalizedBody: 'e30=',
  },
});

describe('whatever stands in a layer', () => {
  test.each([
    ['any JSON', fc.json()],
    ['an altered payload', mutated(payload.toString())],
  ])('%s is read or refused as a payload', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(defectOf(() => parseSimpleSigning(Buffer.from(text)))).toBeUndefined();
      }),
    );
  });

  test('what is written is read back', () => {
    const words = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), words, (reference, optional) => {
        fc.pre(
          new Set(Object.keys(optional).map((name) => name.toUpperCase().toLowerCase())).size ===
            Object.keys(optional).length,
        );
        const read = parseSimpleSigning(simpleSigningBytes({ reference, digest: digestOf('x'), optional }));
        expect([read.reference, Object.fromEntries(read.optional)]).toEqual([
          reference.toWellFormed(),
          { ...optional },
        ]);
      }),
    );
  });

  test('a word named __proto__ is one like others', () => {
    const bytes = Buffer.from(simpleSigningBytes({ reference: '', digest: digestOf('x'), optional: {} }));
    const said = bytes.toString().replace('"optional":null', '"optional":{"__proto__":"said"}');
    expect([...parseSimpleSigning(Buffer.from(said)).optional]).toEqual([['__proto__', 'said']]);
  });

  test.each(Object.values(cosignAnnotations))('the annotation %s is read or refused', (name) => {
    const value = written.annotations?.[name] ?? certificatePem(certificate);
    fc.assert(
      fc.property(fc.oneof(mutated(value), fc.json(), fc.string()), (text) => {
        const layer = { ...written, annotations: { ...written.annotations, [name]: text } };
        expect(defectOf(() => readLayer(layer, payload))).toBeUndefined();
      }),
    );
  });

  test('other media types are refused', () => {
    fc.assert(
      fc.property(fc.string(), (mediaType) => {
        fc.pre(!Object.values(cosignMediaTypes).some((known) => known === mediaType));
        expect(() => readLayer({ ...written, mediaType }, payload)).toThrow(Fault);
      }),
    );
  });
});
