import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Worker } from '../../io/worker.ts';
import { publicKeyOf } from '../public.ts';
import type { TokenOrigin } from '../types.ts';
import { CKF_TOKEN, CKR } from './constants.ts';
import { deviceFault, pinFault } from './faults.ts';
import { publicKeyOfParts } from './public-parts.ts';
import { tokenSigner } from './signer.ts';
import { weaknessesOf } from './trustworthy.ts';

const attributes = { extractable: false, neverExtractable: true, sensitive: true, alwaysSensitive: true, local: true };
const origin: TokenOrigin = {
  kind: 'pkcs11',
  uri: 'pkcs11:token=t;object=k',
  token: { label: 't', manufacturer: '', model: '', serial: '1' },
  attributes,
};

/** A device that signs Ed25519 with a key of its own. */
function device(privateKey: KeyObject): Worker {
  const ask = async ({ bytes }: { bytes: Uint8Array }) => await Promise.resolve(sign(null, bytes, privateKey));
  return { ask } as unknown as Worker;
}

describe("a token's signer", () => {
  test('gives no signature that its public key does not verify', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = publicKeyOf(publicKey, 'k');
    expect(await tokenSigner(device(privateKey), key, origin, 1000).sign(Buffer.from('x'))).toHaveLength(64);
    const other = tokenSigner(device(generateKeyPairSync('ed25519').privateKey), key, origin, 1000);
    await expect(other.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'key/token-signature' });
  });

  test('does not sign by a scheme of other keys', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signer = tokenSigner(device(privateKey), publicKeyOf(publicKey, 'k'), origin, 1000);
    await expect(signer.sign(Buffer.from('x'), 'rsa-pss-sha256')).rejects.toMatchObject({ code: 'key/scheme' });
  });
});

describe('a private key', () => {
  test('that always was in the token alone has no weakness; each other has its own, also what the token does not say', () => {
    expect(weaknessesOf(attributes)).toEqual([]);
    for (const name of Object.keys(attributes) as (keyof typeof attributes)[]) {
      expect(weaknessesOf({ ...attributes, [name]: !attributes[name] })).toEqual([
        expect.stringMatching(/^it .* \(CKA_[A-Z_]+\)$/),
      ]);
      expect(weaknessesOf({ ...attributes, [name]: undefined })).toEqual([
        expect.stringMatching(/^the token does not say CKA_[A-Z_]+$/),
      ]);
    }
  });
});

describe('a refused PIN', () => {
  const refusal = (code: number) => Object.assign(new Error('CKR_X'), { code });
  test.each([
    [CKR.pinIncorrect, 0, 'key/wrong-pin', 'The PIN for k is wrong.'],
    [CKR.pinIncorrect, CKF_TOKEN.pinCountLow, 'key/wrong-pin', 'counts wrong tries'],
    [CKR.pinIncorrect, CKF_TOKEN.pinCountLow | CKF_TOKEN.pinFinalTry, 'key/wrong-pin', 'One try is left'],
    [CKR.pinIncorrect, CKF_TOKEN.pinLocked, 'key/pin-locked', 'locked'],
    [CKR.pinLocked, 0, 'key/pin-locked', 'locked'],
    [CKR.pinExpired, 0, 'key/pin-unset', 'expired'],
    [CKR.tokenNotPresent, 0, 'key/token-removed', 'gone'],
  ])('of result %i and flags %i is %s', (result, flags, code, said) => {
    const fault = pinFault(refusal(result), 'k', flags);
    expect([fault.code, fault.message]).toEqual([code, expect.stringContaining(said)]);
  });

  test.each([
    [CKR.deviceRemoved, 'key/token-removed'],
    [CKR.mechanismInvalid, 'key/token-unsupported'],
    [CKR.tokenWriteProtected, 'key/token-denied'],
    [CKR.notLoggedIn, 'key/pin-missing'],
    [CKR.generalError, 'key/token-failed'],
  ])('and other failures have their names: %i is %s', (result, code) => {
    expect(deviceFault(refusal(result), 'signing', 'k').code).toBe(code);
  });
});

describe("a token's public key", () => {
  const p256 = Buffer.from('06082a8648ce3d030107', 'hex');
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
  const spki = publicKey.export({ type: 'spki', format: 'der' });

  test.each([
    ['in an OCTET STRING', { kind: 'ec', parameters: p256, point: Buffer.concat([Buffer.from([4, 65]), point]) }],
    ['bare', { kind: 'ec', parameters: p256, point }],
    ['whole', { kind: 'spki', spki }],
  ] as const)('is read where the point stands %s', (_, parts) => {
    expect(publicKeyOfParts(parts, 'k').spki).toEqual(spki);
  });

  test.each([
    ['nothing', undefined, 'key/public-missing'],
    ['another curve', { kind: 'ec', parameters: Buffer.from('06052b8104000a', 'hex'), point }, 'key/unsupported'],
    ['a short point', { kind: 'ec', parameters: p256, point: point.subarray(1) }, 'key/malformed'],
    ['a point that is on no curve', { kind: 'ec', parameters: p256, point: Buffer.alloc(65, 4) }, 'key/malformed'],
    [
      'a compressed point',
      { kind: 'ec', parameters: p256, point: Buffer.concat([Buffer.from([2]), point.subarray(1)]) },
      'key/malformed',
    ],
    ['rubbish', { kind: 'spki', spki: Buffer.from('rubbish') }, 'key/malformed'],
    [
      'a small RSA key',
      { kind: 'rsa', modulus: Buffer.alloc(128, 0xff), exponent: Buffer.from([1, 0, 1]) },
      'key/unsupported',
    ],
  ] as const)('is refused: %s', (_, parts, code) => {
    expect(() => publicKeyOfParts(parts, 'k')).toThrow(expect.objectContaining({ code }));
  });
});
