import { ECDH } from 'node:crypto';
import { expect, test } from 'vitest';
import { extension, extensions, fakeKey } from '../../test/fakes/authority.ts';
import { certificateFor, fakeWorld, ISSUER, publicKeyOf } from '../../test/fakes/bundles.ts';
import { notaryAuthority, notarySigner, SIGNED_AT } from '../../test/fakes/notary.ts';
import { publicKeyFromPem, publicKeyPem } from '../keys/public.ts';
import { digestOf } from '../lib/digest.ts';
import { mediaTypes } from '../oci/types.ts';
import { signNotary } from '../sign/notary.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { tags, writeDer } from '../x509/der.ts';
import { notaryEvidence } from './notary/evidence.ts';
import { type AttestationSigner, attestationSigner, countSigners } from './signers.ts';
import { identityOf } from './sigstore/identity.ts';

const world = fakeWorld();

/** Whoever has a certificate of this key for these mail addresses. */
function certified(spki: Buffer, mails: readonly string[], issuer = ISSUER): AttestationSigner {
  const names = Buffer.concat(mails.map((mail) => writeDer(0x81, Buffer.from(mail))));
  const more = [extension('2.5.29.17', writeDer(tags.sequence, names), true), extensions.issuer(issuer)];
  const certificate = parseCertificate(certificateFor(world.authority, spki, { more }));
  return attestationSigner({ kind: 'certificate', certificate, between: [], identity: identityOf(certificate) });
}

/** The same key with its point compressed. */
function compressed(spki: Buffer): Buffer {
  const point = ECDH.convertKey(spki.subarray(-65), 'prime256v1', undefined, undefined, 'compressed') as Buffer;
  return Buffer.concat([Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'), point]);
}

async function notarySignerOf(key: ReturnType<typeof fakeKey>): Promise<AttestationSigner> {
  const root = notaryAuthority();
  const by = notarySigner({ key: key.privateKey, issuers: [root] });
  const subject = { mediaType: mediaTypes.manifest, digest: digestOf('m'), size: 1 };
  const request = { artifact: subject, format: 'jws', signingTime: SIGNED_AT, expiry: undefined, agent: 'a' } as const;
  const bytes = await signNotary({ ...request, timestamp: undefined }, by);
  const notary = {
    certificates: by.certificates.slice(-1),
    signingAuthorities: [],
    timestampAuthorities: [],
    identities: 'any',
    level: 'strict',
    verifyTimestamp: 'afterCertExpiry',
    revocations: [],
  } as const;
  const group = { name: 'g', keys: [], retired: [], notary, now: SIGNED_AT };
  const { attestation } = notaryEvidence({ manifest: digestOf('s'), format: 'jws', bytes }, subject).judge(group);
  if (attestation === undefined) throw new Error('not accepted');
  return attestation.signer;
}

test('a key in a certificate, by itself and in a Notary Project signature is one signer', async () => {
  const key = fakeKey();
  const plain = attestationSigner({ kind: 'key', key: publicKeyOf(key) });
  const notary = await notarySignerOf(key);
  expect(countSigners([plain, certified(key.spki, ['a@acme.example'])])).toBe(1);
  expect(countSigners([plain, notary])).toBe(1);
  expect(countSigners([certified(key.spki, ['a@acme.example']), notary])).toBe(1);
  expect(countSigners([plain, certified(fakeKey().spki, ['a@acme.example'])])).toBe(2);
});

test('who has a further name is no further signer, and neither is who has a further key', () => {
  const [one, more] = [certified(fakeKey().spki, ['a@acme.example']), ['a@acme.example', 'b@acme.example']];
  expect(countSigners([one, certified(fakeKey().spki, more)])).toBe(1);
  expect(countSigners([one, certified(fakeKey().spki, more), certified(fakeKey().spki, ['b@acme.example'])])).toBe(1);
  expect(countSigners([one, certified(fakeKey().spki, ['a@acme.example'], 'https://other.example')])).toBe(2);
});

test('a key whose point is compressed is the same key', () => {
  const key = fakeKey();
  const [whole, short] = [key.spki, compressed(key.spki)].map((spki) => publicKeyFromPem(publicKeyPem({ spki }), 'k'));
  expect(short?.fingerprint).toBe(whole?.fingerprint);
  const plain = attestationSigner({ kind: 'key', key: publicKeyOf(key) });
  expect(countSigners([plain, certified(compressed(key.spki), ['a@acme.example'])])).toBe(1);
});

const by = (fingerprint: string, ...marks: string[]) => (marks.length === 0 ? { fingerprint } : { fingerprint, marks });

test.each([
  ['nobody', [], 0],
  ['one key several times', [by('k'), by('k'), by('k')], 1],
  ['two keys', [by('k'), by('l')], 2],
  ['one identity with two certificates', [by('a', 'me'), by('b', 'me')], 1],
  ['a key, alone and in a certificate', [by('k'), by('c', 'k', 'me')], 1],
  ['keys that a third signature joins', [by('k'), by('l'), by('c', 'k', 'l')], 1],
  ['different people', [by('a', 'k', 'me'), by('b', 'l', 'you'), by('m')], 3],
])('counts %s', (_, signers, count) => {
  expect(countSigners(signers)).toBe(count);
});
