import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Envelope, envelopeJson, MOST_SIGNATURES, preAuthEncoding, signEnvelope } from './envelope.ts';
import { verifyEnvelope, verifySignature } from './verify.ts';

const keyPair = (): { spki: Buffer; privateKey: KeyObject } =>
  spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const spkiOf = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) => ({
  spki: publicKey.export({ type: 'spki', format: 'der' }),
  privateKey,
});
const ours = keyPair();
const theirs = keyPair();
const signed = async (text: string, by = ours) =>
  signEnvelope('text/plain', Buffer.from(text), async (message) => sign('sha256', message, by.privateKey));

test('encodes type and payload as the protocol shows', () => {
  expect(preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
  expect(preAuthEncoding('ä', Buffer.alloc(0)).toString()).toBe('DSSEv1 2 ä 0 ');
});

describe('an envelope', () => {
  test('survives its JSON and verifies', async () => {
    const envelope = Envelope.parse(JSON.parse(JSON.stringify(envelopeJson(await signed('hello')))));
    expect(verifyEnvelope(envelope, [theirs, ours])).toEqual({ valid: true, key: ours });
  });

  test('is refused under another key, another payload, another type', async () => {
    const envelope = await signed('hello');
    const reason = 'no signature of the envelope is by a trusted key over these bytes';
    expect(verifyEnvelope(envelope, [theirs])).toEqual({ valid: false, reason });
    expect(verifyEnvelope({ ...envelope, payload: Buffer.from('hellp') }, [ours])).toEqual({ valid: false, reason });
    expect(verifyEnvelope({ ...envelope, payloadType: 'text/html' }, [ours])).toEqual({ valid: false, reason });
    expect(verifyEnvelope(envelope, [])).toEqual({ valid: false, reason: 'there is no trusted key' });
  });

  test('may carry a signature by somebody else, and never believes a key id', async () => {
    const [mine, other] = [await signed('hello'), await signed('hello', theirs)];
    const both = { ...mine, signatures: [...other.signatures, ...mine.signatures] };
    expect(verifyEnvelope(both, [ours])).toMatchObject({ valid: true });
    const claimed = { ...other, signatures: other.signatures.map(({ sig }) => ({ sig, keyid: 'ours' })) };
    expect(verifyEnvelope(claimed, [ours])).toMatchObject({ valid: false });
  });

  test('is read in both alphabets of base64, in no other form of it', () => {
    const read = (payload: string): boolean =>
      Envelope.safeParse({ payload, payloadType: 't', signatures: [{ sig: '' }] }).success;
    expect(['+/8=', '-_8=', '', 'QQ=='].map(read)).toEqual([true, true, true, true]);
    expect(['+_8=', 'QQ', 'QQ=', 'QR==', 'Q Q==', 'QQ==\n', 'QQ==QQ==', '=', 'QUJD=', '\u{1f600}'].map(read)).toEqual(
      Array.from({ length: 10 }, () => false),
    );
  });

  test('has at least one signature and a bounded number', () => {
    const read = (count: number): boolean =>
      Envelope.safeParse({
        payload: '',
        payloadType: 't',
        signatures: Array.from({ length: count }, () => ({ sig: 'AAAA' })),
      }).success;
    expect([0, 1, MOST_SIGNATURES, MOST_SIGNATURES + 1].map(read)).toEqual([false, true, true, false]);
  });
});

describe('a signature', () => {
  const message = Buffer.from('message');
  const p384 = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
  const rsa = spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const ed = spkiOf(generateKeyPairSync('ed25519'));
  const pss = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

  test.each([
    ['ECDSA P-256 with SHA-256', ours, sign('sha256', message, ours.privateKey)],
    ['ECDSA P-384 with SHA-384', p384, sign('sha384', message, p384.privateKey)],
    ['ECDSA P-384 with SHA-256', p384, sign('sha256', message, p384.privateKey)],
    ['RSA PKCS #1 v1.5', rsa, sign('sha256', message, rsa.privateKey)],
    ['RSA PSS', rsa, sign('sha256', message, pss)],
    ['Ed25519', ed, sign(null, message, ed.privateKey)],
  ])('by %s is accepted, and refused over other bytes', (_, { spki }, signature) => {
    expect(verifySignature(spki, message, signature)).toBe(true);
    expect(verifySignature(spki, Buffer.from('massage'), signature)).toBe(false);
    const flipped = Buffer.from(signature);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
    expect(verifySignature(spki, message, flipped)).toBe(false);
  });

  test('is refused in the fixed-width form of ECDSA, by weak keys, with other hashes, and when it is rubbish', () => {
    expect(
      verifySignature(ours.spki, message, sign('sha256', message, { key: ours.privateKey, dsaEncoding: 'ieee-p1363' })),
    ).toBe(false);
    expect(verifySignature(ours.spki, message, sign('sha1', message, ours.privateKey))).toBe(false);
    expect(verifySignature(ours.spki, message, sign('sha512', message, ours.privateKey))).toBe(false);
    const weak = spkiOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
    expect(verifySignature(weak.spki, message, sign('sha256', message, weak.privateKey))).toBe(false);
    const k1 = spkiOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
    expect(verifySignature(k1.spki, message, sign('sha256', message, k1.privateKey))).toBe(false);
    expect(verifySignature(Buffer.from('no key'), message, Buffer.alloc(64))).toBe(false);
    expect(verifySignature(ours.spki, message, Buffer.alloc(0))).toBe(false);
  });
});
