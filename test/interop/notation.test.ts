// notation 1.3 and Temper judge each other's signatures, and notation signs with Temper's keys.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notarySignaturesOf } from '../../src/flow/verification/notary-signatures.ts';
import { run } from '../../src/io/processes.ts';
import { createKeyPair, loadSigner } from '../../src/keys/file.ts';
import type { NotaryFormat } from '../../src/notary/types.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { publishImage, publishReferrers } from '../../src/publish/image.ts';
import { notaryReferrer } from '../../src/publish/notary-referrer.ts';
import { Registry } from '../../src/repository/registry.ts';
import type { Repository } from '../../src/repository/types.ts';
import { type CertifiedSigner, signNotary } from '../../src/sign/notary.ts';
import { parseIdentities } from '../../src/verify/notary/identity.ts';
import type { NotaryResult } from '../../src/verify/notary/question.ts';
import { type NotaryTrust, timestampRoot } from '../../src/verify/notary/trust.ts';
import { verifyNotary } from '../../src/verify/notary/verify.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { CODE_SIGNING, extensions, issue } from '../fakes/authority.ts';
import { notaryAuthority, notarySigner, SUBJECT, usages } from '../fakes/notary.ts';
import { Notation, pemOf } from './notation.ts';
import { describeWith, installed as whereIs } from './peers.ts';
import { startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { startTimestampAuthority } from './timestamp-server.ts';
import { tinyImage } from './tiny.ts';

const NOW = Math.floor(Date.now() / 1000);
const WINDOW = [NOW - 3600, NOW + 3600] as const;
const IDENTITY = 'x509.subject: C=US, ST=WA, O=Example';
const root = notaryAuthority('test root', undefined, WINDOW);
const between = notaryAuthority('test authority', root, WINDOW);
const anchor = parseCertificate(root.certificate);
const temper = join(import.meta.dirname, '../../bin/notation-temper.js');
const trust: NotaryTrust = {
  certificates: [anchor],
  signingAuthorities: [],
  timestampAuthorities: [],
  identities: parseIdentities([IDENTITY]),
  level: 'strict',
  verifyTimestamp: 'afterCertExpiry',
  revocations: [],
};

const keys = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  'RSA-2048': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  'RSA-3072': generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey,
} as const;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-notation-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const signers = Object.entries(keys).map(
  ([name, key]) => [name, notarySigner({ key, issuers: [between, root], window: WINDOW })] as const,
);

let images = 0;

async function publish(repository: Repository): Promise<Descriptor> {
  const { blobs, manifests } = tinyImage(`notation ${images++}`);
  return await publishImage(repository, { blobs, manifests, referrers: [], tag: `v${images}` });
}

/** Signs with Temper and hangs it on the image; `alter` changes the envelope's bytes before. */
async function hang(
  repository: Repository,
  subject: Descriptor,
  format: NotaryFormat,
  signer: CertifiedSigner,
  alter: (bytes: Buffer) => Buffer = (bytes) => bytes,
  timestamp?: (signature: Uint8Array) => Promise<Uint8Array>,
): Promise<void> {
  const { mediaType, digest, size } = subject;
  const artifact = { mediaType, digest, size };
  const bytes = alter(
    await signNotary({ artifact, format, signingTime: NOW, agent: 'temper/test', timestamp }, signer),
  );
  const { certificates } = signer;
  await publishReferrers(repository, [notaryReferrer({ subject, bytes, format, certificates, created: new Date() })]);
}

async function judge(repository: Repository, subject: Descriptor): Promise<NotaryResult[]> {
  const { signatures, unreadable } = await notarySignaturesOf(repository, subject.digest);
  expect(unreadable).toEqual([]);
  return signatures.map(({ bytes, format }) => verifyNotary({ bytes, format, subject }, trust, Date.now() / 1000));
}

/** Another byte in the middle of what is signed or of the signature. */
function tampered(bytes: Buffer): Buffer {
  const altered = Buffer.from(bytes);
  const text = altered.toString('latin1');
  const jws = text.indexOf('"signature":"');
  const at = jws === -1 ? altered.length - 20 : jws + 30;
  altered.writeUInt8(jws === -1 ? altered.readUInt8(at) ^ 1 : altered.readUInt8(at) === 0x41 ? 0x42 : 0x41, at);
  return altered;
}

describeWith(['notation', 'docker-registry'], 'notation', (paths) => {
  let notation: Notation;

  beforeAll(async () => {
    notation = await Notation.in(paths.notation, folder);
    await notation.trust(pemOf([anchor]), IDENTITY);
    const entries = signers.map(async ([name, { certificates }]) => {
      const key = join(folder, `${name}.key`);
      await writeFile(key, keys[name as keyof typeof keys].export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      await writeFile(join(folder, `${name}.crt`), pemOf(certificates));
      return [name, { key, certificates: join(folder, `${name}.crt`) }] as const;
    });
    await notation.keys(Object.fromEntries(await Promise.all(entries)));
  });

  describe.each([
    [
      "Debian's registry",
      async () => await startDockerRegistry(paths['docker-registry']),
      ['--force-referrers-tag=true'],
    ],
    ['a registry that lists referrers', startReferrersRegistry, ['--force-referrers-tag=false']],
  ] as const)('with %s', (_, start, how) => {
    test.each(signers)('signs with %s, and Temper accepts it in both formats', async (name) => {
      await using registry = await start();
      const repository = new Registry(registry.host, 'a/b');
      for (const format of ['jws', 'cose'] as const) {
        const image = await publish(repository);
        const reference = `${registry.host}/a/b@${image.digest}`;
        const options = [
          '--insecure-registry',
          '--key',
          name,
          '--signature-format',
          format,
          '--expiry',
          '24h',
          '-m',
          'a=b',
        ];
        expect(await notation.run(['sign', ...options, ...how, reference])).toMatchObject({ status: 0 });
        const [result] = await judge(repository, image);
        expect(result).toMatchObject({ outcome: 'established', signer: { annotations: { a: 'b' } } });
      }
    });

    test.each(signers)('accepts what Temper signs with %s in both formats', async (_name, signer) => {
      await using registry = await start();
      const repository = new Registry(registry.host, 'a/b');
      for (const format of ['jws', 'cose'] as const) {
        const image = await publish(repository);
        await hang(repository, image, format, signer);
        const reference = `${registry.host}/a/b@${image.digest}`;
        expect(await notation.run(['verify', '--insecure-registry', reference])).toMatchObject({ status: 0 });
        const [result] = await judge(repository, image);
        expect(result?.outcome).toBe('established');
      }
    });
  });

  const [, signer] = signers[0] ?? [];
  if (signer === undefined) throw new Error('no signer');
  const other = notarySigner({ issuers: [notaryAuthority('test root', undefined, WINDOW)], window: WINDOW });
  const elsewhere = notarySigner({
    issuers: [root],
    window: WINDOW,
    subject: 'C=US,ST=WA,O=Example-evil,CN=signer',
  });

  test.each([
    ['tampered', signer, tampered, 'signature-invalid'],
    ['by a root that nobody trusts', other, undefined, 'certificate-untrusted'],
    ['of another identity', elsewhere, undefined, 'identity-other'],
  ] as const)('and Temper both refuse a signature %s', async (_, by, alter, problem) => {
    await using registry = await startDockerRegistry(paths['docker-registry']);
    const repository = new Registry(registry.host, 'a/b');
    for (const format of ['jws', 'cose'] as const) {
      const image = await publish(repository);
      await hang(repository, image, format, by, alter);
      const reference = `${registry.host}/a/b@${image.digest}`;
      const result = await notation.run(['verify', '--insecure-registry', reference]);
      expect(result).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('signature verification failed') as string,
      });
      const [ours] = await judge(repository, image);
      expect(ours?.checks.map((check) => check.problem).filter(Boolean)).toEqual([problem]);
    }
  });

  test('and Temper both refuse a signature that was moved to another image', async () => {
    await using registry = await startDockerRegistry(paths['docker-registry']);
    const repository = new Registry(registry.host, 'a/b');
    const [one, two] = [await publish(repository), await publish(repository)];
    const artifact = { mediaType: one.mediaType, digest: one.digest, size: one.size };
    const bytes = await signNotary({ artifact, format: 'jws', signingTime: NOW }, signer);
    const { certificates } = signer;
    const moved = notaryReferrer({ subject: two, bytes, format: 'jws', certificates, created: new Date() });
    await publishReferrers(repository, [moved]);
    expect(await notation.run(['verify', '--insecure-registry', `${registry.host}/a/b@${two.digest}`])).toMatchObject({
      status: 1,
    });
    const [ours] = await judge(repository, two);
    expect(ours?.checks.map((check) => check.problem).filter(Boolean)).toEqual(['subject-other']);
  });

  const timestampServer = whereIs('timestamp-server');
  test.skipIf(timestampServer === undefined)(
    'and Temper accept the timestamps in the signatures of each other (needs timestamp-server)',
    async () => {
      await using authority = await startTimestampAuthority(timestampServer ?? '');
      const apart = await mkdtemp(join(folder, 'timestamps-'));
      const stamping = await Notation.in(paths.notation, apart);
      await stamping.trust(pemOf([anchor]), IDENTITY, pemOf([authority.root]));
      const file = (name: string): string => join(folder, name);
      await stamping.keys({ k: { key: file('P-256.key'), certificates: file('P-256.crt') } });
      await writeFile(join(apart, 'tsa.pem'), pemOf([authority.root]));
      await using registry = await startDockerRegistry(paths['docker-registry']);
      const repository = new Registry(registry.host, 'a/b');
      const timestampAuthorities = [timestampRoot(authority.root, 'the authority')];
      for (const format of ['jws', 'cose'] as const) {
        const theirs = await publish(repository);
        const where = ['--timestamp-url', authority.url, '--timestamp-root-cert', join(apart, 'tsa.pem')];
        const options = ['--insecure-registry', '--key', 'k', '--signature-format', format, ...where];
        expect(await stamping.run(['sign', ...options, `${registry.host}/a/b@${theirs.digest}`])).toMatchObject({
          status: 0,
        });
        const { signatures } = await notarySignaturesOf(repository, theirs.digest);
        for (const now of [Date.now() / 1000, WINDOW[1] + 100]) {
          const asked = { ...trust, timestampAuthorities, verifyTimestamp: 'always' } as const;
          const [one] = signatures.map(({ bytes }) => verifyNotary({ bytes, format, subject: theirs }, asked, now));
          expect(one).toMatchObject({ outcome: 'established', times: [{ name: 'the authority' }] });
        }
        const ours = await publish(repository);
        await hang(repository, ours, format, signer, undefined, authority.stamp);
        expect(
          await stamping.run(['verify', '--insecure-registry', `${registry.host}/a/b@${ours.digest}`]),
        ).toMatchObject({ status: 0 });
        const bare = await publish(repository);
        await hang(repository, bare, format, signer);
        expect(
          await stamping.run(['verify', '--insecure-registry', `${registry.host}/a/b@${bare.digest}`]),
        ).toMatchObject({ status: 1 });
      }
    },
  );

  describe('through the plugin', () => {
    const env = { COSIGN_PASSWORD: 'secret' };

    beforeAll(async () => {
      const installed = await run(process.execPath, [temper, 'install'], {
        env: { HOME: folder, XDG_CONFIG_HOME: folder },
      });
      if (installed.status !== 0) throw new Error(installed.stderr);
      await createKeyPair(join(folder, 'plugin.key'), 'secret', { N: 1024, r: 8, p: 1 });
      const { publicKey } = await loadSigner(join(folder, 'plugin.key'), 'secret');
      const [notBefore, notAfter] = WINDOW;
      const more = [extensions.usage(usages.digitalSignature), extensions.purpose(CODE_SIGNING)];
      const request = { subject: SUBJECT, spki: Buffer.from(publicKey.spki), notBefore, notAfter, extensions: more };
      const chain = [issue(between, request), between.certificate, root.certificate];
      await writeFile(join(folder, 'plugin.crt'), pemOf(chain.map((der) => parseCertificate(der))));
    });

    test.each(['plugin', 'RSA-3072'])('notation signs with the key %s, and both accept it', async (name) => {
      await using registry = await startDockerRegistry(paths['docker-registry']);
      const repository = new Registry(registry.host, 'a/b');
      for (const format of ['jws', 'cose'] as const) {
        const image = await publish(repository);
        const reference = `${registry.host}/a/b@${image.digest}`;
        const plugin = ['--plugin', 'temper', '--id', join(folder, `${name}.key`)];
        const options = ['--insecure-registry', ...plugin, '--signature-format', format];
        expect(await notation.run(['sign', ...options, reference], env)).toMatchObject({ status: 0 });
        expect(await notation.run(['verify', '--insecure-registry', reference])).toMatchObject({ status: 0 });
        const [result] = await judge(repository, image);
        expect(result?.outcome).toBe('established');
      }
    });

    test('notation lists it, and hears what is wrong with a key', async () => {
      await using registry = await startDockerRegistry(paths['docker-registry']);
      const image = await publish(new Registry(registry.host, 'a/b'));
      const reference = `${registry.host}/a/b@${image.digest}`;
      const list = await notation.run(['plugin', 'list']);
      expect(list.stdout.toString()).toMatch(
        /temper +Signs with the keys of Temper +\S+ +\[SIGNATURE_GENERATOR.RAW\] +<nil>/,
      );
      const sign = ['sign', '--insecure-registry', '--plugin', 'temper', '--id'];
      const wrong = await notation.run([...sign, join(folder, 'plugin.key'), reference], { COSIGN_PASSWORD: 'x' });
      expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('is wrong') as string });
      const missing = await notation.run([...sign, join(folder, 'none.key'), reference], env);
      expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining('no such file') as string });
    });
  });
});
