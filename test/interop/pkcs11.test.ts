// Keys in SoftHSM2's tokens, through the library that any HSM has: PKCS #11.
import { generateKeyPairSync, verify as verifyBytes, createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createTokenKey,
  listTokenKeys,
  loadTokenPublicKey,
  openTokenSigner,
  type TokenKey,
  type TokenOptions,
} from '../../src/keys/pkcs11/token.ts';
import { isSignature } from '../../src/keys/scheme.ts';
import type { SignatureScheme } from '../../src/keys/types.ts';
import { describeWith } from './peers.ts';
import { PIN, SoftHsm } from './softhsm.ts';

const fingerprints = (keys: readonly TokenKey[]): string[] =>
  keys.map(({ publicKey }) => publicKey?.fingerprint ?? '').sort();

describeWith(['softhsm2-util', 'pkcs11-tool'], 'a token of SoftHSM2', () => {
  let folder: string;
  let hsm: SoftHsm;
  const options: TokenOptions = { environment: {} };
  const message = Buffer.from('what is signed');
  const own = { extractable: false, neverExtractable: true, sensitive: true, alwaysSensitive: true, local: true };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'temper-softhsm-'));
    hsm = new SoftHsm(folder);
    vi.stubEnv('SOFTHSM2_CONF', hsm.configuration);
    await hsm.addToken('first');
    await hsm.addToken('second');
    const imported = join(folder, 'imported.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(imported, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await hsm.importKey('second', 'imported', imported);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each([
    ['p256', 'ecdsa-p256', ['ecdsa']],
    ['p384', 'ecdsa-p384', ['ecdsa']],
    ['rsa3072', 'rsa', ['rsa-pkcs1-sha256', 'rsa-pss-sha256', 'rsa-pss-sha384', 'rsa-pss-sha512']],
    ['ed25519', 'ed25519', ['ed25519']],
  ] as const)('with a key of type %s made in it', (type, algorithm, schemes) => {
    test('signs so that others verify, and tells where the key is and that it never left', async () => {
      const made = await createTokenKey(hsm.uri('first', type), type, options);
      await made.close?.();
      expect(made.publicKey.algorithm).toBe(algorithm);
      const signer = await openTokenSigner(hsm.uri('first', type), options);
      expect(signer.publicKey).toEqual(made.publicKey);
      expect(signer.origin).toMatchObject({
        kind: 'pkcs11',
        uri: expect.stringMatching(
          new RegExp(`^pkcs11:model=SoftHSM%20v2;.*;token=first;id=(%[0-9A-F]{2}){16};object=${type}$`),
        ),
        token: { label: 'first', manufacturer: 'SoftHSM project' },
        attributes: own,
      });
      const object = createPublicKey({ key: Buffer.from(signer.publicKey.spki), format: 'der', type: 'spki' });
      const hash = { p256: 'sha256', p384: 'sha384', rsa3072: 'sha256', ed25519: null }[type];
      expect(verifyBytes(hash, message, object, await signer.sign(message))).toBe(true);
      for (const scheme of schemes satisfies readonly SignatureScheme[]) {
        expect(isSignature(signer.publicKey, message, await signer.sign(message, scheme), scheme)).toBe(true);
      }
      const many = await Promise.all(Array.from({ length: 20 }, async (_, n) => await signer.sign(Buffer.from([n]))));
      expect(many.every((signature, n) => isSignature(signer.publicKey, Buffer.from([n]), signature))).toBe(true);
      await signer.close?.();
      await expect(signer.sign(message)).rejects.toMatchObject({ code: 'key/token-failed' });
      expect(await loadTokenPublicKey(hsm.uri('first', type, {}), options)).toEqual(signer.publicKey);
    });
  });

  test('lists its keys, the private ones with a PIN only', async () => {
    const seen = await listTokenKeys(hsm.uri('first'), options);
    expect(seen.map(({ label }) => label).sort()).toEqual(['ed25519', 'p256', 'p384', 'rsa3072']);
    expect(seen.map(({ origin }) => origin.attributes)).toEqual([own, own, own, own]);
    const unseen = await listTokenKeys(hsm.uri('first', undefined, {}), options);
    expect(unseen.map(({ label }) => label).sort()).toEqual(['ed25519', 'p256', 'p384', 'rsa3072']);
    expect(unseen.every(({ origin }) => origin.attributes === undefined)).toBe(true);
    expect(fingerprints(unseen)).toEqual(fingerprints(seen));
  });

  test('refuses a key that came from elsewhere, unless it is asked for; it says why', async () => {
    const uri = hsm.uri('second', 'imported');
    await expect(openTokenSigner(uri, options)).rejects.toMatchObject({
      code: 'key/extractable',
      message: expect.stringMatching(/it could be read in the clear once.*it was not made in the token/),
    });
    const signer = await openTokenSigner(uri, { ...options, allowExtractable: true });
    expect(signer.origin).toMatchObject({ attributes: { local: false, alwaysSensitive: false } });
    expect(isSignature(signer.publicKey, message, await signer.sign(message))).toBe(true);
    await signer.close?.();
  });

  test('refuses a key that may be taken out, and signs where each signature asks for the PIN again', async () => {
    await hsm.makeKey('second', 'loose', 'B1', '--extractable');
    await hsm.makeKey('second', 'careful', 'B2', '--sensitive', '--always-auth');
    await expect(openTokenSigner(hsm.uri('second', 'loose'), options)).rejects.toMatchObject({
      code: 'key/extractable',
      message: expect.stringContaining('it may be taken out of the token (CKA_EXTRACTABLE); it could be'),
    });
    const signer = await openTokenSigner(hsm.uri('second', 'careful'), options);
    for (const one of [message, Buffer.from('another')]) {
      expect(isSignature(signer.publicKey, one, await signer.sign(one))).toBe(true);
    }
    await signer.close?.();
  });

  test('says of its own keys what another program says, too', async () => {
    const access = (await hsm.describe('first')).match(/Access: .*/g);
    expect(access).toHaveLength(4);
    expect(new Set(access)).toEqual(new Set(['Access:     sensitive, always sensitive, never extractable, local']));
  });

  test.each([
    ['another token', () => hsm.uri('third', 'p256'), 'key/token-missing'],
    ['tokens that both fit', () => hsm.uri('first', 'p256').replace('token=first;', ''), 'key/token-ambiguous'],
    ['another key', () => hsm.uri('first', 'p999'), 'key/object-missing'],
    ['keys that all fit', () => hsm.uri('first'), 'key/object-ambiguous'],
    ['no PIN', () => hsm.uri('first', 'p256', {}), 'key/pin-missing'],
    ['a command for the PIN', () => hsm.uri('first', 'p256', { 'pin-source': '|/bin/true' }), 'key/pin-source'],
    ['a file without the PIN', () => hsm.uri('first', 'p256', { 'pin-source': 'file:/nowhere/pin' }), 'file/missing'],
    ['a library that is not there', () => 'pkcs11:token=first?module-path=/nowhere.so', 'key/module-missing'],
    ['a library that is none', () => `pkcs11:token=first?module-path=${hsm.configuration}`, 'key/module-unusable'],
    ['a public key to sign with', () => 'pkcs11:token=first;type=public', 'key/public'],
  ])('has a name for %s', async (_, uri, code) => {
    await expect(openTokenSigner(uri(), options)).rejects.toMatchObject({ code });
  });

  test('tries a wrong PIN once, says that tries are counted, and does not tell the PIN', async () => {
    const uri = hsm.uri('first', 'p256', { 'pin-value': 'not-the-PIN' });
    const warnings: string[] = [];
    const fault = openTokenSigner(uri, { ...options, warn: (sentence) => warnings.push(sentence) });
    await expect(fault).rejects.toMatchObject({
      code: 'key/wrong-pin',
      message:
        'The PIN for pkcs11:token=first;object=p256 is wrong. The token counts wrong tries and locks after a few.',
    });
    expect(warnings).toEqual([expect.stringContaining('pin-source')]);
    const again = await openTokenSigner(hsm.uri('first', 'p256', {}), { environment: { COSIGN_PKCS11_PIN: PIN } });
    await again.close?.();
  });

  test('never makes a key over another', async () => {
    await expect(createTokenKey(hsm.uri('first', 'p256'), 'p256', options)).rejects.toMatchObject({
      code: 'key/exists',
    });
    await expect(createTokenKey(hsm.uri('first'), 'p256', options)).rejects.toMatchObject({ code: 'key/uri' });
  });

  test('that is removed between opening and signing is named', async () => {
    const signer = await openTokenSigner(hsm.uri('first', 'p256'), options);
    await signer.sign(message);
    hsm.removeTokens();
    await expect(signer.sign(message)).rejects.toMatchObject({ code: 'key/token-removed' });
    await signer.close?.();
  });
});
