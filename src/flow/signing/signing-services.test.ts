import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeServer } from '../../../test/fakes/server.ts';
import { newKey } from '../../../test/fakes/signed.ts';
import { FakeS3 } from '../../../test/fakes/s3.ts';
import { FakeSigstore } from '../../../test/fakes/sigstore.ts';
import { FakeTuf, NOW } from '../../../test/fakes/tuf.ts';
import { signBundle } from '../../sign/bundle.ts';
import { parseBundle } from '../../sigstore/bundle.ts';
import { noRoot } from '../../verify/sigstore/trust.ts';
import { type SigningServices, signingServices, type SigningServicesRequest } from './signing-services.ts';
import { initTrust } from '../trust/trust-roots.ts';
import { verifyBundle } from '../verification/verify-bundle.ts';

const MAIL = 'dev@acme.example';
let sigstore: FakeSigstore;
beforeEach(async () => {
  // What a trust root holds comes from a time of its own.
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
  sigstore = await FakeSigstore.start();
  vi.stubEnv('XDG_STATE_HOME', sigstore.folder);
  writeFileSync(sigstore.path('artifact'), 'what is signed');
  writeFileSync(sigstore.path('log.key'), newKey('ed25519').export({ type: 'pkcs8', format: 'pem' }));
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await sigstore[Symbol.asyncDispose]();
});

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
  const log = { place: sigstore.path('log'), key: sigstore.path('log.key'), password: '' };
  await expect(services({ log })).rejects.toMatchObject({ code: 'witness/log-origin' });
  await expect(services({ log: { ...log, origin: 'a b' } })).rejects.toMatchObject({ code: 'witness/log-origin' });
  await expect(services({ log: { ...log, key: sigstore.path('no.key') } })).rejects.toMatchObject({
    code: 'file/missing',
    hint: expect.stringContaining('temper key create log') as string,
  });
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
  const log = { place: sigstore.path('log'), key: sigstore.path('log.key'), password: '', origin: 'log.example' };
  expect((await services({ log, offline: true })).witnesses).toHaveLength(1);
  const offline = services({ keyless: keyless(), signingConfig: sigstore.signingConfig, offline: true });
  await expect(offline).rejects.toMatchObject({ code: 'network/offline' });
  await expect(services({ rekor: [sigstore.rekor.v1.url], offline: true })).rejects.toMatchObject({
    code: 'network/offline',
  });
  expect(await services({})).toEqual({ identity: undefined, witnesses: [], root: noRoot });
});

test('the embedded log may be in object storage, which is asked as the environment says', async () => {
  await using s3 = await FakeS3.start();
  const log = { place: `s3://${s3.bucket}/log`, key: sigstore.path('log.key'), password: '', origin: 'log.example' };
  const request = { log, environment: s3.environment('signer') };
  const { witnesses } = await services(request);
  expect(witnesses.map(({ name }) => name)).toEqual([log.place]);
  expect([...s3.objects.keys()]).toContain('log/checkpoint');
  await expect(services({ ...request, offline: true })).rejects.toMatchObject({ code: 'network/offline' });
  await expect(services({ ...request, log: { ...log, place: 's3://Logs' } })).rejects.toMatchObject({
    code: 's3/address',
  });
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

test('nobody is shown a code in a pipeline', async () => {
  const device = { keyless: { device: true }, signingConfig: sigstore.signingConfig };
  await expect(services({ ...device, environment: { CI: 'true' } })).rejects.toMatchObject({ code: 'identity/none' });
  expect(sigstore.issuer.asked).toEqual([]);
});

test('an identity token is not sent in the clear, whatever else may be', async () => {
  const fulcio = 'http://fulcio.example';
  const asked = services({ keyless: keyless(), fulcio, rekor: [sigstore.rekor.v1.url], insecure: true });
  await expect(asked).rejects.toMatchObject({ code: 'network/insecure' });
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

/** Follows a trust root that hands out these files. */
async function follow(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const repository = new FakeTuf();
  for (const [target, path] of Object.entries(files)) repository.targets.set(target, readFileSync(path));
  repository.publishAll();
  await using server = await FakeServer.start((request, response) => {
    const path = (request.url ?? '').slice(1);
    const found = repository.metadata.get(path) ?? repository.files.get(path.replace(/^targets\//, ''));
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  writeFileSync(sigstore.path('first.json'), repository.firstRoot);
  const place = { root: sigstore.path('first.json'), from: server.url, targets: undefined, replace: false };
  await initTrust({ name, ...place, offline: false, insecure: false, progress: () => undefined });
}

describe('a trust root that is followed', () => {
  const both = () => ({
    'trusted_root.json': sigstore.trustedRoot,
    'signing_config.v0.2.json': sigstore.signingConfig,
  });

  test.each([
    ['as the default one', 'default', {}],
    ['by its name, as a configuration', 'site', { signingConfig: 'tuf:site' }],
    ['by its name, as a trusted root', 'site', { trustedRoot: 'tuf:site' }],
  ])('says %s who is asked, and who counts', async (_, name, request) => {
    await follow(name, both());
    expect(await signAndVerify(await services({ keyless: keyless(), ...request }))).toBe('established');
    sigstore.rekor.v2.spoil = ({ body }) => Object.assign(body as object, { logId: { keyId: 'AAAA' } });
    const { identity, witnesses } = await services({ keyless: keyless(), ...request });
    if (identity === undefined) throw new Error('no identity');
    const strange = signBundle({ kind: 'message', message: Buffer.from('m') }, identity, witnesses);
    await expect(strange).rejects.toMatchObject({ code: 'witness/untrusted' });
  });

  test('that does not say who signs leads nobody to the public instance', async () => {
    await follow('default', { 'trusted_root.json': sigstore.trustedRoot });
    await expect(services({ keyless: keyless() })).rejects.toMatchObject({ code: 'trust/missing' });
  });
});

test('the public instance is asked where nothing is named, and must stand before its own trusted root', async () => {
  const asked = services({ keyless: keyless(), offline: true });
  await expect(asked).rejects.toMatchObject({
    code: 'network/offline',
    message: expect.stringContaining('https://fulcio.sigstore.dev/') as string,
  });
});
