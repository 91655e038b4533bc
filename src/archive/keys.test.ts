import { generateKey } from 'openpgp';
import { beforeAll, expect, test } from 'vitest';
import { keysFor, pinnedKeys, suiteKeys } from './keys.ts';
import { parseSources } from './sources.ts';

let armored: string;

beforeAll(async () => {
  armored = (await generateKey({ userIDs: [{ name: 'Acme' }], format: 'armored' })).publicKey;
});

const source = (line: string) => {
  const [parsed] = parseSources([line]);
  if (parsed === undefined) throw new Error('no source');
  return parsed;
};

test.each([...suiteKeys])('pins for %s the keys whose fingerprints are in the table', async (suite, names) => {
  const { keys, pinned } = await keysFor(source(`deb debian: ${suite} main`), []);
  expect(pinned).toBe(true);
  expect(keys.map((key) => key.fingerprint)).toEqual(names.map((name) => pinnedKeys[name]));
});

test('does not let a key of the main archive sign security updates, nor the reverse', () => {
  const signs = (suite: string) => suiteKeys.get(suite) ?? [];
  expect(signs('trixie-security').every((name) => name.includes('security'))).toBe(true);
  expect(signs('trixie').some((name) => name.includes('security'))).toBe(false);
});

test('takes Debian’s keyring in signed-by for the pinned keys', async () => {
  const line = 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] https://example.org/debian trixie main';
  expect((await keysFor(source(line), [])).pinned).toBe(true);
});

test('takes the keyring that signed-by names, and no other', async () => {
  const keyring = [{ name: 'keys/acme.asc', armored }];
  const { keys, pinned } = await keysFor(source('deb [signed-by=/etc/acme.asc] debian: trixie main'), keyring);
  expect(pinned).toBe(false);
  expect(keys).toHaveLength(1);
  await expect(keysFor(source('deb [signed-by=other.asc] debian: trixie main'), keyring)).rejects.toMatchObject({
    code: 'archive/no-keys',
  });
});

test('does not let keys that a definition brings sign a suite with pinned keys unasked', async () => {
  expect((await keysFor(source('deb debian: trixie main'), [{ name: 'a', armored }])).pinned).toBe(true);
});

test('needs a key for a suite that it does not know', async () => {
  const acme = source('deb https://example.org/acme stable main');
  await expect(keysFor(acme, [])).rejects.toMatchObject({ code: 'archive/no-keys' });
  expect((await keysFor(acme, [{ name: 'a', armored }])).keys).toHaveLength(1);
});
