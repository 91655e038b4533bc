// Everything that a signature can be refused for, each by its own name.
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordCase } from '../../src/flow/verification/policy-record.ts';
import { testPolicy } from '../../src/flow/verification/policy-test.ts';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { statementAbout } from '../../src/intoto/statement.ts';
import { parseState } from '../../src/verify/sigstore/state.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { openRepository } from '../../src/repository/open.ts';
import { bundleReferrer } from '../../src/publish/referrer.ts';
import { notaryReferrer } from '../../src/publish/notary-referrer.ts';
import { signNotary } from '../../src/sign/notary.ts';
import { signStatement } from '../../src/sign/statement.ts';
import { fakeKey } from '../fakes/authority.ts';
import { ISSUER, MAIL, publicKeyOf, SIGNED } from '../fakes/bundles.ts';
import { fakeSigner } from '../fakes/image.ts';
import { FakeLog, hashedRekord } from '../fakes/log.ts';
import { notaryAuthority, notarySigner } from '../fakes/notary.ts';
import { FakeRegistry } from '../fakes/registry.ts';
import { against, LATER, VerifyScene } from '../fakes/verify-scene.ts';

let scene: VerifyScene;
let key: string;
beforeEach(async () => {
  scene = await VerifyScene.make();
  key = await scene.keyFile('k.pub', scene.world.key.publicKey);
});
afterEach(async () => {
  await scene[Symbol.asyncDispose]();
});

/** Keys, a log and a timestamp. */
const witnessed = () => ({ keys: [key], trustedRoot: scene.path('root.json'), logs: 1, timestamps: 1 });
const keyless = (more: object = {}) => ({
  identities: [{ subject: MAIL, issuer: ISSUER }],
  trustedRoot: scene.path('root.json'),
  ...more,
});

async function refusedBy(entry: object, more: object = {}): Promise<string[]> {
  const answer = await scene.verify({ policy: await scene.policy(entry, more) });
  expect(answer.result.decision.answer).toBe('no');
  return against(answer);
}

describe('what is in order is accepted', () => {
  test('by a key, with log and timestamp', async () => {
    await scene.sign();
    const answer = await scene.verify({ policy: await scene.policy(witnessed()) });
    expect(against(answer)).toEqual([]);
    expect(answer.result.signers).toEqual([scene.world.key.publicKey.fingerprint]);
    expect(answer.checkpoints).toHaveLength(1);
  });

  test('by a certificate, with exact names, expressions and claims, from policy and command line', async () => {
    await scene.sign({ certified: true });
    for (const entry of [
      keyless(),
      { ...keyless(), identities: [{ subjectPattern: '[a-z]+@acme\\.example', issuerPattern: 'https://login\\..*' }] },
    ]) {
      expect(against(await scene.verify({ policy: await scene.policy(entry) }))).toEqual([]);
    }
    const identity = { subject: MAIL, issuer: ISSUER };
    const named = await scene.verify({ identity, trustedRoot: scene.path('root.json') });
    expect(against(named)).toEqual([]);
    expect(named.result).toMatchObject({ origin: 'identity', signers: [`${MAIL} (${ISSUER})`] });
    const claims = { ...keyless(), identities: [{ subject: MAIL, issuer: ISSUER, claims: { workflowRef: 'refs/x' } }] };
    expect(await refusedBy(claims)).toEqual(['image-signature: identity-other']);
  });

  test('in the formats of others, and by distinct signers across them', async () => {
    const root = notaryAuthority();
    const signer = notarySigner({ issuers: [root] });
    const { mediaType, digest, size } = scene.image;
    const request = { artifact: { mediaType, digest, size }, format: 'jws', signingTime: SIGNED } as const;
    const bytes = await signNotary(request, signer);
    const subject = scene.image;
    const { certificates } = signer;
    await scene.hangReferrer(notaryReferrer({ subject, bytes, format: 'jws', certificates, created: new Date(0) }));
    const pem = `-----BEGIN CERTIFICATE-----\n${root.certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;
    const stores = { ca: [pem], trustedIdentities: ['x509.subject: C=US, ST=WA, O=Example'] };
    const entry = { certificates: { ...stores, verifyTimestamp: 'afterCertExpiry' } };
    const now = SIGNED + 10;
    const policy = await scene.policy(entry);
    expect(against(await scene.verify({ policy, now }))).toEqual([]);
    const both = await scene.policy({ ...entry, keys: [key], signatures: 2 });
    expect(against(await scene.verify({ policy: both, now }))).toEqual(['signers: too-few']);
    await scene.sign();
    const answer = await scene.verify({ policy: both, now, signaturesOnly: false });
    expect(against(answer)).toEqual([]);
    expect(answer.result.signers).toHaveLength(2);
    const others = await scene.policy({
      certificates: { ...entry.certificates, trustedIdentities: ['x509.subject: C=US, ST=WA, O=Other'] },
    });
    expect(against(await scene.verify({ policy: others, now }))).toEqual(['image-signature: identity-other']);
  });
});

describe('refused by its own name', () => {
  test('a signature by an old key', async () => {
    await scene.sign();
    const until = new Date(SIGNED * 1000 - 1000).toISOString();
    expect(await refusedBy({ keys: [{ key, until }] })).toEqual(['image-signature: key-retired']);
  });

  test('a revoked key', async () => {
    const { fingerprint } = scene.world.key.publicKey;
    await scene.sign();
    expect(await refusedBy({ keys: [key] }, { revoked: [{ key: fingerprint, reason: 'stolen' }] })).toContain(
      'revocation: revoked',
    );
  });

  test('a revoked certificate', async () => {
    const bytes = scene.bundle({ certified: true });
    await scene.hang(bytes);
    const { verificationMaterial } = JSON.parse(bytes.toString()) as {
      verificationMaterial: { certificate: { rawBytes: string } };
    };
    const { fingerprint } = parseCertificate(Buffer.from(verificationMaterial.certificate.rawBytes, 'base64'));
    const revoked = [{ certificate: fingerprint, reason: 'lost' }];
    expect(await refusedBy(keyless(), { revoked })).toContain('revocation: revoked');
  });

  test('a certificate that had expired when it signed', async () => {
    await scene.sign({ certified: true, from: SIGNED - 10_000 });
    expect(await refusedBy(keyless())).toContain('certificate: certificate-expired');
  });

  test('a timestamp that lies in the future', async () => {
    await scene.sign({ stamped: LATER + 3600 });
    expect(await refusedBy(witnessed())).toContain('timestamp: time-in-future');
  });

  test('a timestamp that is missing, of a key where one is asked for, of a certificate always', async () => {
    await scene.sign({ stamped: false });
    expect(await refusedBy(witnessed())).toEqual(['image-signature: too-few']);
    await scene.sign({ stamped: false, certified: true });
    expect(await refusedBy(keyless())).toContain('image-signature: time-missing');
  });

  test('a log entry for other bytes', async () => {
    const { log } = scene.world;
    await scene.sign({
      entry: ({ signature }) => [
        log.entry(log.add(hashedRekord(Buffer.from('other'), signature, { key: scene.world.key.spki }))),
      ],
    });
    expect(await refusedBy(witnessed())).toContain('log-entry: log-entry-other');
  });

  test('a log entry that is missing', async () => {
    await scene.sign({ entry: () => [] });
    expect(await refusedBy(witnessed())).toEqual(['image-signature: too-few']);
  });

  test('a proof against another checkpoint', async () => {
    const { log } = scene.world;
    await scene.sign({
      entry: ({ body }) => {
        const at = log.add(body);
        const entry = log.entry(at) as { inclusionProof: { checkpoint: { envelope: string } } };
        log.add(Buffer.from('{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{}}'));
        entry.inclusionProof.checkpoint.envelope = log.checkpoint();
        return [entry];
      },
    });
    expect(await refusedBy(witnessed())).toContain('log: log-proof-other-checkpoint');
  });

  test('a log that nobody trusts', async () => {
    const strange = new FakeLog('log.evil.example');
    await scene.sign({ entry: ({ body }) => [strange.entry(strange.add(body))] });
    expect(await refusedBy(witnessed())).toEqual(['image-signature: too-few']);
  });

  test('a checkpoint older than one that was seen, and a clock that went back', async () => {
    const state = scene.path('state.json');
    const policy = await scene.policy(witnessed());
    const old = scene.bundle();
    await scene.sign();
    expect(against(await scene.verify({ policy, state }))).toEqual([]);
    expect(parseState(await readFile(state), 'state').checkpoints).toMatchObject([{ size: 2 }]);
    const before = await readFile(state, 'utf8');
    const again = await VerifyScene.make();
    try {
      // The same place, with nothing but the older signature.
      await again.hang(old);
      const moved = { ...again.image };
      expect(moved).toEqual(scene.image);
      await writeFile(again.path('state.json'), before.replaceAll(scene.path('image'), again.path('image')));
      const rooted = { ...witnessed(), repositories: [`oci:${again.path('image')}`] };
      const answer = await again.verify({ policy: await scene.policy(rooted), state: again.path('state.json') });
      expect(against(answer)).toEqual(['checkpoint: checkpoint-older']);
    } finally {
      await again[Symbol.asyncDispose]();
    }
    expect(against(await scene.verify({ policy, state, now: LATER - 7200 }))).toEqual(['clock: clock-went-back']);
    // What is refused is not remembered.
    expect(await readFile(state, 'utf8')).toBe(before);
  });

  test('a swapped subject', async () => {
    const other = await scene.put('another', 'other');
    await scene.sign({ about: other });
    expect(await refusedBy({ keys: [key] })).toContain('subject: subject-other');
  });

  test('one key counted twice towards a threshold, and one identity with two certificates', async () => {
    await scene.sign();
    await scene.sign();
    expect(await refusedBy({ keys: [key], signatures: 2 })).toEqual(['signers: counted-twice']);
    expect(against(await scene.verify({ keys: [key], threshold: 2 }))).toEqual(['signers: counted-twice']);
    const other = fakeKey();
    const second = await scene.keyFile('second.pub', publicKeyOf(other));
    expect(await refusedBy({ keys: [key, second], signatures: 2 })).toEqual(['signers: counted-twice']);
    await scene.sign({ key: other });
    const policy = await scene.policy({ keys: [key, second], signatures: 2 });
    expect(against(await scene.verify({ policy }))).toEqual([]);
    await scene.sign({ certified: true });
    await scene.sign({ certified: true });
    expect(await refusedBy({ ...keyless(), signatures: 2 })).toEqual(['signers: counted-twice']);
  });

  test('a repository that only shares a prefix', async () => {
    await scene.sign();
    const repositories = [`oci:${scene.path('imag')}`, `oci:${scene.path('')}`, `oci:${scene.folder}/imag/*`];
    const policy = await scene.policy({ keys: [key], repositories });
    await expect(scene.verify({ policy })).rejects.toMatchObject({ code: 'verify/no-trust' });
  });

  test('a downgraded format, and an older bundle', async () => {
    await scene.sign();
    expect(await refusedBy({ keys: [key], formats: ['notation-jws', 'cosign-tag'] })).toEqual([
      'image-signature: format-downgraded',
    ]);
    const other = await VerifyScene.make();
    try {
      const own = await other.keyFile('k.pub', other.world.key.publicKey);
      await other.sign({ mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' });
      const entry = { keys: [own], repositories: [`oci:${other.path('image')}`] };
      expect(against(await other.verify({ policy: await other.policy(entry) }))).toContain('bundle: format-downgraded');
      const older = await other.policy({ ...entry, minimumBundleVersion: '0.2' });
      expect(against(await other.verify({ policy: older }))).toEqual([]);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  test('an attestation of a sibling platform', async () => {
    const arm = await scene.put('arm', undefined);
    const index = await scene.index({ 'linux/amd64': scene.image, 'linux/arm64': arm }, 'both');
    for (const on of [index, scene.image, arm]) await scene.sign({ on, about: on });
    const reference = `oci:${scene.path('image')}:both`;
    const policy = await scene.policy({ keys: [key] });
    const whole = { policy, signaturesOnly: false };
    expect((await scene.verify(whole, reference)).result.subjects).toHaveLength(3);
    expect((await scene.verify({ policy }, reference)).result.subjects).toHaveLength(1);
    const one = await scene.verify({ policy, platform: 'linux/arm64' }, reference);
    expect(against(one)).toEqual([]);
    await scene.sign({ on: arm, about: scene.image });
    expect(against(await scene.verify({ policy, platform: 'linux/arm64' }, reference))).toEqual([
      'subject: subject-other',
    ]);
    await expect(scene.verify({ policy, platform: 'linux/s390x' }, reference)).rejects.toMatchObject({
      code: 'verify/no-platform',
    });
  });

  test('a registry that swaps the image between two requests', async () => {
    await using registry = await FakeRegistry.start();
    const name = `${registry.host}/acme/app`;
    const { repository } = openRepository(`${name}:latest`);
    const image = await scene.put('image', 'latest', repository);
    const evil = await scene.put('evil', 'evil', repository);
    const signer = fakeSigner();
    const bytes = await signStatement(statementAbout(image, predicateTypes.signature, {}), signer);
    const referrer = bundleReferrer({
      subject: image,
      bytes,
      predicateType: predicateTypes.signature,
      created: new Date(0),
    });
    for (const blob of referrer.blobs) await repository.putBlob(blob);
    await repository.putManifests([referrer.manifest]);
    const signed = await scene.keyFile('registry.pub', signer.publicKey);
    const good = await scene.verify({ keys: [signed] }, `${name}:latest`, false);
    expect([good.result.digest, ...against(good)]).toEqual([image.digest]);
    // From the second request for the tag on it is another image; what is asked by digest is answered with that, too.
    let asked = 0;
    registry.before = (line) => {
      if (line.endsWith('/manifests/latest') && ++asked > 1) registry.tags.set('latest', evil.digest);
    };
    const answer = await scene.verify({ keys: [signed] }, `${name}:latest`, false);
    expect([answer.result.digest, ...against(answer)]).toEqual([image.digest]);
    registry.tags.set('latest', image.digest);
    registry.before = () => undefined;
    registry.lies.set(image.digest, registry.manifests.get(evil.digest)?.bytes ?? Buffer.alloc(0));
    const lied = await scene.verify({ keys: [signed] }, `${name}@${image.digest}`, false);
    expect(against(lied)).toContain('blob-digest: -');
  });
});

describe('what statements say', () => {
  const finished = (at: number) => ({
    buildDefinition: { buildType: 'https://b.example/t', externalParameters: {} },
    runDetails: { builder: { id: 'https://b.example/x' }, metadata: { finishedOn: new Date(at * 1000).toISOString() } },
  });
  const provenance = async (at: number, by = fakeSigner()): Promise<string> => {
    const statement = statementAbout(scene.image, predicateTypes.provenance, finished(at));
    await scene.hang(await signStatement(statement, by), scene.image, predicateTypes.provenance);
    return await scene.keyFile(`p${at}.pub`, by.publicKey);
  };
  const conditions = (expression: string) => ({
    predicates: { required: ['provenance'], conditions: [{ type: 'provenance', expression, name: 'fresh' }] },
  });

  test('must meet the conditions; an expression that errs is not met', async () => {
    await scene.sign();
    const builder = await provenance(LATER - 3600);
    const full = { signaturesOnly: false };
    const fresh = 'now - timestamp(predicate.runDetails.metadata.finishedOn) < duration("24h")';
    const entry = { keys: [key, builder] };
    expect(against(await scene.verify({ ...full, policy: await scene.policy(entry, conditions(fresh)) }))).toEqual([]);
    const stale = await scene.policy(entry, conditions(fresh.replace('24h', '10m')));
    expect(against(await scene.verify({ ...full, policy: stale }))).toEqual(['condition: condition-not-met']);
    const broken = await scene.policy(entry, conditions('predicate.nowhere == 1'));
    expect(against(await scene.verify({ ...full, policy: broken }))).toEqual(['condition: condition-failed']);
  });

  test('must be by the signers that the policy asks for', async () => {
    await scene.sign();
    const builder = await provenance(LATER - 60);
    const trust = (by: string) => ({
      trust: [
        { repositories: [`oci:${scene.path('image')}`], name: 'release', keys: [key] },
        { repositories: [`oci:${scene.path('image')}`], name: 'builders', keys: [builder] },
      ],
      predicates: { required: [{ type: 'provenance', by: [by] }] },
    });
    const full = { signaturesOnly: false };
    expect(against(await scene.verify({ ...full, policy: await scene.policy({}, trust('builders')) }))).toEqual([]);
    expect(against(await scene.verify({ ...full, policy: await scene.policy({}, trust('release')) }))).toEqual([
      'provenance: -',
    ]);
  });
});

test('a recorded case is judged the same without the image, and tells what has changed', async () => {
  await scene.sign();
  const policy = await scene.policy(witnessed());
  const output = scene.path('case.json');
  const options = { offline: true, insecure: true, signal: new AbortController().signal };
  await recordCase(scene.reference, {
    ...options,
    policy,
    signaturesOnly: true,
    platform: undefined,
    output,
    name: 'a',
  });
  const text = (await readFile(output, 'utf8')).replace(
    /"time": "[^"]*"/,
    `"time": "${new Date(LATER * 1000).toISOString()}"`,
  );
  const expecting = (answer: string, problems: readonly string[]) => {
    const one = JSON.parse(text) as { expect: object };
    one.expect = { answer, problems };
    return JSON.stringify(one);
  };
  await writeFile(output, expecting('yes', []));
  expect(text).not.toContain(Buffer.from('image').toString('base64'));
  expect(await testPolicy(output, policy)).toMatchObject([{ name: 'a', passed: true, answer: 'yes' }]);
  const stricter = await scene.policy({ ...witnessed(), signatures: 2 });
  expect(await testPolicy(output, stricter)).toMatchObject([
    {
      passed: false,
      answer: 'no',
      differences: ['the answer is no, yes is expected', 'the problems against it also are too-few'],
    },
  ]);
  await writeFile(output, expecting('no', ['too-few']));
  expect((await testPolicy(scene.folder, stricter)).map(({ passed }) => passed)).toEqual([true]);
});
