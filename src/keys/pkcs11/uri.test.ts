import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../lib/faults.ts';
import { formatPkcs11Uri, type Pkcs11Uri, parsePkcs11Uri, shownUri } from './uri.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((s) => !s.includes('\0') && s.isWellFormed());
const uris: fc.Arbitrary<Pkcs11Uri> = fc.record(
  {
    token: text,
    manufacturer: text,
    serial: text,
    model: text,
    libraryManufacturer: text,
    libraryDescription: text,
    libraryVersion: fc.constantFrom('2', '2.40', '3.0'),
    slotManufacturer: text,
    slotDescription: text,
    slotId: fc.nat(4_294_967_295),
    object: text,
    id: fc.uint8Array({ maxLength: 20 }),
    type: fc.constantFrom('public', 'private', 'cert', 'secret-key', 'data'),
    pinSource: text,
    moduleName: text,
    modulePath: text,
  },
  { requiredKeys: [] },
);

function readOrCode(text: string): Pkcs11Uri | string {
  try {
    return parsePkcs11Uri(text);
  } catch (fault) {
    return fault instanceof Fault ? fault.code : String(fault);
  }
}

describe('a PKCS#11 URI', () => {
  test('is read as it was written, whatever its attributes hold', () => {
    fc.assert(
      fc.property(uris, (uri) => {
        expect(parsePkcs11Uri(formatPkcs11Uri(uri))).toEqual(uri);
      }),
    );
  });

  test('is read or refused as key/uri, whatever it is', () => {
    const piece = fc.constantFrom(
      'token=',
      'id=%',
      'object=a',
      ';',
      '&',
      '?',
      '%41',
      '%ff',
      'pin-value=1',
      '=',
      'x-a=b',
    );
    const any = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(any, (rest) => {
        const uri = readOrCode(`pkcs11:${rest}`);
        expect(typeof uri === 'string' ? uri : readOrCode(formatPkcs11Uri(uri))).toEqual(
          typeof uri === 'string' ? 'key/uri' : uri,
        );
      }),
    );
  });

  test('has the examples of the RFC, section 3', () => {
    expect(parsePkcs11Uri('pkcs11:')).toEqual({});
    expect(parsePkcs11Uri('pkcs11:object=my-pubkey;type=public')).toEqual({ object: 'my-pubkey', type: 'public' });
    expect(
      parsePkcs11Uri(
        'pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin',
      ),
    ).toEqual({
      token: 'The Software PKCS#11 Softtoken',
      manufacturer: 'Snake Oil, Inc.',
      model: '1.0',
      object: 'my-certificate',
      type: 'cert',
      id: Uint8Array.from(Buffer.from('69953e5cf4bdec91', 'hex')),
      serial: '',
      pinSource: 'file:/etc/token_pin',
    });
    expect(parsePkcs11Uri('pkcs11:slot-id=327?module-path=/a.so&x-vendor=1&pin-source=|/usr/bin/pin')).toEqual({
      slotId: 327,
      modulePath: '/a.so',
      pinSource: '|/usr/bin/pin',
    });
    expect(parsePkcs11Uri('PKCS11:token=%E2%82%AC%00'.replace('%00', ''))).toEqual({ token: '€' });
  });

  test.each([
    ['another scheme', 'file:a', 'does not begin with "pkcs11:"'],
    ['an attribute twice', 'pkcs11:token=a;token=b', 'has token twice'],
    ['an unknown attribute', 'pkcs11:label=a', 'has label, which the RFC does not know there'],
    ['a query attribute in the path', 'pkcs11:module-path=a', 'has module-path, which the RFC does not know there'],
    ['a slash in the path', 'pkcs11:object=a/b', 'has a character in object that must be percent-encoded'],
    ['a space', 'pkcs11:token=a b', 'has a character in token that must be percent-encoded'],
    ['half an escape', 'pkcs11:token=%4', 'has a character in token that must be percent-encoded'],
    ['what is not UTF-8', 'pkcs11:token=%ff', 'has token that is not UTF-8'],
    ['a zero byte', 'pkcs11:token=a%00b', 'has a zero byte in token'],
    ['an unknown type', 'pkcs11:type=key', 'has an unknown type'],
    ['a slot that is no number', 'pkcs11:slot-id=0x1', 'has a slot-id that is no number'],
    ['no value', 'pkcs11:token', 'has something in it that is not NAME=VALUE'],
    ['an empty attribute', 'pkcs11:token=a;', 'has something in it that is not NAME=VALUE'],
    ['two PINs', 'pkcs11:?pin-value=1&pin-source=/a', 'has both pin-source and pin-value'],
    ['too much', `pkcs11:token=${'a'.repeat(9000)}`, 'is longer than 8192 characters'],
  ])('is refused with %s', (_, uri, problem) => {
    expect(() => parsePkcs11Uri(uri)).toThrow(
      expect.objectContaining({ code: 'key/uri', message: `The PKCS#11 URI ${problem}.` }),
    );
  });

  test('is shown without its query, and never shows a PIN where it is refused', () => {
    expect(shownUri(parsePkcs11Uri('pkcs11:token=a;object=b?pin-value=1234'))).toBe('pkcs11:token=a;object=b');
    expect(() => parsePkcs11Uri('pkcs11:token=a?pin-value=se cret')).toThrow(/^(?!.*se cret)/);
  });
});
