import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { notaryAuthority, notarySigner, SIGNED_AT, WINDOW } from '../../test/fakes/notary.ts';
import { digestOf } from '../lib/digest.ts';
import { type CertifiedSigner, type NotaryRequest, signNotary, signRaw } from './notary.ts';

const root = notaryAuthority();
const good = notarySigner({ issuers: [root] });
const artifact = { mediaType: 'm/t', digest: digestOf('x'), size: 1 };
const sign = async (signer: CertifiedSigner, more: Partial<NotaryRequest> = {}): Promise<Buffer> =>
  await signNotary({ artifact, format: 'jws', signingTime: SIGNED_AT, ...more }, signer);

test.each([
  ['of another key', { ...good, certificates: notarySigner({ issuers: [root] }).certificates }, {}, 'of another key'],
  ['without their root', { ...good, certificates: good.certificates.slice(0, 1) }, {}, 'is no root'],
  ['that are none', { ...good, certificates: [] }, {}, 'no certificate'],
  ['that have expired', good, { signingTime: WINDOW[1] + 1 }, 'expired at'],
])('signs nothing with certificates %s', async (_, signer, more, reason) => {
  await expect(sign(signer, more)).rejects.toMatchObject({
    code: 'notary/certificates',
    message: expect.stringContaining(reason) as string,
  });
});

test('signs nothing that would expire at once', async () => {
  await expect(sign(good, { expiry: SIGNED_AT })).rejects.toMatchObject({ code: 'notary/expiry' });
});

test('gives no signature of an RSA key away that is no RSASSA-PSS', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { signer, certificates } = notarySigner({ key: privateKey, issuers: [root] });
  const token = { publicKey: signer.publicKey, sign: async (message: Uint8Array) => await signer.sign(message) };
  await expect(sign({ signer: token, certificates })).rejects.toMatchObject({ code: 'notary/key' });
  await expect(sign({ signer, certificates })).resolves.toBeInstanceOf(Buffer);
});

test('gives no signature away that does not verify', async () => {
  const other = notarySigner({ issuers: [root] }).signer;
  const broken = { publicKey: good.signer.publicKey, sign: async (message: Uint8Array) => await other.sign(message) };
  await expect(signRaw(Buffer.from('x'), broken)).rejects.toMatchObject({ code: 'notary/key' });
});
