import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeVault } from '../../../test/fakes/vault.ts';
import { openSigner } from '../open.ts';

let vault: FakeVault;

describe('a key in Vault', () => {
  beforeEach(async () => {
    vault = await FakeVault.start();
  });
  afterEach(async () => await vault[Symbol.asyncDispose]());

  test('is asked for at its own host, whatever the path of VAULT_ADDR looks like', async () => {
    const environment = { ...vault.environment, VAULT_ADDR: `${vault.environment['VAULT_ADDR']}//127.0.0.1:1` };
    const asked = openSigner('hashivault://release', { password: '', environment });
    await expect(asked).rejects.toMatchObject({ code: 'key/object-missing' });
  });

  test.each([
    ['hashivault://other', {}, 'key/object-missing'],
    ['hashivault://a/b', {}, 'key/kms-settings'],
    ['hashivault://aes', {}, 'key/kms-failed'],
    ['hashivault://release', { VAULT_TOKEN: 'wrong' }, 'key/kms-denied'],
    ['hashivault://release', { VAULT_TOKEN: undefined }, 'key/kms-settings'],
    ['hashivault://release', { VAULT_ADDR: undefined }, 'key/kms-settings'],
    ['hashivault://release', { VAULT_ADDR: 'localhost:8200' }, 'key/kms-settings'],
    ['hashivault://release', { VAULT_ADDR: 'ftp://localhost' }, 'key/kms-settings'],
    ['ftp://x', {}, 'key/kms-unsupported'],
  ])('has a name for what cannot be: %s %j', async (reference, changed, code) => {
    vault.add('aes', 'aes256-gcm96');
    const asked = openSigner(reference, { password: '', environment: { ...vault.environment, ...changed } });
    await expect(asked).rejects.toMatchObject({ code });
  });
});
