// Keyless signatures, for real: a private Sigstore of its own programs. What Temper signs there cosign verifies, and the reverse.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementAbout, statementBytes } from '../../src/intoto/statement.ts';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import {
  type SigningServices,
  signingServices,
  type SigningServicesRequest,
} from '../../src/flow/signing/signing-services.ts';
import { signerOf } from '../../src/keys/private.ts';
import { publicKeyPem } from '../../src/keys/public.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { trustedLog } from '../../src/log/trusted-root.ts';
import { signBundle } from '../../src/sign/bundle.ts';
import { answer } from '../conformance/client.ts';
import { FakeIssuer } from '../fakes/issuer.ts';
import { newKey } from '../fakes/signed.ts';
import { describeWith } from './peers.ts';
import { sigstorePrograms, SigstoreServices } from './sigstore-services.ts';

const MAIL = 'dev@acme.example';
const PREDICATE = 'https://example.com/looked-at/v1';
const artifact = Buffer.from('what is signed\n');

describeWith(['cosign', ...sigstorePrograms], 'keyless signatures of a private Sigstore', ({ cosign, ...programs }) => {
  let sigstore: SigstoreServices;
  const path = (name: string): string => join(sigstore.folder, name);

  beforeAll(async () => {
    sigstore = await SigstoreServices.start(programs);
    await writeFile(path('artifact'), artifact);
    await writeFile(path('other'), 'something else\n');
    const statement = statementAbout({ name: 'artifact', digest: digestOf(artifact) }, PREDICATE, { seen: true });
    await writeFile(path('statement'), statementBytes(statement));
  });
  afterAll(async () => {
    await sigstore[Symbol.asyncDispose]();
  });

  async function sign(bundle: string, file: string, ...more: string[]): Promise<void> {
    const services = ['--signing-config', sigstore.signingConfig, '--trusted-root', sigstore.trustedRoot];
    const token = ['--identity-token', sigstore.issuer.token()];
    const { status, text } = await answer([
      'sign-bundle',
      ...more,
      ...token,
      ...services,
      '--bundle',
      path(bundle),
      path(file),
    ]);
    expect([text, status]).toEqual([expect.stringContaining(`signed as ${MAIL}`), 0]);
  }

  async function byTemper(bundle: string, file: string, mail = MAIL): Promise<string> {
    const who = ['--certificate-identity', mail, '--certificate-oidc-issuer', sigstore.issuer.url];
    const trust = ['--trusted-root', sigstore.trustedRoot];
    const { text } = await answer(['verify-bundle', '--bundle', path(bundle), ...who, ...trust, path(file)]);
    return text;
  }

  async function byCosign(command: string, bundle: string, file: string, ...more: string[]): Promise<ProcessResult> {
    const who = ['--certificate-identity', MAIL, '--certificate-oidc-issuer', sigstore.issuer.url];
    const trust = ['--trusted-root', sigstore.trustedRoot, '--insecure-ignore-sct', '--use-signed-timestamps'];
    return await cosignRun([command, '--bundle', path(bundle), ...who, ...trust, ...more, path(file)]);
  }

  async function cosignRun(args: readonly string[]): Promise<ProcessResult> {
    return await run(cosign, args, { cwd: sigstore.folder, env: { HOME: sigstore.folder }, timeout: 60_000 });
  }

  async function services(request: Partial<SigningServicesRequest>): Promise<SigningServices> {
    const usual = { offline: false, environment: {}, say: () => undefined };
    return await signingServices({ ...usual, trustedRoot: sigstore.trustedRoot, ...request });
  }

  test('a file that Temper signs: cosign and Temper verify it, and no other file', async () => {
    await sign('ours', 'artifact');
    const { status, stderr } = await byCosign('verify-blob', 'ours', 'artifact');
    expect([stderr, status]).toEqual(['Verified OK\n', 0]);
    expect((await byCosign('verify-blob', 'ours', 'other')).status).not.toBe(0);
    expect(await byTemper('ours', 'artifact')).toMatch(/\nestablished$/);
    expect(await byTemper('ours', 'other')).toMatch(/signature-invalid/);
    expect(await byTemper('ours', 'artifact', 'someone@else.example')).toMatch(/identity-other/);
  });

  test('a statement that Temper signs: cosign and Temper verify it', async () => {
    await sign('attested', 'statement', '--in-toto');
    const { status, stderr } = await byCosign('verify-blob-attestation', 'attested', 'artifact', '--type', PREDICATE);
    expect([stderr, status]).toEqual(['Verified OK\n', 0]);
    expect(await byTemper('attested', 'artifact')).toMatch(/\nestablished$/);
    expect(await byTemper('attested', 'other')).toMatch(/subject-other/);
  });

  test('what cosign signs there, Temper verifies', async () => {
    const services = ['--signing-config', sigstore.signingConfig, '--trusted-root', sigstore.trustedRoot];
    const token = ['--identity-token', sigstore.issuer.token()];
    const signed = await cosignRun([
      'sign-blob',
      '--yes',
      ...token,
      ...services,
      '--bundle',
      path('theirs'),
      path('artifact'),
    ]);
    expect([signed.stderr, signed.status]).toEqual([expect.any(String), 0]);
    expect(await byTemper('theirs', 'artifact')).toMatch(/\nestablished$/);
    expect(await byTemper('theirs', 'other')).toMatch(/signature-invalid/);
    const { tlogEntries } = (
      JSON.parse(await readFile(path('theirs'), 'utf8')) as { verificationMaterial: { tlogEntries: unknown[] } }
    ).verificationMaterial;
    expect(tlogEntries).toHaveLength(1);
  });

  test('what cosign attests there, Temper verifies', async () => {
    const services = ['--signing-config', sigstore.signingConfig, '--trusted-root', sigstore.trustedRoot];
    const token = ['--identity-token', sigstore.issuer.token()];
    const args = [...token, ...services, '--statement', path('statement'), '--bundle', path('attested-there')];
    const signed = await cosignRun(['attest-blob', '--yes', ...args]);
    expect([signed.stderr, signed.status]).toEqual([expect.any(String), 0]);
    expect(await byTemper('attested-there', 'artifact')).toMatch(/\nestablished$/);
    expect(await byTemper('attested-there', 'other')).toMatch(/subject-other/);
  });

  test('a token that has expired, is for others, or of an issuer that Fulcio does not know, signs nothing', async () => {
    await using stranger = await FakeIssuer.start();
    const tokens = [
      [sigstore.issuer.token({ email: MAIL, email_verified: true, exp: 1 }), 'identity/expired'],
      [sigstore.issuer.token({ email: MAIL, email_verified: true, aud: 'others' }), 'identity/audience'],
      [sigstore.issuer.token({ email: MAIL }), 'fulcio/refused'],
      [stranger.token(), 'fulcio/refused'],
    ] as const;
    for (const [token, code] of tokens) {
      const args = ['--identity-token', token, '--signing-config', sigstore.signingConfig, '--bundle', path('none')];
      const { text, status } = await answer(['sign-bundle', ...args, path('artifact')]);
      expect([text, status]).toEqual([expect.stringContaining(`(${code})`), 2]);
    }
    await expect(readFile(path('none'))).rejects.toThrow('ENOENT');
  });

  test.each(['P-256', 'P-384', 'rsa'] as const)('keys of kind %s, logged by Rekor v2, with a time', async (kind) => {
    const { witnesses } = await services({ rekor: [sigstore.rekor], timestampServers: [sigstore.timestamps] });
    const signer = signerOf(newKey(kind), 'k');
    await writeFile(path('k.pub'), publicKeyPem(signer.publicKey));
    await writeFile(
      path('keyed'),
      await signBundle({ kind: 'message', message: artifact }, { signer, certificate: undefined }, witnesses),
    );
    const trust = ['--key', path('k.pub'), '--trusted-root', sigstore.trustedRoot];
    const { text } = await answer(['verify-bundle', '--bundle', path('keyed'), ...trust, path('artifact')]);
    expect(text).toMatch(/\nestablished$/);
    const args = ['--bundle', path('keyed'), ...trust, '--use-signed-timestamps', path('artifact')];
    const { stderr } = await cosignRun(['verify-blob', ...args]);
    // It takes SHA-256 for the hash of any key that it is given, which Rekor v2 does not on that curve.
    expect(stderr).toMatch(kind === 'P-384' ? /could not verify message: invalid signature/ : /^Verified OK\n$/);
  });

  test('an identity of Fulcio, witnessed by the embedded log alone: cosign verifies it through its trusted root', async () => {
    const key = newKey('ed25519');
    await writeFile(path('log.key'), key.export({ type: 'pkcs8', format: 'pem' }));
    const log = { place: path('embedded'), key: path('log.key'), password: '', origin: 'log.example' };
    const keyless = { identityToken: sigstore.issuer.token() };
    const { identity, witnesses } = await services({
      keyless,
      fulcio: sigstore.fulcio,
      timestampServers: [sigstore.timestamps],
      log,
    });
    if (identity === undefined) throw new Error('no identity');
    await writeFile(
      path('embedded.bundle'),
      await signBundle({ kind: 'message', message: artifact }, identity, witnesses),
    );
    const root = JSON.parse(await readFile(sigstore.trustedRoot, 'utf8')) as object;
    const start = Date.now() / 1000 - 60;
    const tlogs = [trustedLog('log.example', signerOf(key, 'log').publicKey, { start })];
    await writeFile(path('embedded.root'), JSON.stringify({ ...root, tlogs }));
    const { status, stderr } = await byCosign(
      'verify-blob',
      'embedded.bundle',
      'artifact',
      '--trusted-root',
      path('embedded.root'),
    );
    expect([stderr, status]).toEqual(['Verified OK\n', 0]);
    expect((await byCosign('verify-blob', 'embedded.bundle', 'artifact')).stderr).toMatch(/log/);
  });
});
