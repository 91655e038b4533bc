import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { sbom } from './sbom.ts';

test('packages and edges of every format', () => {
  const { edges, packages } = catalogFiles(sbom, samples['sbom'] ?? {});
  expect(edges).toEqual({
    'pkg:bitnami/redis@7.2.4?arch=amd64': ['pkg:generic/jemalloc@5.3.0'],
    'pkg:generic/jemalloc@5.3.0': [],
    'pkg:golang/example.org/t@v1.0.0': ['pkg:golang/example.org/u@v1.0.0'],
    'pkg:golang/example.org/u@v1.0.0': [],
    'pkg:npm/%40s/x@2': [],
    'pkg:npm/app@1': ['pkg:npm/%40s/x@2'],
    'pkg:npm/nested@3': [],
    'pkg:pypi/p@1': ['pkg:pypi/q@1'],
    'pkg:pypi/q@1': [],
  });
  expect(packages.find(({ name }) => name === '@s/x')).toMatchObject({
    licence: { expression: 'MIT' },
    hashes: [{ algorithm: 'SHA-256', value: 'ab'.repeat(32) }],
  });
  expect(packages.find(({ name }) => name === 'redis')).toMatchObject({
    maintainer: 'B',
    licence: { expression: 'BSD-3-Clause' },
  });
});

const WOLFI = JSON.stringify({
  spdxVersion: 'SPDX-2.3',
  packages: ['pkg:apk/wolfi/zlib@1.3?arch=x86_64', 'pkg:github/madler/zlib@v1.3'].map((purl, i) => ({
    SPDXID: `SPDXRef-${i}`,
    name: 'zlib',
    externalRefs: [{ referenceType: 'purl', referenceLocator: purl }],
  })),
});

test("the operating system's packages are left to its own database where there is one", () => {
  const path = 'var/lib/db/sbom/zlib-1.3.spdx.json';
  expect(catalogFiles(sbom, { [path]: WOLFI }).packages.map(({ kind }) => kind)).toEqual(['apk', 'github']);
  const beside = catalogFiles(sbom, { [path]: WOLFI, 'lib/apk/db/installed': '' });
  expect(beside.packages.map(({ kind }) => kind)).toEqual(['github']);
});

test('a document that is no SBOM says nothing, one that is broken is named', () => {
  const { packages, faults } = catalogFiles(sbom, { 'i18n/bom.json': '{"a": 1}', 'x.cdx.json': '{"bomFormat":' });
  expect(packages).toEqual([]);
  expect(faults).toEqual({ 'x.cdx.json': 'json/malformed' });
});
