import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BomPackage } from '../bom/types.ts';
import { CatalogerIndex } from './catalog.ts';
import { inMemory } from './content.ts';
import { licenceFiles, withLicenceFiles } from './licence-files.ts';

// A real text of the Apache License, 2.0: the project's own.
const apache = readFileSync(join(import.meta.dirname, '../../LICENSE'));

function pkg(path: string, licence?: string): BomPackage {
  return {
    purl: `pkg:generic/${path}`,
    kind: 'generic',
    name: path,
    version: '1',
    architecture: undefined,
    source: undefined,
    maintainer: undefined,
    description: undefined,
    homepage: undefined,
    archive: undefined,
    licence: licence === undefined ? undefined : { expression: licence, texts: {}, copyright: undefined },
    dependencies: [],
    excludedDependencies: [],
    locations: [{ path }],
  };
}

const fact = (path: string, id: string) => ({ path, fact: id, layer: undefined });
const expressions = (packages: readonly BomPackage[]) => packages.map((p) => p.licence?.expression);

test('reads the texts beside packages, not every text', () => {
  const index = new CatalogerIndex([licenceFiles]);
  const read = (path: string) => index.byPath(path).length > 0;
  expect(
    [
      'node_modules/a/LICENSE',
      'x/node_modules/@s/a/LICENSE.md',
      'lib/a-1.dist-info/licenses/LICENSE',
      'gems/rake-1/MIT-LICENSE',
    ].map(read),
  ).toEqual([true, true, true, true]);
  expect(['LICENSE', 'node_modules/a/docs/LICENSE', 'usr/share/doc/a/LICENSE'].map(read)).toEqual([
    false,
    false,
    false,
  ]);
});

test('tells a licence by its text', () => {
  const parse = (content: Buffer) => licenceFiles.parse({ path: 'x', mode: 0o644, content: inMemory(content) });
  expect(parse(apache)).toBe('Apache-2.0');
  expect(parse(Buffer.from('All rights reserved.'))).toBeUndefined();
});

test('a package takes the licence beside it only where it names none itself and the texts are of one', () => {
  const packages = [
    pkg('node_modules/a/package.json'),
    pkg('node_modules/b/package.json', 'MIT'),
    pkg('node_modules/two/package.json'),
    pkg('lib/c-1.dist-info/METADATA'),
    pkg('g/specifications/rake-1.gemspec'),
    pkg('node_modules/none/package.json'),
  ];
  const facts = [
    fact('node_modules/a/LICENSE', 'ISC'),
    fact('node_modules/b/LICENSE', 'ISC'),
    fact('node_modules/two/LICENSE', 'MIT'),
    fact('node_modules/two/COPYING', 'ISC'),
    fact('lib/c-1.dist-info/licenses/LICENSE', 'BSD-3-Clause'),
    fact('g/gems/rake-1/MIT-LICENSE', 'MIT'),
  ];
  expect(expressions(withLicenceFiles(packages, facts))).toEqual([
    'ISC',
    'MIT',
    undefined,
    'BSD-3-Clause',
    'MIT',
    undefined,
  ]);
  expect(withLicenceFiles(packages, [])).toBe(packages);
});
