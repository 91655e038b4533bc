import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { fitsModulus } from './rsa-signature.ts';

test('an RSA signature is as long as the modulus, whatever its padding', () => {
  for (const kind of ['rsa', 'rsa-pss'] as const) {
    const { publicKey } = generateKeyPairSync(kind as 'rsa', { modulusLength: 2048 });
    expect(fitsModulus(publicKey, new Uint8Array(256))).toBe(true);
    expect(fitsModulus(publicKey, new Uint8Array(255))).toBe(false);
    expect(fitsModulus(publicKey, new Uint8Array(257))).toBe(false);
  }
});

test('of a signature of another kind of key nothing is asked', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(fitsModulus(publicKey, new Uint8Array(70))).toBe(true);
});
