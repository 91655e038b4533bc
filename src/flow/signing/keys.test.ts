import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { publicKeyOf, publicKeyPem } from '../../keys/public.ts';
import { openSigner } from '../../keys/open.ts';
import { isSignature } from '../../keys/scheme.ts';
import { createKey, importKey, listKeys, showKey } from './keys.ts';
import { loadTrust, rememberTrust } from '../verification/trust.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-flow-'));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('keys', () => {
  test('are created by name or path, listed by name, and shown without a password', async () => {
    const release = await createKey('release', { password: 'pw', environment: {} });
    const made = await createKey(undefined, { password: 'pw', environment: {} });
    const apart = await createKey(join(folder, 'apart.key'), { password: '', environment: {} });
    expect(release.path).toBe(join(folder, 'temper', 'keys', 'release.key'));
    const listed = await listKeys();
    expect(listed.map(({ name }) => name)).toEqual(['default', 'release']);
    expect(listed[0]).toMatchObject({ isDefault: true, fingerprint: made.fingerprint });
    expect(listed[1]).toMatchObject({ isDefault: false, algorithm: 'ecdsa-p256' });
    expect(await showKey('release', { password: '', environment: {} })).toMatchObject({
      fingerprint: release.fingerprint,
    });
    for (const path of [apart.path, apart.publicPath]) {
      expect(await showKey(path, { password: '', environment: {} })).toMatchObject({
        fingerprint: apart.fingerprint,
        pem: readFileSync(apart.publicPath ?? '', 'utf8'),
      });
    }
  });

  test('that cannot be read are listed with the reason; none is an empty list', async () => {
    expect(await listKeys()).toEqual([]);
    const { publicPath } = await createKey('bad', { password: '', environment: {} });
    writeFileSync(publicPath ?? '', 'hello');
    expect(await listKeys()).toEqual([
      { name: 'bad', publicPath, problem: `${publicPath} is not one PEM public key.` },
    ]);
  });
});

describe('importing', () => {
  const using = { password: 'ours', environment: {} };
  test.each([
    ['PKCS#8', { type: 'pkcs8', format: 'pem' }, 'ec'],
    ['PKCS#8, encrypted', { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'theirs' }, 'ec'],
    ['SEC 1', { type: 'sec1', format: 'pem' }, 'ec'],
    ['PKCS#1', { type: 'pkcs1', format: 'pem' }, 'rsa'],
    ['PKCS#1, encrypted', { type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'theirs' }, 'rsa'],
  ] as const)('brings %s into our format, under our password', async (_, form, kind) => {
    const pair =
      kind === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-384' })
        : generateKeyPairSync('rsa', { modulusLength: 3072 });
    const file = join(folder, 'their.pem');
    writeFileSync(file, pair.privateKey.export(form as never));
    const imported = await importKey(file, 'brought', { password: 'ours', from: 'theirs' });
    expect(imported.fingerprint).toBe(publicKeyOf(pair.publicKey, 'k').fingerprint);
    const signer = await openSigner(imported.path, using);
    expect(isSignature(signer.publicKey, Buffer.from('x'), await signer.sign(Buffer.from('x')))).toBe(true);
    await expect(openSigner(imported.path, { ...using, password: 'theirs' })).rejects.toMatchObject({
      code: 'key/wrong-password',
    });
    const again = importKey(file, 'brought', { password: 'ours', from: 'theirs' });
    await expect(again).rejects.toMatchObject({ code: 'key/exists' });
  });

  test('brings no key into a device, for it was elsewhere', async () => {
    const asked = importKey('k.pem', 'pkcs11:token=t?pin-value=1', { password: '', from: '' });
    await expect(asked).rejects.toMatchObject({ code: 'key/import', message: expect.not.stringContaining('pin') });
  });
});

describe('trust', () => {
  const ask = { keys: [], policy: undefined, repository: 'oci:/srv/node' };
  const policyFile = (): string => join(folder, 'temper', 'policy.yaml');
  // Trust is in public keys: no private key is sealed for it.
  const publicKey = (name: string): { readonly publicPath: string; readonly fingerprint: string } => {
    const { publicKey: object } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = publicKeyOf(object, name);
    const publicPath = join(folder, 'temper', 'keys', `${name}.pub`);
    mkdirSync(dirname(publicPath), { recursive: true });
    writeFileSync(publicPath ?? '', publicKeyPem(key));
    return { publicPath, fingerprint: key.fingerprint };
  };
  const write = (entry: string, rest = ''): void => {
    writeFileSync(
      policyFile(),
      `apiVersion: temper/v1\nkind: Policy\ntrust:\n  - repositories: [${entry}]\n    keys: [keys/default.pub]\n${rest}`,
    );
  };

  test('is a fault where there is neither a key nor a policy for the repository', async () => {
    await expect(loadTrust(ask)).rejects.toMatchObject({
      code: 'verify/no-trust',
      message: `Nobody is trusted for oci:/srv/node: no key was given, and there is no policy at ${policyFile()}.`,
    });
    publicKey('default');
    write('oci:/srv/other');
    await expect(loadTrust(ask)).rejects.toMatchObject({
      code: 'verify/no-trust',
      message: `Nobody is trusted for oci:/srv/node: no key was given, and the policy ${policyFile()} has no entry for it.`,
    });
  });

  test('is what the policy says, its keys relative to it', async () => {
    const made = publicKey('default');
    write('oci:/srv/node', 'predicates: {provenance: {builders: ["https://b.example/b"]}, required: []}\n');
    const trust = await loadTrust(ask);
    expect(trust).toMatchObject({ origin: 'policy', provenance: { builders: ['https://b.example/b'], sources: [] } });
    expect(trust.keys.map(({ fingerprint }) => fingerprint)).toEqual([made.fingerprint]);
    expect(trust.required.map(({ check }) => check)).toEqual(['image-signature']);
  });

  test('of a named key is in that key alone, under what the policy asks for', async () => {
    publicKey('default');
    const other = publicKey('other');
    write('oci:/srv/node', 'predicates: {required: [sbom]}\n');
    const trust = await loadTrust({ ...ask, keys: [other.publicPath] });
    expect(trust.keys.map(({ fingerprint }) => fingerprint)).toEqual([other.fingerprint]);
    expect(trust.required.map(({ check }) => check)).toEqual(['image-signature', 'sbom']);
    expect(trust.origin).toBe('key');
  });

  test('faults for a policy or key that is named and not there', async () => {
    await expect(loadTrust({ ...ask, policy: join(folder, 'none.yaml') })).rejects.toMatchObject({
      code: 'file/missing',
    });
    await expect(loadTrust({ ...ask, keys: [join(folder, 'none.pub')] })).rejects.toMatchObject({
      code: 'file/missing',
    });
  });

  test('is remembered for each of many repositories, whoever else writes at the same time', async () => {
    const made = publicKey('default');
    const names = [1, 2, 3, 4, 5, 6].map((n) => `oci:/srv/${n}`);
    expect(await Promise.all(names.map(async (name) => rememberTrust(name, made.publicPath)))).toEqual(
      names.map(() => true),
    );
    for (const repository of names) {
      expect((await loadTrust({ ...ask, repository })).keys.map(({ fingerprint }) => fingerprint)).toEqual([
        made.fingerprint,
      ]);
    }
    const text = readFileSync(policyFile(), 'utf8');
    expect(await rememberTrust('oci:/srv/3', made.publicPath)).toBe(false);
    expect(readFileSync(policyFile(), 'utf8')).toBe(text);
    expect(text).toContain('- keys/default.pub');
    expect(readdirSync(join(folder, 'temper')).sort()).toEqual(['keys', 'policy.yaml']);
  });

  test('is not entered into a policy that is broken', async () => {
    const made = publicKey('default');
    writeFileSync(policyFile(), 'kind: Policy\n');
    await expect(rememberTrust('oci:/srv/1', made.publicPath)).rejects.toMatchObject({ code: 'policy/invalid' });
    expect(readFileSync(policyFile(), 'utf8')).toBe('kind: Policy\n');
  });
});
