import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { githubActions } from './workflows.ts';

test('actions that steps use, each once; not images, not the repository itself', () => {
  const { packages } = catalogFiles(githubActions, { ...samples['github-actions'], 'other/ci.yml': 'uses: a/b@c' });
  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:github/actions/checkout@v4',
    'pkg:github/github/codeql-action@v3#init',
  ]);
});
