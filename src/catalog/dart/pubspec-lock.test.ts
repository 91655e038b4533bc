import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { pub } from './pubspec-lock.ts';

test('hosted packages and those of repositories, not the SDK', () => {
  const { packages } = catalogFiles(pub, samples['pub-lock'] ?? {});
  expect(packages).toMatchObject([
    { purl: 'pkg:pub/analyzer@1.4.0', hashes: [{ algorithm: 'SHA-256', value: 'ab'.repeat(32) }] },
    { name: 'mine', version: '0.2.0' },
  ]);
});
