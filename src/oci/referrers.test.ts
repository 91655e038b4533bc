import { expect, test } from 'vitest';
import { describe as descriptorOf, documentBytes } from './documents.ts';
import { asReferrer, fallbackTag, isVague, selectReferrers, withReferrers } from './referrers.ts';
import { type Descriptor, mediaTypes } from './types.ts';

const empty = descriptorOf(Buffer.from('{}'), mediaTypes.empty);
const subject = descriptorOf(Buffer.from('subject'), mediaTypes.manifest);
const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: empty, layers: [empty], subject };
const entry = (name: string, artifactType = 'a/b'): Descriptor => ({
  ...descriptorOf(Buffer.from(name), mediaTypes.manifest),
  artifactType,
  annotations: { name },
});

test('lists a manifest with its artifactType and annotations', () => {
  const bytes = documentBytes({ ...manifest, artifactType: 'a/b', annotations: { x: 'y' } });
  expect(asReferrer(bytes)).toEqual({
    subject: subject.digest,
    descriptor: { ...descriptorOf(bytes, mediaTypes.manifest), artifactType: 'a/b', annotations: { x: 'y' } },
  });
});

test("takes the config's media type for a missing or empty artifactType", () => {
  expect(asReferrer(documentBytes(manifest))?.descriptor.artifactType).toBe(mediaTypes.empty);
  expect(asReferrer(documentBytes({ ...manifest, artifactType: '' }))?.descriptor.artifactType).toBe(mediaTypes.empty);
});

test('an index can refer too', () => {
  const bytes = documentBytes({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [], subject });
  expect(asReferrer(bytes)).toEqual({ subject: subject.digest, descriptor: descriptorOf(bytes, mediaTypes.index) });
});

test('what has no subject is no referrer', () => {
  expect(asReferrer(documentBytes({ ...manifest, subject: undefined }))).toBeUndefined();
});

test("cosign's entries say too little", () => {
  expect(isVague({ ...subject, artifactType: mediaTypes.empty })).toBe(true);
  expect(isVague({ ...entry('a'), artifactType: mediaTypes.empty })).toBe(true);
  expect(isVague({ ...subject, artifactType: 'a/b' })).toBe(true);
  expect(isVague(entry('a'))).toBe(false);
});

test('adds entries to a fallback index once, keeps what others wrote, fills in what was vague', () => {
  const [a, b, c] = [entry('a'), entry('b'), entry('c')] as const;
  const vague = { ...descriptorOf(Buffer.from('b'), mediaTypes.manifest), artifactType: mediaTypes.empty };
  const index = { schemaVersion: 2 as const, manifests: [a, vague, a], annotations: { mine: 'x' } };
  expect(withReferrers(index, [b, c, { ...a, annotations: {} }])).toEqual({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [a, b, c],
    annotations: { mine: 'x' },
  });
  expect(withReferrers(undefined, [a, a]).manifests).toEqual([a]);
});

test('selects by artifactType, sorted by digest', () => {
  const all = [entry('a'), entry('b', 'c/d'), entry('c'), entry('a')];
  expect(selectReferrers(all, 'c/d')).toEqual([entry('b', 'c/d')]);
  const digests = selectReferrers(all, undefined).map((one) => one.digest);
  expect(digests).toEqual([...new Set(all.map((one) => one.digest))].sort());
});

test('names the fallback tag', () => {
  expect(fallbackTag(`sha256:${'0'.repeat(64)}`)).toBe(`sha256-${'0'.repeat(64)}`);
});
