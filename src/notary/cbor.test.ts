import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../lib/faults.ts';
import { type Cbor, CborTag, readCbor, writeCbor } from './cbor.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('reading', () => {
  // RFC 8949, Appendix A.
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3903e7', -1000],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['62c3bc', 'ü'],
    ['80', []],
    ['83010203', [1, 2, 3]],
    ['c11a514b67b0', new CborTag(1, 1_363_896_240)],
    [
      'a201020304',
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
  ] as const)('reads %s and writes it again', (text, value) => {
    expect(readCbor(hex(text))).toEqual(value);
    expect(writeCbor(value).toString('hex')).toBe(text);
  });

  test.each([
    ['nothing', '', 'cut short'],
    ['bytes that are cut short', '4401', 'cut short'],
    ['an array of more items than bytes', '9bffffffffffffffff', 'beyond 2^53'],
    ['an array of four thousand million items', '9affffffff', 'cut short'],
    ['what follows', '0000', 'something follows'],
    ['a number that is too long', '1817', 'not as short'],
    ['a length that is too long', '590001 00', 'not as short'],
    ['a length of four bytes for two', 'ba0000ffff', 'not as short'],
    ['an item of indefinite length', '5f4101ff', 'indefinite'],
    ['a float', 'f93c00', 'float'],
    ['undefined', 'f7', 'simple value'],
    ['a key twice', 'a2 01 02 01 03', 'stands there twice'],
    ['a key that is an array', 'a1 80 01', 'no number and no text'],
    ['a text that is not UTF-8', '61ff', 'not UTF-8'],
    ['what nests deep', `${'81'.repeat(2000)}00`, 'nests deeper'],
    ['reserved lengths', '1c', 'indefinite'],
    ['the largest negative number', '3bffffffffffffffff', 'beyond 2^53'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => readCbor(hex(text))).toThrow(
      expect.objectContaining({ code: 'notary/malformed', message: expect.stringContaining(reason) as string }),
    );
  });

  test('takes any bytes for CBOR or refuses them', () => {
    const length = (bytes: Uint8Array): number => {
      try {
        return writeCbor(readCbor(bytes)).length;
      } catch (fault) {
        if (fault instanceof Fault) return bytes.length;
        throw fault;
      }
    };
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => length(bytes) === bytes.length);
    expect(() => {
      fc.assert(property);
    }).not.toThrow();
  });
});

test('keys are written in the order of their bytes, whatever order they came in', () => {
  const map = new Map<number | string, Cbor>([
    ['bb', 1],
    ['aaa', 2],
    [-1, 3],
    [33, 4],
    [2, 5],
  ]);
  expect(writeCbor(map).toString('hex')).toBe('a502051821042003626262016361616102');
});
