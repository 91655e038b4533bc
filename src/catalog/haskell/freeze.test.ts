import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { hackage } from './freeze.ts';

test('frozen packages, each once', () => {
  const { packages } = catalogFiles(hackage, {
    ...samples['hackage-lock'],
    'stack.yaml': 'resolver: lts-21\nextra-deps:\n  - acme-missiles-0.3\n  - HTTP-4000.3.16@rev:1\n  - ./local\n',
  });
  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:hackage/HTTP@4000.3.16',
    'pkg:hackage/HUnit@1.6.2.0',
    'pkg:hackage/acme-missiles@0.3',
    'pkg:hackage/base@4.18.2.1',
    'pkg:hackage/fuzzyset@0.2.4',
  ]);
});
