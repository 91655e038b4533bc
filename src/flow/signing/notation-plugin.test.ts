import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CODE_SIGNING, extensions, issue } from '../../../test/fakes/authority.ts';
import { notaryAuthority, SIGNED_AT, SUBJECT, usages, WINDOW } from '../../../test/fakes/notary.ts';
import { createKeyPair } from '../../keys/file.ts';
import { algorithmOf, isSignatureBy } from '../../notary/algorithms.ts';
import type { PublicKey } from '../../keys/types.ts';
import { answerPlugin, type PluginAnswer } from './notation-plugin.ts';

let folder: string;
let key: string;
let publicKey: PublicKey;
const root = notaryAuthority();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-plugin-'));
  key = join(folder, 'a.key');
  publicKey = await createKeyPair(key, 'pw', { N: 1024, r: 8, p: 1 });
  const [notBefore, notAfter] = WINDOW;
  const more = [extensions.usage(usages.digitalSignature), extensions.purpose(CODE_SIGNING)];
  const leaf = issue(root, {
    subject: SUBJECT,
    spki: Buffer.from(publicKey.spki),
    notBefore,
    notAfter,
    extensions: more,
  });
  const pem = [leaf, root.certificate].map(
    (der) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
  );
  await writeFile(join(folder, 'a.crt'), pem.join(''));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const context = { password: 'pw', now: SIGNED_AT };
const ask = async (command: string, request: unknown, more = {}): Promise<PluginAnswer> =>
  await answerPlugin(command, Buffer.from(JSON.stringify(request)), { ...context, ...more });
const keyRequest = () => ({ contractVersion: '1.0', keyId: key, somethingNew: true });
const signRequest = () => ({
  ...keyRequest(),
  keySpec: 'EC-256',
  hashAlgorithm: 'SHA-256',
  payload: Buffer.from('payload').toString('base64'),
});

test('describes itself and its keys', async () => {
  expect(await ask('get-plugin-metadata', {})).toMatchObject({
    ok: true,
    response: { name: 'temper', supportedContractVersions: ['1.0'], capabilities: ['SIGNATURE_GENERATOR.RAW'] },
  });
  expect(await ask('describe-key', keyRequest())).toEqual({ ok: true, response: { keyId: key, keySpec: 'EC-256' } });
});

test('signs the payload, not its hash, and brings the certificates', async () => {
  const answer = await ask('generate-signature', signRequest());
  if (!answer.ok) throw new Error(answer.error.errorMessage);
  const response = answer.response as { signature: string; certificateChain: string[] };
  expect(response).toMatchObject({ keyId: key, signingAlgorithm: 'ECDSA-SHA-256' });
  expect(response.certificateChain[1]).toBe(root.certificate.toString('base64'));
  const signature = Buffer.from(response.signature, 'base64');
  expect(isSignatureBy(publicKey.spki, algorithmOf(publicKey.spki), Buffer.from('payload'), signature)).toBe(true);
});

describe('answers with an error', () => {
  test.each([
    ['a request that it does not know', 'verify-signature', () => ({}), 'VALIDATION_ERROR', 'is not known'],
    [
      'another contract',
      'describe-key',
      () => ({ ...keyRequest(), contractVersion: '2.0' }),
      'UNSUPPORTED_CONTRACT_VERSION',
      '2.0',
    ],
    ['no key', 'describe-key', () => ({ contractVersion: '1.0', keyId: '' }), 'VALIDATION_ERROR', 'malformed at keyId'],
    [
      'a key that is not there',
      'describe-key',
      () => ({ ...keyRequest(), keyId: '/none/a.key' }),
      'VALIDATION_ERROR',
      'no such file',
    ],
    [
      'another kind of key',
      'generate-signature',
      () => ({ ...signRequest(), keySpec: 'RSA-2048' }),
      'VALIDATION_ERROR',
      'EC-256 with SHA-256',
    ],
    [
      'another hash',
      'generate-signature',
      () => ({ ...signRequest(), hashAlgorithm: 'SHA-512' }),
      'VALIDATION_ERROR',
      'not EC-256 and SHA-512',
    ],
    [
      'a payload that is no base64',
      'generate-signature',
      () => ({ ...signRequest(), payload: '*' }),
      'VALIDATION_ERROR',
      'malformed at payload',
    ],
    [
      'certificates that are none',
      'describe-key',
      () => ({ ...keyRequest(), pluginConfig: { certificates: key } }),
      'VALIDATION_ERROR',
      'no certificate in PEM',
    ],
  ])('to %s', async (_, command, request, errorCode, message) => {
    expect(await ask(command, request())).toEqual({
      ok: false,
      error: { errorCode, errorMessage: expect.stringContaining(message) as string },
    });
  });

  test('to a wrong password, to certificates that have expired, and to what is no JSON', async () => {
    expect(await ask('describe-key', keyRequest(), { password: 'x' })).toMatchObject({
      error: { errorCode: 'ACCESS_DENIED' },
    });
    expect(await ask('generate-signature', signRequest(), { now: WINDOW[1] + 1 })).toMatchObject({
      error: { errorCode: 'VALIDATION_ERROR', errorMessage: expect.stringContaining('expired at') as string },
    });
    expect(await answerPlugin('describe-key', Buffer.from('{'), context)).toMatchObject({
      error: { errorCode: 'VALIDATION_ERROR' },
    });
  });
});
