// `temper compare --exit-on policy`: what the older image shows, the newer one must show, too.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zipOf } from '../fakes/zip.ts';
import { SignedImage } from './signed-image.ts';

let image: SignedImage;
/** A copy by a tool that knows of no referrers. */
let bare: string;

beforeAll(async () => {
  image = await SignedImage.build();
  const copy = await image.copy();
  const path = join(copy.folder, 'index.json');
  const index = JSON.parse(await readFile(path, 'utf8')) as { manifests: readonly { artifactType?: string }[] };
  const manifests = index.manifests.filter(({ artifactType }) => artifactType === undefined);
  await writeFile(path, JSON.stringify({ ...index, manifests }));
  bare = copy.reference;
  await mkdir(image.user.path('osv/npm'), { recursive: true });
  await writeFile(image.user.path('osv/npm/all.zip'), zipOf([{ name: 'README', content: '' }]));
  await image.user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db']);
});
afterAll(async () => {
  await image[Symbol.asyncDispose]();
});

async function compare(a: string, b: string) {
  const options = ['--exit-on', 'policy', '--db', 'x.db', '--offline', '--platform', 'linux/amd64', '--json'];
  const run = await image.user.temper(['compare', a, b, '--key', image.user.publicKey, ...options]);
  return [run.status, run.json()] as const;
}

test('what lost its proofs is a reason', async () => {
  expect(await compare(image.layout.reference, bare)).toMatchObject([
    1,
    { policy: { a: 'passed', b: 'failed' }, objections: [{ reason: 'policy' }] },
  ]);
});

test('what keeps them, gets them, or never had them is none', async () => {
  const { reference } = image.layout;
  expect(await compare(reference, reference)).toMatchObject([0, { policy: { a: 'passed', b: 'passed' } }]);
  expect(await compare(bare, reference)).toMatchObject([0, { policy: { a: 'failed', b: 'passed' } }]);
  expect(await compare(bare, bare)).toMatchObject([0, { objections: [] }]);
});
