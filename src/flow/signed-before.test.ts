import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { fakeSigner } from '../../test/fakes/image.ts';
import { notaryAuthority, notarySigner, SIGNED_AT } from '../../test/fakes/notary.ts';
import { predicateTypes } from '../intoto/predicates.ts';
import { statementBytes } from '../intoto/statement.ts';
import { digestOf } from '../lib/digest.ts';
import { mediaTypes } from '../oci/types.ts';
import { signNotary } from '../sign/notary.ts';
import { imageSignature, signStatement } from '../sign/statement.ts';
import { bundleBefore, notaryBefore } from './signed-before.ts';

const manifest = digestOf('referrer');

test('a bundle that would not verify is not taken for the signature that was made before', async () => {
  const signer = fakeSigner();
  const statement = imageSignature(digestOf('image'));
  const bytes = await signStatement(statement, signer);
  const wanted = { bytes: statementBytes(statement), spki: signer.publicKey.spki, witnesses: 0 };
  const before = (changed: Buffer, annotatedType: string | undefined) =>
    bundleBefore({ bundles: [{ manifest, blob: digestOf(changed), bytes: changed, annotatedType }] }, wanted);
  expect(before(bytes, predicateTypes.signature)).toBe(manifest);
  expect(before(bytes, undefined)).toBe(manifest);
  expect(before(bytes, predicateTypes.spdx)).toBeUndefined();
  const document = JSON.parse(bytes.toString()) as object;
  const older = { ...document, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1' };
  expect(before(Buffer.from(JSON.stringify(older)), predicateTypes.signature)).toBeUndefined();
});

test('a Notary Project signature with other certificates of the same key is not taken for it either', async () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ours = notarySigner({ key, issuers: [notaryAuthority()] });
  const theirs = notarySigner({ key, issuers: [notaryAuthority('theirs')] });
  const artifact = { mediaType: mediaTypes.manifest, digest: digestOf('image'), size: 1 };
  const bytes = await signNotary({ artifact, format: 'jws', signingTime: SIGNED_AT }, theirs);
  const before = { notary: [{ manifest, format: 'jws', bytes } as const] };
  const wanted = { spki: ours.signer.publicKey.spki, witnesses: 0 };
  expect(notaryBefore(before, 'jws', artifact, { ...wanted, chain: theirs.certificates })).toBe(manifest);
  expect(notaryBefore(before, 'jws', artifact, { ...wanted, chain: ours.certificates })).toBeUndefined();
});
