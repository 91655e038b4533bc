// What cosign, oras, skopeo and crane find in copies, and copies of what they wrote.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copy, type CopyOptions, type CopyResult } from '../../src/flow/copy/copy.ts';
import { run } from '../../src/io/processes.ts';
import { createKeyPair, loadSigner } from '../../src/keys/file.ts';
import type { Signer } from '../../src/keys/types.ts';
import { hexOf } from '../../src/lib/digest.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { publishImage } from '../../src/publish/image.ts';
import { Layout } from '../../src/repository/layout.ts';
import { Registry } from '../../src/repository/registry.ts';
import { listAttestations } from '../../src/flow/verification/attestations.ts';
import { loadTrust } from '../../src/flow/verification/trust.ts';
import { dockerPredicateTypes, hangDockerStatements } from '../fakes/docker-layout.ts';
import { Cosign, subjects } from './cosign.ts';
import { describeWith } from './peers.ts';
import { type RunningRegistry, startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { referrerOf, statementsAbout, tinyImage } from './tiny.ts';

const options: CopyOptions = {
  platform: undefined,
  allTags: false,
  referrers: true,
  jobs: 4,
  dryRun: false,
  verify: undefined,
  offline: false,
  insecure: false,
  signal: new AbortController().signal,
  progress: () => undefined,
};

const copied = async (from: string, to: string): Promise<CopyResult> => await copy(from, to, options);

describeWith(['cosign', 'cosign2', 'oras', 'skopeo', 'crane', 'docker-registry'], 'copies', (paths) => {
  let folder: string;
  let cosign: Cosign;
  let signer: Signer;
  let places = 0;
  const fresh = (): string => join(folder, `place-${places++}`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temper-copies-'));
    await createKeyPair(join(folder, 'a.key'), '');
    signer = await loadSigner(join(folder, 'a.key'), '');
    cosign = await Cosign.in(folder, join(folder, 'a.pub'));
    await writeFile(join(folder, 'predicate.json'), '{"passed":true}');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const ok = async (program: string, args: readonly string[]): Promise<string> => {
    const result = await run(program, args, { env: { HOME: folder, DOCKER_CONFIG: folder }, timeout: 60_000 });
    if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr}`);
    return result.stdout.toString('utf8');
  };
  const publish = async (host: string, content: string): Promise<Descriptor> => {
    const { blobs, manifests } = tinyImage(content);
    return await publishImage(new Registry(host, 'from/a'), { blobs, manifests, referrers: [], tag: 'v1' });
  };
  const kinds = ["Debian's registry", 'a registry that lists referrers'] as const;
  const start = async (kind: (typeof kinds)[number]): Promise<RunningRegistry> =>
    kind === "Debian's registry" ? await startDockerRegistry(paths['docker-registry']) : await startReferrersRegistry();
  const ways = kinds.flatMap((from) => kinds.map((to) => [from, to] as const));

  describe.each(ways)('from %s to %s', (from, to) => {
    test("keep cosign's older signatures and attestations", async () => {
      await using source = await start(from);
      await using target = await start(to);
      const { digest } = await publish(source.host, `legacy ${from} ${to}`);
      const image = `${source.host}/from/a@${digest}`;
      const how = ['--key', join(folder, 'a.key'), '--allow-http-registry', '-y', '--tlog-upload=false'];
      expect(await cosign.run(paths.cosign2, ['sign', ...how, image])).toMatchObject({ status: 0 });
      const attest = ['attest', ...how, '--type', 'custom', '--predicate', join(folder, 'predicate.json'), image];
      expect(await cosign.run(paths.cosign2, attest)).toMatchObject({ status: 0 });

      const archive = `oci-archive:${fresh()}.tar:v1`;
      const layout = fresh();
      await copied(`${source.host}/from/a:v1`, archive);
      await copied(archive, `oci:${layout}:v1`);
      const last = await copied(`oci:${layout}:v1`, `${target.host}/to/b:v2`);
      expect(last.images[0]?.manifests.map(({ role }) => role)).toEqual(['image', 'tagged', 'tagged']);

      const trusted = ['--key', join(folder, 'a.pub'), '--insecure-ignore-tlog', '--allow-http-registry'];
      const copy = `${target.host}/to/b:v2`;
      expect(await cosign.run(paths.cosign2, ['verify', ...trusted, copy])).toMatchObject({ status: 0 });
      const attested = await cosign.run(paths.cosign2, ['verify-attestation', ...trusted, '--type', 'custom', copy]);
      expect(subjects(attested)).toEqual([hexOf(digest)]);
      // In a layout, it finds what it would have put there itself.
      const local = ['verify', '--key', join(folder, 'a.pub'), '--insecure-ignore-tlog', '--local-image', layout];
      expect(await cosign.run(paths.cosign2, local)).toMatchObject({ status: 0 });
    });

    test("keep cosign's bundles and Temper's, as oras shows", async () => {
      await using source = await start(from);
      await using target = await start(to);
      const made = tinyImage(`bundle ${from} ${to}`);
      const referrers = await Promise.all(
        statementsAbout(made.image).map(async (one) => await referrerOf(made.image, one, signer)),
      );
      const { digest } = await publishImage(new Registry(source.host, 'from/a'), { ...made, referrers, tag: 'v1' });
      const how = ['--key', join(folder, 'a.key'), '--allow-http-registry', '-y', '--use-signing-config=false'];
      const sign = ['sign', ...how, '--tlog-upload=false', '-a', 'by=cosign', `${source.host}/from/a@${digest}`];
      expect(await cosign.run(paths.cosign, sign)).toMatchObject({ status: 0 });

      const layout = fresh();
      await copied(`${source.host}/from/a:v1`, `oci:${layout}:v1`);
      const { images } = await copied(`oci:${layout}:v1`, `${target.host}/to/b:v2`);
      expect(images[0]?.manifests.filter(({ role }) => role === 'referrer')).toHaveLength(referrers.length + 1);
      const copy = `${target.host}/to/b:v2`;
      expect(await cosign.verify(['--allow-http-registry', copy])).toMatchObject({ status: 0 });
      const spdx = await cosign.verifyAttestation('spdxjson', ['--allow-http-registry', copy]);
      expect(subjects(spdx)).toEqual([hexOf(digest)]);
      const tree = JSON.parse(await ok(paths.oras, ['discover', '--plain-http', '--format', 'json', copy])) as {
        manifests?: readonly { digest: string }[];
        referrers?: readonly { digest: string }[];
      };
      const shown = (tree.referrers ?? tree.manifests ?? []).map((one) => one.digest).sort();
      const own = (await new Registry(target.host, 'to/b').referrers(digest)).map((one) => one.digest).sort();
      expect(shown).toEqual(own);
      expect(shown).toHaveLength(referrers.length + 1);
      await ok(paths.crane, ['validate', '--insecure', '--remote', copy]);
      expect(await ok(paths.crane, ['digest', '--insecure', copy])).toContain(digest);
    });
  });

  test.each(kinds)("of an image in Docker's layout keep its statements and their signatures, in %s", async (kind) => {
    await using source = await startReferrersRegistry();
    await using target = await start(kind);
    const from = new Registry(source.host, 'dhi/node');
    const { sampleImage } = await import('../contracts/sample-image.ts');
    const index = await publishImage(from, { ...sampleImage('d'), referrers: [], tag: '24' });
    await hangDockerStatements(from, index, signer);
    await copied(`${source.host}/dhi/node:24`, `${target.host}/mirror/node:24`);
    const to = new Registry(target.host, 'mirror/node');
    const { keys, groups } = await loadTrust({ keys: [join(folder, 'a.pub')], policy: undefined, repository: to.name });
    const listed = await listAttestations({ repository: to, reference: '24', keys, groups });
    expect(listed).toHaveLength(2 * dockerPredicateTypes.length);
    expect(new Set(listed.map((one) => one.signer))).toEqual(new Set([signer.publicKey.fingerprint]));
    // As Docker's own pages tell people to check one of them.
    const statement = `${target.host}/mirror/node@${listed[0]?.manifest}`;
    const trusted = ['--key', join(folder, 'a.pub'), '--insecure-ignore-tlog=true', '--allow-http-registry'];
    const verify = ['verify', ...trusted, '--experimental-oci11=true', statement];
    expect(await cosign.run(paths.cosign2, verify)).toMatchObject({ status: 0 });
  });

  test('are archives that skopeo reads, and layouts, and what oras and skopeo wrote is copied', async () => {
    await using source = await startReferrersRegistry();
    const made = tinyImage('of others');
    const referrers = await Promise.all(
      statementsAbout(made.image).map(async (one) => await referrerOf(made.image, one, signer)),
    );
    const { digest } = await publishImage(new Registry(source.host, 'from/a'), { ...made, referrers, tag: 'v1' });
    const archive = `${fresh()}.tar`;
    await copied(`${source.host}/from/a:v1`, `oci-archive:${archive}:v1`);
    const seen = JSON.parse(await ok(paths.skopeo, ['inspect', `oci-archive:${archive}:v1`])) as { Digest: string };
    expect(seen.Digest).toBe(digest);
    const unpacked = fresh();
    await ok(paths.skopeo, ['--insecure-policy', 'copy', `oci-archive:${archive}:v1`, `oci:${unpacked}:v1`]);
    expect((await new Layout(unpacked).resolve('v1')).digest).toBe(digest);

    const theirs = `${fresh()}.tar`;
    const from = `docker://${source.host}/from/a:v1`;
    await ok(paths.skopeo, ['--insecure-policy', 'copy', '--src-tls-verify=false', from, `oci-archive:${theirs}:v1`]);
    const ofSkopeo = await copied(`oci-archive:${theirs}`, `oci:${fresh()}:v1`);
    expect(ofSkopeo.images[0]?.digest).toBe(digest);

    const folderOfOras = fresh();
    const to = ['--to-oci-layout', `${folderOfOras}:v1`];
    await ok(paths.oras, ['copy', '-r', '--from-plain-http', `${source.host}/from/a:v1`, ...to]);
    const ofOras = await copied(`oci:${folderOfOras}:v1`, `oci:${fresh()}:v1`);
    expect(ofOras.images[0]?.manifests.filter(({ role }) => role === 'referrer')).toHaveLength(referrers.length);
  });
});
