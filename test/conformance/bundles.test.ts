// The bundles of sigstore-conformance, each as its folder says, with the reason of each refusal.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { statementAbout } from '../../src/intoto/statement.ts';
import { digestOf, sha256Hex } from '../../src/lib/digest.ts';
import { parseBundle } from '../../src/sigstore/bundle.ts';
import { FakeSigstore } from '../fakes/sigstore.ts';
import { cases, type ConformanceCase, isGood } from './cases.ts';
import { answer } from './client.ts';

/** By name: what refuses it, as `check: problem`. */
const REASONS: Readonly<Record<string, string>> = {
  'bundle-empty-certificate-chain_fail': 'bundle: bundle-malformed',
  'bundle-invalid-base64-signature_fail': 'bundle: bundle-malformed',
  'bundle-negative-log-index_fail': 'log-entry: bundle-malformed',
  'bundle-with-root-cert_fail': 'certificate: certificate-root-in-bundle',
  'checkpoint-bad-keyhint_fail': 'log: checkpoint-unsigned',
  'dsse-invalid-sig_fail': 'signature: signature-invalid',
  'dsse-mismatch-sig_fail': 'log-entry: log-entry-other',
  'inclusion-proof-corrupted-hash_fail': 'log: log-proof-invalid',
  'integrated-time-in-future_fail': 'certificate: certificate-expired',
  'intoto-log-entry-mismatch_fail': 'log-entry: log-entry-other',
  'intoto-set-outside-signing-cert-validity_fail': 'certificate: certificate-expired',
  'invalid-ct-key_fail': 'certificate-log: certificate-log-missing',
  'managed-key-no-key_fail': 'signature: signer-untrusted',
  'message-digest-mismatch_fail': 'subject: digest-other',
  'rekor2-checkpoint-missing-log-signature_fail': 'log: checkpoint-malformed',
  'rekor2-checkpoint-missing-root-hash_fail': 'log: checkpoint-malformed',
  'rekor2-dsse-invalid-sig_fail': 'signature: signature-invalid',
  'rekor2-dsse-mismatch-sig_fail': 'log-entry: log-entry-other',
  'rekor2-no-inclusion-proof_fail': 'log: log-proof-missing',
  'rekor2-timestamp-outside-trust-root-tsa-validity_fail': 'timestamp: authority-outside-window',
  'rekor2-timestamp-payload-mismatch_fail': 'timestamp: timestamp-other',
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail': 'timestamp: timestamp-untrusted',
  'signature-mismatch_fail': 'signature: signature-invalid',
  'wrong-hashedrekord-artifact_fail': 'log-entry: log-entry-other',
  'wrong-hashedrekord-entry_fail': 'log-entry: log-entry-other',
};

function argumentsOf(
  { bundle, key, identity, issuer, trustedRoot, artifact }: ConformanceCase,
  byDigest: boolean,
): string[] {
  const who =
    key === undefined ? ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer] : ['--key', key];
  const root = trustedRoot === undefined ? [] : ['--trusted-root', trustedRoot];
  const what = byDigest ? `sha256:${sha256Hex(readFileSync(artifact))}` : artifact;
  return ['verify-bundle', '--bundle', bundle, ...who, ...root, what];
}

describe.skipIf(cases.length === 0)('a bundle of sigstore-conformance', () => {
  test.each(cases.filter(isGood))('$name verifies, by file and by digest', async (one) => {
    for (const byDigest of [false, true]) {
      const { status, text } = await answer(argumentsOf(one, byDigest));
      expect({ status, against: text.split('\n').filter((line) => line.includes(': refuted')) }).toEqual({
        status: 0,
        against: [],
      });
    }
  });

  test.each(cases.filter((one) => !isGood(one)))('$name is refused for its reason', async (one) => {
    for (const byDigest of [false, true]) {
      const { status, text } = await answer(argumentsOf(one, byDigest));
      expect(status).toBeGreaterThan(0);
      const against = [...text.matchAll(/^([a-z-]+): (?:refuted|not established|not applicable): ([a-z-]+): /gm)].map(
        ([, check, problem]) => `${check}: ${problem}`,
      );
      expect([...against, 'unanswered']).toContain(REASONS[one.name] ?? 'unanswered');
    }
  });
});

describe('the conformance client', () => {
  const client = join(import.meta.dirname, 'client.ts');
  const run = (...args: string[]) => spawnSync(process.execPath, [client, ...args], { encoding: 'utf8' });

  test.skipIf(cases.length === 0)('answers by its exit status', () => {
    const status = (name: string) =>
      run(...cases.filter((one) => one.name === name).flatMap((one) => argumentsOf(one, false))).status;
    expect(status('happy-path-v0.3')).toBe(0);
    expect(status('signature-mismatch_fail')).toBe(1);
  });

  test.each([
    ['signing without an identity', ['sign-bundle', '--bundle', 'b', 'f'], 'one identity token'],
    [
      'signing at a staging instance that is not named',
      ['sign-bundle', '--staging', '--identity-token', 't', '--bundle', 'b', 'f'],
      "The staging instance's signing configuration",
    ],
    ['anything else', ['sign', 'f'], '"sign" is no command.'],
    [
      'a key and an identity at once',
      ['verify-bundle', '--bundle', 'b', '--key', 'k', '--certificate-identity', 'i', 'f'],
      'Either a key',
    ],
    ['nobody to trust', ['verify-bundle', '--bundle', 'b', 'f'], 'Either a key'],
    ['an option that it does not know', ['verify-bundle', '--online', 'f'], '--online'],
  ])('says with status 2 that it does not do %s', async (_, args, reason) => {
    const { status, text } = await answer(args);
    expect(status).toBe(2);
    expect(text).toContain(reason);
  });

  test.each([
    ['a file', []],
    ['a statement', ['--in-toto']],
  ])('signs %s, and verifies what it signed', async (what, more) => {
    await using sigstore = await FakeSigstore.start();
    const [artifact, file, bundle] = ['artifact', what, 'bundle'].map((name) => sigstore.path(name));
    const statement = { ...statementAbout({ digest: digestOf('x') }, 'https://x.example/p', { seen: 1.5 }), extra: [] };
    writeFileSync(file ?? '', what === 'a file' ? 'x' : JSON.stringify(statement));
    writeFileSync(artifact ?? '', 'x');
    const services = ['--signing-config', sigstore.signingConfig, '--trusted-root', sigstore.trustedRoot];
    const out = ['--identity-token', sigstore.issuer.token(), '--bundle', bundle ?? ''];
    expect(await answer(['sign-bundle', ...more, ...out, ...services, file ?? ''])).toMatchObject({ status: 0 });
    const who = ['--certificate-identity', 'dev@acme.example', '--certificate-oidc-issuer', sigstore.issuer.url];
    const verify = ['verify-bundle', '--bundle', bundle ?? '', ...who, '--trusted-root', sigstore.trustedRoot];
    expect(await answer([...verify, artifact ?? ''])).toMatchObject({ status: 0 });
    expect(await answer([...verify, digestOf('y')])).toMatchObject({ status: 1 });
    const { content } = parseBundle(readFileSync(bundle ?? ''));
    const signed: unknown = content.kind === 'envelope' ? JSON.parse(content.envelope.payload.toString()) : undefined;
    expect(signed).toEqual(what === 'a statement' ? statement : undefined);
  });
});
