import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ecdsaDer } from './ecdsa-der.ts';

describe('an ECDSA signature in DER', () => {
  test.each(['P-256', 'P-384', 'P-521'])('is what others verify: %s', (namedCurve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    for (let n = 0; n < 50; n++) {
      const message = Buffer.from([n]);
      const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      expect(verify('sha256', message, publicKey, ecdsaDer(raw))).toBe(true);
    }
  });

  test('has the shortest numbers, never negative', () => {
    const [r, s] = [Uint8Array.of(0, 0, 0x80), Uint8Array.of(0, 0, 0)];
    expect(ecdsaDer(Buffer.concat([r, s])).toString('hex')).toBe('300702020080020100');
  });

  test('is made of any halves or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), (bytes) => {
        const whole = bytes.length % 2 === 0 && bytes.length >= 2 && bytes.length <= 132;
        let made: number | undefined;
        try {
          made = ecdsaDer(bytes)[0];
        } catch {
          made = undefined;
        }
        expect(made).toBe(whole ? 0x30 : undefined);
      }),
    );
  });
});
