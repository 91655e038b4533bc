// What `temper sign` and `temper attest` write in every format, judged by the programs that the formats are of.
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareStrings } from '../../src/lib/bytes.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { parseManifest } from '../../src/oci/documents.ts';
import { fallbackTag } from '../../src/oci/referrers.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { publishImage } from '../../src/publish/image.ts';
import { Layout } from '../../src/repository/layout.ts';
import { Registry } from '../../src/repository/registry.ts';
import type { Repository } from '../../src/repository/types.ts';
import { run as runProgram } from '../../src/io/processes.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { faultOf, type Run, User } from '../e2e/temper.ts';
import { notaryAuthority, notarySigner } from '../fakes/notary.ts';
import { Cosign } from './cosign.ts';
import { Notation, pemOf } from './notation.ts';
import { describeWith, installed } from './peers.ts';
import { startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { Skopeo } from './skopeo.ts';
import { tinyImage, tinyIndex } from './tiny.ts';

const NOW = Math.floor(Date.now() / 1000);
const WINDOW = [NOW - 3600, NOW + 3600] as const;
const authority = notaryAuthority('test root', undefined, WINDOW);
const TYPE = 'https://x.example/tested';
const ALL = ['bundle', 'cosign-tag', 'notation-jws', 'notation-cose', 'docker'] as const;

interface SignJson {
  readonly by: { readonly kind: string; readonly fingerprint: string };
  readonly images: readonly {
    readonly digest: string;
    readonly signatures: readonly {
      readonly subject: string;
      readonly role: string;
      readonly platform?: string;
      readonly format: string;
      readonly predicateType?: string;
      readonly manifest: string;
      readonly status: string;
    }[];
  }[];
}

/** The bare statement that hangs there, whatever the registry lists it as. */
async function statementOn(repository: Repository, subject: Digest): Promise<Digest | undefined> {
  for (const descriptor of await repository.referrers(subject)) {
    const { artifactType } = parseManifest(await repository.manifest(descriptor));
    if (artifactType === 'application/vnd.in-toto+json') return descriptor.digest;
  }
  return undefined;
}

describeWith(
  ['cosign', 'cosign2', 'notation', 'skopeo', 'oras', 'docker-registry'],
  'signatures in every format',
  (paths) => {
    let user: User;
    let cosign: Cosign;
    let notation: Notation;
    let skopeo: Skopeo;
    let count = 0;

    const temper = async (...args: string[]): Promise<Run> => await user.temper(args);
    const key = (name: string) => user.path(`${name}.key`);
    const publicKey = (name: string) => user.path(`${name}.pub`);
    const formats = (...names: readonly string[]) => names.flatMap((name) => ['--signature-format', name]);

    const signaturesOf = (run: Run) => {
      expect(run).toMatchObject({ status: 0, stderr: '' });
      return (run.json() as SignJson).images.flatMap(({ signatures }) => signatures);
    };
    const publish = async (repository: Repository, tag = 'v1'): Promise<Descriptor> => {
      const { blobs, manifests } = tinyImage(`sign ${count++}`);
      return await publishImage(repository, { blobs, manifests, referrers: [], tag });
    };
    /** Cosign 2.5 and 3.1 of the older format. */
    const older = async (args: readonly string[], by = 'ours', command = 'verify') => {
      const common = [command, '--key', publicKey(by), '--insecure-ignore-tlog', '--allow-http-registry'];
      return await Promise.all([
        cosign.run(paths.cosign2, [...common, ...args]),
        cosign.run(paths.cosign, [...common, '--new-bundle-format=false', ...args]),
      ]);
    };
    const statuses = (results: readonly { readonly status: number | undefined }[]) =>
      results.map(({ status }) => (status === 0 ? 'yes' : 'no'));

    beforeAll(async () => {
      user = await User.create();
      for (const name of ['ours', 'theirs']) {
        const { privateKey, publicKey: half } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        await writeFile(key(name), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
        await writeFile(publicKey(name), half.export({ type: 'spki', format: 'pem' }));
        const { certificates } = notarySigner({ key: privateKey, issuers: [authority], window: WINDOW });
        await writeFile(user.path(`${name}.crt`), pemOf(certificates));
      }
      await writeFile(user.path('predicate.json'), '{"passed": 12345678901234567890, "list": [1.0]}\n');
      cosign = await Cosign.in(user.folder, publicKey('ours'));
      await mkdir(user.path('notation'), { recursive: true });
      notation = await Notation.in(paths.notation, user.path('notation'));
      await notation.trust(pemOf([parseCertificate(authority.certificate)]), 'x509.subject: C=US, ST=WA, O=Example');
      skopeo = new Skopeo(paths.skopeo, user.folder);
    });
    afterAll(async () => {
      await user[Symbol.asyncDispose]();
    });

    describe.each([
      ["Debian's registry", async () => await startDockerRegistry(paths['docker-registry'])],
      ['a registry that lists referrers', startReferrersRegistry],
    ] as const)('in %s', (place, start) => {
      test('of an index and its platforms are accepted by cosign 2.5 and 3.1 and by notation, each on its own', async () => {
        await using registry = await start();
        for (const format of ALL) {
          const repository = new Registry(registry.host, `a/${format}`);
          const index = tinyIndex(format);
          await publishImage(repository, { ...index, referrers: [], tag: 'v1' });
          const reference = `${registry.host}/a/${format}:v1`;
          const signed = signaturesOf(
            await temper('sign', reference, '--json', '--key', key('ours'), ...formats(format)),
          );
          const digests = [index.image, ...index.platforms].map(({ digest }) => digest);
          expect(signed.map(({ subject }) => subject)).toEqual(digests);
          expect(signed.map(({ role, platform }) => platform ?? role)).toEqual(['index', 'linux/amd64', 'linux/arm64']);
          for (const digest of digests) {
            const image = `${registry.host}/a/${format}@${digest}`;
            const bundle = async (by: string) =>
              statuses([await cosign.verify(['--allow-http-registry', image], publicKey(by))]);
            const tag = async (by: string) => statuses(await older([image], by));
            const oci = async (by: string) =>
              statuses([
                await cosign.run(paths.cosign2, [
                  'verify',
                  '--experimental-oci11',
                  '--key',
                  publicKey(by),
                  '--insecure-ignore-tlog',
                  '--allow-http-registry',
                  image,
                ]),
              ]);
            const notary = statuses([await notation.run(['verify', '--insecure-registry', image])]);
            expect([await bundle('ours'), await bundle('theirs')]).toEqual(
              format === 'bundle' || format === 'cosign-tag' ? [['yes'], ['no']] : [['no'], ['no']],
            );
            expect([await tag('ours'), await tag('theirs')]).toEqual(
              format === 'cosign-tag'
                ? [
                    ['yes', 'yes'],
                    ['no', 'no'],
                  ]
                : [
                    ['no', 'no'],
                    ['no', 'no'],
                  ],
            );
            expect(notary).toEqual([format.startsWith('notation') ? 'yes' : 'no']);
            const here = async (by: string) =>
              statuses([await temper('verify', image, '--signatures-only', '--key', publicKey(by))]);
            expect([await here('ours'), await here('theirs')]).toEqual(
              format.startsWith('notation') ? [['no'], ['no']] : [['yes'], ['no']],
            );
            expect([await oci('ours'), await oci('theirs')]).toEqual(
              format === 'docker' || format === 'cosign-tag' ? [['yes'], ['no']] : [['no'], ['no']],
            );
          }
        }
      });

      test('stand beside each other and beside those of others, and are made once', async () => {
        await using registry = await start();
        const repository = new Registry(registry.host, 'a/b');
        const { digest } = await publish(repository);
        const image = `${registry.host}/a/b@${digest}`;
        const imported = user.path(`imported-${count}.key`);
        expect(await temper('key', 'import', key('theirs'), imported)).toMatchObject({ status: 0 });
        const signing = ['sign', '--key', imported, '--allow-http-registry', '--tlog-upload=false', '-y', image];
        expect(await cosign.run(paths.cosign2, signing)).toMatchObject({ status: 0 });
        const args = ['sign', image, '--json', '--key', key('ours'), ...formats(...ALL), '-a', 'team=blue'];
        const first = signaturesOf(await temper(...args));
        expect(first.map(({ format, status }) => [format, status])).toEqual(ALL.map((format) => [format, 'added']));
        const again = signaturesOf(await temper(...args));
        expect(again.map(({ status }) => status)).toEqual(ALL.map(() => 'there'));
        expect(again.map(({ manifest }) => manifest)).toEqual(first.map(({ manifest }) => manifest));
        expect(statuses(await older([image], 'theirs'))).toEqual(['yes', 'yes']);
        expect(statuses(await older(['-a', 'team=blue', image], 'ours'))).toEqual(['yes', 'yes']);
        expect(statuses(await older(['-a', 'team=red', image], 'ours'))).toEqual(['no', 'no']);
        expect(await cosign.verify(['--allow-http-registry', '-a', 'team=blue', image])).toMatchObject({ status: 0 });
        const notary = await notation.run(['verify', '--insecure-registry', '-m', 'team=blue', image]);
        expect(notary).toMatchObject({ status: 0 });
      });

      test('as attestations are accepted by cosign 2.5 and 3.1', async () => {
        await using registry = await start();
        const repository = new Registry(registry.host, 'a/b');
        const index = tinyIndex('attest');
        await publishImage(repository, { ...index, referrers: [], tag: 'v1' });
        const reference = `${registry.host}/a/b:v1`;
        const args = [
          'attest',
          reference,
          '--json',
          '--key',
          key('ours'),
          '--predicate',
          user.path('predicate.json'),
          '--type',
          TYPE,
        ];
        const attested = signaturesOf(
          await temper(...args, '--platform', 'linux/arm64', ...formats('bundle', 'cosign-tag', 'docker')),
        );
        expect(attested).toMatchObject([
          { format: 'bundle', platform: 'linux/arm64', predicateType: TYPE },
          { format: 'cosign-tag', platform: 'linux/arm64' },
          { format: 'docker', platform: 'linux/arm64' },
        ]);
        const arm = index.platforms[1]?.digest ?? '';
        const image = `${registry.host}/a/b@${arm}`;
        expect(statuses(await cosign.verifyAttestations(TYPE, image))).toEqual(['yes', 'yes']);
        expect(statuses(await older(['--type', TYPE, image], 'ours', 'verify-attestation'))).toEqual(['yes', 'yes']);
        expect(statuses(await older(['--type', TYPE, image], 'theirs', 'verify-attestation'))).toEqual(['no', 'no']);
        const [printed] = await older(['--type', TYPE, image], 'ours', 'verify-attestation');
        const line =
          printed?.stdout
            .toString()
            .split('\n')
            .find((one) => one.startsWith('{')) ?? '{}';
        const { payload } = JSON.parse(line) as { payload: string };
        expect(Buffer.from(payload, 'base64').toString()).toContain('{"passed": 12345678901234567890, "list": [1.0]}');
        const [, , docker] = attested;
        const statement = `${registry.host}/a/b@${docker?.manifest ?? ''}`;
        const signature = [
          'verify',
          '--experimental-oci11',
          '--insecure-ignore-tlog',
          '--allow-http-registry',
          statement,
        ];
        expect(await cosign.run(paths.cosign2, [...signature, '--key', publicKey('ours')])).toMatchObject({
          status: 0,
        });
        expect(await cosign.run(paths.cosign2, [...signature, '--key', publicKey('theirs')])).not.toMatchObject({
          status: 0,
        });
      });

      test("under cosign's tag are accepted by skopeo, and refused when they are tampered with, by another key or in another name", async () => {
        await using registry = await start();
        const repository = new Registry(registry.host, 'a/b');
        const { digest } = await publish(repository);
        const image = `${registry.host}/a/b@${digest}`;
        expect(await skopeo.pull(image, publicKey('ours'))).not.toMatchObject({ status: 0 });
        signaturesOf(await temper('sign', image, '--json', '--key', key('ours'), ...formats('cosign-tag')));
        expect(await skopeo.pull(image, publicKey('ours'))).toMatchObject({ status: 0 });
        expect(await skopeo.pull(image, publicKey('theirs'))).not.toMatchObject({ status: 0 });
        const exact = { type: 'exactReference', dockerReference: 'registry.example/acme/app:1.2' };
        expect(await skopeo.pull(image, publicKey('ours'), exact)).not.toMatchObject({ status: 0 });
        const named = ['--sign-container-identity', 'registry.example/acme/app:1.2'];
        signaturesOf(await temper('sign', image, '--json', '--key', key('ours'), ...formats('cosign-tag'), ...named));
        expect(await skopeo.pull(image, publicKey('ours'), exact)).toMatchObject({ status: 0 });
        const tag = `${fallbackTag(digest)}.sig`;
        const descriptor = await repository.resolve(tag);
        const manifest = (await repository.manifest(descriptor)).toString();
        const altered = manifest.replaceAll(
          /(cosign\/signature":".{40})(.)/g,
          (__, head: string, c: string) => head + (c === 'A' ? 'B' : 'A'),
        );
        expect(altered).not.toBe(manifest);
        await repository.putManifests([
          { bytes: Buffer.from(altered), mediaType: descriptor.mediaType, tag, listed: true },
        ]);
        expect(await skopeo.pull(image, publicKey('ours'))).not.toMatchObject({ status: 0 });
      });

      test('as referrers are listed by oras, and stay good when it copies them', async () => {
        await using registry = await start();
        const repository = new Registry(registry.host, 'a/b');
        const { digest } = await publish(repository);
        const image = `${registry.host}/a/b@${digest}`;
        const referrers = ['bundle', 'notation-jws', 'notation-cose', 'docker'];
        signaturesOf(await temper('sign', image, '--json', '--key', key('ours'), ...formats(...referrers)));
        const attest = ['attest', image, '--json', '--key', key('ours'), '--predicate', user.path('predicate.json')];
        signaturesOf(await temper(...attest, '--type', TYPE, ...formats('docker')));
        const env = { HOME: user.folder, DOCKER_CONFIG: user.folder };
        const oras = async (...args: string[]) => await runProgram(paths.oras, args, { env, cwd: user.folder });
        const listed = await oras('discover', '--plain-http', '--format', 'json', image);
        expect(listed).toMatchObject({ status: 0 });
        const types = listed.stdout.toString().matchAll(/"artifactType": "([^"]+)"/g);
        const own = ['application/vnd.dev.sigstore.bundle.v0.3+json', 'application/vnd.in-toto+json'];
        // Bundles and bare statements have the empty config; that registry lists by the config's type.
        const isListedByConfig = place === 'a registry that lists referrers' && installed('referrers-registry');
        expect([...new Set([...types].map(([, type = '']) => type))].toSorted(compareStrings)).toEqual([
          'application/vnd.cncf.notary.signature',
          'application/vnd.dev.cosign.artifact.sig.v1+json',
          ...(isListedByConfig ? ['application/vnd.oci.empty.v1+json'] : own),
        ]);
        await using other = await startReferrersRegistry();
        const copied = `${other.host}/c/d`;
        const copy = await oras('copy', '-r', '--from-plain-http', '--to-plain-http', image, `${copied}:v1`);
        expect(copy).toMatchObject({ status: 0 });
        const there = `${copied}@${digest}`;
        expect(await cosign.verify(['--allow-http-registry', there])).toMatchObject({ status: 0 });
        expect(await notation.run(['verify', '--insecure-registry', there])).toMatchObject({ status: 0 });
        const statement = await statementOn(new Registry(other.host, 'c/d'), digest);
        const signature = ['verify', '--experimental-oci11', '--insecure-ignore-tlog', '--allow-http-registry'];
        const args = [...signature, '--key', publicKey('ours'), `${copied}@${statement}`];
        expect(await cosign.run(paths.cosign2, args)).toMatchObject({ status: 0 });
      });
    });

    test('in a layout are accepted by cosign 2.5 and 3.1', async () => {
      const folder = user.path('layout');
      const image = await publish(new Layout(folder));
      const reference = `oci:${folder}:v1`;
      const signed = signaturesOf(
        await temper('sign', reference, '--json', '--key', key('ours'), ...formats('bundle', 'cosign-tag')),
      );
      expect(signed.map(({ subject }) => subject)).toEqual([image.digest, image.digest]);
      const attest = ['attest', reference, '--json', '--key', key('ours'), '--predicate', user.path('predicate.json')];
      signaturesOf(await temper(...attest, '--type', TYPE, ...formats('bundle', 'cosign-tag')));
      expect(await cosign.verify(['--local-image', folder])).toMatchObject({ status: 0 });
      expect(await cosign.verify(['--local-image', folder], publicKey('theirs'))).not.toMatchObject({ status: 0 });
      expect(await cosign.verifyAttestation(TYPE, ['--local-image', folder])).toMatchObject({ status: 0 });
      const common = ['--key', publicKey('ours'), '--insecure-ignore-tlog', '--local-image'];
      expect(await cosign.run(paths.cosign2, ['verify', ...common, folder])).toMatchObject({ status: 0 });
      expect(await cosign.run(paths.cosign2, ['verify-attestation', '--type', TYPE, ...common, folder])).toMatchObject({
        status: 0,
      });
      const others = ['verify', '--key', publicKey('theirs'), '--insecure-ignore-tlog', '--local-image', folder];
      expect(await cosign.run(paths.cosign2, others)).not.toMatchObject({ status: 0 });
    });

    test('of files are accepted by cosign 2.5 and 3.1', async () => {
      await writeFile(user.path('sbom.json'), '{"spdxVersion":"SPDX-2.3"}');
      expect(await temper('sign', '--blob', user.path('sbom.json'), '--key', key('ours'))).toMatchObject({ status: 0 });
      const attest = [
        'attest',
        '--blob',
        user.path('sbom.json'),
        '--key',
        key('ours'),
        '--predicate',
        user.path('predicate.json'),
      ];
      expect(await temper(...attest, '--type', TYPE)).toMatchObject({ status: 0 });
      for (const program of [paths.cosign2, paths.cosign]) {
        const verify = async (command: string, by: string, bundle: string, ...more: string[]) =>
          (
            await cosign.run(program, [
              command,
              '--key',
              publicKey(by),
              ...cosign.offline,
              '--bundle',
              user.path(bundle),
              ...more,
              user.path('sbom.json'),
            ])
          ).status;
        expect(await verify('verify-blob', 'ours', 'sbom.json.sigstore.json')).toBe(0);
        expect(await verify('verify-blob', 'theirs', 'sbom.json.sigstore.json')).not.toBe(0);
        expect(await verify('verify-blob-attestation', 'ours', 'sbom.json.att.sigstore.json', '--type', TYPE)).toBe(0);
        expect(
          await verify('verify-blob-attestation', 'theirs', 'sbom.json.att.sigstore.json', '--type', TYPE),
        ).not.toBe(0);
      }
      expect((await readFile(user.path('sbom.json.att.sigstore.json'))).length).toBeGreaterThan(0);
    });

    test('of what has no place for them are refused by name', async () => {
      const run = await temper('sign', 'docker-archive:x.tar', '--key', key('ours'));
      expect([run.status, faultOf(run).code]).toEqual([2, 'sign/place']);
    });
  },
);
