import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeImage } from '../../../test/fakes/image.ts';
import { parseStatement } from '../../intoto/statement.ts';
import { createKeyPair } from '../../keys/file.ts';
import { publicKeyPem } from '../../keys/public.ts';
import { digestOf, hexOf } from '../../lib/digest.ts';
import { parseBundle } from '../../sigstore/bundle.ts';
import { issueSummary } from './verification-summary.ts';
import { answerNamed } from './verify-reference.ts';

let folder = '';
let image: FakeImage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-summary-'));
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME'])
    vi.stubEnv(name, join(folder, name));
  image = await FakeImage.make();
  const blobs = join(folder, 'layout/blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const manifests: object[] = [];
  for (const [digest, bytes] of image.repository.contents) {
    await writeFile(join(blobs, hexOf(digest)), bytes);
    const { mediaType } = await image.repository.resolve(digest).catch(() => ({ mediaType: undefined }));
    if (mediaType !== undefined) manifests.push({ mediaType, digest, size: bytes.length });
  }
  await writeFile(join(folder, 'layout/index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(folder, 'layout/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, 'a.pub'), publicKeyPem(image.signer.publicKey));
  const head = 'apiVersion: temper/v1\nkind: Policy\ntrust:\n';
  const entry = `  - repositories: ["oci:${folder}/layout"]\n    keys: [a.pub]\npredicates: {required: []}\n`;
  await writeFile(join(folder, 'policy.yaml'), head + entry);
  await createKeyPair(join(folder, 's.key'), '', { N: 2, r: 8, p: 1 });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function policyNamed(keys: readonly string[]) {
  const options = { offline: true, insecure: false, signal: new AbortController().signal };
  const policy = join(folder, 'policy.yaml');
  const reference = `oci:${folder}/layout@${image.index?.digest ?? ''}`;
  const answer = await answerNamed(reference, { keys, policy }, options);
  const output = join(folder, 'summary.json');
  const signKey = join(folder, 's.key');
  await issueSummary(answer, { ...options, signKey, password: '', output, attach: false });
  const { content } = parseBundle(await readFile(output));
  if (content.kind !== 'envelope') throw new Error('a message');
  return (parseStatement(content.envelope.payload).predicate as { policy: { uri: string; digest: object } }).policy;
}

test('names the policy that named the signers, and no policy whose signers the command line replaced', async () => {
  const policy = join(folder, 'policy.yaml');
  const sha256 = hexOf(digestOf(await readFile(policy)));
  expect(await policyNamed([])).toEqual({ uri: `file://${policy}`, digest: { sha256 } });
  const other = await policyNamed([join(folder, 'a.pub')]);
  expect(other.uri).toBe('urn:temper:policy:command-line');
  expect(other.digest).not.toEqual({ sha256 });
});
