import { constants, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyHash } from './verify-hash.ts';
import { verifySignature } from './verify.ts';

const message = Buffer.from('message');
const of = (algorithm: 'sha256' | 'sha384' | 'sha512', bytes = message) => ({
  algorithm,
  hash: hash(algorithm, bytes, 'buffer'),
});
const pair = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) => ({
  spki: publicKey.export({ type: 'spki', format: 'der' }),
  privateKey,
});
const curve = (namedCurve: string) => pair(generateKeyPairSync('ec', { namedCurve }));
const [p256, p384, p521] = [curve('P-256'), curve('P-384'), curve('P-521')];
const rsa = pair(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const other = Buffer.from('other');

test('agrees with Node.js on ECDSA over its own hashes', () => {
  for (let i = 0; i < 20; i++) {
    const signature = sign('sha256', message, p256.privateKey);
    expect(verifyHash(p256.spki, of('sha256'), signature)).toBe(true);
    expect(verifyHash(p256.spki, of('sha256', other), signature)).toBe(false);
  }
  expect(verifyHash(p384.spki, of('sha384'), sign('sha384', message, p384.privateKey))).toBe(true);
  expect(verifyHash(p521.spki, of('sha512'), sign('sha512', message, p521.privateKey))).toBe(true);
  expect(verifyHash(p384.spki, of('sha256'), sign('sha256', message, p384.privateKey))).toBe(true);
});

test('does not decide where another hash or scheme may have been used', () => {
  expect(verifyHash(p384.spki, of('sha256'), sign('sha384', message, p384.privateKey))).toBeUndefined();
  const pss = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING };
  expect(verifyHash(rsa.spki, of('sha256'), sign('sha256', message, pss))).toBeUndefined();
  const ed = pair(generateKeyPairSync('ed25519'));
  expect(verifyHash(ed.spki, of('sha256'), sign(null, message, ed.privateKey))).toBeUndefined();
});

test('verifies RSA PKCS #1 v1.5', () => {
  const signature = sign('sha256', message, rsa.privateKey);
  expect(verifyHash(rsa.spki, of('sha256'), signature)).toBe(true);
  expect(verifyHash(rsa.spki, of('sha256', other), signature)).toBeUndefined();
});

test('is false for rubbish and for curves that are not used', () => {
  expect(verifyHash(p256.spki, of('sha256'), Buffer.from('rubbish'))).toBe(false);
  expect(verifyHash(Buffer.from('no key'), of('sha256'), Buffer.alloc(70))).toBe(false);
  const k1 = curve('secp256k1');
  expect(verifyHash(k1.spki, of('sha256'), sign('sha256', message, k1.privateKey))).toBe(false);
});

test('P-521 is verified over the message, too', () => {
  expect(verifySignature(p521.spki, message, sign('sha512', message, p521.privateKey))).toBe(true);
  expect(verifySignature(p521.spki, other, sign('sha512', message, p521.privateKey))).toBe(false);
});
