import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { isCosignPem, openCosignPem, sealCosignPem } from './cosign-pem.ts';
import { publicKeyFromPem, publicKeyOf } from './public.ts';

// Written by cosign 2.5 with the password "secret".
const COSIGN_KEY = `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiI0NVhTYUoxakFmZVM4MFRzalJBR0w3TExYZ0JZM2Nu
bFdGVXdoNXA0TkVZPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiJmRDY0d1FrcEtPNXo3U2J3b2w3YUdJRGh4ajRKRFFETCJ9LCJj
aXBoZXJ0ZXh0IjoiWHJWYnJyNTBEcTJpM3NwbnlUUHVTby9wcE5UNWU0QmIra1JX
ZHZqaTJURStJNTRFTnUzUzRIRXFoOWk2QTV3cTMrNHVkRHhONU1hUUQvZFFUd1FL
MXZkT25NQzc1dGJ0ZlNJNkJWY2dRTmN0R2NGRlJMQXhhYnprbHM2WUFvd2tvWGJJ
Zm9hMEpsOE03VzUrclMvRVA4dHJ4NUtBNi9JNGJPZkc4clJKZ3Rlak0rMVZqc2hH
Nm5kWEd2MU42N1YzdDFTWktaUnd1V3hVYlE9PSJ9
-----END ENCRYPTED SIGSTORE PRIVATE KEY-----`;
const COSIGN_PUB = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnesC5OKKUJWSdPB1eZj4DuqtTyWO
u9EU4LawIu1sXKJTso91SVtB2JagXdBgIdFhEDZqNAxGOIYrCQl4EdIYGA==
-----END PUBLIC KEY-----`;

function sealed(pem: string): Sealed {
  const body = pem.trim().split('\n').slice(1, -1).join('');
  return JSON.parse(Buffer.from(body, 'base64').toString()) as Sealed;
}

function altered(change: (json: Sealed) => void): string {
  const json = sealed(COSIGN_KEY);
  change(json);
  return COSIGN_KEY.replace(/\n[^-]+\n/, `\n${Buffer.from(JSON.stringify(json)).toString('base64')}\n`);
}

interface Sealed {
  kdf: { name: string; params: { N: number; r: number; p: number }; salt: string };
  cipher: { name: string; nonce: string };
  ciphertext: string;
}

test('opens a key that cosign wrote', async () => {
  const pkcs8 = await openCosignPem(COSIGN_KEY, 'secret', 'k');
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  expect(publicKeyOf(key, 'k')).toEqual(publicKeyFromPem(COSIGN_PUB, 'p'));
});

test('opens a key under the label that cosign used first', async () => {
  const old = COSIGN_KEY.replaceAll('ENCRYPTED SIGSTORE', 'ENCRYPTED COSIGN');
  expect(isCosignPem(old)).toBe(true);
  await expect(openCosignPem(old, 'secret', 'k')).resolves.toBeInstanceOf(Buffer);
});

test('says that a password is wrong', async () => {
  await expect(openCosignPem(COSIGN_KEY, 'Secret', 'k.key')).rejects.toMatchObject({
    code: 'key/wrong-password',
    message: 'The password of k.key is wrong.',
  });
});

test('opens what it seals, and seals it differently each time', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const [a, b] = [await sealCosignPem(pkcs8, 'pä'), await sealCosignPem(pkcs8, 'pä')];
  expect(a).not.toBe(b);
  expect(sealed(a).kdf.params).toEqual(sealed(COSIGN_KEY).kdf.params);
  expect(await openCosignPem(a, 'pä', 'k')).toEqual(pkcs8);
});

test.each([
  ['gigabytes of memory', { N: 2 ** 24, r: 8, p: 1 }, 'asks for more than 256 MiB'],
  ['memory by way of r', { N: 2 ** 16, r: 2 ** 20, p: 1 }, 'asks for more than 256 MiB'],
  ['endless work', { N: 2 ** 16, r: 8, p: 2 ** 20 }, 'asks for too much work'],
  ['an N that is no power of two', { N: 65_537, r: 8, p: 1 }, 'N must be a power of two'],
  ['an N of zero', { N: 0, r: 8, p: 1 }, 'kdf.params.N'],
])('refuses a key that asks for %s', async (_, params, reason) => {
  const pem = altered((json) => {
    json.kdf.params = params;
  });
  await expect(openCosignPem(pem, 'secret', 'k')).rejects.toThrow(reason);
});

test.each([
  ['another cipher', (json: Sealed) => (json.cipher.name = 'aes'), 'cipher.name'],
  ['a short nonce', (json: Sealed) => (json.cipher.nonce = 'AAAA'), 'cipher.nonce must be 24 bytes'],
  ['no salt', (json: Sealed) => (json.kdf.salt = ''), 'kdf.salt must be 16 to 64 bytes'],
  ['an empty ciphertext', (json: Sealed) => (json.ciphertext = 'AAAA'), 'ciphertext has no plausible length'],
])('refuses a key with %s', async (_, change, reason) => {
  await expect(openCosignPem(altered(change), 'secret', 'k')).rejects.toThrow(reason);
});

test('refuses a key whose PEM holds no JSON, and one followed by another', async () => {
  const label = 'ENCRYPTED SIGSTORE PRIVATE KEY';
  await expect(openCosignPem(`-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----`, '', 'k')).rejects.toMatchObject({
    code: 'json/malformed',
  });
  await expect(openCosignPem(`${COSIGN_KEY}\n${COSIGN_KEY}`, 'secret', 'k')).rejects.toThrow('not one PEM block');
});
