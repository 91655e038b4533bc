// What cosign 2.5 and 3.1 write in their older formats, found and judged here.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectLegacy } from '../../src/flow/verification/legacy-signatures.ts';
import { Ledger } from '../../src/flow/verification/ledger.ts';
import { createKeyPair, loadPublicKey } from '../../src/keys/file.ts';
import { publicKeyOf } from '../../src/keys/public.ts';
import type { PublicKey } from '../../src/keys/types.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { publishImage } from '../../src/publish/image.ts';
import { Layout } from '../../src/repository/layout.ts';
import { Registry } from '../../src/repository/registry.ts';
import type { Repository } from '../../src/repository/types.ts';
import { judgeLegacy, type LegacyResult } from '../../src/verify/cosign/legacy.ts';
import { noRoot } from '../../src/verify/sigstore/trust.ts';
import { Cosign } from './cosign.ts';
import { describeWith } from './peers.ts';
import { startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { tinyImage, tinyIndex } from './tiny.ts';

const TYPE = 'https://x.example/tested';
const NOW = Math.floor(Date.now() / 1000);
const stranger = publicKeyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, 'a stranger');

describeWith(['cosign', 'cosign2', 'docker-registry'], "cosign's older signatures", (paths) => {
  let folder: string;
  let cosign: Cosign;
  let key: PublicKey;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temper-legacy-'));
    await createKeyPair(join(folder, 'theirs.key'), '');
    key = await loadPublicKey(join(folder, 'theirs.pub'));
    cosign = await Cosign.in(folder, join(folder, 'theirs.pub'));
    await writeFile(join(folder, 'predicate.json'), '{"passed":true}');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const publish = async (repository: Repository): Promise<Descriptor> => {
    const { blobs, manifests } = tinyImage(`legacy ${count++}`);
    return await publishImage(repository, { blobs, manifests, referrers: [], tag: 'v1' });
  };
  const common = ['--allow-http-registry', '-y'];
  const sign = async (program: string, command: readonly string[], image: string): Promise<void> => {
    const how =
      program === paths.cosign2
        ? ['--tlog-upload=false']
        : ['--new-bundle-format=false', '--use-signing-config=false', '--tlog-upload=false'];
    const args = [...command, '--key', join(folder, 'theirs.key'), ...common, ...how, image];
    expect(await cosign.run(program, args)).toMatchObject({ status: 0 });
  };
  const judge = async (
    repository: Repository,
    subject: Digest,
    trusted: PublicKey,
    name?: string,
  ): Promise<LegacyResult[]> => {
    const ledger = new Ledger();
    const { signatures, checks } = await collectLegacy(ledger.watch(repository), ledger, subject);
    expect([...ledger.checks(), ...checks].filter(({ outcome }) => outcome !== 'established')).toEqual([]);
    const trust = {
      keys: [{ key: trusted }],
      identities: [],
      root: noRoot,
      thresholds: { logs: 0, timestamps: 0, times: 0, certificateLogs: 0 },
      revocations: [],
      minimumVersion: '0.3',
    } as const;
    return signatures.map(({ signature }) =>
      judgeLegacy({ signature, subject, repository: name ?? repository.name }, trust, NOW),
    );
  };
  const programs = [
    ['2.5', paths.cosign2],
    ['3.1', paths.cosign],
  ] as const;

  describe.each([
    ["Debian's registry", async () => await startDockerRegistry(paths['docker-registry'])],
    ['a registry that lists referrers', startReferrersRegistry],
  ] as const)('in %s', (_, start) => {
    test.each(programs)('by %s are established, and by nobody for a stranger', async (_version, program) => {
      await using registry = await start();
      const repository = new Registry(registry.host, 'a/b');
      const { digest } = await publish(repository);
      await sign(program, ['sign', '-a', 'who=me'], `${registry.host}/a/b@${digest}`);
      const [result, ...more] = await judge(repository, digest, key);
      expect(more).toEqual([]);
      expect(result).toMatchObject({ outcome: 'established', said: { kind: 'signature', digest } });
      expect(result?.checks).toContainEqual(expect.objectContaining({ check: 'reference', outcome: 'established' }));
      expect([...(result?.said?.kind === 'signature' ? result.said.optional : [])]).toEqual([['who', 'me']]);
      const [refused] = await judge(repository, digest, stranger);
      expect(refused).toMatchObject({ outcome: 'not established', signer: undefined });
      const [elsewhere] = await judge(repository, digest, key, 'registry.example/acme/app');
      expect(elsewhere?.checks).toContainEqual(expect.objectContaining({ problem: 'reference-other' }));
    });

    test.each(programs)('of an index by %s, with its platforms, are established each', async (_version, program) => {
      await using registry = await start();
      const repository = new Registry(registry.host, 'a/b');
      const index = tinyIndex(`legacy ${count++}`);
      await publishImage(repository, { ...index, referrers: [], tag: 'v1' });
      await sign(program, ['sign', '--recursive'], `${registry.host}/a/b@${index.image.digest}`);
      for (const { digest } of [index.image, ...index.platforms]) {
        expect(await judge(repository, digest, key)).toMatchObject([{ outcome: 'established' }]);
      }
    });

    test.each(programs)('that are attestations by %s give their statements', async (_version, program) => {
      await using registry = await start();
      const repository = new Registry(registry.host, 'a/b');
      const { digest } = await publish(repository);
      const command = ['attest', '--type', TYPE, '--predicate', join(folder, 'predicate.json')];
      await sign(program, command, `${registry.host}/a/b@${digest}`);
      const [result] = await judge(repository, digest, key);
      const statement = { predicateType: TYPE, predicate: { passed: true } };
      expect(result).toMatchObject({ outcome: 'established', said: { kind: 'attestation', statement } });
      expect(await judge(repository, digest, stranger)).toMatchObject([
        { outcome: 'not established', said: undefined },
      ]);
    });

    test('that hang on the image as cosign 2.5 does with OCI 1.1 are established', async () => {
      await using registry = await start();
      const repository = new Registry(registry.host, 'a/b');
      const { digest } = await publish(repository);
      const command = ['sign', '--registry-referrers-mode=oci-1-1'];
      const args = [
        ...command,
        '--key',
        join(folder, 'theirs.key'),
        ...common,
        '--tlog-upload=false',
        `${registry.host}/a/b@${digest}`,
      ];
      const { status } = await cosign.run(paths.cosign2, args, '', { COSIGN_EXPERIMENTAL: '1' });
      expect(status).toBe(0);
      expect(await judge(repository, digest, key)).toMatchObject([{ outcome: 'established' }]);
    });

    test('are not established of another image under whose tag they are put', async () => {
      await using registry = await start();
      const repository = new Registry(registry.host, 'a/b');
      const [signed, other] = [await publish(repository), await publish(repository)];
      await sign(paths.cosign2, ['sign'], `${registry.host}/a/b@${signed.digest}`);
      const tag = (digest: Digest) => `${digest.replace(':', '-')}.sig`;
      const descriptor = await repository.resolve(tag(signed.digest));
      const bytes = await repository.manifest(descriptor);
      await repository.putManifests([{ bytes, mediaType: descriptor.mediaType, tag: tag(other.digest), listed: true }]);
      const [result] = await judge(repository, other.digest, key);
      expect(result?.outcome).toBe('refuted');
      expect(result?.checks).toContainEqual(expect.objectContaining({ problem: 'subject-other' }));
    });
  });

  test.each(programs)('that %s saved into a layout are established', async (version, program) => {
    await using registry = await startDockerRegistry(paths['docker-registry']);
    const repository = new Registry(registry.host, 'a/b');
    const { digest } = await publish(repository);
    const image = `${registry.host}/a/b@${digest}`;
    await sign(program, ['sign'], image);
    await sign(program, ['attest', '--type', TYPE, '--predicate', join(folder, 'predicate.json')], image);
    const saved = join(folder, `saved-${version}`);
    expect(await cosign.run(program, ['save', '--dir', saved, '--allow-http-registry', image])).toMatchObject({
      status: 0,
    });
    const results = await judge(new Layout(saved), digest, key, repository.name);
    expect(results.map(({ outcome, said }) => [outcome, said?.kind])).toEqual([
      ['established', 'signature'],
      ['established', 'attestation'],
    ]);
  });
});
