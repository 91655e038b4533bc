// `temper sign` and `temper attest` as an identity, where jobs and people run them; cosign judges images in a registry, and signs
// others.
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { Registry } from '../../src/repository/registry.ts';
import { publishImage } from '../../src/publish/image.ts';
import { faultOf, User } from '../e2e/temper.ts';
import { FakeServer } from '../fakes/server.ts';
import { describeWith } from './peers.ts';
import { type RunningRegistry, startDockerRegistry } from './registries.ts';
import { sigstorePrograms, SigstoreServices } from './sigstore-services.ts';
import { tinyImage } from './tiny.ts';

const MAIL = 'dev@acme.example';
const PREDICATE = 'https://example.com/looked-at/v1';

const needed = ['cosign', 'docker-registry', ...sigstorePrograms] as const;

describeWith(needed, 'images that identities sign', ({ cosign, 'docker-registry': dockerRegistry, ...programs }) => {
  let sigstore: SigstoreServices;
  let registry: RunningRegistry;
  let user: User;
  let count = 0;

  beforeAll(async () => {
    sigstore = await SigstoreServices.start(programs);
    registry = await startDockerRegistry(dockerRegistry);
    user = await User.create();
    await writeFile(user.path('predicate.json'), '{"seen": true}');
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    await sigstore[Symbol.asyncDispose]();
  });

  async function publish(): Promise<string> {
    const { image, blobs, manifests } = tinyImage(`keyless ${++count}`);
    await publishImage(new Registry(registry.host, 'acme/app'), { blobs, manifests, referrers: [], tag: `v${count}` });
    return `${registry.host}/acme/app@${image.digest}`;
  }

  const services = (): string[] => ['--signing-config', sigstore.signingConfig, '--trusted-root', sigstore.trustedRoot];

  async function byCosign(command: string, image: string, mail: string, ...more: string[]): Promise<ProcessResult> {
    const who = ['--certificate-identity', mail, '--certificate-oidc-issuer', sigstore.issuer.url];
    const trust = ['--trusted-root', sigstore.trustedRoot, '--insecure-ignore-sct', '--use-signed-timestamps'];
    return await cosignRun([command, ...who, ...trust, ...more, image]);
  }

  async function cosignRun(args: readonly string[]): Promise<ProcessResult> {
    return await run(cosign, args, { cwd: user.folder, env: { HOME: user.folder }, timeout: 60_000 });
  }

  async function accepted(image: string): Promise<void> {
    const { status, stderr } = await byCosign('verify', image, MAIL);
    expect([status, stderr]).toEqual([0, expect.stringContaining('code-signing certificate was verified')]);
    expect((await byCosign('verify', image, 'someone@else.example')).status).not.toBe(0);
    await standsHere(image);
  }

  async function standsHere(image: string): Promise<void> {
    const verify = async (mail: string, issuer: string) => {
      const who = ['--certificate-identity', mail, '--certificate-oidc-issuer', issuer];
      const trust = ['--trusted-root', sigstore.trustedRoot, '--signatures-only'];
      return await user.temper(['verify', image, ...who, ...trust]);
    };
    expect(await verify(MAIL, sigstore.issuer.url)).toMatchObject({ status: 0, stderr: '' });
    expect((await verify('someone@else.example', sigstore.issuer.url)).status).toBe(1);
    expect((await verify(MAIL, 'https://someone.else.example')).status).toBe(1);
  }

  test('in GitHub Actions, whose token is asked for', async () => {
    const asked: string[] = [];
    await using actions = await FakeServer.start((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.end(JSON.stringify({ value: sigstore.issuer.token() }));
    });
    const image = await publish();
    const env = {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${actions.url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the job',
    };
    const signed = await user.temper(['sign', image, '--keyless', ...services()], { env });
    expect([signed.status, signed.stderr]).toEqual([0, '']);
    expect(asked).toEqual(['/token?api-version=2.0&audience=sigstore Bearer of the job']);
    await accepted(image);
  });

  test("in GitLab's pipelines and others, that set a variable; statements, too", async () => {
    const image = await publish();
    const env = { SIGSTORE_ID_TOKEN: sigstore.issuer.token() };
    const signed = await user.temper(['sign', image, ...services()], { env });
    expect([signed.status, signed.stderr]).toEqual([0, '']);
    await accepted(image);
    const what = ['--type', PREDICATE, '--predicate', user.path('predicate.json')];
    const attested = await user.temper(['attest', image, ...what, ...services()], { env });
    expect([attested.status, attested.stderr]).toEqual([0, '']);
    const { status, stdout } = await byCosign('verify-attestation', image, MAIL, '--type', PREDICATE);
    expect([status, stdout.length > 0]).toEqual([0, true]);
  });

  test('by a person, who is shown a code', async () => {
    const image = await publish();
    const signed = await user.temper(['sign', image, '--keyless', ...services()]);
    expect([signed.status, signed.stderr]).toEqual([
      0,
      expect.stringContaining('confirm the code ABCD-1234') as string,
    ]);
    await accepted(image);
  });

  test('not at all without an identity, or in a job that may not ask', async () => {
    const image = await publish();
    const jobless = await user.temper(['sign', image, '--keyless', ...services()], { env: { GITHUB_ACTIONS: 'true' } });
    expect(faultOf(jobless)).toMatchObject({ code: 'identity/unavailable' });
    const env = { SIGSTORE_ID_TOKEN: sigstore.issuer.token({ email: MAIL, email_verified: true, exp: 1 }) };
    const late = await user.temper(['sign', image, ...services()], { env });
    expect(faultOf(late)).toMatchObject({ code: 'identity/expired' });
    expect((await byCosign('verify', image, MAIL)).status).not.toBe(0);
  });

  test('what cosign signs there as an identity stands here', async () => {
    const image = await publish();
    const token = ['--identity-token', sigstore.issuer.token()];
    const signed = await cosignRun(['sign', '--yes', ...token, ...services(), image]);
    expect([signed.stderr, signed.status]).toEqual([expect.any(String), 0]);
    await standsHere(image);
  });
});
