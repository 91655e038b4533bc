// `temper copy` as users run it: with a built and signed image, checked by the schema that is published.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../fakes/registry.ts';
import { LayoutFiles } from './layout-files.ts';
import { SignedImage } from './signed-image.ts';
import { faultOf, root } from './temper.ts';

interface Copied {
  readonly images: readonly {
    readonly outcome: string;
    readonly digest: string;
    readonly manifests: readonly { readonly role: string }[];
    readonly blobs: readonly { readonly outcome: string }[];
    readonly verification?: { readonly answer: string; readonly against: readonly { readonly check: string }[] };
  }[];
}

let image: SignedImage;
beforeAll(async () => {
  image = await SignedImage.build();
});
afterAll(async () => {
  await image[Symbol.asyncDispose]();
});

async function valid(document: unknown): Promise<Copied> {
  const schema = JSON.parse(await readFile(join(root, 'docs/schemas/copy-1.json'), 'utf8')) as object;
  const validate = new Ajv({ strict: false }).compile(schema);
  validate(document);
  expect(validate.errors).toBeNull();
  return document as Copied;
}

describe('temper copy', () => {
  test('takes a signed image through a registry and an archive, and it verifies at the end', async () => {
    await using registry = await FakeRegistry.start({ referrers: false });
    const archive = `${image.fresh()}.tar`;
    const target = new LayoutFiles(image.fresh());
    const key = ['--key', image.user.publicKey];
    for (const [from, to] of [
      [image.layout.reference, `${registry.host}/acme/tiny:1`],
      [`${registry.host}/acme/tiny:1`, `oci-archive:${archive}:1`],
      [`oci-archive:${archive}:1`, target.reference],
    ] as const) {
      const run = await image.user.temper(['copy', from, to, '--json', ...key]);
      expect([run.status, run.stderr]).toEqual([0, '']);
      const { images } = await valid(run.json());
      expect(images[0]).toMatchObject({ outcome: 'copied', verification: { answer: 'yes', against: [] } });
    }
    await image.accepted(target);
    const again = await image.user.temper(['copy', image.layout.reference, `${target.reference}:1`]);
    expect(again.stdout).toMatch(/unchanged: all of it was there/);
  });

  test('refuses with status 1 what does not verify, and writes nothing', async () => {
    const altered = await image.copy();
    const [platform] = await altered.platforms();
    await altered.flip(platform?.manifest.layers[0]?.digest ?? image.amd64.digest);
    const target = image.fresh();
    const run = await image.user.temper([
      'copy',
      altered.reference,
      `oci:${target}`,
      '--json',
      '--key',
      image.user.publicKey,
    ]);
    expect(run.status).toBe(1);
    const { images } = await valid(run.json());
    expect(images[0]).toMatchObject({ outcome: 'refused', manifests: [], blobs: [] });
    expect(images[0]?.verification?.against.map(({ check }) => check)).toContain('blob-digest');
    const text = await image.user.temper(['copy', altered.reference, `oci:${target}`, '--key', image.user.publicKey]);
    expect(text.stdout).toMatch(/NOT copied, it does not verify/);
    await expect(readFile(join(target, 'index.json'))).rejects.toThrow('ENOENT');
  });

  test('says what it would do, and does nothing', async () => {
    const target = image.fresh();
    const run = await image.user.temper(['copy', image.layout.reference, `oci:${target}`, '--dry-run', '--json']);
    const { images } = await valid(run.json());
    expect(images[0]?.outcome).toBe('planned');
    expect(new Set(images[0]?.blobs.map(({ outcome }) => outcome))).toEqual(new Set(['planned']));
    await expect(readFile(join(target, 'index.json'))).rejects.toThrow('ENOENT');
  });

  test('says in one sentence what it does not copy', async () => {
    const run = await image.user.temper(['copy', 'docker-archive:x.tar', 'oci:y']);
    expect([run.status, faultOf(run).code]).toEqual([2, 'copy/no-digest']);
    const jobs = await image.user.temper(['copy', image.layout.reference, 'oci:y', '--jobs', '0']);
    expect([jobs.status, faultOf(jobs).code]).toEqual([2, 'option/jobs']);
  });

  test('of one platform verifies what it copies', async () => {
    const target = new LayoutFiles(image.fresh());
    const key = ['--key', image.user.publicKey];
    const run = await image.user.temper([
      'copy',
      image.layout.reference,
      target.reference,
      '--platform',
      'linux/amd64',
      ...key,
    ]);
    expect(run.stderr).toMatch(/Only linux\/amd64 is copied: not the index/);
    expect(run.status).toBe(0);
    await rm(target.folder, { recursive: true });
  });
});
