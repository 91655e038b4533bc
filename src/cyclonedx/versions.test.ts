import { expect, test } from 'vitest';
import { asVersion } from './versions.ts';

const component = {
  type: 'library',
  name: 'a',
  versionRange: 'vers:npm/1',
  hashes: [{ alg: 'Streebog-256', content: 'a' }],
};

test('the same version is the same document', () => {
  const document = { bomFormat: 'CycloneDX', specVersion: '1.7', components: [component] };
  expect(asVersion(document, '1.7')).toBe(document);
});

test('what is new in 1.7 is not in 1.6, where texts of others stay', () => {
  const document = {
    specVersion: '1.7',
    citations: [],
    components: [{ ...component, properties: [{ name: 'versionRange', value: 'x' }] }],
  };
  expect(asVersion(document, '1.6')).toEqual({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', name: 'a', hashes: [], properties: [{ name: 'versionRange', value: 'x' }] }],
  });
});

test.each([
  [[{ expression: 'A OR B' }, { license: { id: 'C' } }], [{ expression: '(A OR B) AND C' }]],
  [
    [
      { expression: 'A', acknowledgement: 'concluded' },
      { expression: 'B', acknowledgement: 'declared' },
    ],
    [{ expression: 'B', acknowledgement: 'declared' }],
  ],
  [[{ expression: 'A', expressionDetails: [] }], [{ expression: 'A' }]],
  [
    [{ license: { id: 'A' } }, { license: { name: 'B' } }],
    [{ license: { id: 'A' } }, { license: { name: 'B' } }],
  ],
])('several licences of 1.7 are one expression or licences in 1.6', (licenses, expected) => {
  const document = { specVersion: '1.7', components: [{ licenses }] };
  expect(asVersion(document, '1.6')['components']).toEqual([{ licenses: expected }]);
});
