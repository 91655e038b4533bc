import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Envelope, signEnvelope } from '../dsse/envelope.ts';
import { verifyEnvelope } from '../dsse/verify.ts';
import { bundleBytes, keyHint, parseBundle } from './bundle.ts';

// An image signature that cosign 3.1 wrote, and its key.
const COSIGN_BUNDLE =
  '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"n2A970KLfQ3Ucp95L/1ehfJFeIVYtOykhgmTRolv66g="}},"dsseEnvelope":{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiZWFmMGMzNWZlMTJjY2UyMDg2MTk3N2JjNTk0YjNlZmRkNGUyOGQxMmRhODQ5MjQxM2Y3MDliY2M0NWU4NDdkMyJ9LCJhbm5vdGF0aW9ucyI6e319XSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vc2lnc3RvcmUuZGV2L2Nvc2lnbi9zaWduL3YxIiwicHJlZGljYXRlIjp7fX0=","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"MEQCIF9KYlgpsPxRK+cnHlnpWwUAMD0Mhay7ojdb1aX/SzzYAiAc2Dx2AAGdNbeORsFS5GHyUacAa+aepBSOc+L1Tz2ecg=="}]}}';
const COSIGN_PUB = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMOJVcUEPftGu0k4qUCOSeMWBijth
ScAeLoAw+vNeDiozySoPkW8u0Jqq58y1Bq78Pf/FUR+hBP4stp8qFcFOxQ==
-----END PUBLIC KEY-----`;

interface Loose {
  mediaType?: string;
  verificationMaterial: Record<string, unknown>;
  dsseEnvelope: { payload: unknown; signatures: unknown[] };
  messageSignature?: unknown;
}

function altered(change: (bundle: Loose) => void): Buffer {
  const bundle = JSON.parse(COSIGN_BUNDLE) as Loose;
  change(bundle);
  return Buffer.from(JSON.stringify(bundle));
}

function envelopeOf(bytes: Uint8Array): Envelope {
  const { content } = parseBundle(bytes);
  if (content.kind !== 'envelope') throw new Error('no envelope');
  return content.envelope;
}

test('reads and verifies a bundle that cosign wrote', () => {
  const bundle = parseBundle(Buffer.from(COSIGN_BUNDLE));
  const spki = createPublicKey(COSIGN_PUB).export({ type: 'spki', format: 'der' });
  expect(bundle).toMatchObject({ signer: { kind: 'key', hint: keyHint(spki) }, witnesses: 0 });
  expect(verifyEnvelope(envelopeOf(Buffer.from(COSIGN_BUNDLE)), [{ spki }])).toMatchObject({ valid: true });
});

test('writes the same bytes for the same envelope, and reads them back', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const envelope = await signEnvelope('text/plain', Buffer.from('hello'), async () => Buffer.from('signature'));
  const bytes = bundleBytes(envelope, spki);
  expect(bytes).toEqual(bundleBytes(envelope, spki));
  expect(envelopeOf(bytes)).toEqual(envelope);
});

test('reads a message signature and counts witnesses without believing them', () => {
  const bytes = altered((bundle) => {
    delete (bundle as Partial<Loose>).dsseEnvelope;
    bundle.messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'BBBB' };
    bundle.verificationMaterial['tlogEntries'] = [{ logIndex: '1' }];
    bundle.verificationMaterial['timestampVerificationData'] = { rfc3161Timestamps: [{}, {}] };
  });
  expect(parseBundle(bytes)).toMatchObject({ content: { kind: 'message' }, witnesses: 3 });
});

test.each<[string, (bundle: Loose) => void, string]>([
  [
    'of a version that is not known',
    (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json'),
    'mediaType',
  ],
  [
    'v0.3 with a chain of certificates',
    (b) => (b.verificationMaterial = { x509CertificateChain: { certificates: [{ rawBytes: 'AAAA' }] } }),
    'version 0.3 has no x509CertificateChain',
  ],
  [
    'with an empty chain of certificates',
    (b) => (b.verificationMaterial = { x509CertificateChain: { certificates: [] } }),
    'x509CertificateChain.certificates',
  ],
  [
    'without content',
    (b) => delete (b as Partial<Loose>).dsseEnvelope,
    'needs one of dsseEnvelope and messageSignature',
  ],
  ['with two contents', (b) => (b.messageSignature = { signature: 'AAAA' }), 'needs one of dsseEnvelope and'],
  ['with two signatures', (b) => b.dsseEnvelope.signatures.push({ sig: 'AAAA' }), 'exactly one signature'],
  ['without a signature', (b) => (b.dsseEnvelope.signatures = []), 'dsseEnvelope.signatures'],
  ['without a signer', (b) => (b.verificationMaterial = {}), 'needs one of publicKey, certificate'],
  [
    'with a key and a certificate',
    (b) => (b.verificationMaterial['certificate'] = { rawBytes: 'AAAA' }),
    'needs one of publicKey, certificate',
  ],
  [
    'with white space in its base64',
    (b) => (b.dsseEnvelope.payload = `${String(b.dsseEnvelope.payload)}\n`),
    'dsseEnvelope.payload is not canonical',
  ],
  ['with stray bits in its base64', (b) => (b.dsseEnvelope.payload = 'QR=='), 'dsseEnvelope.payload is not canonical'],
  ['whose payload is no text', (b) => (b.dsseEnvelope.payload = 7), 'dsseEnvelope.payload'],
])('refuses a bundle %s', (_, change, reason) => {
  expect(() => parseBundle(altered(change))).toThrow(reason);
});

test('refuses what is no JSON, with the code of that', () => {
  expect(() => parseBundle(Buffer.from('{'))).toThrow(expect.objectContaining({ code: 'json/malformed' }));
  expect(() => parseBundle(Buffer.from('[]'))).toThrow(expect.objectContaining({ code: 'sigstore/malformed' }));
});

test('reads older versions, with a chain of certificates', () => {
  const bytes = altered((bundle) => {
    bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
    bundle.verificationMaterial = {
      x509CertificateChain: { certificates: [{ rawBytes: 'AAAA' }, { rawBytes: 'BBBB' }] },
    };
  });
  const certificates = ['AAAA', 'BBBB'].map((text) => Buffer.from(text, 'base64'));
  expect(parseBundle(bytes)).toMatchObject({ version: '0.1', signer: { kind: 'certificate', certificates } });
});
