import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../lib/faults.ts';
import { parseCertificate } from './certificate.ts';
import { DerList, partsOf, readDer, tags, writeDer } from './der.ts';
import { booleanOf, hasBit, integerOf, oidOf, smallIntegerOf, timeOf } from './values.ts';

const der = (hex: string) => readDer(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 'the thing');

test.each([
  ['cut short', '30 03 01', 'The thing is malformed: it is cut short'],
  ['of nothing', '', 'it is cut short'],
  ['followed by something', '05 00 00', 'something follows its end'],
  ['of an indefinite length', '30 80 00 00', 'a length is not DER'],
  ['with a length that is too long', '04 81 01 00', 'a length is not as short as it can be'],
  ['with a padded length', '04 82 00 80', 'a length is not as short as it can be'],
  ['of gigabytes that are not there', '04 84 7f ff ff ff 00', 'it is cut short'],
  ['with a tag of several bytes', '1f 81 00 00', 'a tag of several bytes'],
])('refuses an element %s', (_, hex, reason) => {
  expect(() => der(hex)).toThrow(
    expect.objectContaining({ code: 'x509/malformed', message: expect.stringContaining(reason) as string }),
  );
});

test('asks for members by their tags, and for no more than there are', () => {
  const list = new DerList(der('30 06 02 01 05 01 01 ff'));
  expect(list.optional(tags.oid)).toBeUndefined();
  expect(smallIntegerOf(list.next(tags.integer))).toBe(5);
  expect(() => list.end()).toThrow('more parts than it should');
  expect(booleanOf(list.next(tags.boolean))).toBe(true);
  expect(() => list.next(tags.boolean)).toThrow('tag 1 is missing');
  expect(() => partsOf(der('04 00'))).toThrow('a primitive element');
});

test.each([
  ['06 03 2a 03 04', '1.2.3.4'],
  ['06 03 55 1d 11', '2.5.29.17'],
  ['06 0a 2b 06 01 04 01 83 bf 30 01 08', '1.3.6.1.4.1.57264.1.8'],
  ['06 02 88 37', '2.999'],
])('reads the object identifier %s', (hex, text) => {
  expect(oidOf(der(hex))).toBe(text);
});

test('refuses values that have a shorter form', () => {
  expect(() => oidOf(der('06 02 80 01'))).toThrow('padded');
  expect(() => oidOf(der('06 01 83'))).toThrow('cut short');
  expect(() => integerOf(der('02 02 00 01'))).toThrow('padded');
  expect(() => smallIntegerOf(der('02 01 ff'))).toThrow('out of range');
  expect(() => booleanOf(der('01 01 01'))).toThrow('not DER');
  expect(hasBit(der('03 02 07 80'), 0)).toBe(true);
  expect(hasBit(der('03 02 05 a0'), 1)).toBe(false);
});

const timed = (tag: number, text: string): number => timeOf(readDer(writeDer(tag, Buffer.from(text)), 'the thing'));

test('reads times in seconds, a fraction kept', () => {
  expect(timed(tags.utcTime, '491231235959Z')).toBe(Date.UTC(2049, 11, 31, 23, 59, 59) / 1000);
  expect(timed(tags.utcTime, '500101000000Z')).toBe(Date.UTC(1950, 0, 1) / 1000);
  expect(timed(tags.generalizedTime, '20270115080000.25Z')).toBe(1_800_000_000.25);
  for (const text of ['20270230000000Z', '20270115240000Z', '20270115080000', '20270115080060Z', '2027011508Z']) {
    expect(() => timed(tags.generalizedTime, text)).toThrow('a time is');
  }
});

test('of any bytes a certificate or a fault, nothing else', () => {
  const certificateOrFault = () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          return parseCertificate(writeDer(tags.sequence, bytes)).der.length > 0;
        } catch (fault) {
          return fault instanceof Fault;
        }
      }),
    );
  expect(certificateOrFault).not.toThrow();
});

test('writes lengths as it reads them', () => {
  for (const size of [0, 127, 128, 255, 256, 70_000]) {
    expect(readDer(writeDer(tags.octetString, Buffer.alloc(size)), 'x').content.length).toBe(size);
  }
});
