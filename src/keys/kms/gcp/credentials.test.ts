import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeGoogleKms } from '../../../../test/fakes/google-kms.ts';
import { FakeServer } from '../../../../test/fakes/server.ts';
import { createInDevice, openSigner } from '../../open.ts';

let google: FakeGoogleKms;
let folder: string;
beforeEach(async () => {
  google = await FakeGoogleKms.start();
  google.add('k', 'p256');
  folder = mkdtempSync(join(tmpdir(), 'temper-google-'));
});
afterEach(async () => {
  await google[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const file = (name: string, content: object | string): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const using = (environment: Record<string, string | undefined> = {}) => ({
  password: '',
  environment: { ...google.environment, ...environment },
});
const as = (credentials: object | string) =>
  using({ GOOGLE_APPLICATION_CREDENTIALS: file('credentials.json', credentials) });
const user = () => ({
  type: 'authorized_user',
  client_id: 'id',
  client_secret: 'very secret',
  refresh_token: 'refresh',
  token_uri: `${google.url}/token`,
});
const external = (source: object, more: object = {}) => ({
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: `${google.url}/sts`,
  credential_source: source,
  ...more,
});
const sign = async (options: ReturnType<typeof using>) => {
  const signer = await openSigner(google.reference('k'), options);
  return await signer.sign(Buffer.from('x'));
};

describe('Google is asked', () => {
  test('by a service account, whose key signs for a token that several requests use', async () => {
    await sign(as(google.serviceAccount));
    expect(google.given).toEqual([
      expect.objectContaining({
        by: 'jwt',
        iss: 'robot@p.iam.gserviceaccount.com',
        scope: 'https://www.googleapis.com/auth/cloudkms',
      }),
    ]);
  });

  test('by a person, found where gcloud left it, for a project that pays', async () => {
    file('application_default_credentials.json', { ...user(), quota_project_id: 'payer' });
    await sign(using({ CLOUDSDK_CONFIG: folder }));
    expect(google.given).toEqual([expect.objectContaining({ by: 'refresh', client_id: 'id' })]);
    expect(new Set(google.quotaProjects)).toEqual(new Set(['payer']));
  });

  test.each([
    ['in a file', { type: 'text' }, 'subject.token\n'],
    ['in a file of JSON', { type: 'json', subject_token_field_name: 'value' }, '{"value":"subject.token"}'],
  ])('by somebody else’s token %s', async (_, format, content) => {
    google.federated.add('subject.token');
    await sign(as(external({ file: file('token', content), format })));
    expect(google.given).toEqual([
      expect.objectContaining({ by: 'exchange', scope: 'https://www.googleapis.com/auth/cloudkms' }),
    ]);
  });

  test('by somebody else’s token at an address, in the name of a service account', async () => {
    google.federated.add('fetched');
    await using issuer = await FakeServer.start((request, response) => {
      response.statusCode = request.headers['x-ask'] === 'nicely' ? 200 : 403;
      response.end('{"token":"fetched"}');
    });
    const url = `${google.url}/v1/projects/-/serviceAccounts/robot:generateAccessToken`;
    const format = { type: 'json', subject_token_field_name: 'token' };
    const source = { url: issuer.url, headers: { 'x-ask': 'nicely' }, format };
    await sign(as(external(source, { service_account_impersonation_url: url })));
    expect(google.given.map(({ by, for: what }) => [by, what])).toEqual([
      ['exchange', undefined],
      ['impersonation', 'cloud'],
    ]);
    const rude = as(external({ ...source, headers: {} }, { service_account_impersonation_url: url }));
    await expect(sign(rude)).rejects.toMatchObject({ code: 'key/kms-denied' });
  });

  test('by a service account in the name of another', async () => {
    const url = `${google.url}/v1/projects/-/serviceAccounts/other:generateAccessToken`;
    const source = google.serviceAccount;
    await sign(
      as({ type: 'impersonated_service_account', service_account_impersonation_url: url, source_credentials: source }),
    );
    expect(google.given.at(-1)).toMatchObject({
      by: 'impersonation',
      scope: ['https://www.googleapis.com/auth/cloudkms'],
    });
  });

  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  test.each<[string, () => ReturnType<typeof using>, string, string]>([
    [
      'a key that is not the account’s',
      () => as({ ...google.serviceAccount, private_key: other.export({ type: 'pkcs8', format: 'pem' }) }),
      'key/kms-denied',
      'It is not who it says',
    ],
    ['a key that is none', () => as({ ...google.serviceAccount, private_key: 'x' }), 'key/kms-settings', 'unreadable'],
    [
      'a refresh token that ended',
      () => as({ ...user(), refresh_token: 'old' }),
      'key/kms-denied',
      'It is not who it says',
    ],
    [
      'a token that nobody knows',
      () => as(external({ file: file('token', 'x') })),
      'key/kms-denied',
      'It is not who it says',
    ],
    ['an empty token', () => as(external({ file: file('token', '') })), 'key/kms-settings', 'holds no token'],
    ['a source of AWS', () => as(external({ environment_id: 'aws1' })), 'key/kms-settings', 'neither from a file nor'],
    [
      'credentials of another kind',
      () => as({ type: 'gdch_service_account' }),
      'key/kms-settings',
      'no credentials that are known',
    ],
    ['a file that is none', () => as('{'), 'key/kms-settings', 'no credentials that are known'],
    ['a file that is not there', () => using({ GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent' }), 'file/missing', ''],
    [
      'a machine of others',
      () => using({ GCE_METADATA_HOST: '127.0.0.1:1' }),
      'key/kms-settings',
      "no machine of Google's",
    ],
  ])('in vain with %s', async (_, options, code, message) => {
    await expect(sign(options())).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  test('without showing a secret that comes back in a refusal', async () => {
    await using echo = await FakeServer.start((_request, response) => {
      response.statusCode = 400;
      response.end('{"error":"no","error_description":"not with very secret"}');
    });
    await expect(sign(as({ ...user(), token_uri: echo.url }))).rejects.toMatchObject({
      message: expect.stringContaining('not with …') as string,
    });
  });
});

describe('Cloud KMS', () => {
  test.each(['request', 'signature', 'public key'] as const)(
    'is not believed where the %s was damaged',
    async (damaged) => {
      google.damages = damaged;
      await expect(sign(using())).rejects.toMatchObject({
        code: 'key/kms-failed',
        hint: expect.stringContaining('not the same bytes') as string,
      });
    },
  );

  test('signs by the newest enabled version, or by the one that is named, in either spelling', async () => {
    for (let n = 0; n < 10; n++) google.add('k', 'p256');
    const versions = google.keys.get(google.reference('k').slice('gcpkms://'.length)) ?? [];
    const version = async (suffix = '') => (await openSigner(`${google.reference('k')}${suffix}`, using())).origin;
    expect(await version()).toMatchObject({ version: '11' });
    for (const last of versions.slice(10)) last.state = 'DISABLED';
    expect(await version()).toMatchObject({ version: '10' });
    expect(await version('/versions/2')).toMatchObject({ version: '2', protection: 'HSM' });
    expect(await version('/cryptoKeyVersions/3')).toMatchObject({ version: '3' });
    await expect(version('/versions/11')).rejects.toMatchObject({ code: 'key/kms-denied' });
    await expect(version('/versions/12')).rejects.toMatchObject({ code: 'key/object-missing' });
    await expect(createInDevice(`${google.reference('k')}/versions/2`, 'p256', using())).rejects.toMatchObject({
      code: 'key/kms-unsupported',
    });
  });

  test('makes the key ring where there is none', async () => {
    google.rings.clear();
    await createInDevice(google.reference('new'), 'p256', using());
    expect(google.rings.size).toBe(1);
  });

  test('signs by PSS with a key of that kind alone', async () => {
    google.add('pss', 'rsa3072', false, 'RSA_SIGN_PSS_3072_SHA256');
    const signer = await openSigner(google.reference('pss'), using());
    await signer.sign(Buffer.from('x'), 'rsa-pss-sha256');
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'key/scheme' });
    google.add('odd', 'p256', false, 'EC_SIGN_SECP256K1_SHA256');
    await expect(openSigner(google.reference('odd'), using())).rejects.toMatchObject({ code: 'key/kms-failed' });
  });

  test('signs no long message by Ed25519', async () => {
    google.add('ed', 'ed25519');
    const signer = await openSigner(google.reference('ed'), using());
    await expect(signer.sign(Buffer.alloc(65_537))).rejects.toMatchObject({ code: 'key/kms-unsupported' });
  });
});
