import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { Fault } from '../../lib/faults.ts';
import { composer, composerLock } from './composer.ts';
import { pear } from './pear.ts';
import { readSerialized } from './serialized.ts';
import { wordpress } from './wordpress.ts';

test('what Composer installed, with what stands in for others', () => {
  const { edges, packages } = catalogFiles(composer, samples['composer'] ?? {});
  expect(edges).toEqual({
    'pkg:composer/app/tests@1.0.0': ['pkg:composer/monolog/monolog@3.5.0'],
    'pkg:composer/monolog/monolog@3.5.0': ['pkg:composer/psr/log@v3.0.0'],
    'pkg:composer/psr/log@v3.0.0': [],
  });
  expect(packages).toMatchObject([
    {
      name: 'App/Tests',
      unmetDependencies: ['x/gone (^1)'],
      properties: [{ name: 'composer:development', value: 'true' }],
    },
    { name: 'monolog/monolog', licence: { expression: 'MIT OR LGPL-2.1-only' }, hashes: [{ algorithm: 'SHA-1' }] },
    { name: 'psr/log' },
  ]);
});

test('a package that is there comes before one that replaces it', () => {
  const { edges } = catalogFiles(composer, {
    'vendor/composer/installed.json': JSON.stringify([
      { name: 'a/all', version: '1', replace: { 'a/part': 'self.version' } },
      { name: 'a/part', version: '2' },
      { name: 'b/b', version: '1', require: { 'A/Part': '*' } },
    ]),
  });
  expect(edges['pkg:composer/b/b@1']).toEqual(['pkg:composer/a/part@2']);
});

test('what a lock file asks for, for development too', () => {
  expect(catalogFiles(composerLock, samples['composer-lock'] ?? {}).edges).toEqual({
    'pkg:composer/monolog/monolog@3.5.0': ['pkg:composer/psr/log@3.0.0'],
    'pkg:composer/psr/log@3.0.0': [],
  });
});

test("PEAR's registry, with files and edges", () => {
  const { edges, owners, packages } = catalogFiles(pear, samples['pear'] ?? {});
  const util = 'pkg:pear/pear.example/XML_Util@1.4.5';
  expect(edges[util]).toEqual(['pkg:pear/pear.example/PEAR@1.10.16']);
  expect(owners['usr/share/php/XML/Util.php']).toBe(util);
  expect(packages.find(({ purl }) => purl === util)?.licence?.expression).toBe('BSD-3-Clause');
});

test.each([
  '',
  'a:1:{',
  'a:99999999:{}',
  's:5:"abc";',
  'O:1:"A":0:{}',
  'i:1',
  'a:1:{a:0:{}i:1;}',
  'a:1:{i:0;'.repeat(60),
])('refuses %s', (text) => {
  expect(() => readSerialized(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'php/serialized' }));
  expect(() => readSerialized(Buffer.from(text))).toThrow(Fault);
});

test('reads every scalar', () => {
  expect(readSerialized(Buffer.from('a:4:{i:0;N;i:1;b:1;s:1:"x";d:0.5;i:-3;s:2:"é";}'))).toEqual(
    new Map<string, unknown>([
      ['0', null],
      ['1', true],
      ['x', 0.5],
      ['-3', 'é'],
    ]),
  );
});

test('WordPress, its plugins of a folder and of a file, its themes', () => {
  const { packages } = catalogFiles(wordpress, samples['wordpress'] ?? {});
  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:wordpress/plugins/akismet@5.5',
    'pkg:wordpress/plugins/hello@1.7.2',
    'pkg:wordpress/themes/twenty@1.2',
    'pkg:wordpress/wordpress@6.8.1',
  ]);
  expect(packages[0]).toMatchObject({ maintainer: 'Automattic', licence: { expression: 'GPL-2.0-or-later' } });
});
