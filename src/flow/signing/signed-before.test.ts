import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeSigner } from '../../../test/fakes/image.ts';
import { pemOf } from '../../../test/interop/notation.ts';
import { FakeSigstore } from '../../../test/fakes/sigstore.ts';
import { tinyImage } from '../../../test/interop/tiny.ts';
import { notaryAuthority, notarySigner, SIGNED_AT } from '../../../test/fakes/notary.ts';
import { predicateTypes } from '../../intoto/predicates.ts';
import { statementBytes } from '../../intoto/statement.ts';
import { digestOf } from '../../lib/digest.ts';
import { mediaTypes } from '../../oci/types.ts';
import { signNotary } from '../../sign/notary.ts';
import { imageSignature, signStatement } from '../../sign/statement.ts';
import { publishImage } from '../../publish/image.ts';
import { Layout } from '../../repository/layout.ts';
import { parseBundle } from '../../sigstore/bundle.ts';
import { noRoot } from '../../verify/sigstore/trust.ts';
import { type SignRequest, signImages } from './sign.ts';
import { bundleBefore, notaryBefore } from './signed-before.ts';

const manifest = digestOf('referrer');
const nobody = { root: noRoot, logs: 0, timestamps: 0, now: Math.floor(Date.now() / 1000) };

test('a bundle that would not verify is not taken for the signature that was made before', async () => {
  const signer = fakeSigner();
  const subject = digestOf('image');
  const statement = imageSignature(subject);
  const bytes = await signStatement(statement, signer);
  const wanted = { bytes: statementBytes(statement), subject, key: signer.publicKey, witnessed: nobody };
  const before = (changed: Buffer, annotatedType: string | undefined) =>
    bundleBefore({ bundles: [{ manifest, blob: digestOf(changed), bytes: changed, annotatedType }] }, wanted);
  expect(before(bytes, predicateTypes.signature)).toBe(manifest);
  expect(before(bytes, undefined)).toBe(manifest);
  expect(before(bytes, predicateTypes.spdx)).toBeUndefined();
  const document = JSON.parse(bytes.toString()) as object;
  const older = { ...document, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1' };
  expect(before(Buffer.from(JSON.stringify(older)), predicateTypes.signature)).toBeUndefined();
});

test('a Notary Project signature with other certificates of the same key is not taken for it either', async () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ours = notarySigner({ key, issuers: [notaryAuthority()] });
  const theirs = notarySigner({ key, issuers: [notaryAuthority('theirs')] });
  const artifact = { mediaType: mediaTypes.manifest, digest: digestOf('image'), size: 1 };
  const bytes = await signNotary({ artifact, format: 'jws', signingTime: SIGNED_AT }, theirs);
  const before = { notary: [{ manifest, format: 'jws', bytes } as const] };
  const wanted = { key: ours.signer.publicKey, witnessed: nobody };
  expect(notaryBefore(before, 'jws', artifact, { ...wanted, chain: theirs.certificates })).toBe(manifest);
  expect(notaryBefore(before, 'jws', artifact, { ...wanted, chain: ours.certificates })).toBeUndefined();
});

test('a bundle with an entry of a log about something else is not taken for it, for nobody would verify it', async () => {
  const signer = fakeSigner();
  const subject = digestOf('image');
  const statement = imageSignature(subject);
  const document = JSON.parse((await signStatement(statement, signer)).toString()) as { verificationMaterial: object };
  const entry = {
    logIndex: '1',
    logId: { keyId: 'AAAA' },
    kindVersion: { kind: 'x', version: '1' },
    canonicalizedBody: 'e30=',
  };
  Object.assign(document.verificationMaterial, { tlogEntries: [entry] });
  const changed = Buffer.from(JSON.stringify(document));
  expect(parseBundle(changed).witnesses).toBe(1);
  const bundles = [{ manifest, blob: digestOf(changed), bytes: changed, annotatedType: undefined }];
  const wanted = { bytes: statementBytes(statement), subject, key: signer.publicKey, witnessed: nobody };
  expect(bundleBefore({ bundles }, wanted)).toBeUndefined();
});

describe('witnesses of an earlier signature', () => {
  const FORMATS = ['bundle', 'cosign-tag', 'notation-jws', 'notation-cose', 'docker'] as const;
  let ours: FakeSigstore;
  let theirs: FakeSigstore;
  beforeEach(async () => {
    [ours, theirs] = [await FakeSigstore.start(), await FakeSigstore.start()];
    for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME']) vi.stubEnv(name, ours.folder);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const now = Math.floor(Date.now() / 1000);
    const window = [now - 3600, now + 3600] as const;
    const authority = notaryAuthority('test root', undefined, window);
    const { certificates } = notarySigner({ key: privateKey, issuers: [authority], window });
    writeFileSync(ours.path('ours.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(ours.path('ours.crt'), pemOf(certificates));
    await publishImage(new Layout(ours.path('layout')), { ...tinyImage('image'), referrers: [], tag: 'v1' });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await ours[Symbol.asyncDispose]();
    await theirs[Symbol.asyncDispose]();
  });
  const sign = async (more: Partial<SignRequest>): Promise<string[]> => {
    const { images } = await signImages({
      references: [`oci:${ours.path('layout')}:v1`],
      key: ours.path('ours.key'),
      formats: FORMATS,
      recursive: true,
      certificate: undefined,
      allowExtractable: false,
      password: '',
      environment: {},
      offline: false,
      insecure: false,
      signal: new AbortController().signal,
      say: () => undefined,
      progress: () => undefined,
      annotations: {},
      containerIdentity: 'x/y',
      expiry: undefined,
      ...more,
    });
    return images.flatMap(({ signatures }) => signatures.map(({ format, status }) => `${format} ${status}`));
  };
  const of = (sigstore: FakeSigstore) => ({
    rekor: [sigstore.rekor.v1.url],
    timestampServers: [sigstore.tsa.url],
  });
  const all = (status: string) => FORMATS.map((format) => `${format} ${status}`);

  test('count where the trusted root believes them: nothing is signed again', async () => {
    const request = { ...of(ours), trustedRoot: ours.trustedRoot };
    expect(await sign(request)).toEqual(all('added'));
    expect(await sign(request)).toEqual(all('there'));
    expect(await sign({})).toEqual(all('there'));
  });

  test('that somebody made up keep nobody from signing with his own', async () => {
    expect(await sign(of(theirs))).toEqual(all('added'));
    expect(await sign({ ...of(ours), trustedRoot: ours.trustedRoot })).toEqual(all('added'));
  });

  test('of whom nobody says whether they count do not', async () => {
    expect(await sign(of(ours))).toEqual(all('added'));
    expect(await sign(of(ours))).toEqual(all('added'));
    expect(await sign({})).toEqual(all('there'));
  });

  test('that are too few do not suffice', async () => {
    expect(await sign({ rekor: of(ours).rekor, trustedRoot: ours.trustedRoot })).toEqual([...all('added')]);
    expect(await sign({ ...of(ours), trustedRoot: ours.trustedRoot })).toEqual(all('added'));
  });

  test("count of a log of one's own by its key, and not those of a log that has its name", async () => {
    const log = (name: string, key: string) => ({
      place: ours.path(name),
      key,
      password: '',
      origin: 'log.example/team',
    });
    for (const name of ['log', 'other']) {
      const { privateKey } = generateKeyPairSync('ed25519');
      writeFileSync(ours.path(`${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    }
    const formats = ['bundle'] as const;
    expect(await sign({ formats, log: log('a', ours.path('other.key')) })).toEqual(['bundle added']);
    expect(await sign({ formats, log: log('b', ours.path('log.key')) })).toEqual(['bundle added']);
    expect(await sign({ formats, log: log('b', ours.path('log.key')) })).toEqual(['bundle there']);
  });
});
