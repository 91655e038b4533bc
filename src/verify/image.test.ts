import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decide } from '../decide/decision.ts';
import { predicateTypes } from '../intoto/predicates.ts';
import { statementAbout } from '../intoto/statement.ts';
import { signerOf } from '../keys/private.ts';
import { digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { imageSignature, signStatement } from '../sign/statement.ts';
import type { CollectedBundle } from './bundle.ts';
import type { ClaimedFile } from './content.ts';
import { type ImageContent, type SubjectEvidence, type Trust, verifySubject } from './image.ts';
import { defaultRequirements, requirementNamed, requirements } from './required.ts';

const signer = signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'k');
const digest = digestOf('image');
const files: ClaimedFile[] = [{ path: 'a', kind: 'file', sha256: 'aa' }];
const provenance = {
  buildDefinition: { buildType: 'https://b.example/t', externalParameters: { source: 'https://h.example/acme/x' } },
  runDetails: { builder: { id: 'https://b.example/builder' } },
};
const trust: Trust = {
  keys: [signer.publicKey],
  provenance: { builders: ['https://b.example/builder'], sources: ['https://h.example/acme/*'] },
  required: defaultRequirements,
  claimReaders: { [predicateTypes.spdx]: (predicate) => (predicate as { files: ClaimedFile[] }).files },
};

async function bundle(predicateType: string, predicate: unknown): Promise<CollectedBundle> {
  const statement =
    predicateType === predicateTypes.signature
      ? imageSignature(digest)
      : statementAbout({ digest }, predicateType, predicate);
  const bytes = await signStatement(statement, signer);
  return { manifest: digestOf(predicateType), blob: digestOf(bytes), bytes, annotatedType: predicateType };
}

async function evidence(predicates: Record<string, unknown>, content?: ImageContent): Promise<SubjectEvidence> {
  const bundles = await Promise.all(Object.entries(predicates).map(async ([type, value]) => bundle(type, value)));
  return { digest, role: 'manifest', bundles, content: content ?? { kind: 'files', files } };
}

const whole = {
  [predicateTypes.signature]: {},
  [predicateTypes.provenance]: provenance,
  [predicateTypes.spdx]: { files },
};

/** The checks that stand against the image. */
async function against(collected: Promise<SubjectEvidence>, given: Trust = trust): Promise<string[]> {
  const { checks } = verifySubject(await collected, given);
  return decide(checks).against.map(({ check, outcome, reason }) => `${check}: ${outcome}: ${reason}`);
}

test('accepts an image with everything, whose time nobody witnessed', async () => {
  const { checks, attestations } = verifySubject(await evidence(whole), trust);
  expect(decide(checks)).toEqual({ answer: 'yes', against: [] });
  expect(checks.filter(({ check }) => check === 'time').map(({ outcome }) => outcome)).toEqual(
    Array.from({ length: 3 }, () => 'not established'),
  );
  expect(attestations).toHaveLength(3);
  const told = checks.filter(({ check }) => ['image-signature', 'provenance', 'sbom'].includes(check));
  expect(told.map(({ reason }) => reason)).toEqual([
    'the manifest has a signature of the image by a trusted key',
    'the manifest has provenance by a trusted key',
    'the manifest has an SBOM by a trusted key',
  ]);
});

test('says no when nothing was looked at', () => {
  expect(decide([])).toEqual({ answer: 'no', against: [] });
});

describe('missing evidence', () => {
  test.each([
    [
      predicateTypes.signature,
      'image-signature: not established: the manifest has no signature of the image by a trusted key',
    ],
    [predicateTypes.provenance, 'provenance: not established: the manifest has no provenance by a trusted key'],
    [predicateTypes.spdx, 'sbom: not established: the manifest has no SBOM by a trusted key'],
  ])('of type %s makes the answer no', async (type, reason) => {
    const { [type]: _, ...rest } = whole as Record<string, unknown>;
    expect(await against(evidence(rest))).toEqual([reason]);
  });

  test('by an unknown signer counts as missing', async () => {
    const { publicKey } = signerOf(generateKeyPairSync('ed25519').privateKey, 'other');
    expect(
      (await against(evidence(whole), { ...trust, keys: [publicKey] })).map((reason) => reason.split(':')[0]),
    ).toEqual(['image-signature', 'provenance', 'sbom']);
  });

  test('of an index is a signature and provenance, but no SBOM', async () => {
    const index = { digest, role: 'index' as const, bundles: [], content: undefined };
    expect(verifySubject(index, trust).checks.map(({ check }) => check)).toEqual(['image-signature', 'provenance']);
  });

  test('that a policy asks for by type is named', async () => {
    const named = ['https://x.example/scan', 'scan'].map(requirementNamed);
    expect(named[1]).toBeUndefined();
    const given = { ...trust, required: named.filter((requirement) => requirement !== undefined) };
    expect(await against(evidence(whole), given)).toEqual([
      'attestation: not established: the manifest has no attestation of https://x.example/scan by a trusted key',
    ]);
  });
});

describe('provenance', () => {
  test.each([
    ['builders', 'provenance.builder: refuted', { builders: ['https://b.example/other'], sources: [] }],
    ['sources', 'provenance.source: refuted', { builders: [], sources: ['https://h.example/acme'] }],
  ])('outside the %s of the policy is refuted', async (_, reason, policy) => {
    const found = await against(evidence(whole), { ...trust, provenance: policy });
    expect(found.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([reason]);
  });

  test('that does not say its source does not satisfy a policy that names sources', async () => {
    const unsaid = { ...provenance, buildDefinition: { ...provenance.buildDefinition, externalParameters: {} } };
    expect(await against(evidence({ ...whole, [predicateTypes.provenance]: unsaid }))).toEqual([
      'provenance.source: not established: https://slsa.dev/provenance/v1: it does not say its source',
    ]);
  });

  test('of both versions must hold in both', async () => {
    const old = {
      builder: { id: 'https://evil.example' },
      buildType: 'x',
      invocation: { configSource: { uri: 'https://h.example/acme/x' } },
    };
    expect(await against(evidence({ ...whole, [predicateTypes.provenance02]: old }))).toEqual([
      'provenance.builder: refuted: https://slsa.dev/provenance/v0.2: builder https://evil.example, which the policy does not name',
    ]);
  });

  test('of another shape is refuted', async () => {
    expect(await against(evidence({ ...whole, [predicateTypes.provenance]: {} }))).toEqual([
      'provenance: refuted: https://slsa.dev/provenance/v1: the predicate is not of the shape that its type asks for',
    ]);
  });
});

describe('an SBOM', () => {
  test('that does not list a file of the image is refuted by its name', async () => {
    const added: ImageContent = { kind: 'files', files: [...files, { path: 'bin/evil', kind: 'file', sha256: 'ee' }] };
    expect(await against(evidence(whole, added))).toEqual([
      'sbom.content: refuted: https://spdx.dev/Document: bin/evil is not in the SBOM',
    ]);
  });

  test('that lists no files does not establish the content', async () => {
    expect(await against(evidence({ ...whole, [predicateTypes.spdx]: { files: [] } }))).toEqual([
      'sbom.content: not established: https://spdx.dev/Document: it lists no files',
    ]);
  });

  test('that nobody asked for may list no files, but none that are others', async () => {
    const given: Trust = { ...trust, required: [requirements.signature] };
    expect(await against(evidence({ ...whole, [predicateTypes.spdx]: { files: [] } }), given)).toEqual([]);
    const added: ImageContent = { kind: 'files', files: [...files, { path: 'bin/evil', kind: 'file', sha256: 'ee' }] };
    expect(await against(evidence(whole, added), given)).toEqual([
      'sbom.content: refuted: https://spdx.dev/Document: bin/evil is not in the SBOM',
    ]);
  });

  test.each([
    ['that cannot be read is refuted', 'sbom/malformed', 'refuted'],
    ['that says too little of its files establishes nothing', 'sbom/unclear', 'not established'],
  ])('%s', async (_, code, outcome) => {
    const read = (): never => {
      throw new Fault(code, 'The SPDX document has no files.', 'x');
    };
    const given: Trust = { ...trust, claimReaders: { [predicateTypes.spdx]: read } };
    expect(await against(evidence(whole), given)).toEqual([
      `sbom.content: ${outcome}: https://spdx.dev/Document: The SPDX document has no files`,
    ]);
  });

  test('is not compared with layers that could not be read, nor believed over broken ones', async () => {
    expect(await against(evidence(whole, { kind: 'unread', reason: 'a layer is missing' }))).toEqual([
      'sbom.content: not established: https://spdx.dev/Document: a layer is missing',
    ]);
    expect(await against(evidence(whole, { kind: 'refuted', reason: 'a layer is not the one of the config' }))).toEqual(
      ['sbom.content: refuted: https://spdx.dev/Document: a layer is not the one of the config'],
    );
  });
});
