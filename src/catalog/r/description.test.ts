import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { cran } from './description.ts';

test('installed packages with edges; sources are none', () => {
  const { edges, packages } = catalogFiles(cran, samples['cran'] ?? {});
  expect(edges).toEqual({ 'pkg:cran/cli@3.6.4': [], 'pkg:cran/ggplot2@3.5.1': ['pkg:cran/cli@3.6.4'] });
  expect(packages[1]).toMatchObject({
    description: 'Create Elegant Data Visualisations',
    homepage: 'https://ggplot2.example',
    unmetDependencies: ['gtable (>= 0.1.1)'],
  });
});

test("a package of R's own library without a field that says so", () => {
  const text = 'Package: translations\nVersion: 4.5.0\nLicense: Part of R 4.5.0\n';
  const { packages } = catalogFiles(cran, {
    'usr/lib/R/library/translations/DESCRIPTION': text,
    'src/t/DESCRIPTION': text,
  });
  expect(packages.map(({ locations }) => locations?.length)).toEqual([1]);
});

test.each([
  ['MIT + file LICENSE', 'MIT'],
  ['GPL-2 | GPL (>= 3)', 'GPL-2.0-only OR GPL-3.0-or-later'],
  ['GPL', 'GPL-1.0-or-later'],
  ['LGPL (>= 2.1)', 'LGPL-2.1-or-later'],
  ['Apache License (== 2.0) | file LICENSE', 'Apache-2.0'],
  ['BSD_3_clause + file LICENCE', 'BSD-3-Clause'],
  ['file LICENSE', undefined],
])('%s means %s', (said, expression) => {
  const { packages } = catalogFiles(cran, {
    'x/DESCRIPTION': `Package: x\nVersion: 1\nLicense: ${said}\nBuilt: R 4.4.0\n`,
  });
  expect(packages[0]?.licence?.expression).toBe(expression);
});
