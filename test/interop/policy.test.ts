// Policies over what cosign signed: an index alone, and files.
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishImage } from '../../src/publish/image.ts';
import { Registry } from '../../src/repository/registry.ts';
import { faultOf, type Run, User } from '../e2e/temper.ts';
import { Cosign } from './cosign.ts';
import { describeWith } from './peers.ts';
import { startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { tinyIndex } from './tiny.ts';

describeWith(['cosign', 'cosign2', 'docker-registry'], 'a policy over what cosign signed', (paths) => {
  let user: User;
  let cosign: Cosign;

  const policy = async (trust: object): Promise<void> => {
    const document = { apiVersion: 'temper/v1', kind: 'Policy', trust: [trust], predicates: { required: [] } };
    await writeFile(user.path('policy.yaml'), JSON.stringify(document));
  };
  const verify = async (...args: string[]): Promise<Run> =>
    await user.temper(['verify', '--policy', 'policy.yaml', ...args]);

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
      ['2.5', () => paths.cosign2, []],
      ['3.1', () => paths.cosign, ['--use-signing-config=false']],
    ] as const)('an index that cosign %s signed alone is accepted wholly', async (version, program, more) => {
      await using registry = await start();
      const index = tinyIndex(`alone ${version}`);
      const { digest } = await publishImage(new Registry(registry.host, 'a/b'), { ...index, referrers: [], tag: 'v1' });
      const args = ['sign', '--key', user.path('ours.key'), '--allow-http-registry', '-y', '--tlog-upload=false'];
      const signed = await cosign.run(program(), [...args, ...more, `${registry.host}/a/b@${digest}`]);
      expect(signed).toMatchObject({ status: 0 });
      await policy({ repositories: [`${registry.host}/a/b`], keys: ['ours.pub'] });
      const image = `${registry.host}/a/b:v1`;
      expect(await verify(image)).toMatchObject({ status: 0 });
      expect(await verify(image, '--platform', 'linux/arm64')).toMatchObject({ status: 0 });
      expect(await verify(image, '--platform', 'linux/arm64', '--signatures-only')).toMatchObject({ status: 0 });
      const alone = `${registry.host}/a/b@${index.platforms[0]?.digest ?? ''}`;
      expect((await verify(alone)).status).toBe(1);
      expect((await cosign.verify(['--allow-http-registry', alone])).status).not.toBe(0);
    });
  });

  test('files that cosign signed are accepted by their names, and under no other', async () => {
    await writeFile(user.path('app-1.2.tar'), 'content');
    const args = [
      'sign-blob',
      '--key',
      user.path('ours.key'),
      '-y',
      '--tlog-upload=false',
      '--use-signing-config=false',
    ];
    const signed = await cosign.run(paths.cosign, [...args, '--bundle', 'app.json', 'app-1.2.tar']);
    expect(signed).toMatchObject({ status: 0 });
    const blob = ['--blob', 'app-1.2.tar', '--bundle', 'app.json'];
    await policy({ blobs: ['app-*.tar'], keys: ['ours.pub'] });
    expect(await verify(...blob)).toMatchObject({ status: 0 });
    await policy({ blobs: ['app-*'], repositories: ['registry.example/app'], keys: ['ours.pub'] });
    expect(await verify(...blob)).toMatchObject({ status: 0 });
    await policy({ blobs: ['app'], keys: ['ours.pub'] });
    expect(faultOf(await verify(...blob)).code).toBe('verify/no-trust');
    await writeFile(user.path('app-1.2.tar'), 'other');
    await policy({ blobs: ['app-*.tar'], keys: ['ours.pub'] });
    expect((await verify(...blob)).status).toBe(1);
  });
});
