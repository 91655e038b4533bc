import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadTrust } from './trust.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-trust-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function groupsOf(entry: string, trustedRoot?: string) {
  const policy = join(folder, 'policy.yaml');
  const identities = '    identities: [{subject: a@acme.example, issuer: "https://login.acme.example"}]\n';
  const head = 'apiVersion: temper/v1\nkind: Policy\ntrust:\n  - repositories: [r.example/a]\n';
  await writeFile(policy, `${head}${identities}${entry}`);
  const { groups } = await loadTrust({ keys: [], policy, repository: 'r.example/a', trustedRoot });
  return groups;
}

const nobody = { mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' };

test("a trusted root of the command line is that of a policy's entries that name none, and no other", async () => {
  const root = join(folder, 'root.json');
  await writeFile(root, JSON.stringify(nobody));
  const authorities = async (entry: string, named?: string) =>
    (await groupsOf(entry, named)).map(({ bundleTrust }) => bundleTrust?.root.certificateAuthorities.length);
  expect(await authorities('', root)).toEqual([0]);
  expect(await authorities('')).not.toEqual([0]);
  expect(await authorities('    trustedRoot: root.json\n')).toEqual([0]);
  await expect(authorities('    trustedRoot: gone.json\n', root)).rejects.toMatchObject({ code: 'file/missing' });
});
