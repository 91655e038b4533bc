// SBOMs under the official schemas of SPDX and CycloneDX.
import { describe, expect, test } from 'vitest';
import { claimOf } from '../../src/bom/claims.ts';
import { claimsOfCycloneDx, claimsOfSpdx } from '../../src/bom/from-documents.ts';
import { toCycloneDx } from '../../src/bom/to-cyclonedx.ts';
import { toSpdx } from '../../src/bom/to-spdx.ts';
import type { Bom, BomFile, BomPackage } from '../../src/bom/types.ts';
import { sha1Hex, sha256Hex } from '../../src/lib/digest.ts';
import { hasSchemas, schemaValidator } from './official-schemas.ts';

const layer = `sha256:${'a'.repeat(64)}` as const;

function pkg(name: string, more: Partial<BomPackage> = {}): BomPackage {
  return {
    purl: `pkg:deb/debian/${name}@1:2.0-1?arch=amd64&distro=debian-13`,
    kind: 'deb',
    name,
    version: '1:2.0-1',
    architecture: 'amd64',
    source: { name, version: '1:2.0-1' },
    maintainer: 'A Person <a@example.org>',
    description: 'a thing',
    homepage: 'https://example.org/',
    archive: { name: `${name}.deb`, digest: layer, size: 10 },
    licence: undefined,
    dependencies: [],
    excludedDependencies: [],
    ...more,
  };
}

function file(path: string, content: string, more: Partial<BomFile> = {}): BomFile {
  return {
    path,
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sha256: sha256Hex(content),
    sha1: sha1Hex(content),
    size: content.length,
    target: undefined,
    layer,
    owner: { step: 'paths' },
    ...more,
  };
}

const libc = pkg('libc6', {
  licence: {
    expression: 'LGPL-2.1-or-later AND LicenseRef-Odd',
    texts: { 'LicenseRef-Odd': 'do as you like' },
    copyright: '2020 A',
  },
});
const node = pkg('nodejs', {
  dependencies: [libc.purl],
  excludedDependencies: ['node-corepack'],
  maintainer: undefined,
  homepage: undefined,
});
const bom: Bom = {
  subject: {
    name: 'node',
    version: '20',
    platform: 'linux/amd64',
    configDigest: layer,
    diffIds: [layer],
    created: 1_790_000_000,
    distribution: { id: 'debian', versionId: '13', prettyName: 'Debian 13' },
  },
  packages: [libc, node],
  files: [
    file('etc/passwd', 'root', { owner: { step: 'accounts' } }),
    file('usr/bin/node', 'elf', { mode: 0o755, owner: { package: node.purl } }),
    file('usr/bin/js', '/usr/bin/node', {
      kind: 'symlink',
      mode: 0o777,
      target: '/usr/bin/node',
      owner: { package: node.purl },
    }),
    file('usr/share/\xff odd, to "x"\nname', 'x', { owner: { package: libc.purl }, uid: 65_532, gid: 7 }),
  ],
};
const spdx = toSpdx(bom, { name: 'temper', version: '0.1.0' });
const cyclonedx = toCycloneDx(bom, { name: 'temper', version: '0.1.0' });

describe.skipIf(!hasSchemas)('under the official schemas (of the shared folder)', () => {
  // As it is written: JSON leaves `undefined` members out.
  const written = (document: unknown): Record<string, unknown> =>
    JSON.parse(JSON.stringify(document)) as Record<string, unknown>;

  test('SPDX 2.3 is valid, and the schema would have said so', () => {
    const valid = schemaValidator('spdx-2.3.schema.json');
    expect([valid(written(spdx)), valid.errors]).toEqual([true, null]);
    expect(valid({ ...written(spdx), packages: 'none' })).toBe(false);
  });

  test('CycloneDX 1.6 is valid, and the schema would have said so', () => {
    const valid = schemaValidator('cyclonedx-bom-1.6.schema.json');
    expect([valid(written(cyclonedx)), valid.errors]).toEqual([true, null]);
    expect(valid({ ...written(cyclonedx), components: 'none' })).toBe(false);
  });
});

test('what both say of the files is what was in the image, odd names included', () => {
  const claims = bom.files.map(claimOf);
  const sorted = (list: typeof claims) => [...list].sort((a, b) => (a.path < b.path ? -1 : 1));
  expect(sorted(claimsOfSpdx(JSON.parse(JSON.stringify(spdx))))).toEqual(sorted(claims));
  expect(sorted(claimsOfCycloneDx(JSON.parse(JSON.stringify(cyclonedx))))).toEqual(sorted(claims));
});

test('dependencies, exclusions and licences are in both', () => {
  expect(spdx.relationships).toContainEqual({
    spdxElementId: 'SPDXRef-Package-deb-nodejs-amd64',
    relationshipType: 'DEPENDS_ON',
    relatedSpdxElement: 'SPDXRef-Package-deb-libc6-amd64',
  });
  expect(cyclonedx.dependencies).toContainEqual({ ref: node.purl, dependsOn: [libc.purl] });
  expect(spdx.packages.find((p) => p.name === 'nodejs')?.comment).toContain('node-corepack');
  expect(spdx.packages.find((p) => p.name === 'libc6')?.licenseDeclared).toBe(
    'LGPL-2.1-or-later AND LicenseRef-libc6-Odd',
  );
  expect(spdx.hasExtractedLicensingInfos).toEqual([
    { licenseId: 'LicenseRef-libc6-Odd', extractedText: 'do as you like' },
  ]);
});
