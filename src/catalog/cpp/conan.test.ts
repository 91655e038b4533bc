import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { conan } from './conan.ts';

test('both lock files and the exact versions of a conanfile', () => {
  expect(catalogFiles(conan, samples['conan-lock'] ?? {}).edges).toEqual({
    'pkg:conan/app@1.0': ['pkg:conan/zlib@1.2.11?rrev=abc123'],
    'pkg:conan/poco@1.12.4': [],
    'pkg:conan/user/bzip2@1.0.8?channel=stable&rrev=abc&user=user': [],
    'pkg:conan/zlib@1.2.11?rrev=abc123': [],
  });
});
