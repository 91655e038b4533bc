// Keyless signatures, for real: a private Sigstore of its own programs. What Temper signs there cosign verifies, and the reverse.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementAbout, statementBytes } from '../../src/intoto/statement.ts';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { answer } from '../conformance/client.ts';
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
});
