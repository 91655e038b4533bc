import { expect, test } from 'vitest';
import type { BuildRecord, DefinitionSource } from '../build/record.ts';
import { digestOf } from '../lib/digest.ts';
import { toProvenance, toProvenance02 } from './provenance.ts';

const unknown: DefinitionSource = {
  repository: undefined,
  commit: undefined,
  ref: undefined,
  path: undefined,
  clean: undefined,
};

function recordOf(source: Partial<DefinitionSource>): BuildRecord {
  return {
    definition: { name: 'node.yaml', digest: digestOf('definition') },
    source: { ...unknown, ...source },
    lock: digestOf('lock'),
    platforms: ['linux/amd64'],
    epoch: 0,
    compressor: 'gzip level 6',
    ingredients: [],
    builder: { id: 'urn:temper:builder:local', versions: {} },
    invocation: undefined,
    startedOn: new Date(0),
    finishedOn: new Date(1000),
  };
}

const commit = 'a'.repeat(40);

test('names the repository, the commit and the path of the definition', () => {
  const known = {
    repository: 'https://github.com/acme/images',
    commit,
    ref: 'refs/heads/main',
    path: 'node/node.yaml',
  };
  const uri = 'git+https://github.com/acme/images@refs/heads/main';
  const { buildDefinition } = toProvenance(recordOf(known), []);
  expect(buildDefinition.externalParameters['source']).toEqual({
    uri,
    digest: { gitCommit: commit },
    path: 'node/node.yaml',
  });
  expect(buildDefinition.resolvedDependencies).toEqual([{ name: 'definition', uri, digest: { gitCommit: commit } }]);
  expect(toProvenance02(recordOf(known)).invocation.environment).toMatchObject({
    github_repository: 'acme/images',
    github_sha1: commit,
  });
});

test('keeps the commit where the repository is not known, and says what is not known', () => {
  const { buildDefinition } = toProvenance(recordOf({ commit, path: 'node.yaml', clean: true }), []);
  expect(buildDefinition.externalParameters['source']).toEqual({ digest: { gitCommit: commit }, path: 'node.yaml' });
  expect(buildDefinition.internalParameters).toMatchObject({
    sourceTree: 'as committed',
    notKnown: ['source.repository', 'source.ref', 'invocation'],
  });
});

test('has no source where nothing is known of it', () => {
  const { buildDefinition } = toProvenance(recordOf({}), []);
  expect(buildDefinition.externalParameters).not.toHaveProperty('source');
  expect(buildDefinition.internalParameters).toMatchObject({ sourceTree: 'not known' });
  expect(toProvenance02(recordOf({})).materials.map(({ uri }) => uri)).toEqual(['lock:node.yaml']);
});
