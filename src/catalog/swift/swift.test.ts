import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { swiftPackages } from './package-resolved.ts';
import { cocoapods } from './podfile-lock.ts';

test('pins of each version of the file, by where their repositories are', () => {
  const { packages } = catalogFiles(swiftPackages, samples['swift-lock'] ?? {});
  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:swift/git.example/apple/swift-nio@2.40.0',
    'pkg:swift/git.example/o/Old@1.0.0',
    `pkg:swift/git.example/o/x@${'cd'.repeat(20)}`,
  ]);
});

test('pods and their parts, with edges', () => {
  const { edges, packages } = catalogFiles(cocoapods, samples['cocoapods-lock'] ?? {});
  expect(edges).toEqual({
    'pkg:cocoapods/Alamofire@5.8.0': [],
    'pkg:cocoapods/Firebase@10.0.0#Core': ['pkg:cocoapods/Alamofire@5.8.0', 'pkg:cocoapods/Firebase@10.0.0#CoreOnly'],
    'pkg:cocoapods/Firebase@10.0.0#CoreOnly': [],
  });
  expect(packages[0]?.hashes).toEqual([{ algorithm: 'SHA-1', value: 'cd'.repeat(20) }]);
});
