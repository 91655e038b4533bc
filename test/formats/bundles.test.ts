// Our bundles under somebody else's judgement: sigstore-js.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, type TrustMaterial, Verifier } from '@sigstore/verify';
import { expect, test } from 'vitest';
import { signerOf } from '../../src/keys/private.ts';
import { keyHint } from '../../src/sigstore/bundle.ts';
import { imageSignature, signStatement } from '../../src/sign/statement.ts';

const signer = signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'k');
const other = signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'other');

function verifierFor(spki: Uint8Array): Verifier {
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const trust: TrustMaterial = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: () => ({ publicKey, validFor: () => true }),
  };
  return new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, tsaThreshold: 0, timestampThreshold: 0 });
}

test('sigstore-js reads our bundle as v0.3 and accepts its signature', async () => {
  const bytes = await signStatement(imageSignature(`sha256:${'0a'.repeat(32)}`), signer);
  const bundle = bundleFromJSON(JSON.parse(bytes.toString('utf8')));
  expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
  expect(bundle.verificationMaterial.content).toMatchObject({
    $case: 'publicKey',
    publicKey: { hint: keyHint(signer.publicKey.spki) },
  });
  expect(() => verifierFor(signer.publicKey.spki).verify(toSignedEntity(bundle))).not.toThrow();
});

test('sigstore-js refuses it under another key, and with another payload', async () => {
  const bytes = await signStatement(imageSignature(`sha256:${'0a'.repeat(32)}`), signer);
  const json = JSON.parse(bytes.toString('utf8')) as { dsseEnvelope: { payload: string } };
  expect(() => verifierFor(other.publicKey.spki).verify(toSignedEntity(bundleFromJSON(json)))).toThrow(
    'signature verification failed',
  );
  json.dsseEnvelope.payload = Buffer.from('{}').toString('base64');
  expect(() => verifierFor(signer.publicKey.spki).verify(toSignedEntity(bundleFromJSON(json)))).toThrow(
    'signature verification failed',
  );
});
