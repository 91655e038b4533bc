import { expect, test } from 'vitest';
import { licenceHashes } from '../src/catalog/licence-hashes.ts';
import { licenceEntries } from './licence-hashes.ts';

test("src/catalog/licence-hashes.ts is what SPDX's texts give: else run tools/licence-hashes.ts", () => {
  expect(licenceHashes).toEqual(licenceEntries());
});
