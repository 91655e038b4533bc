// Signatures and attestations that cosign puts into another repository, as COSIGN_REPOSITORY tells it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishImage } from '../../src/publish/image.ts';
import { Registry } from '../../src/repository/registry.ts';
import { type Run, User } from '../e2e/temper.ts';
import { Cosign } from './cosign.ts';
import { describeWith } from './peers.ts';
import { startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { tinyImage } from './tiny.ts';

describeWith(['cosign', 'cosign2', 'docker-registry'], 'signatures of cosign in another repository', (paths) => {
  let user: User;
  let cosign: Cosign;

  beforeAll(async () => {
    user = await User.create();
    await user.temper(['key', 'create', 'ours.key', '-q']);
    cosign = await Cosign.in(user.folder, user.path('ours.pub'));
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
  });

  describe.each([
    ["Debian's registry", async () => await startDockerRegistry(paths['docker-registry'])],
    ['a registry that lists referrers', startReferrersRegistry],
  ] as const)('in %s', (_, start) => {
    test.each([
      ['2.5', () => paths.cosign2, ['--tlog-upload=false']],
      [
        '3.1, as before',
        () => paths.cosign,
        ['--tlog-upload=false', '--new-bundle-format=false', '--use-signing-config=false'],
      ],
      ['3.1', () => paths.cosign, ['--tlog-upload=false', '--use-signing-config=false']],
    ] as const)('by cosign %s are found where they are', async (version, program, more) => {
      await using registry = await start();
      const tiny = tinyImage(`elsewhere ${version}`);
      const { digest } = await publishImage(new Registry(registry.host, 'a/b'), { ...tiny, referrers: [], tag: 'v1' });
      const image = `${registry.host}/a/b@${digest}`;
      const elsewhere = `${registry.host}/s/t`;
      const env = { COSIGN_REPOSITORY: elsewhere };
      const args = ['sign', '--key', user.path('ours.key'), '--allow-http-registry', '-y', ...more, image];
      const signed = await cosign.run(program(), args, '', env);
      expect([signed.status, signed.stderr]).toEqual([0, expect.anything()]);
      const verify = async (args: readonly string[], given: Record<string, string> = {}): Promise<Run> =>
        await user.temper(['verify', image, '--signatures-only', '--key', 'ours.pub', ...args], { env: given });
      expect((await verify(['--referrers-repository', elsewhere])).status).toBe(0);
      expect((await verify([], env)).status).toBe(0);
      expect((await verify([])).status).toBe(1);
      const copy = ['copy', image, 'oci:copy:v1', '--referrers-repository', elsewhere];
      expect(await user.temper(copy)).toMatchObject({ status: 0 });
      const there = await user.temper(['verify', 'oci:copy:v1', '--signatures-only', '--key', 'ours.pub']);
      expect(there.status).toBe(0);
    });
  });
});
