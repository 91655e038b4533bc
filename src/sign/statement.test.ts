import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyEnvelope } from '../dsse/verify.ts';
import { parseStatement } from '../intoto/statement.ts';
import { signerOf } from '../keys/private.ts';
import { keyHint, parseBundle } from '../sigstore/bundle.ts';
import { imageSignature, signStatement } from './statement.ts';

test('signs an image as cosign does: a statement about its digest alone', async () => {
  const signer = signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'k');
  const bundle = parseBundle(await signStatement(imageSignature(`sha256:${'0a'.repeat(32)}`), signer));
  expect(bundle.signer).toEqual({ kind: 'key', hint: keyHint(signer.publicKey.spki) });
  if (bundle.content.kind !== 'envelope') throw new Error('no envelope');
  expect(bundle.content.envelope.payloadType).toBe('application/vnd.in-toto+json');
  expect(verifyEnvelope(bundle.content.envelope, [signer.publicKey])).toMatchObject({ valid: true });
  expect(parseStatement(bundle.content.envelope.payload)).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: '0a'.repeat(32) }, annotations: {} }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: {},
  });
});
