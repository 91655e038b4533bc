// Whose word counts: keys that are named, policies that cover a repository, and what they ask of provenance.
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeyPair } from '../../src/keys/file.ts';
import { REMOTE, SignedImage, type Verified } from './signed-image.ts';
import { faultOf, User } from './temper.ts';

let image: SignedImage;

beforeAll(async () => {
  image = await SignedImage.build();
});

afterAll(async () => {
  await image[Symbol.asyncDispose]();
});

let counter = 0;

async function policy(text: string): Promise<string> {
  const path = image.user.path(`policy-${counter++}.yaml`);
  await writeFile(path, `apiVersion: temper/v1\nkind: Policy\n${text}`);
  return path;
}
const trusting = (repository: string): string =>
  `trust: [{ repositories: ["${repository}"], keys: ["${image.user.publicKey}"] }]\n`;

test("build enters its own key for its own layout into its user's policy", async () => {
  const run = await image.user.temper(['verify', image.layout.reference, '--json']);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.json()).toMatchObject({ origin: 'policy' });
});

test('a signer who is not the named one is refused', async () => {
  await createKeyPair(image.user.path('another.key'), '');
  const run = await image.user.temper([
    'verify',
    image.layout.reference,
    '--json',
    '--key',
    image.user.path('another.pub'),
  ]);
  expect(run).toMatchObject({ status: 1, stderr: '' });
  const { decision } = run.json() as Verified;
  expect(new Set(decision.against.map(({ check }) => check))).toEqual(
    new Set(['image-signature', 'provenance', 'sbom']),
  );
});

test('without key and policy there is no answer, also where a key came along', async () => {
  await using stranger = await User.create();
  const run = await stranger.temper(['verify', image.layout.reference, '--json']);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  const { code, sentence, hint } = faultOf(run);
  expect(code).toBe('verify/no-trust');
  expect(sentence).toContain(`Nobody is trusted for oci:${image.layout.folder}`);
  expect(hint).toContain('--key');
});

test('a policy covers the repositories that it names, and none whose names begin alike', async () => {
  const acme = await image.layout.copy(image.user.path('acme'));
  const evil = await image.layout.copy(image.user.path('acme-evil'));
  const path = await policy(trusting(`oci:${acme.folder}`));
  await image.accepted(acme, '--policy', path);
  const run = await image.verify(evil, '--policy', path);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  expect(faultOf(run)).toMatchObject({
    code: 'verify/no-trust',
    sentence: expect.stringContaining(`the policy ${path} has no entry for it`) as string,
  });
  const below = await image.layout.copy(image.user.path('acme', 'below'));
  expect(await image.verify(below, '--policy', path)).toMatchObject({ status: 2, stdout: '' });
});

test('a policy that names another builder or source refuses, naming both', async () => {
  const base = trusting(image.layout.reference);
  const builder = await policy(`${base}predicates: { provenance: { builders: ["https://ci.example.org/builder"] } }\n`);
  const reason = expect.stringContaining('builder urn:temper:builder:local, which the policy does not name') as string;
  const byBuilder = await image.refused(image.layout, '--policy', builder);
  expect(byBuilder).toHaveLength(6);
  for (const one of byBuilder) expect(one).toMatchObject({ check: 'provenance.builder', outcome: 'refuted', reason });
  const source = await policy(
    `${base}predicates: { provenance: { sources: ["https://git.example.org/acme-evil/*"] } }\n`,
  );
  for (const one of await image.refused(image.layout, '--policy', source)) {
    expect(one).toMatchObject({ check: 'provenance.source', outcome: 'refuted' });
    expect(one.reason).toContain(REMOTE);
  }
});

test('a policy that names the builder and the source accepts', async () => {
  const { checks } = await image.accepted(image.layout);
  const source = checks.find(({ check }) => check === 'provenance.source')?.reason ?? '';
  const named = /source (\S+);/.exec(source)?.[1] ?? '';
  expect(named).toContain(REMOTE);
  const path = await policy(
    `${trusting(image.layout.reference)}predicates: { provenance: { builders: ["urn:temper:builder:local"], sources: ["${named}"] } }\n`,
  );
  const judged = (await image.accepted(image.layout, '--policy', path)).checks.filter(({ check }) =>
    check.startsWith('provenance.'),
  );
  expect(new Set(judged.map(({ outcome }) => outcome))).toEqual(new Set(['established']));
});

test('an attestation that the policy asks for and nobody made is not established', async () => {
  const path = await policy(
    `${trusting(image.layout.reference)}predicates: { required: [sbom, "https://example.org/scan"] }\n`,
  );
  const against = await image.refused(image.layout, '--policy', path);
  expect(against).toHaveLength(2);
  for (const one of against) expect(one).toMatchObject({ check: 'attestation', outcome: 'not established' });
});
