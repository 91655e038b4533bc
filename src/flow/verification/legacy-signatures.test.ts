import { beforeEach, describe, expect, test } from 'vitest';
import { fakeWorld, type World } from '../../../test/fakes/bundles.ts';
import { legacySignature, PREDICATE_TYPE } from '../../../test/fakes/legacy.ts';
import { FakeRepository } from '../../../test/fakes/repository.ts';
import { layerOf } from '../../cosign/layer.ts';
import { legacyTag, withLayers } from '../../cosign/manifest.ts';
import { simpleSigningBytes } from '../../cosign/payload.ts';
import { cosignMediaTypes, SIGNATURE_ARTIFACT_TYPE } from '../../cosign/types.ts';
import { statementAbout, statementBytes } from '../../intoto/statement.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { type Digest, digestOf } from '../../lib/digest.ts';
import { describe as descriptorOf, documentBytes } from '../../oci/documents.ts';
import { type Descriptor, mediaTypes } from '../../oci/types.ts';
import { blobOf, EMPTY } from '../../publish/referrer.ts';
import { collectLegacy } from './legacy-signatures.ts';
import { Ledger } from './ledger.ts';

let world: World;
let repository: FakeRepository;
const subject = digestOf('image');
const tag = legacyTag(subject, 'signature');

beforeEach(() => {
  world = fakeWorld();
  repository = new FakeRepository();
});

const layer = (payload: Buffer, signature = 's') =>
  layerOf({ kind: 'signature', payload, signature: Buffer.from(signature) });
const payloadOf = (digest: Digest, who = 'me') => simpleSigningBytes({ reference: 'r/app', digest, optional: { who } });

async function putTagged(layers: readonly Descriptor[], payloads: readonly Buffer[], tagged = tag): Promise<void> {
  const written = withLayers(undefined, layers);
  if (written === undefined) throw new Error('no layers');
  for (const payload of payloads) await repository.putBlob(blobOf(payload));
  await repository.putManifests([
    { bytes: written.manifest, mediaType: mediaTypes.manifest, tag: tagged, listed: true },
  ]);
}

async function putReferrer(
  about: Digest,
  artifactType: string,
  layers: readonly Descriptor[],
  blobs: readonly Buffer[],
) {
  const bytes = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config: descriptorOf(EMPTY, mediaTypes.empty),
    layers,
    subject: { mediaType: mediaTypes.manifest, digest: about, size: 1 },
  });
  for (const blob of blobs) await repository.putBlob(blobOf(blob));
  await repository.putManifests([{ bytes, mediaType: mediaTypes.manifest, listed: true }]);
  return digestOf(bytes);
}

const collect = async () => {
  const ledger = new Ledger();
  const collected = await collectLegacy(ledger.watch(repository), ledger, subject);
  const against = [...ledger.checks(), ...collected.checks].filter(({ outcome }) => outcome !== 'established');
  return { ...collected, against };
};

describe('legacy signatures of a manifest', () => {
  test('are none where there is nothing', async () => {
    expect(await collect()).toEqual({ signatures: [], statements: [], checks: [], against: [] });
  });

  test('are found under the tags, signatures before attestations', async () => {
    const payload = payloadOf(subject);
    await putTagged([layer(payload), layer(payload, 'another')], [payload]);
    const envelope = Buffer.from('{}');
    await putTagged(
      [layerOf({ kind: 'attestation', payload: envelope, predicateType: PREDICATE_TYPE })],
      [envelope],
      legacyTag(subject, 'attestation'),
    );
    const { signatures, against } = await collect();
    expect(signatures.map(({ place, signature }) => [place, signature.kind, signature.payload.toString()])).toEqual([
      ['cosign-tag', 'signature', payload.toString()],
      ['cosign-tag', 'signature', payload.toString()],
      ['cosign-tag', 'attestation', '{}'],
    ]);
    expect(against).toEqual([]);
  });

  test('are found as referrers', async () => {
    const payload = payloadOf(subject);
    const manifest = await putReferrer(subject, SIGNATURE_ARTIFACT_TYPE, [layer(payload)], [payload]);
    expect((await collect()).signatures).toMatchObject([{ place: 'referrer', manifest, signature: { payload } }]);
  });

  test('are envelopes in referrers of statements, too', async () => {
    const payload = Buffer.from('{}');
    const written = layerOf({ kind: 'attestation', payload, predicateType: PREDICATE_TYPE });
    await putReferrer(subject, mediaTypes.inToto, [written], [payload]);
    const { signatures, statements } = await collect();
    expect(signatures).toMatchObject([{ place: 'referrer', signature: { kind: 'attestation' } }]);
    expect(statements).toEqual([]);
  });

  test('are bare statements with what hangs on them, and nothing that hangs on that', async () => {
    const bytes = statementBytes(statementAbout({ digest: subject }, PREDICATE_TYPE, {}));
    const bare = (content: Buffer, type: string) => ({
      ...descriptorOf(content, mediaTypes.inToto),
      annotations: { 'in-toto.io/predicate-type': type },
    });
    const manifest = await putReferrer(subject, mediaTypes.inToto, [bare(bytes, PREDICATE_TYPE)], [bytes]);
    const payload = payloadOf(manifest);
    const signature = await putReferrer(manifest, SIGNATURE_ARTIFACT_TYPE, [layer(payload)], [payload]);
    let below = manifest;
    for (let depth = 0; depth < 50; depth++) {
      const deeper = Buffer.from(`{"depth":${depth}}`);
      below = await putReferrer(below, mediaTypes.inToto, [bare(deeper, 'x')], [deeper]);
    }
    repository.reads.length = 0;
    const { statements, against } = await collect();
    expect(statements).toMatchObject([{ manifest, bytes, annotatedType: PREDICATE_TYPE, signatures: [{ payload }] }]);
    expect(against).toEqual([]);
    expect(repository.reads).toContain(signature);
    expect(repository.reads.length).toBeLessThan(8);
  });

  test('are the only layer of a referrer of statements, whatever its media type', async () => {
    const bytes = statementBytes(statementAbout({ digest: subject }, PREDICATE_TYPE, {}));
    await putReferrer(subject, mediaTypes.inToto, [descriptorOf(bytes, 'application/json')], [bytes]);
    await putReferrer(subject, mediaTypes.config, [descriptorOf(bytes, 'application/json')], [bytes]);
    expect((await collect()).statements).toMatchObject([{ bytes, annotatedType: undefined, signatures: [] }]);
  });

  test('do not count when they are of another subject than they are listed for', async () => {
    const payload = payloadOf(subject);
    await putReferrer(digestOf('elsewhere'), SIGNATURE_ARTIFACT_TYPE, [layer(payload)], [payload]);
    const listed = await repository.referrers(digestOf('elsewhere'));
    repository.referrers = async () => listed;
    const collected = await collectLegacy(repository, new Ledger(), subject);
    expect(collected.signatures).toEqual([]);
  });

  test.each([
    [
      'more layers than are read',
      Array.from({ length: 10_000 }, (_, i) => layer(Buffer.from('x'), `${i}`)),
      /10000 layers, 1000 are read/,
    ],
    ['a payload that is too large', [{ ...layer(Buffer.from('x')), size: 2 << 20 }], /2097152 bytes, 1048576 are read/],
    ['no annotations', [descriptorOf(Buffer.from('x'), cosignMediaTypes.simpleSigning)], /signature is missing/],
    [
      'an annotation that is no base64',
      [{ ...layer(Buffer.from('x')), annotations: { 'dev.cosignproject.cosign/signature': '%%%' } }],
      /no base64/,
    ],
  ])('with %s are taken down as unreadable', async (_, layers, reason) => {
    await putTagged(layers, [Buffer.from('x')]);
    const { signatures, against } = await collect();
    expect(signatures).toEqual([]);
    expect(against).toMatchObject([{ check: 'bundle', outcome: 'refuted', problem: 'bundle-malformed' }]);
    expect(against[0]?.reason).toMatch(reason);
  });

  test('leave a broken one aside, and keep the others', async () => {
    const good = payloadOf(subject);
    await putTagged(
      [descriptorOf(Buffer.from('x'), cosignMediaTypes.simpleSigning), layer(good)],
      [Buffer.from('x'), good],
    );
    const { signatures, against } = await collect();
    expect(signatures).toHaveLength(1);
    expect(against).toHaveLength(1);
  });

  test('that are altered or gone end in the ledger', async () => {
    const [altered, gone] = [payloadOf(subject, 'a'), payloadOf(subject, 'b')];
    await putTagged([layer(altered), layer(gone)], [altered, gone]);
    repository.contents.set(digestOf(altered), Buffer.from('{}'));
    repository.contents.delete(digestOf(gone));
    const { signatures, against } = await collect();
    expect(signatures).toEqual([]);
    expect(against.map(({ check, outcome }) => `${check} ${outcome}`).toSorted(compareStrings)).toEqual([
      'blob-digest not established',
      'blob-digest refuted',
    ]);
  });

  test('under a tag that is an index are taken down as unreadable', async () => {
    const bytes = documentBytes({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] });
    await repository.putManifests([{ bytes, mediaType: mediaTypes.index, tag, listed: true }]);
    expect((await collect()).against).toMatchObject([{ check: 'bundle', outcome: 'refuted' }]);
  });

  test('of megabytes together are refused', async () => {
    const big = { ...descriptorOf(Buffer.from('{}'), cosignMediaTypes.envelope), size: 200 << 20 };
    await putTagged([big, { ...big, digest: digestOf('2') }], []);
    await expect(collect()).rejects.toMatchObject({ code: 'verify/too-much' });
  });

  test('are those that the small world makes', async () => {
    const signature = legacySignature(world, { digest: subject, key: world.key });
    const written = layerOf(signature.kind === 'signature' ? signature : { ...signature, predicateType: '' });
    await putTagged([written], [signature.payload]);
    expect((await collect()).signatures).toEqual([{ place: 'cosign-tag', manifest: expect.any(String), signature }]);
  });
});
