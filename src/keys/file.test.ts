import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keyFolder, loadOrCreateDefaultKey } from './default.ts';
import { createKeyPair, loadPublicKey, loadSigner, publicPathOf } from './file.ts';
import { openPublicKey, openSigner } from './open.ts';

/** The work of scrypt is no matter of these tests. */
const QUICK = { N: 16, r: 8, p: 1 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-keys-'));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('a bare name', () => {
  const options = { password: 'pw', environment: {} };

  test("is a key in the user's folder, for who signs and for who verifies", async () => {
    const made = await createKeyPair(join(keyFolder(), 'release.key'), 'pw', QUICK);
    expect(await openPublicKey('release', options)).toEqual(made);
    expect((await openSigner('release', options)).publicKey).toEqual(made);
  });

  test('of nothing names what makes it', async () => {
    for (const open of [openPublicKey, openSigner]) {
      await expect(open('nobody', options)).rejects.toMatchObject({
        code: 'file/missing',
        message: expect.stringContaining(join(keyFolder(), 'nobody.')),
        hint: expect.stringContaining('temper key create NAME'),
      });
    }
  });

  test("of a file here counts only where no key of the user's has it", async () => {
    await expect(openPublicKey('LICENSE', options)).rejects.toMatchObject({ code: 'key/malformed' });
    const own = await createKeyPair(join(keyFolder(), 'LICENSE.key'), 'pw', QUICK);
    expect(await openPublicKey('LICENSE', options)).toEqual(own);
  });
});

describe('a key pair', () => {
  test('is a private file that only its owner reads and a public one beside it', async () => {
    const path = join(folder, 'a.key');
    const made = await createKeyPair(path, 'pw', QUICK);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n/);
    expect(await loadPublicKey(publicPathOf(path))).toEqual(made);
    expect((await loadSigner(path, 'pw')).publicKey).toEqual(made);
    expect(readdirSync(folder).sort()).toEqual(['a.key', 'a.pub']);
  });

  test('is never made over another, nor over a public key without its private one', async () => {
    const path = join(folder, 'a');
    await createKeyPair(path, '', QUICK);
    const before = readFileSync(path);
    await expect(createKeyPair(path, '', QUICK)).rejects.toMatchObject({
      code: 'key/exists',
      message: `${path} is there already.`,
    });
    rmSync(path);
    await expect(createKeyPair(path, '', QUICK)).rejects.toMatchObject({ message: `${path}.pub is there already.` });
    expect(readdirSync(folder)).toEqual(['a.pub']);
    expect(before.length).toBeGreaterThan(0);
  });

  test('is made once by several callers at the same time', async () => {
    const path = join(folder, 'a.key');
    const results = await Promise.allSettled([1, 2, 3, 4].map(async () => createKeyPair(path, '', QUICK)));
    const made = results.filter((r) => r.status === 'fulfilled').map((r) => r.value.fingerprint);
    expect(made).toEqual([(await loadSigner(path, '')).publicKey.fingerprint]);
    expect((await loadPublicKey(publicPathOf(path))).fingerprint).toBe(made[0]);
  });

  test('is refused with the wrong password, and a missing file by name', async () => {
    const path = join(folder, 'a.key');
    await createKeyPair(path, 'pw', QUICK);
    await expect(loadSigner(path, '')).rejects.toMatchObject({ code: 'key/wrong-password' });
    await expect(loadSigner(join(folder, 'b'), '')).rejects.toMatchObject({ code: 'file/missing' });
  });
});

describe('the default key', () => {
  test('is made on first use and found afterwards', async () => {
    const first = await loadOrCreateDefaultKey('', QUICK);
    const second = await loadOrCreateDefaultKey('', QUICK);
    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.signer.publicKey).toEqual(first.signer.publicKey);
    expect(statSync(join(folder, 'temper', 'keys')).mode & 0o777).toBe(0o700);
  });

  test('is one key for callers at the same time', async () => {
    const keys = await Promise.all([1, 2, 3, 4].map(async () => loadOrCreateDefaultKey('', QUICK)));
    expect(new Set(keys.map((key) => key.signer.publicKey.fingerprint)).size).toBe(1);
    expect(keys.filter((key) => key.created)).toHaveLength(1);
    expect((await loadPublicKey(keys[0]?.publicPath ?? '')).fingerprint).toBe(keys[0]?.signer.publicKey.fingerprint);
  });

  test('gets its public file back when that was lost, and refuses that of another key', async () => {
    const made = await loadOrCreateDefaultKey('', QUICK);
    rmSync(made.publicPath);
    await loadOrCreateDefaultKey('', QUICK);
    expect((await loadPublicKey(made.publicPath)).fingerprint).toBe(made.signer.publicKey.fingerprint);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    writeFileSync(made.publicPath, other.export({ type: 'spki', format: 'pem' }));
    await expect(loadOrCreateDefaultKey('', QUICK)).rejects.toMatchObject({ code: 'key/mismatch' });
  });
});
