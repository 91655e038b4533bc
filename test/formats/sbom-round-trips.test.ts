// What goes out in one format comes back from it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DocumentFormat, sbomFormats } from '../../src/bom/formats.ts';
import { readBom } from '../../src/bom/read.ts';
import type { Bom } from '../../src/bom/types.ts';
import { writeBom } from '../../src/bom/write.ts';
import { boms } from '../fakes/boms.ts';

const tool = { name: 'temper', version: '0.1.0' };
const formats = sbomFormats.flatMap(({ name, kind }) => (kind === 'document' && name !== 'purls' ? [name] : []));
const write = (bom: Bom, format: DocumentFormat) => [...writeBom(bom, format, tool)].join('');
const again = (bom: Bom, format: DocumentFormat) => readBom(Buffer.from(write(bom, format)), format);
const plain = (bom: Bom): unknown => JSON.parse(JSON.stringify({ ...bom, document: undefined }));

describe.each(formats)('%s', (format) => {
  test('gives back the Bom that it was written from', () => {
    fc.assert(
      fc.property(boms, (bom) => {
        expect(plain(again(bom, format))).toEqual(plain(bom));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('is the same bytes for the same Bom, and for the Bom that is read from it', () => {
    fc.assert(
      fc.property(boms, (bom) => {
        const text = write(bom, format);
        expect(write(bom, format)).toBe(text);
        expect(write(readBom(Buffer.from(text), 'x'), format)).toBe(text);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

test('any format gives back the Bom by way of any other', () => {
  fc.assert(
    fc.property(boms, fc.constantFrom(...formats), fc.constantFrom(...formats), (bom, first, second) => {
      expect(plain(again(again(bom, first), second))).toEqual(plain(bom));
    }),
    { numRuns: 100, seed: 1 },
  );
});
