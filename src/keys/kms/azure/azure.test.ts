import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeIssuer, issue } from '../../../../test/fakes/authority.ts';
import { FakeAzureVault } from '../../../../test/fakes/azure-vault.ts';
import { certificatePem } from '../../../x509/pem.ts';
import { createInDevice, openSigner, renewInService } from '../../open.ts';
import { KmsFaults } from '../faults.ts';
import { authorityOf, resourceOf } from './cloud.ts';

let azure: FakeAzureVault;
let folder: string;
beforeEach(async () => {
  azure = await FakeAzureVault.start();
  azure.add('k', 'p256');
  folder = mkdtempSync(join(tmpdir(), 'temper-azure-'));
});
afterEach(async () => {
  await azure[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const using = (environment: Record<string, string | undefined> = {}) => ({
  password: '',
  environment: { ...azure.environment, ...environment },
});
const sign = async (options: ReturnType<typeof using>) => {
  const signer = await openSigner(azure.reference('k'), options);
  return await signer.sign(Buffer.from('x'));
};
const certified = (passphrase?: string): string => {
  const now = Math.floor(Date.now() / 1000);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const request = { subject: 'app', spki, notBefore: now - 9, notAfter: now + 999, extensions: [] };
  const pem = certificatePem(issue(fakeIssuer('a', [now - 9, now + 999]), request));
  azure.certificate = new X509Certificate(pem);
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return file('app.pem', `${privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher })}${pem}`);
};

describe('Azure is asked', () => {
  test('by an application with a secret, for a token that several requests use', async () => {
    await sign(using());
    expect(azure.given).toEqual([expect.objectContaining({ by: 'secret', scope: `https://${azure.host}/.default` })]);
  });

  test.each([undefined, 'pass'])(
    'by an application with a certificate, its key under the password %j',
    async (password) => {
      const AZURE_CLIENT_CERTIFICATE_PATH = certified(password);
      await sign(
        using({
          AZURE_CLIENT_SECRET: undefined,
          AZURE_CLIENT_CERTIFICATE_PATH,
          AZURE_CLIENT_CERTIFICATE_PASSWORD: password,
        }),
      );
      expect(azure.given).toEqual([expect.objectContaining({ by: 'certificate' })]);
    },
  );

  test('by a workload with somebody else’s token', async () => {
    azure.federated.add('federated.token');
    const AZURE_FEDERATED_TOKEN_FILE = file('token', 'federated.token\n');
    await sign(using({ AZURE_CLIENT_SECRET: undefined, AZURE_FEDERATED_TOKEN_FILE }));
    expect(azure.given).toEqual([expect.objectContaining({ by: 'federated' })]);
  });

  test('by a machine: a virtual one, and one of App Service', async () => {
    const none = { AZURE_CLIENT_SECRET: undefined, AZURE_TENANT_ID: undefined };
    await sign(using({ ...none, AZURE_POD_IDENTITY_AUTHORITY_HOST: azure.login }));
    await sign(using({ ...none, IDENTITY_ENDPOINT: `${azure.login}/msi/token`, IDENTITY_HEADER: 'header' }));
    const resource = `https://${azure.host}`;
    expect(azure.given).toEqual([
      { by: 'machine', 'api-version': '2018-02-01', resource, client_id: 'client' },
      { by: 'machine', 'api-version': '2019-08-01', resource, client_id: 'client' },
    ]);
  });

  test('by who is logged in on the command line, where that is said', async () => {
    const expires_on = Math.floor(Date.now() / 1000) + 3600;
    const answer = JSON.stringify({ accessToken: azure.tokens.give(`https://${azure.host}`), expires_on });
    const asked = `account get-access-token --output json --resource https://${azure.host}`;
    chmodSync(file('az', `#!/bin/sh\n[ "$*" = "${asked}" ] && echo '${answer}'\n`), 0o700);
    vi.stubEnv('PATH', folder);
    await sign(using({ AZURE_AUTH_METHOD: 'cli' }));
    expect(azure.given).toEqual([]);
    file('az', '#!/bin/sh\nexit 1\n');
    await expect(sign(using({ AZURE_AUTH_METHOD: 'cli' }))).rejects.toMatchObject({ code: 'key/kms-denied' });
    vi.unstubAllEnvs();
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['a wrong secret', { AZURE_CLIENT_SECRET: 'other' }, 'key/kms-denied'],
    ['no tenant', { AZURE_TENANT_ID: undefined }, 'key/kms-settings'],
    ['a tenant that leads elsewhere', { AZURE_TENANT_ID: '../x' }, 'key/kms-settings'],
    ['no such cloud', { AZURE_ENVIRONMENT: 'AzureMoon' }, 'key/kms-settings'],
    ['an authority that is none', { AZURE_AUTHORITY_HOST: 'x' }, 'key/kms-settings'],
    [
      'a certificate that is none',
      { AZURE_CLIENT_SECRET: '', AZURE_CLIENT_CERTIFICATE_PATH: import.meta.filename },
      'key/kms-settings',
    ],
    [
      'nothing, on a machine of others',
      { AZURE_CLIENT_SECRET: '', AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:1' },
      'key/kms-settings',
    ],
  ])('in vain with %s', async (_, environment, code) => {
    await expect(sign(using(environment))).rejects.toMatchObject({ code });
  });

  test.each([
    ['v.vault.azure.net', {}, 'https://vault.azure.net', 'https://login.microsoftonline.com/'],
    ['h.managedhsm.azure.net', {}, 'https://managedhsm.azure.net', 'https://login.microsoftonline.com/'],
    ['v.vault.azure.cn', {}, 'https://vault.azure.cn', 'https://login.chinacloudapi.cn/'],
    [
      'v.vault.azure.net',
      { AZURE_ENVIRONMENT: 'AzureUSGovernment' },
      'https://vault.azure.net',
      'https://login.microsoftonline.us/',
    ],
    [
      'v.vault.azure.net.evil.example',
      {},
      'https://v.vault.azure.net.evil.example',
      'https://login.microsoftonline.com/',
    ],
  ])('at %s %j for a token for that alone', (host, environment, resource, authority) => {
    const vault = new URL(`https://${host}/`);
    expect(resourceOf(vault)).toBe(resource);
    expect(authorityOf(vault, environment, new KmsFaults('x', 'x')).href).toBe(authority);
  });
});

describe('Key Vault', () => {
  const newest = (name = 'k') => azure.keys.get(name)?.at(-1) ?? expect.fail('no key');

  test('signs by the newest version, or by the one that is named', async () => {
    const first = newest().version;
    azure.add('k', 'p384');
    expect(await openSigner(azure.reference('k'), using())).toMatchObject({
      origin: { version: newest().version, protection: 'HSM' },
    });
    const named = `${azure.reference('k')}/${first}`;
    expect(await openSigner(named, using())).toMatchObject({ origin: { version: first, reference: named } });
    await expect(renewInService(named, using())).rejects.toMatchObject({ code: 'key/kms-unsupported' });
  });

  test.each<[string, () => void, string]>([
    ['is disabled', () => (newest().attributes.enabled = false), 'key/kms-denied'],
    ['is for something else', () => (newest().key_ops = ['verify']), 'key/kms-denied'],
    ['is released to others', () => Object.assign(newest(), { release_policy: { data: 'e30' } }), 'key/extractable'],
    ['is of another kind', () => Object.assign(newest(), { kty: 'oct-HSM' }), 'key/kms-failed'],
  ])('does not sign with a key that %s', async (_, change, code) => {
    change();
    await expect(sign(using())).rejects.toMatchObject({ code });
  });

  test('makes no key under the name of one that can be recovered', async () => {
    azure.deleted.add('gone');
    await expect(createInDevice(azure.reference('gone'), 'p256', using())).rejects.toMatchObject({
      code: 'key/exists',
      hint: expect.stringContaining('recover') as string,
    });
  });
});
