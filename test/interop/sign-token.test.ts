// Signatures by keys in a SoftHSM2 token in every format, with what the token says of the key signed along; and Notary Project
// signatures with timestamps.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishImage } from '../../src/publish/image.ts';
import { Registry } from '../../src/repository/registry.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { type Run, User } from '../e2e/temper.ts';
import { CODE_SIGNING, extensions, issue } from '../fakes/authority.ts';
import { notaryAuthority, notarySigner, SUBJECT, usages } from '../fakes/notary.ts';
import { Cosign } from './cosign.ts';
import { Notation, pemOf } from './notation.ts';
import { describeWith } from './peers.ts';
import { type RunningRegistry, startReferrersRegistry } from './registries.ts';
import { SoftHsm } from './softhsm.ts';
import { startTimestampAuthority } from './timestamp-server.ts';
import { tinyImage } from './tiny.ts';

const NOW = Math.floor(Date.now() / 1000);
const WINDOW = [NOW - 3600, NOW + 3600] as const;
const authority = notaryAuthority('test root', undefined, WINDOW);
const anchor = parseCertificate(authority.certificate);
const IDENTITY = 'x509.subject: C=US, ST=WA, O=Example';
const ATTRIBUTES = 'not-extractable never-extractable sensitive always-sensitive local';

let user: User;
let registry: RunningRegistry;
let count = 0;

beforeAll(async () => {
  user = await User.create();
  registry = await startReferrersRegistry();
  await mkdir(user.path('notation'), { recursive: true });
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await user[Symbol.asyncDispose]();
});

const publish = async (): Promise<string> => {
  const { image, blobs, manifests } = tinyImage(`token ${count++}`);
  await publishImage(new Registry(registry.host, 'a/b'), { blobs, manifests, referrers: [], tag: `v${count}` });
  return `${registry.host}/a/b@${image.digest}`;
};
const formats = (...names: readonly string[]) => names.flatMap((name) => ['--signature-format', name]);

describeWith(['cosign', 'cosign2', 'notation', 'softhsm2-util'], 'signatures by a key in a token', (paths) => {
  let hsm: SoftHsm;
  const temper = async (...args: string[]): Promise<Run> =>
    await user.temper(args, { env: { SOFTHSM2_CONF: hsm.configuration } });

  beforeAll(async () => {
    hsm = new SoftHsm(user.path('hsm'));
    await hsm.addToken('release');
  });

  test.each(['p256', 'rsa3072'])(
    'of type %s are accepted in every format, with what the token says of it',
    async (type) => {
      const uri = hsm.uri('release', type);
      const publicKey = user.path(`${type}.pub`);
      const made = await temper('key', 'create', uri, '--type', type, '--public-key', publicKey);
      expect(made).toMatchObject({ status: 0 });
      const spki = createPublicKey(await readFile(publicKey, 'utf8')).export({ type: 'spki', format: 'der' });
      const leaf = issue(authority, {
        subject: SUBJECT,
        spki,
        notBefore: WINDOW[0],
        notAfter: WINDOW[1],
        extensions: [extensions.usage(usages.digitalSignature), extensions.purpose(CODE_SIGNING)],
      });
      const certificates = user.path(`${type}.crt`);
      await writeFile(certificates, pemOf([parseCertificate(leaf), anchor]));
      const image = await publish();
      const older = ['sign', image, '--json', '--key', uri, ...formats('bundle', 'cosign-tag', 'docker')];
      const signed = await temper(...older);
      expect([signed.status, signed.stderr]).toEqual([0, '']);
      expect(signed.stdout).not.toContain('pin-');
      const words = ['-a', `vnd.temper.key.attributes=${ATTRIBUTES}`];
      const cosign = await Cosign.in(user.folder, publicKey);
      expect(await cosign.verify(['--allow-http-registry', ...words, image])).toMatchObject({ status: 0 });
      const common = ['--key', publicKey, '--insecure-ignore-tlog', '--allow-http-registry', ...words, image];
      expect(await cosign.run(paths.cosign2, ['verify', ...common])).toMatchObject({ status: 0 });
      expect(await cosign.run(paths.cosign2, ['verify', '--experimental-oci11', ...common])).toMatchObject({
        status: 0,
      });
      const notary = ['sign', image, '--key', uri, '--certificate', certificates, '--expiry', '24h'];
      expect(await temper(...notary, ...formats('notation-jws', 'notation-cose'))).toMatchObject({ status: 0 });
      const notation = await Notation.in(paths.notation, user.path('notation'));
      await notation.trust(pemOf([anchor]), IDENTITY);
      const metadata = ['-m', `vnd.temper.key.attributes=${ATTRIBUTES}`];
      expect(await notation.run(['verify', '--insecure-registry', ...metadata, image])).toMatchObject({ status: 0 });
      expect(await temper(...older).then((run) => run.stdout)).not.toContain('"added"');
    },
  );
});

describeWith(['notation', 'timestamp-server'], 'Notary Project signatures with a timestamp', (paths) => {
  test('are accepted by notation in both formats', async () => {
    await using timestamps = await startTimestampAuthority(paths['timestamp-server']);
    const notation = await Notation.in(paths.notation, user.path('notation'));
    await notation.trust(pemOf([anchor]), IDENTITY, pemOf([timestamps.root]));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(user.path('stamped.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const { certificates } = notarySigner({ key: privateKey, issuers: [authority], window: WINDOW });
    await writeFile(user.path('stamped.crt'), pemOf(certificates));
    for (const format of ['notation-jws', 'notation-cose']) {
      const image = await publish();
      const stamping = ['--timestamp-server-url', timestamps.url, ...formats(format)];
      const run = await user.temper(['sign', image, '--key', user.path('stamped.key'), ...stamping]);
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(run.stdout).toContain(timestamps.url);
      const verified = await notation.run(['verify', '--insecure-registry', '-v', image]);
      expect([verified.status, verified.stderr]).toEqual([0, expect.any(String)]);
    }
  });
});
