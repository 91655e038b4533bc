// `temper attest --replace` in registries that delete manifests, and in one that does not; cosign sees what is left.
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishImage } from '../../src/publish/image.ts';
import { Registry } from '../../src/repository/registry.ts';
import { faultOf, type Run, User } from '../e2e/temper.ts';
import { Cosign, printed } from './cosign.ts';
import { describeWith } from './peers.ts';
import { startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { tinyImage } from './tiny.ts';

const TYPE = 'https://x.example/replaced';

describeWith(['cosign', 'docker-registry'], 'attestations that take the place of others', (paths) => {
  let user: User;
  let cosign: Cosign;

  const attest = async (image: string, count: number, ...more: string[]): Promise<Run> => {
    await writeFile(user.path('predicate.json'), JSON.stringify({ count }));
    const args = ['attest', image, '--key', 'ours.key', '--type', TYPE, '--predicate', 'predicate.json'];
    return await user.temper([...args, ...more]);
  };
  /** What cosign finds. */
  const counts = async (image: string): Promise<unknown[]> => {
    const found = await cosign.verifyAttestation(TYPE, ['--allow-http-registry', image]);
    return printed(found).map(({ predicate }) => (predicate as { count: unknown }).count);
  };

  beforeAll(async () => {
    user = await User.create();
    await user.temper(['key', 'create', 'ours.key', '-q']);
    cosign = await Cosign.in(user.folder, user.path('ours.pub'));
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
  });

  test.each([
    ["Debian's registry", async () => await startDockerRegistry(paths['docker-registry'], { deletes: true })],
    ['a registry that lists referrers', startReferrersRegistry],
  ] as const)('are alone in %s', async (_, start) => {
    await using registry = await start();
    const repository = new Registry(registry.host, 'a/b');
    const { digest } = await publishImage(repository, { ...tinyImage('replaced'), referrers: [], tag: 'v1' });
    const image = `${registry.host}/a/b@${digest}`;
    for (const count of [1, 2]) expect(await attest(image, count)).toMatchObject({ status: 0 });
    expect(new Set(await counts(image))).toEqual(new Set([1, 2]));
    expect(await attest(image, 3, '--replace')).toMatchObject({ status: 0 });
    expect(await counts(image)).toEqual([3]);
    expect(await attest(image, 4, '--replace', '--signature-format', 'docker')).toMatchObject({ status: 0 });
    expect(await attest(image, 5, '--replace', '--signature-format', 'docker')).toMatchObject({ status: 0 });
    expect(await counts(image)).toEqual([3]);
    expect(await repository.referrers(digest)).toHaveLength(2);
  });

  test('stand beside the old ones where the registry does not delete, with a fault', async () => {
    await using registry = await startDockerRegistry(paths['docker-registry']);
    const repository = new Registry(registry.host, 'a/b');
    const { digest } = await publishImage(repository, { ...tinyImage('kept'), referrers: [], tag: 'v1' });
    const image = `${registry.host}/a/b@${digest}`;
    expect(await attest(image, 1)).toMatchObject({ status: 0 });
    const run = await attest(image, 2, '--replace');
    expect(run.status).toBe(2);
    expect(faultOf(run)).toMatchObject({
      code: 'attest/not-replaced',
      sentence: expect.stringMatching(/UNSUPPORTED/) as string,
      hint: expect.stringContaining('storage.delete.enabled') as string,
    });
    expect(new Set(await counts(image))).toEqual(new Set([1, 2]));
  });
});
