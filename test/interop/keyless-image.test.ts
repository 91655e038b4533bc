// `temper sign` and `temper attest` as an identity, where jobs and people run them; cosign judges images in a registry, and signs
// others.
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { verifyBundle } from '../../src/flow/verify-bundle.ts';
import { isDigest } from '../../src/lib/digest.ts';
import { BUNDLE_MEDIA_TYPE } from '../../src/sigstore/bundle.ts';
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
    await acceptedHere(image);
  }

  async function acceptedHere(image: string): Promise<void> {
    const common = ['verify', '--signatures-only', '--certificate-oidc-issuer', sigstore.issuer.url];
    const trust = ['--trusted-root', sigstore.trustedRoot];
    const by = async (mail: string) => await user.temper([...common, ...trust, '--certificate-identity', mail, image]);
    const { status, stdout, stderr } = await by(MAIL);
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining(`signed by ${MAIL}`)]);
    const other = await by('someone@else.example');
    expect([other.status, other.stdout]).toEqual([1, expect.stringContaining('image-signature (identity-other)')]);
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
    await acceptedHere(image);
    const repository = new Registry(registry.host, 'acme/app');
    const digest = image.slice(image.indexOf('@') + 1);
    if (!isDigest(digest)) throw new Error('no digest');
    const [referrer, ...others] = await repository.referrers(digest, BUNDLE_MEDIA_TYPE);
    if (referrer === undefined || others.length > 0) throw new Error('not one bundle');
    const { layers } = JSON.parse((await repository.manifest(referrer)).toString()) as {
      layers: [{ digest: typeof digest; size: number }];
    };
    await writeFile(user.path('bundle.json'), await repository.blob(layers[0], 1 << 20));
    const result = await verifyBundle({
      bundle: user.path('bundle.json'),
      artifact: digest,
      keys: [],
      identities: [{ subject: { exact: MAIL }, issuer: { exact: sigstore.issuer.url } }],
      trustedRoot: sigstore.trustedRoot,
      thresholds: { logs: 1, timestamps: 1, times: 1 },
    });
    expect(result).toMatchObject({ outcome: 'established' });
  });
});
