import { expect, test } from 'vitest';
import { claimsOf, claimsOf02, repositoryUri } from './claims.ts';
import type { Provenance } from './provenance.ts';
import type { Provenance02 } from './provenance02.ts';

const v1: Provenance = {
  buildDefinition: {
    buildType: 'https://b.example/type',
    externalParameters: { source: { uri: 'git+https://git.example/acme/images@refs/heads/main' } },
  },
  runDetails: { builder: { id: 'https://b.example/builder' } },
};

const v02: Provenance02 = {
  builder: { id: 'https://b.example/builder' },
  buildType: 'https://b.example/type',
  invocation: { configSource: {}, parameters: {}, environment: { github_repository: 'acme/images' } },
  metadata: { completeness: { parameters: true, environment: false, materials: true }, reproducible: true },
  materials: [],
};

test('reads builder and source of both versions', () => {
  expect(claimsOf(v1)).toEqual({ builder: 'https://b.example/builder', source: 'https://git.example/acme/images' });
  expect(claimsOf02(v02)).toEqual({ builder: 'https://b.example/builder', source: 'https://github.com/acme/images' });
  const configured = { ...v02, invocation: { ...v02.invocation, configSource: { uri: 'git+https://git.example/a' } } };
  expect(claimsOf02(configured)?.source).toBe('https://git.example/a');
});

test('says that a source is not known', () => {
  const unsaid = { ...v1, buildDefinition: { ...v1.buildDefinition, externalParameters: {} } };
  expect(claimsOf(unsaid)).toEqual({ builder: 'https://b.example/builder', source: undefined });
  expect(claimsOf02({ builder: { id: 'x' }, buildType: 'y' })).toEqual({ builder: 'x', source: undefined });
});

test('is undefined for a predicate of another shape', () => {
  for (const predicate of [undefined, null, {}, [], v02]) expect(claimsOf(predicate)).toBeUndefined();
  for (const predicate of [undefined, null, {}, [], v1]) expect(claimsOf02(predicate)).toBeUndefined();
});

test.each([
  ['git+https://h.example/a/b@refs/heads/main', 'https://h.example/a/b'],
  ['https://user@h.example/a/b@v1#sub', 'https://user@h.example/a/b'],
  ['https://h.example/a/b', 'https://h.example/a/b'],
  ['https://h.example', 'https://h.example'],
  ['', undefined],
  [undefined, undefined],
])('takes the repository out of %s', (uri, repository) => {
  expect(repositoryUri(uri)).toBe(repository);
});
