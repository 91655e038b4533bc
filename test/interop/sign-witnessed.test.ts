// Signatures in cosign's older formats with what Rekor v1, a timestamp authority and Fulcio say of them, judged by cosign 2.5 and 3.1,
// which believe nobody else.
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProcessResult } from '../../src/io/processes.ts';
import { run as runProgram } from '../../src/io/processes.ts';
import { publicKeyPem } from '../../src/keys/public.ts';
import { publishImage } from '../../src/publish/image.ts';
import { Registry } from '../../src/repository/registry.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { type Run, User } from '../e2e/temper.ts';
import { extension } from '../fakes/authority.ts';
import { FakeSigstore } from '../fakes/sigstore.ts';
import { pemOf } from './notation.ts';
import { describeWith } from './peers.ts';
import { type RunningRegistry, startDockerRegistry } from './registries.ts';
import { tinyImage } from './tiny.ts';

const MAIL = 'dev@acme.example';
const TYPE = 'https://x.example/tested';

describeWith(['cosign', 'cosign2', 'docker-registry'], 'witnessed signatures in older formats', (paths) => {
  let sigstore: FakeSigstore;
  let registry: RunningRegistry;
  let user: User;
  let count = 0;

  beforeAll(async () => {
    sigstore = await FakeSigstore.start();
    // The issuer as Fulcio writes it beside, which cosign's older format is judged by.
    const issuer = extension('1.3.6.1.4.1.57264.1.1', Buffer.from(sigstore.issuer.url));
    sigstore.fulcio.change = ({ extensions }) => ({ extensions: [...extensions, issuer] });
    registry = await startDockerRegistry(paths['docker-registry']);
    user = await User.create();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(user.path('ours.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await writeFile(user.path('ours.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(user.path('predicate.json'), '{"seen": true}');
    await writeFile(user.path('rekor.pub'), publicKeyPem(sigstore.rekor.v1.log));
    await writeFile(user.path('other.pub'), publicKeyPem({ spki: publicKey.export({ type: 'spki', format: 'der' }) }));
    const { authority } = sigstore.tsa;
    await writeFile(user.path('tsa.pem'), pemOf(authority.chain.map((der) => parseCertificate(der))));
    await writeFile(user.path('fulcio.pem'), pemOf([parseCertificate(sigstore.fulcio.authority.certificate)]));
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    await sigstore[Symbol.asyncDispose]();
  });

  const publish = async (): Promise<string> => {
    const { image, blobs, manifests } = tinyImage(`witnessed ${++count}`);
    await publishImage(new Registry(registry.host, 'a/b'), { blobs, manifests, referrers: [], tag: `v${count}` });
    return `${registry.host}/a/b@${image.digest}`;
  };
  const temper = async (...args: string[]): Promise<Run> => {
    const run = await user.temper([...args, '--trusted-root', sigstore.trustedRoot]);
    expect([run.status, run.stderr]).toEqual([0, '']);
    return run;
  };
  const rekor = () => ['--rekor-url', sigstore.rekor.v1.url];
  const tag = ['--signature-format', 'cosign-tag'];
  const cosign = async (program: string, args: readonly string[], logKey = 'rekor.pub'): Promise<ProcessResult> => {
    const env = {
      HOME: user.folder,
      SIGSTORE_REKOR_PUBLIC_KEY: user.path(logKey),
      SIGSTORE_ROOT_FILE: user.path('fulcio.pem'),
    };
    const older = program === paths.cosign ? ['--new-bundle-format=false'] : [];
    return await runProgram(program, [...args, ...older], { cwd: user.folder, env });
  };
  const byKey = (command: string, image: string, ...more: string[]) => [
    command,
    '--key',
    user.path('ours.pub'),
    '--offline',
    ...more,
    image,
  ];
  const programs = [
    ['2.5', () => paths.cosign2],
    ['3.1', () => paths.cosign],
  ] as const;

  test.each(programs)('by a key have the promise of the log, which cosign %s asks for', async (_, program) => {
    const image = await publish();
    await temper('sign', image, '--key', user.path('ours.key'), ...tag, ...rekor());
    expect(await cosign(program(), byKey('verify', image))).toMatchObject({ status: 0 });
    expect((await cosign(program(), byKey('verify', image), 'other.pub')).status).not.toBe(0);
    const bare = await publish();
    await temper('sign', bare, '--key', user.path('ours.key'), ...tag);
    expect((await cosign(program(), byKey('verify', bare))).status).not.toBe(0);
  });

  test.each(programs)('that are attestations have it, too, for cosign %s', async (_, program) => {
    const image = await publish();
    const what = ['--predicate', user.path('predicate.json'), '--type', TYPE];
    await temper('attest', image, '--key', user.path('ours.key'), ...what, ...tag, ...rekor());
    const args = byKey('verify-attestation', image, '--type', TYPE);
    expect(await cosign(program(), args)).toMatchObject({ status: 0 });
    expect((await cosign(program(), args, 'other.pub')).status).not.toBe(0);
  });

  test.each(programs)('have a timestamp that cosign %s takes', async (_, program) => {
    const image = await publish();
    await temper('sign', image, '--key', user.path('ours.key'), ...tag, '--timestamp-server-url', sigstore.tsa.url);
    const stamped = ['--insecure-ignore-tlog', '--use-signed-timestamps', '--timestamp-certificate-chain'];
    const args = byKey('verify', image, ...stamped);
    const judge = async (chain: string) =>
      (await cosign(program(), [...args.slice(0, -1), user.path(chain), image])).status;
    expect(await judge('tsa.pem')).toBe(0);
    expect(await judge('fulcio.pem')).not.toBe(0);
  });

  test.each(programs)('by an identity stand before cosign %s', async (_, program) => {
    const image = await publish();
    const identity = ['--identity-token', sigstore.issuer.token(), '--fulcio-url', sigstore.fulcio.url];
    await temper('sign', image, ...identity, ...tag, ...rekor());
    const who = (mail: string) => [
      'verify',
      '--certificate-identity',
      mail,
      '--certificate-oidc-issuer',
      sigstore.issuer.url,
      '--insecure-ignore-sct',
      '--offline',
      image,
    ];
    const taken = await cosign(program(), who(MAIL));
    expect([taken.status, taken.stderr]).toEqual([0, expect.any(String)]);
    expect((await cosign(program(), who('someone@else.example'))).status).not.toBe(0);
  });
});
