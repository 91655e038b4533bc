import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { identified, isKeySignature, keyMember, keysOf, spkiOf, type TufKey } from './key.ts';
import { firstRoot } from './trusted.ts';

const message = Buffer.from('{"a":1}');

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' });
}

function hex(key: KeyObject, bytes: number): string {
  return key.export({ type: 'spki', format: 'der' }).subarray(-bytes).toString('hex');
}

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed25519 = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST, RSA_PSS_SALTLEN_MAX_SIGN } = constants;

type Case = [name: string, key: Omit<TufKey, 'id'>, signature: Buffer, valid: boolean];
const cases: Case[] = [
  [
    'ECDSA P-256',
    { type: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', public: pem(p256.publicKey) },
    sign('sha256', message, p256.privateKey),
    true,
  ],
  [
    'ECDSA P-256 by its older name',
    { type: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', public: pem(p256.publicKey) },
    sign('sha256', message, p256.privateKey),
    true,
  ],
  [
    'ECDSA P-256 as a point',
    { type: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', public: hex(p256.publicKey, 65) },
    sign('sha256', message, p256.privateKey),
    true,
  ],
  [
    'ECDSA P-384',
    { type: 'ecdsa', scheme: 'ecdsa-sha2-nistp384', public: pem(p384.publicKey) },
    sign('sha384', message, p384.privateKey),
    true,
  ],
  [
    'ECDSA P-384 under the scheme of P-256',
    { type: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', public: pem(p384.publicKey) },
    sign('sha256', message, p384.privateKey),
    false,
  ],
  [
    'Ed25519',
    { type: 'ed25519', scheme: 'ed25519', public: hex(ed25519.publicKey, 32) },
    sign(null, message, ed25519.privateKey),
    true,
  ],
  [
    'Ed25519 under the scheme of ECDSA',
    { type: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', public: pem(ed25519.publicKey) },
    sign(null, message, ed25519.privateKey),
    false,
  ],
  [
    'Ed25519 of another type',
    { type: 'ecdsa', scheme: 'ed25519', public: hex(ed25519.publicKey, 32) },
    sign(null, message, ed25519.privateKey),
    false,
  ],
  [
    'RSA PSS with a salt as long as the hash',
    { type: 'rsa', scheme: 'rsassa-pss-sha256', public: pem(rsa.publicKey) },
    sign('sha256', message, { key: rsa.privateKey, padding, saltLength: RSA_PSS_SALTLEN_DIGEST }),
    true,
  ],
  [
    'RSA PSS with the longest salt',
    { type: 'rsa', scheme: 'rsassa-pss-sha256', public: pem(rsa.publicKey) },
    sign('sha256', message, { key: rsa.privateKey, padding, saltLength: RSA_PSS_SALTLEN_MAX_SIGN }),
    true,
  ],
  [
    'RSA PKCS #1 under the scheme of PSS',
    { type: 'rsa', scheme: 'rsassa-pss-sha256', public: pem(rsa.publicKey) },
    sign('sha256', message, rsa.privateKey),
    false,
  ],
  [
    'RSA of 1024 bits',
    { type: 'rsa', scheme: 'rsassa-pss-sha256', public: pem(small.publicKey) },
    sign('sha256', message, { key: small.privateKey, padding, saltLength: 32 }),
    false,
  ],
  [
    'a private key where the public one must be',
    {
      type: 'ed25519',
      scheme: 'ed25519',
      public: ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    },
    sign(null, message, ed25519.privateKey),
    false,
  ],
  [
    'a scheme that nobody knows',
    { type: 'ecdsa', scheme: 'ecdsa-md5', public: pem(p256.publicKey) },
    sign('sha256', message, p256.privateKey),
    false,
  ],
];

describe('signatures', () => {
  test.each(cases)('%s', (_, key, signature, valid) => {
    expect(isKeySignature(identified(key), message, signature)).toBe(valid);
    expect(isKeySignature(identified(key), Buffer.from('{"a":2}'), signature)).toBe(false);
    expect(isKeySignature(identified(key), message, signature.subarray(1))).toBe(false);
  });
});

test('a key is the same however it is written', () => {
  const [written, point] = [cases[0], cases[2]].map((one) => identified((one as Case)[1]));
  expect(spkiOf(written as TufKey)).toEqual(spkiOf(point as TufKey));
});

test('an id is the hash of the key as it stands or without what is not of the specification', () => {
  const key = identified({ type: 'ed25519', scheme: 'ed25519', public: 'ab'.repeat(32) });
  const member = keyMember(key);
  expect([...keysOf({ [key.id]: { ...member, 'x-owner': 'me', keyid_hash_algorithms: ['md5'] } }, 'it')]).toEqual([
    [key.id, key],
  ]);
  expect(() => keysOf({ ['00'.repeat(32)]: member }, 'it')).toThrow(/is another key's id/);
});

test("the root of Sigstore's public instance is signed by its own keys", () => {
  const { version, body, expires } = firstRoot(readFileSync(new URL('../../data/sigstore/root.json', import.meta.url)));
  expect([version, body.roles.root.threshold, body.roles.timestamp.keyIds.length]).toEqual([16, 3, 1]);
  expect(new Date(expires * 1000).toISOString()).toBe('2027-04-22T19:27:31.000Z');
});

test('RSA PSS without its leading zero, which OpenSSL takes, is no signature', () => {
  const key = { type: 'rsa', scheme: 'rsassa-pss-sha256', public: pem(rsa.publicKey) };
  const signature = beginningWithZero(() => sign('sha256', message, { key: rsa.privateKey, padding, saltLength: 32 }));
  expect(isKeySignature(identified(key), message, signature)).toBe(true);
  expect(isKeySignature(identified(key), message, signature.subarray(1))).toBe(false);
});

function beginningWithZero(make: () => Buffer): Buffer {
  for (;;) {
    const signature = make();
    if (signature[0] === 0) return signature;
  }
}
