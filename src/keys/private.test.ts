import { constants, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { privateKeyFromPem, signerOf } from './private.ts';
import { pbkdf2Iterations } from './pkcs8.ts';
import { publicKeyFromPem, publicKeyPem } from './public.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const message = Buffer.from('message');

describe('reading', () => {
  test.each([
    ['PKCS#8', ec.export({ type: 'pkcs8', format: 'pem' })],
    ['SEC 1', ec.export({ type: 'sec1', format: 'pem' })],
    ['encrypted PKCS#8', ec.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' })],
    ['encrypted SEC 1', ec.export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' })],
  ])('reads a key as %s', async (_, pem) => {
    const key = await privateKeyFromPem(pem, 'pw', 'k');
    expect(key.equals(ec)).toBe(true);
  });

  test.each(['pkcs8', 'sec1'] as const)('says that the password of an encrypted %s key is wrong', async (type) => {
    const pem = ec.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' });
    await expect(privateKeyFromPem(pem, 'other', 'k')).rejects.toMatchObject({ code: 'key/wrong-password' });
    await expect(privateKeyFromPem(pem, '', 'k')).rejects.toMatchObject({ code: 'key/wrong-password' });
  });

  test('refuses an encrypted key that asks for hours of derivation', async () => {
    const pem = ec.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' });
    const der = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
    expect(pbkdf2Iterations(der)).toBe(2048);
    const at = der.indexOf(Buffer.from('02020800', 'hex'));
    der.writeUInt16BE(0x7fff, at + 2);
    expect(pbkdf2Iterations(der)).toBe(0x7fff);
    // The salt gives up two bytes to a longer count of rounds.
    const longer = Buffer.concat([der.subarray(0, at), Buffer.from('02047fffffff', 'hex'), der.subarray(at + 4)]);
    for (const offset of sequenceLengths(der, at)) longer.writeUInt8(longer.readUInt8(offset) + 2, offset);
    expect(pbkdf2Iterations(longer)).toBe(0x7fffffff);
    const hostile = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${longer.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
    await expect(privateKeyFromPem(hostile, 'pw', 'k')).rejects.toThrow('asks for 2147483647 rounds');
  });

  test('finds no rounds in what is cut short or no DER', () => {
    const der = Buffer.from('3081ff3000', 'hex');
    for (let length = 0; length <= der.length; length++)
      expect(pbkdf2Iterations(der.subarray(0, length))).toBeUndefined();
  });

  test.each([
    ['nothing', '', 'key/malformed'],
    ['text', 'hello', 'key/malformed'],
    ['a public key', publicKeyPem(signerOf(ec, 'k').publicKey), 'key/public'],
    ['a broken key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', 'key/malformed'],
  ])('refuses %s', async (_, pem, code) => {
    await expect(privateKeyFromPem(pem, '', 'k')).rejects.toMatchObject({ code });
  });
});

// Where the lengths of the sequences around `at` stand, all shorter than 128 bytes or in one byte after 0x81.
function sequenceLengths(der: Buffer, at: number): number[] {
  const found: number[] = [];
  let offset = 0;
  while (offset < at) {
    const tag = der.readUInt8(offset);
    const long = der.readUInt8(offset + 1) === 0x81;
    const lengthAt = offset + (long ? 2 : 1);
    const end = lengthAt + 1 + der.readUInt8(lengthAt);
    if (tag === 0x30 && end > at) {
      found.push(lengthAt);
      offset = lengthAt + 1;
    } else offset = end;
  }
  return found;
}

describe('signing', () => {
  test.each([
    ['ecdsa-p256', ec, 'sha256'],
    ['ecdsa-p384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, 'sha384'],
    ['ecdsa-p521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey, 'sha512'],
    ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'sha256'],
    ['ed25519', generateKeyPairSync('ed25519').privateKey, null],
  ] as const)('signs with %s so that OpenSSL verifies it', async (algorithm, key, hash) => {
    const signer = signerOf(key, 'k');
    expect(signer.publicKey.algorithm).toBe(algorithm);
    const pem = {
      key: publicKeyPem(signer.publicKey),
      padding: algorithm === 'rsa' ? constants.RSA_PKCS1_PADDING : undefined,
    };
    expect(
      verify(
        hash,
        message,
        pem.padding === undefined ? pem.key : { ...pem, padding: pem.padding },
        await signer.sign(message),
      ),
    ).toBe(true);
  });

  test('refuses kinds of keys that nobody would verify', () => {
    const weak = [
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
      generateKeyPairSync('x25519').privateKey,
    ];
    for (const key of weak)
      expect(() => signerOf(key, 'k')).toThrow(expect.objectContaining({ code: 'key/unsupported' }));
  });
});

describe('public keys', () => {
  const { publicKey } = signerOf(ec, 'k');

  test('reads what it writes', () => {
    expect(publicKeyFromPem(publicKeyPem(publicKey), 'p')).toEqual(publicKey);
    expect(publicKey.fingerprint).toMatch(/^SHA256:[0-9a-f]{64}$/);
  });

  test('refuses a file of two keys, of which one would go unseen', () => {
    const two = publicKeyPem(publicKey).repeat(2);
    expect(() => publicKeyFromPem(two, 'p')).toThrow('p is not one PEM public key.');
  });

  test('refuses a private key by name', () => {
    const pem = ec.export({ type: 'pkcs8', format: 'pem' });
    expect(() => publicKeyFromPem(pem, 'p')).toThrow(expect.objectContaining({ code: 'key/private' }));
  });

  test('refuses bytes that are no key', () => {
    const pem = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
    expect(() => publicKeyFromPem(pem, 'p')).toThrow(expect.objectContaining({ code: 'key/malformed' }));
  });
});
