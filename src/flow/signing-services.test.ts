import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newKey } from '../../test/fakes/signed.ts';
import { FakeSigstore } from '../../test/fakes/sigstore.ts';
import { signBundle } from '../sign/bundle.ts';
import { parseBundle } from '../sigstore/bundle.ts';
import { type SigningServices, signingServices, type SigningServicesRequest } from './signing-services.ts';
import { verifyBundle } from './verify-bundle.ts';

const MAIL = 'dev@acme.example';
let sigstore: FakeSigstore;
beforeEach(async () => {
  sigstore = await FakeSigstore.start();
  writeFileSync(sigstore.path('artifact'), 'what is signed');
  writeFileSync(sigstore.path('log.key'), newKey('ed25519').export({ type: 'pkcs8', format: 'pem' }));
});
afterEach(async () => await sigstore[Symbol.asyncDispose]());

async function services(request: Partial<SigningServicesRequest>): Promise<SigningServices> {
  return await signingServices({ offline: false, environment: {}, say: () => undefined, ...request });
}
const keyless = () => ({ identityToken: sigstore.issuer.token() });

async function signAndVerify({ identity, witnesses }: SigningServices): Promise<string> {
  if (identity === undefined) throw new Error('no identity');
  const bytes = await signBundle({ kind: 'message', message: Buffer.from('what is signed') }, identity, witnesses);
  writeFileSync(sigstore.path('bundle'), bytes);
  const { outcome } = await verifyBundle({
    bundle: sigstore.path('bundle'),
    artifact: sigstore.path('artifact'),
    keys: [],
    identities: [{ subject: { exact: MAIL }, issuer: { exact: sigstore.issuer.url } }],
    trustedRoot: sigstore.trustedRoot,
  });
  return outcome;
}

test('the services of a signing configuration: the newest that are spoken here, times before logs', async () => {
  const given = await services({
    keyless: keyless(),
    signingConfig: sigstore.signingConfig,
    trustedRoot: sigstore.trustedRoot,
  });
  expect(given.witnesses.map(({ name }) => name)).toEqual([sigstore.tsa.url, `${sigstore.rekor.v2.url}/`]);
  expect(given.identity?.identity.subjects).toEqual([MAIL]);
  expect(await signAndVerify(given)).toBe('established');
});

test('addresses stand before those of the configuration', async () => {
  const given = await services({
    keyless: keyless(),
    signingConfig: sigstore.signingConfig,
    rekor: [sigstore.rekor.v1.url],
    timestampServers: [],
  });
  expect(given.witnesses.map(({ name }) => name)).toEqual([sigstore.tsa.url, `${sigstore.rekor.v1.url}/`]);
  expect(await signAndVerify(given)).toBe('established');
});

test('addresses alone: a log of v1 says the time itself', async () => {
  const given = await services({ keyless: keyless(), fulcio: sigstore.fulcio.url, rekor: [sigstore.rekor.v1.url] });
  expect(await signAndVerify(given)).toBe('established');
});

test('a certificate of some minutes without a time is refused before anybody is asked for it', async () => {
  const asked = services({ keyless: keyless(), fulcio: sigstore.fulcio.url, rekor: [sigstore.rekor.v2.url] });
  await expect(asked).rejects.toMatchObject({ code: 'witness/no-time' });
});

test('the embedded log comes last; it is begun with a name, and goes on without', async () => {
  const log = { folder: sigstore.path('log'), key: sigstore.path('log.key'), password: '' };
  await expect(services({ log })).rejects.toMatchObject({ code: 'witness/log-origin' });
  const begun = await services({ log: { ...log, origin: 'log.example' }, timestampServers: [sigstore.tsa.url] });
  expect(begun.identity).toBeUndefined();
  expect(begun.witnesses.map(({ name }) => name)).toEqual([sigstore.tsa.url, sigstore.path('log')]);
  const { witnesses } = await services({
    log,
    keyless: keyless(),
    fulcio: sigstore.fulcio.url,
    timestampServers: [sigstore.tsa.url],
  });
  const identity = (await services({ keyless: keyless(), signingConfig: sigstore.signingConfig })).identity;
  if (identity === undefined) throw new Error('no identity');
  const bundle = parseBundle(await signBundle({ kind: 'message', message: Buffer.from('m') }, identity, witnesses));
  expect([bundle.logEntries.length, bundle.timestamps.length]).toEqual([1, 1]);
  await expect(services({ log: { ...log, origin: 'other.example' } })).rejects.toMatchObject({
    code: 'log/other-origin',
  });
});

test('with keys, the embedded log needs no network; the others are not asked offline', async () => {
  const log = { folder: sigstore.path('log'), key: sigstore.path('log.key'), password: '', origin: 'log.example' };
  expect((await services({ log, offline: true })).witnesses).toHaveLength(1);
  const offline = services({ keyless: keyless(), signingConfig: sigstore.signingConfig, offline: true });
  await expect(offline).rejects.toMatchObject({ code: 'network/offline' });
  await expect(services({ rekor: [sigstore.rekor.v1.url], offline: true })).rejects.toMatchObject({
    code: 'network/offline',
  });
  expect(await services({})).toEqual({ identity: undefined, witnesses: [] });
});

test.each([
  ['no token', { keyless: {} }, 'identity/none'],
  [
    'a token of the environment for others',
    { keyless: {}, environment: { SIGSTORE_ID_TOKEN: 'aud' } },
    'identity/audience',
  ],
  ['no address', { rekor: ['rekor'] }, 'witness/address'],
  ['an address of another kind', { timestampServers: ['ftp://x'] }, 'witness/address'],
  ['a host without encryption', { rekor: ['http://rekor.example'] }, 'network/insecure'],
])('%s is refused by name', async (_, request, code) => {
  const aud = { SIGSTORE_ID_TOKEN: sigstore.issuer.token({ aud: 'others' }) };
  const environment = 'environment' in request ? aud : {};
  const base = 'keyless' in request ? { signingConfig: sigstore.signingConfig } : {};
  await expect(services({ ...base, ...request, environment })).rejects.toMatchObject({ code });
});

test('a person is shown a code of the configured issuer', async () => {
  const said: string[] = [];
  const given = await services({
    keyless: { device: true },
    signingConfig: sigstore.signingConfig,
    say: (sentence) => said.push(sentence),
  });
  expect(said).toEqual([`Open ${sigstore.issuer.url}/confirm and confirm the code ABCD-1234.`]);
  expect(given.identity?.identity.subjects).toEqual([MAIL]);
});

test('the public instance is asked where nothing is named, and must stand before its own trusted root', async () => {
  const asked = services({ keyless: keyless(), offline: true });
  await expect(asked).rejects.toMatchObject({
    code: 'network/offline',
    message: expect.stringContaining('https://fulcio.sigstore.dev/') as string,
  });
});
