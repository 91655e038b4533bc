import { beforeEach, describe, expect, test } from 'vitest';
import { FakeImage, fakeProvenance, fakeSigner } from '../../../test/fakes/image.ts';
import { predicateTypes } from '../../intoto/predicates.ts';
import { statementAbout } from '../../intoto/statement.ts';
import type { Descriptor } from '../../oci/types.ts';
import { type AttestationsRequest, getAttestation, listAttestations } from './attestations.ts';
import { signerGroup } from './signer-groups.ts';

let image: FakeImage;
let amd: Descriptor;
beforeEach(async () => {
  image = await FakeImage.make();
  amd = image.platforms[0]?.manifest ?? amd;
});

const request = (change: Partial<AttestationsRequest> = {}): AttestationsRequest => ({
  repository: image.repository,
  reference: 'latest',
  keys: [image.signer.publicKey],
  ...change,
});

describe('listing', () => {
  test('shows what hangs on the index and on every platform, with its signer', async () => {
    const all = await listAttestations(request());
    expect(all.map(({ platform, predicateType }) => `${platform ?? 'index'} ${predicateType}`).sort()).toEqual(
      [
        `index ${predicateTypes.signature}`,
        `index ${predicateTypes.provenance}`,
        ...['linux/amd64', 'linux/arm64'].flatMap((platform) => [
          `${platform} ${predicateTypes.signature}`,
          `${platform} ${predicateTypes.provenance}`,
          `${platform} ${predicateTypes.spdx}`,
        ]),
      ].sort(),
    );
    expect(new Set(all.map(({ signer }) => signer))).toEqual(new Set([image.signer.publicKey.fingerprint]));
    expect(
      await listAttestations(request({ platform: 'linux/arm64', predicateType: predicateTypes.spdx })),
    ).toHaveLength(1);
  });

  test('names no signer unless it verified, and says why when it could not', async () => {
    const [first] = await listAttestations(request({ keys: undefined }));
    expect(first).toMatchObject({ signer: undefined, problem: undefined });
    const [refused] = await listAttestations(request({ keys: [fakeSigner().publicKey] }));
    expect(refused).toMatchObject({
      signer: undefined,
      problem: expect.stringContaining('which is not trusted') as unknown,
    });
  });

  test('shows a bundle that nobody can read, with the reason', async () => {
    await image.attachBundle(amd, Buffer.from('{}'), predicateTypes.spdx);
    const all = await listAttestations(request({ keys: undefined }));
    expect(all.filter(({ problem }) => problem?.includes('is not a Sigstore bundle') === true)).toHaveLength(1);
  });
});

describe('getting', () => {
  test("gives the index's own statement before those of its platforms", async () => {
    const got = await getAttestation(request({ predicateType: predicateTypes.provenance }));
    expect(got).toMatchObject({ outcome: 'found', attestation: { role: 'index' }, predicate: fakeProvenance });
    const statement = got.outcome === 'found' ? got.statement.toString() : '{}';
    expect(JSON.parse(statement)).toMatchObject({ predicate: fakeProvenance });
  });

  test('asks which platform is meant', async () => {
    const ask = { predicateType: predicateTypes.spdx };
    await expect(getAttestation(request(ask))).rejects.toMatchObject({
      code: 'attestation/ambiguous',
      message: '2 statements fit: https://spdx.dev/Document on linux/amd64, https://spdx.dev/Document on linux/arm64.',
    });
    const got = await getAttestation(request({ ...ask, platform: 'linux/arm64' }));
    expect(got).toMatchObject({ outcome: 'found', predicate: { files: [{ path: 'bin/arm64' }] } });
  });

  test('takes the same statement signed twice for one, two statements for two', async () => {
    const ask = request({ reference: amd.digest, predicateType: predicateTypes.provenance });
    await image.attach(amd, statementAbout(amd, predicateTypes.provenance, fakeProvenance));
    expect(await getAttestation(ask)).toMatchObject({ outcome: 'found' });
    await image.attach(amd, statementAbout(amd, predicateTypes.provenance, { ...fakeProvenance, other: true }));
    await expect(getAttestation(ask)).rejects.toMatchObject({ code: 'attestation/ambiguous' });
  });

  test('gives nothing that is not proved when it is to verify', async () => {
    const type = 'https://x.example/scan';
    await image.attach(amd, statementAbout(amd, type, { clean: true }), fakeSigner());
    const ask = request({ reference: amd.digest, predicateType: type });
    expect(await getAttestation(ask)).toMatchObject({ outcome: 'refused', checks: [{ check: 'signature' }] });
    expect(await getAttestation({ ...ask, keys: undefined })).toMatchObject({
      outcome: 'found',
      predicate: { clean: true },
    });
    await image.attach(amd, statementAbout(amd, type, { clean: false }));
    expect(await getAttestation(ask)).toMatchObject({ outcome: 'found', predicate: { clean: false } });
  });

  test('says that there is none', async () => {
    await expect(getAttestation(request({ predicateType: 'https://x.example/none' }))).rejects.toMatchObject({
      code: 'attestation/not-found',
    });
  });

  test('refuses, or faults when it was not to verify, where something that hangs there was altered', async () => {
    const [listed] = await listAttestations(request());
    image.corrupt(listed?.bundle ?? 'sha256:');
    const ask = request({ predicateType: predicateTypes.provenance });
    expect(await getAttestation(ask)).toMatchObject({
      outcome: 'refused',
      checks: [{ check: 'blob-digest', outcome: 'refuted', subject: listed?.bundle }],
    });
    await expect(getAttestation({ ...ask, keys: undefined })).rejects.toMatchObject({ code: 'attestation/altered' });
    await expect(listAttestations(request())).rejects.toMatchObject({ code: 'attestation/altered' });
  });
});

test('what a revoked key signed is not handed out as verified, and named with the reason', async () => {
  const { publicKey } = image.signer;
  const parts = {
    name: 'release',
    keys: [{ key: publicKey, until: undefined }],
    identities: [],
    notary: undefined,
    trustedRoot: undefined,
    thresholds: {},
    revocations: [{ kind: 'key', id: publicKey.fingerprint, reason: 'stolen' }] as const,
    formats: undefined,
    minimumVersion: undefined,
    signatures: undefined,
  };
  const groups = [await signerGroup(parts, 1_700_000_000)];
  const ask = request({ keys: undefined, groups, predicateType: predicateTypes.spdx, platform: 'linux/amd64' });
  expect(await getAttestation(ask)).toMatchObject({
    outcome: 'refused',
    checks: expect.arrayContaining([expect.objectContaining({ problem: 'revoked' })]) as unknown,
  });
  expect(await listAttestations(ask)).toMatchObject([{ signer: undefined, problem: 'the key is revoked: stolen' }]);
});
