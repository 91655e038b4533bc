import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { terraform } from './lock.ts';

test('providers with the digests of their archives', () => {
  expect(catalogFiles(terraform, samples['terraform-lock'] ?? {}).packages).toMatchObject([
    {
      purl: 'pkg:terraform/registry.example/hashicorp/aws@5.72.1',
      hashes: [{ algorithm: 'SHA-256', value: 'ab'.repeat(32) }],
    },
  ]);
});
