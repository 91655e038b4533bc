import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeVault } from '../../../test/fakes/vault.ts';
import { createInDevice, openPublicKey, openSigner } from '../open.ts';
import { isSignature } from '../scheme.ts';

const message = Buffer.from('what is signed');
let vault: FakeVault;
const options = () => ({ password: '', environment: vault.environment });

describe('a key in Vault', () => {
  beforeEach(async () => {
    vault = await FakeVault.start();
  });
  afterEach(async () => await vault[Symbol.asyncDispose]());

  test.each([
    ['p256', 'ecdsa-p256'],
    ['p384', 'ecdsa-p384'],
    ['rsa3072', 'rsa'],
    ['ed25519', 'ed25519'],
  ] as const)('of type %s is made there, signs, and is told by its newest version', async (type, algorithm) => {
    const made = await createInDevice('hashivault://release', type, options());
    expect(vault.keys.get('release')).toMatchObject({ exportable: false });
    const signer = await openSigner('hashivault://release', options());
    expect(signer.publicKey).toMatchObject({ ...made.publicKey, algorithm });
    expect(isSignature(signer.publicKey, message, await signer.sign(message))).toBe(true);
    expect(signer.origin).toEqual({ kind: 'kms', reference: 'hashivault://release', version: '2' });
    expect(await openPublicKey('hashivault://release', options())).toEqual(signer.publicKey);
    await expect(createInDevice('hashivault://release', type, options())).rejects.toMatchObject({ code: 'key/exists' });
  });

  test('that Vault hands out is refused, unless that is allowed', async () => {
    vault.add('loose', 'ecdsa-p256', true);
    await expect(openSigner('hashivault://loose', options())).rejects.toMatchObject({ code: 'key/extractable' });
    const signer = await openSigner('hashivault://loose', { ...options(), allowExtractable: true });
    expect(isSignature(signer.publicKey, message, await signer.sign(message))).toBe(true);
  });

  test('whose signature does not fit is an answer that nobody gets', async () => {
    vault.add('liar', 'ecdsa-p256');
    const signer = await openSigner('hashivault://liar', options());
    vault.lies = true;
    await expect(signer.sign(message)).rejects.toMatchObject({
      code: 'key/kms-failed',
      message: 'Vault answered for hashivault://liar with a signature that does not fit the public key.',
    });
  });

  test.each([
    ['hashivault://other', {}, 'key/object-missing'],
    ['hashivault://a/b', {}, 'key/kms-settings'],
    ['hashivault://aes', {}, 'key/kms-failed'],
    ['hashivault://release', { VAULT_TOKEN: 'wrong' }, 'key/kms-denied'],
    ['hashivault://release', { VAULT_TOKEN: undefined }, 'key/kms-settings'],
    ['hashivault://release', { VAULT_ADDR: undefined }, 'key/kms-settings'],
    ['awskms:///alias/release', {}, 'key/kms-unsupported'],
    ['gcpkms://projects/p', {}, 'key/kms-unsupported'],
    ['azurekms://v/k', {}, 'key/kms-unsupported'],
    ['ftp://x', {}, 'key/kms-unsupported'],
  ])('has a name for what cannot be: %s %j', async (reference, changed, code) => {
    vault.add('aes', 'aes256-gcm96');
    const asked = openSigner(reference, { password: '', environment: { ...vault.environment, ...changed } });
    await expect(asked).rejects.toMatchObject({ code });
  });

  test('is not asked for offline', async () => {
    const asked = openSigner('hashivault://release', { ...options(), offline: true });
    await expect(asked).rejects.toMatchObject({ code: 'network/offline' });
  });
});
