// Keys in services, with cosign's own clients of them: what one makes and signs the other uses and verifies. AWS' client of Go
// judges our AWS KMS so, too. Debian's cosign has neither gcpkms:// nor azurekms://.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeAwsKms } from '../fakes/aws-kms.ts';
import { type Run, User } from '../e2e/temper.ts';
import { Cosign, cosign3 } from './cosign.ts';
import { Kubernetes } from './kubernetes.ts';
import { describeWith, installed } from './peers.ts';

type Environment = Readonly<Record<string, string>>;

/** Only the bundle of something else is no proof. */
const VALID = ['', '', '', '', expect.stringMatching(/^1: [^]*NOT verified/)];

class Both implements AsyncDisposable {
  readonly user: User;
  readonly #cosign: Cosign;

  private constructor(user: User, cosign: Cosign) {
    this.user = user;
    this.#cosign = cosign;
  }

  static async create(): Promise<Both> {
    const user = await User.create();
    await writeFile(user.path('blob'), 'what is signed');
    return new Both(user, await Cosign.in(user.folder, ''));
  }

  async temper(environment: Environment, ...args: string[]): Promise<Run> {
    return await this.user.temper(args, { env: environment });
  }

  async cosign(environment: Environment, ...args: string[]) {
    return await this.#cosign.run(cosign3, args, '', environment);
  }

  /** Each signs, and the other verifies; ours also of something else. What ended with 0 is empty, anything else is what it said. */
  async heldAgainstEachOther(key: string, environment: Environment): Promise<readonly string[]> {
    const [ours, theirs] = [this.user.path('ours.json'), this.user.path('theirs.json')];
    const [blob, other] = [this.user.path('blob'), this.user.path('other')];
    await writeFile(other, 'something else');
    const verify = ['verify', '--bundle', theirs, '--key', key, '--blob'];
    const plain = ['--use-signing-config=false', '--tlog-upload=false', '--yes'];
    const runs = [
      await this.temper(environment, 'sign', '--blob', blob, '--key', key, '--output', ours),
      await this.cosign(environment, 'verify-blob', '--key', key, '--bundle', ours, '--insecure-ignore-tlog', blob),
      await this.cosign(environment, 'sign-blob', '--key', key, '--bundle', theirs, ...plain, blob),
      await this.temper(environment, ...verify, blob),
      await this.temper(environment, ...verify, other),
    ];
    return runs.map(({ status, stdout, stderr }) => (status === 0 ? '' : `${status}: ${stdout.toString()}${stderr}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.user[Symbol.asyncDispose]();
  }
}

describeWith(['cosign'], 'a key in AWS KMS, asked by cosign', () => {
  let both: Both;
  let aws: FakeAwsKms;

  beforeAll(async () => {
    both = await Both.create();
    aws = await FakeAwsKms.start();
  });
  afterAll(async () => {
    await aws[Symbol.asyncDispose]();
    await both[Symbol.asyncDispose]();
  });

  test.each(['p256', 'rsa3072'])('of type %s that was made here', async (type) => {
    const key = aws.reference(`ours-${type}`);
    expect(await both.temper(aws.environment, 'key', 'create', key, '--type', type)).toMatchObject({ status: 0 });
    expect(await both.heldAgainstEachOther(key, aws.environment)).toEqual(VALID);
  });

  test('that cosign made, over TLS at another endpoint', async () => {
    const authority = both.user.path('authority.pem');
    await writeFile(authority, aws.authority.pem);
    const environment = { ...aws.environment, SSL_CERT_FILE: authority, NODE_EXTRA_CA_CERTS: authority };
    const key = `awskms://${aws.host}/alias/theirs`;
    expect(await both.cosign(environment, 'generate-key-pair', '--kms', key)).toMatchObject({ status: 0 });
    expect(await both.heldAgainstEachOther(key, environment)).toEqual(VALID);
  });
});

// The API server takes minutes to build: these tests are not of continuous integration.
const [apiserver = '', etcd = ''] = ['kube-apiserver', 'etcd'].map(installed);
describe.skipIf(apiserver === '' || etcd === '' || cosign3 === undefined)(
  'a key in a secret of a real cluster, asked by cosign (needs kube-apiserver and etcd: tools/peers.sh --kubernetes)',
  () => {
    let both: Both;
    let cluster: Kubernetes;

    beforeAll(async () => {
      both = await Both.create();
      cluster = await Kubernetes.start({ apiserver, etcd }, 'build');
    });
    afterAll(async () => {
      await cluster[Symbol.asyncDispose]();
      await both[Symbol.asyncDispose]();
    });

    test('that cosign made', async () => {
      const made = await both.cosign(cluster.environment, 'generate-key-pair', 'k8s://build/theirs');
      expect(made).toMatchObject({ status: 0 });
      expect(await both.heldAgainstEachOther('k8s://build/theirs', cluster.environment)).toEqual(VALID);
    });

    test('that was made here, once', async () => {
      const [key, file] = ['k8s://build/ours', both.user.path('ours.pub')];
      const create = ['key', 'create', key, '--public-key', file];
      expect(await both.temper(cluster.environment, ...create)).toMatchObject({ status: 0 });
      expect(await both.heldAgainstEachOther(key, cluster.environment)).toEqual(VALID);
      expect(await both.temper(cluster.environment, 'key', 'create', key)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('key/exists') as string,
      });
      expect((await both.cosign(cluster.environment, 'generate-key-pair', key)).stderr).toContain('immutable');
      const show = await both.temper(cluster.environment, 'key', 'show', key);
      expect(show.stdout).toMatch(/^k8s:\/\/build\/ours, version \d+$/m);
      expect(existsSync(file)).toBe(true);
    });
  },
);
