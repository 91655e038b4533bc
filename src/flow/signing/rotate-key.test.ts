import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeVault } from '../../../test/fakes/vault.ts';
import { createKey, showKey } from './keys.ts';
import { rotateKey } from './rotate-key.ts';
import { loadTrust } from '../verification/trust.ts';

let folder: string;
let policy: string;
const options = { password: 'pw', environment: {} };
const ask = { keys: [], policy: undefined, repository: 'r.example/a' };
const trusting = (keys: string): string =>
  `apiVersion: temper/v1\nkind: Policy\ntrust:\n  - repositories: [r.example/a] # ours\n    keys: [${keys}]\n`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-rotate-'));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  mkdirSync(join(folder, 'temper', 'keys'), { recursive: true });
  policy = join(folder, 'temper', 'policy.yaml');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('rotating a key', () => {
  test('makes one of the same kind, which is trusted beside the old one until that ends', async () => {
    const old = await createKey('old', { ...options, type: 'ed25519' });
    writeFileSync(policy, trusting('keys/old.pub'));
    const rotated = await rotateKey('old', 'new', { ...options, until: '2099-01-01' });
    expect(rotated).toMatchObject({ policy: { path: policy, entries: 1 }, new: { algorithm: 'ed25519' } });
    expect(readFileSync(policy, 'utf8')).toBe(trusting('{key: keys/old.pub, until: 2099-01-01}, keys/new.pub'));
    const both = [old.fingerprint, rotated.new.fingerprint];
    expect((await loadTrust(ask)).keys.map(({ fingerprint }) => fingerprint)).toEqual(both);
    await rotateKey('old', 'newer', { ...options, until: '2020-01-01' });
    const { keys, retired } = await loadTrust(ask);
    expect(keys).toHaveLength(2);
    expect(retired).toMatchObject([{ key: { fingerprint: old.fingerprint }, until: Date.UTC(2020, 0, 1) / 1000 }]);
  });

  test('finds the old key as PEM and under another path, and ends it in thirty days unless told', async () => {
    const { pem } = await createKey('old', options);
    writeFileSync(join(folder, 'elsewhere.pub'), pem);
    writeFileSync(policy, trusting(`${JSON.stringify(pem)}, ${join(folder, 'elsewhere.pub')}, keys/gone.pub`));
    const { until } = await rotateKey('old', 'new', options);
    const days = (Date.parse(until) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(28.9);
    expect(days).toBeLessThan(30.1);
    expect(readFileSync(policy, 'utf8').match(new RegExp(until, 'g'))).toHaveLength(2);
  });

  test('works from a file to a device and writes the public key of that', async () => {
    await using vault = await FakeVault.start();
    await createKey('old', options);
    writeFileSync(policy, trusting('keys/old.pub'));
    const using = { ...options, environment: vault.environment };
    const rotated = await rotateKey('old', 'hashivault://new', using);
    expect(await showKey('hashivault://new', using)).toMatchObject({ fingerprint: rotated.new.fingerprint });
    expect((await loadTrust(ask)).keys.map(({ fingerprint }) => fingerprint)).toContain(rotated.new.fingerprint);
    expect(readFileSync(rotated.new.publicPath, 'utf8')).toBe(rotated.new.pem);
  });

  test('makes a new version of a key in a service, under the same name', async () => {
    await using vault = await FakeVault.start();
    vault.add('release', 'p384');
    const using = { ...options, environment: vault.environment };
    const { pem } = await showKey('hashivault://release', using);
    writeFileSync(policy, trusting(JSON.stringify(pem)));
    await expect(
      rotateKey('hashivault://release', 'hashivault://release', { ...using, type: 'p256' }),
    ).rejects.toMatchObject({ code: 'key/kms-unsupported' });
    const rotated = await rotateKey('hashivault://release', 'hashivault://release', using);
    expect(rotated).toMatchObject({
      policy: { entries: 1 },
      new: { algorithm: 'ecdsa-p384', origin: { reference: 'hashivault://release', version: '3' } },
    });
    expect(await showKey('hashivault://release', using)).toMatchObject({
      fingerprint: rotated.new.fingerprint,
      origin: { version: '3' },
    });
    expect((await loadTrust(ask)).keys.map(({ fingerprint }) => fingerprint)).toEqual([
      rotated.old.fingerprint,
      rotated.new.fingerprint,
    ]);
    await expect(rotateKey('nowhere', 'nowhere', options)).rejects.toMatchObject({ code: 'file/missing' });
  });

  test.each([
    ['a broken policy', 'trust: [', undefined, 'policy/invalid'],
    ['a date that is none', trusting('keys/old.pub'), 'tomorrow', 'key/until'],
    ['a policy that cannot be written', undefined, undefined, 'file/kind'],
  ])('leaves nothing behind when it fails: %s', async (_, text, until, code) => {
    await createKey('old', options);
    if (text === undefined) mkdirSync(policy);
    else writeFileSync(policy, text);
    await expect(rotateKey('old', 'new', { ...options, until })).rejects.toMatchObject({ code });
    expect(readdirSync(join(folder, 'temper', 'keys'))).toEqual(['old.key', 'old.pub']);
    expect(text === undefined || readFileSync(policy, 'utf8') === text).toBe(true);
  });

  test('removes the new key again when the policy cannot take it', async () => {
    await createKey('old', options);
    const most = Array.from({ length: 999 }, (_, n) => `k${n}`).join(', ');
    writeFileSync(policy, trusting(`keys/old.pub, ${most}`));
    await expect(rotateKey('old', 'new', options)).rejects.toMatchObject({ code: 'policy/invalid' });
    expect(existsSync(join(folder, 'temper', 'keys', 'new.key'))).toBe(false);
    expect(readdirSync(join(folder, 'temper', 'keys'))).toEqual(['old.key', 'old.pub']);
  });
});
