import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeFulcio } from '../../test/fakes/fulcio.ts';
import { FakeIssuer } from '../../test/fakes/issuer.ts';
import { FakeRekor } from '../../test/fakes/rekor.ts';
import { newKey } from '../../test/fakes/signed.ts';
import { FakeTimestampServer } from '../../test/fakes/timestamp-server.ts';
import { noteKeyHash } from '../tlog/note-key.ts';
import { signBundle } from '../sign/bundle.ts';
import { parseBundle } from '../sigstore/bundle.ts';
import { type SigningServices, signingServices, type SigningServicesRequest } from './signing-services.ts';
import { verifyBundle } from './verify-bundle.ts';

const MAIL = 'dev@acme.example';
const START = '2020-01-01T00:00:00Z';
let folder: string;
let [issuer, fulcio, tsa]: [FakeIssuer, FakeFulcio, FakeTimestampServer] = [] as never;
let [v1, v2]: [FakeRekor, FakeRekor] = [] as never;
const path = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'temper-services-'));
  [issuer, fulcio, tsa] = [await FakeIssuer.start(), await FakeFulcio.start(), await FakeTimestampServer.start()];
  [v1, v2] = [await FakeRekor.start(1), await FakeRekor.start(2)];
  writeFileSync(path('artifact'), 'what is signed');
  writeFileSync(path('config.json'), JSON.stringify(config()));
  writeFileSync(path('log.key'), newKey('ed25519').export({ type: 'pkcs8', format: 'pem' }));
});
afterEach(async () => {
  for (const one of [issuer, fulcio, tsa, v1, v2]) await one[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function config(): object {
  const service = (url: string, majorApiVersion: number, operator = 'us') => ({
    url,
    majorApiVersion,
    operator,
    validFor: { start: START },
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(fulcio.url, 1)],
    oidcUrls: [service(issuer.url, 1)],
    rekorTlogUrls: [service(v1.url, 1), service(v2.url, 2), service('https://next.example', 3)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(tsa.url, 1)],
    tsaConfig: { selector: 'ANY' },
  };
}

function trustedRoot(): string {
  const validFor = { start: START };
  const authority = (chain: readonly Buffer[]) => ({
    certChain: { certificates: chain.map((der) => ({ rawBytes: der.toString('base64') })) },
    validFor,
  });
  const log = ({ log: { name, spki, id } }: FakeRekor) => ({
    baseUrl: `https://${name}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki.toString('base64'), keyDetails: 'PKIX_ED25519', validFor },
    logId: { keyId: id.toString('base64') },
  });
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [v1, v2].map(log),
    certificateAuthorities: [authority([fulcio.authority.certificate])],
    timestampAuthorities: [authority(tsa.authority.chain)],
  };
  writeFileSync(path('root.json'), JSON.stringify(root));
  return path('root.json');
}

async function services(request: Partial<SigningServicesRequest>): Promise<SigningServices> {
  return await signingServices({ offline: false, environment: {}, say: () => undefined, ...request });
}
const keyless = () => ({ identityToken: issuer.token() });

async function signAndVerify({ identity, witnesses }: SigningServices): Promise<string> {
  if (identity === undefined) throw new Error('no identity');
  const bytes = await signBundle({ kind: 'message', message: Buffer.from('what is signed') }, identity, witnesses);
  writeFileSync(path('bundle'), bytes);
  const { outcome } = await verifyBundle({
    bundle: path('bundle'),
    artifact: path('artifact'),
    keys: [],
    identities: [{ subject: { exact: MAIL }, issuer: { exact: issuer.url } }],
    trustedRoot: trustedRoot(),
  });
  return outcome;
}

test('the services of a signing configuration: the newest that are spoken here, times before logs', async () => {
  const given = await services({ keyless: keyless(), signingConfig: path('config.json'), trustedRoot: trustedRoot() });
  expect(given.witnesses.map(({ name }) => name)).toEqual([tsa.url, `${v2.url}/`]);
  expect(given.identity?.identity.subjects).toEqual([MAIL]);
  expect(await signAndVerify(given)).toBe('established');
});

test('addresses stand before those of the configuration', async () => {
  const given = await services({
    keyless: keyless(),
    signingConfig: path('config.json'),
    rekor: [v1.url],
    timestampServers: [],
  });
  expect(given.witnesses.map(({ name }) => name)).toEqual([tsa.url, `${v1.url}/`]);
  expect(await signAndVerify(given)).toBe('established');
});

test('addresses alone: a log of v1 says the time itself', async () => {
  const given = await services({ keyless: keyless(), fulcio: fulcio.url, rekor: [v1.url] });
  expect(await signAndVerify(given)).toBe('established');
});

test('a certificate of some minutes without a time is refused before anybody is asked for it', async () => {
  const asked = services({ keyless: keyless(), fulcio: fulcio.url, rekor: [v2.url] });
  await expect(asked).rejects.toMatchObject({ code: 'witness/no-time' });
});

test('the embedded log comes last; it is begun with a name, and goes on without', async () => {
  const log = { folder: path('log'), key: path('log.key'), password: '' };
  await expect(services({ log })).rejects.toMatchObject({ code: 'witness/log-origin' });
  const begun = await services({ log: { ...log, origin: 'log.example' }, timestampServers: [tsa.url] });
  expect(begun.identity).toBeUndefined();
  expect(begun.witnesses.map(({ name }) => name)).toEqual([tsa.url, path('log')]);
  const { witnesses } = await services({ log, keyless: keyless(), fulcio: fulcio.url, timestampServers: [tsa.url] });
  const identity = (await services({ keyless: keyless(), signingConfig: path('config.json') })).identity;
  if (identity === undefined) throw new Error('no identity');
  const bundle = parseBundle(await signBundle({ kind: 'message', message: Buffer.from('m') }, identity, witnesses));
  expect([bundle.logEntries.length, bundle.timestamps.length]).toEqual([1, 1]);
  await expect(services({ log: { ...log, origin: 'other.example' } })).rejects.toMatchObject({
    code: 'log/other-origin',
  });
});

test('with keys, the embedded log needs no network; the others are not asked offline', async () => {
  const log = { folder: path('log'), key: path('log.key'), password: '', origin: 'log.example' };
  expect((await services({ log, offline: true })).witnesses).toHaveLength(1);
  const offline = services({ keyless: keyless(), signingConfig: path('config.json'), offline: true });
  await expect(offline).rejects.toMatchObject({ code: 'network/offline' });
  await expect(services({ rekor: [v1.url], offline: true })).rejects.toMatchObject({ code: 'network/offline' });
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
  const aud = { SIGSTORE_ID_TOKEN: issuer.token({ aud: 'others' }) };
  const environment = 'environment' in request ? aud : {};
  const base = 'keyless' in request ? { signingConfig: path('config.json') } : {};
  await expect(services({ ...base, ...request, environment })).rejects.toMatchObject({ code });
});

test('a person is shown a code of the configured issuer', async () => {
  const said: string[] = [];
  const given = await services({
    keyless: { device: true },
    signingConfig: path('config.json'),
    say: (sentence) => said.push(sentence),
  });
  expect(said).toEqual([`Open ${issuer.url}/confirm and confirm the code ABCD-1234.`]);
  expect(given.identity?.identity.subjects).toEqual([MAIL]);
});

test('the public instance is asked where nothing is named, and must stand before its own trusted root', async () => {
  const asked = services({ keyless: keyless(), offline: true });
  await expect(asked).rejects.toMatchObject({
    code: 'network/offline',
    message: expect.stringContaining('https://fulcio.sigstore.dev/') as string,
  });
  expect(noteKeyHash(v2.log.name, v2.log.spki).equals(v2.log.id)).toBe(true);
});
