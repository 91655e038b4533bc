// `temper verify` of what cosign 2.5, cosign 3.1, notation and a private Sigstore signed, in registries with and without referrers.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerNamed, type VerifyOptions } from '../../src/flow/verification/verify-reference.ts';
import { createKeyPair } from '../../src/keys/file.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { publishImage } from '../../src/publish/image.ts';
import { Registry } from '../../src/repository/registry.ts';
import { against } from '../fakes/verify-scene.ts';
import { notaryAuthority, notarySigner } from '../fakes/notary.ts';
import { Cosign } from './cosign.ts';
import { Notation, pemOf } from './notation.ts';
import { describeWith } from './peers.ts';
import { startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { tinyImage } from './tiny.ts';

describeWith(['cosign', 'cosign2', 'docker-registry', 'notation'], 'what others signed', (paths) => {
  let folder: string;
  let cosign: Cosign;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temper-verify-others-'));
    for (const name of ['theirs', 'second', 'stranger']) await createKeyPair(join(folder, `${name}.key`), '');
    cosign = await Cosign.in(folder, join(folder, 'theirs.pub'));
    await writeFile(join(folder, 'predicate.json'), '{"passed":true}');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const publish = async (host: string): Promise<Descriptor> => {
    const { blobs, manifests } = tinyImage(`verify ${count++}`);
    return await publishImage(new Registry(host, 'a/b'), { blobs, manifests, referrers: [], tag: 'v1' });
  };
  const verify = async (image: string, request: Partial<VerifyOptions>) => {
    const options = { offline: false, insecure: true, signal: new AbortController().signal };
    const nothing = join(folder, 'nothing.yaml');
    await writeFile(nothing, 'apiVersion: temper/v1\nkind: Policy\npredicates: {required: []}\n');
    return await answerNamed(image, { keys: [], policy: nothing, ...request }, options);
  };
  const key = (name: string): readonly string[] => [join(folder, `${name}.pub`)];
  const old = ['--tlog-upload=false'];
  const bundle = ['--use-signing-config=false', '--tlog-upload=false'];
  const tag = ['--new-bundle-format=false', ...bundle];
  const ways = [
    ['cosign 2.5', 'cosign-tag', paths.cosign2, old],
    ['cosign 3.1', 'bundle', paths.cosign, bundle],
    ['cosign 3.1 in its older format', 'cosign-tag', paths.cosign, tag],
  ] as const;

  describe.each([
    ["Debian's registry", async () => await startDockerRegistry(paths['docker-registry'])],
    ['a registry that lists referrers', startReferrersRegistry],
  ] as const)('in %s', (where, start) => {
    test.each(ways)(
      '%s: accepted by its key, refused by another, and where the format does not count',
      async (_how, format, program, how) => {
        await using registry = await start();
        const { digest } = await publish(registry.host);
        const image = `${registry.host}/a/b@${digest}`;
        const sign = async (name: string) => {
          const args = ['sign', '--key', join(folder, `${name}.key`), '--allow-http-registry', '-y', ...how, image];
          expect(await cosign.run(program, args)).toMatchObject({ status: 0 });
        };
        await sign('theirs');
        const full = await verify(image, { keys: key('theirs') });
        expect([full.result.decision.answer, ...against(full)]).toEqual(['yes']);
        expect(against(await verify(image, { keys: key('theirs'), signaturesOnly: true }))).toEqual([]);
        expect(against(await verify(image, { keys: key('stranger'), signaturesOnly: true }))).toEqual([
          'image-signature: signer-untrusted',
        ]);
        const policy = join(folder, 'formats.json');
        const other = format === 'bundle' ? 'cosign-tag' : 'bundle';
        const trust = [{ repositories: [`${registry.host}/a/b`], keys: key('theirs'), formats: [other] }];
        await writeFile(policy, JSON.stringify({ apiVersion: 'temper/v1', kind: 'Policy', trust }));
        expect(against(await verify(image, { policy, signaturesOnly: true }))).toEqual([
          'image-signature: format-downgraded',
        ]);
        const both = { keys: [...key('theirs'), ...key('second')], threshold: 2, signaturesOnly: true };
        expect(against(await verify(image, both))).toEqual(['signers: too-few']);
        await sign('second');
        expect(against(await verify(image, both))).toEqual([]);
      },
    );

    test('notation, by its authority and subject: in the formats that count', async () => {
      await using registry = await start();
      const { digest } = await publish(registry.host);
      const image = `${registry.host}/a/b@${digest}`;
      const now = Math.floor(Date.now() / 1000);
      const window = [now - 3600, now + 86_400] as const;
      const root = notaryAuthority('root', undefined, window);
      const owner = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
      const { certificates } = notarySigner({ key: owner, issuers: [root], window });
      const home = await mkdtemp(join(folder, 'notation-'));
      const notation = await Notation.in(paths.notation, home);
      const files = { key: join(home, 'n.key'), certificates: join(home, 'n.crt') };
      await writeFile(files.key, owner.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      await writeFile(files.certificates, pemOf(certificates));
      await writeFile(join(home, 'root.pem'), pemOf(certificates.slice(-1)));
      await notation.keys({ n: files });
      const args = ['sign', '--insecure-registry', '--key', 'n', '--signature-format', 'cose'];
      const tagged = ['--force-referrers-tag=true'];
      const signed = await notation.run([
        ...args,
        ...(where === 'a registry that lists referrers' ? [] : tagged),
        image,
      ]);
      expect(signed).toMatchObject({ status: 0 });
      const asking = async (identity: string, more: object = {}) => {
        const stores = {
          ca: [join(home, 'root.pem')],
          trustedIdentities: [identity],
          verifyTimestamp: 'afterCertExpiry',
        };
        const trust = [{ repositories: [`${registry.host}/a/b`], certificates: stores, ...more }];
        const policy = join(home, 'policy.json');
        const predicates = { required: [] };
        await writeFile(policy, JSON.stringify({ apiVersion: 'temper/v1', kind: 'Policy', trust, predicates }));
        return against(await verify(image, { policy }));
      };
      expect(await asking('x509.subject: C=US, ST=WA, O=Example')).toEqual([]);
      expect(await asking('x509.subject: C=US, ST=WA, O=Other')).toEqual(['image-signature: identity-other']);
      const jws = { formats: ['notation-jws'] };
      expect(await asking('x509.subject: C=US, ST=WA, O=Example', jws)).toEqual(['image-signature: format-downgraded']);
    });
  });
});
