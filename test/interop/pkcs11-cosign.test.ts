// Images that `temper build` signs with a key in a SoftHSM2 token: both cosigns take the token's public key.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FakeArchive } from '../fakes/archive.ts';
import { FakeRegistry } from '../fakes/registry.ts';
import { startDistribution, writeDefinition } from '../e2e/distribution.ts';
import { faultOf, type Run, User } from '../e2e/temper.ts';
import { bothCosigns, Cosign } from './cosign.ts';
import { describeWith } from './peers.ts';
import { SoftHsm } from './softhsm.ts';

interface Report {
  readonly unchanged: boolean;
  readonly key: { readonly origin: { readonly kind: string; readonly attributes: object } };
}

describeWith(['softhsm2-util'], 'a build with a key in a token', () => {
  let archive: FakeArchive;
  let user: User;
  let hsm: SoftHsm;
  let cosign: Cosign;

  const temper = async (...args: string[]): Promise<Run> =>
    await user.temper(args, { env: { SOFTHSM2_CONF: hsm.configuration } });
  const publicKey = (type: string): string => user.path(`${type}.pub`);

  beforeAll(async () => {
    archive = await startDistribution();
    user = await User.create();
    hsm = new SoftHsm(user.path('hsm'));
    await hsm.addToken('release');
    await writeDefinition(user.folder, archive);
    cosign = await Cosign.in(user.folder, publicKey('p256'));
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    await archive[Symbol.asyncDispose]();
  });

  test.each(['p256', 'p384', 'rsa3072', 'ed25519'])(
    'of type %s signs, and who builds is told that it never left the token',
    async (type) => {
      const uri = hsm.uri('release', type);
      const made = await temper('key', 'create', uri, '--type', type, '--public-key', publicKey(type));
      expect(made).toMatchObject({ status: 0, stderr: '' });
      const layout = user.path(`${type}-layout`);
      const built = await temper('build', 'tiny.yaml', '--json', '--key', uri, '--output', `oci:${layout}:1`);
      expect(built).toMatchObject({ status: 0, stderr: '' });
      expect((built.json() as Report).key.origin).toMatchObject({
        kind: 'pkcs11',
        attributes: { extractable: false, neverExtractable: true, sensitive: true, alwaysSensitive: true, local: true },
      });
      expect(built.stdout).not.toContain('pin-source');
      const again = await temper('build', 'tiny.yaml', '--json', '--key', uri, '--output', `oci:${layout}:1`);
      expect((again.json() as Report).unchanged).toBe(true);
      for (const key of [publicKey(type), hsm.uri('release', type, {})]) {
        expect(await temper('verify', `oci:${layout}:1`, '--key', key)).toMatchObject({ status: 0 });
      }
    },
  );

  // Cosign 3.1 hashes with SHA-384 when a P-384 key signs, and with SHA-256 when it verifies: not even its own is accepted.
  test.skipIf(bothCosigns.skip).each(['p256', 'rsa3072', 'ed25519'])(
    'of type %s is accepted by cosign 3.1 and 2.5, and refused with another key',
    async (type) => {
      await using registry = await FakeRegistry.start();
      const image = `${registry.host}/tiny:${type}`;
      expect(await temper('build', 'tiny.yaml', '--key', hsm.uri('release', type), '--push', image)).toMatchObject({
        status: 0,
      });
      expect(await cosign.verify(['--allow-http-registry', image], publicKey(type))).toMatchObject({ status: 0 });
      const other = publicKey(type === 'p256' ? 'rsa3072' : 'p256');
      expect(await cosign.verify(['--allow-http-registry', image], other)).not.toMatchObject({ status: 0 });
      const both = await cosign.verifyAttestations('slsaprovenance1', image, publicKey(type));
      expect(both).toMatchObject([{ status: 0 }, { status: 0 }]);
    },
  );

  test('is refused before anything is built when the PIN is wrong', async () => {
    const uri = hsm.uri('release', 'p256', { 'pin-value': 'wrong-one' });
    const run = await temper('build', 'tiny.yaml', '--quiet', '--key', uri, '--output', `oci:${user.path('none')}:1`);
    expect(faultOf(run)).toMatchObject({ code: 'key/wrong-pin' });
    expect(run.stderr).not.toContain('wrong-one');
  });
});
