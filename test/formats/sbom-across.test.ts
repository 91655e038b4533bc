// What two formats can both say survives the way from one to the other and back.
import { expect, test } from 'vitest';
import type { DocumentFormat } from '../../src/bom/formats.ts';
import { readBom } from '../../src/bom/read.ts';
import { writeBom } from '../../src/bom/write.ts';

type Document = Record<string, unknown>;
const tool = { name: 'temper', version: '0.1.0' };

/** Through the formats, one after the other. */
function through(document: unknown, ...formats: readonly DocumentFormat[]): Document {
  let text = JSON.stringify(document);
  for (const format of formats) text = [...writeBom(readBom(Buffer.from(text), format), format, tool)].join('');
  return JSON.parse(text) as Document;
}

const TYPES = (
  'AMENDS ANCESTOR_OF BUILD_DEPENDENCY_OF BUILD_TOOL_OF CONTAINED_BY CONTAINS COPY_OF DATA_FILE_OF ' +
  'DEPENDENCY_MANIFEST_OF DEPENDENCY_OF DEPENDS_ON DESCENDANT_OF DEV_DEPENDENCY_OF DEV_TOOL_OF DISTRIBUTION_ARTIFACT ' +
  'DOCUMENTATION_OF DYNAMIC_LINK EXAMPLE_OF EXPANDED_FROM_ARCHIVE FILE_ADDED FILE_DELETED FILE_MODIFIED GENERATED_FROM ' +
  'GENERATES HAS_PREREQUISITE METAFILE_OF OPTIONAL_COMPONENT_OF OPTIONAL_DEPENDENCY_OF OTHER PACKAGE_OF PATCH_APPLIED ' +
  'PATCH_FOR PREREQUISITE_FOR PROVIDED_DEPENDENCY_OF REQUIREMENT_DESCRIPTION_FOR RUNTIME_DEPENDENCY_OF SPECIFICATION_FOR ' +
  'STATIC_LINK TEST_CASE_OF TEST_DEPENDENCY_OF TEST_OF TEST_TOOL_OF VARIANT_OF'
).split(' ');

const spdx = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'everything',
  documentNamespace: 'https://example.org/everything',
  creationInfo: {
    created: '2026-09-12T07:55:41Z',
    creators: ['Tool: maker-1', 'Person: A Person (a@example.org)', 'Organization: Some Company (Germany) ()'],
    licenseListVersion: '3.27',
  },
  comment: 'about all of it',
  documentDescribes: ['SPDXRef-a'],
  packages: [
    {
      SPDXID: 'SPDXRef-a',
      name: 'a',
      versionInfo: '1',
      supplier: 'Organization: Maker (m@example.org)',
      originator: 'Person: Author (p@example.org)',
      downloadLocation: 'https://example.org/a.tar',
      filesAnalyzed: false,
      checksums: [
        { algorithm: 'SHA256', checksumValue: 'a'.repeat(64) },
        { algorithm: 'MD4', checksumValue: 'b'.repeat(32) },
      ],
      homepage: 'https://example.org/a',
      sourceInfo: 'from somewhere',
      licenseConcluded: 'MIT OR LicenseRef-own',
      licenseDeclared: 'LicenseRef-own',
      licenseComments: 'one is declared',
      copyrightText: '2026 Somebody',
      summary: 'short',
      description: 'long',
      comment: 'said of it',
      externalRefs: [
        { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:generic/a@1' },
        {
          referenceCategory: 'SECURITY',
          referenceType: 'cpe23Type',
          referenceLocator: 'cpe:2.3:a:a:a:1:*:*:*:*:*:*:*',
        },
        { referenceCategory: 'SECURITY', referenceType: 'advisory', referenceLocator: 'https://example.org/1' },
      ],
      primaryPackagePurpose: 'APPLICATION',
      annotations: [
        {
          annotationDate: '2026-09-12T07:55:42Z',
          annotationType: 'OTHER',
          annotator: 'Person: Reviewer (r@example.org)',
          comment: 'looked at',
        },
      ],
    },
    { SPDXID: 'SPDXRef-b', name: 'b', downloadLocation: 'NOASSERTION' },
    { SPDXID: 'SPDXRef-c', name: 'c', downloadLocation: 'NOASSERTION' },
  ],
  files: [
    {
      SPDXID: 'SPDXRef-f',
      fileName: './f',
      fileTypes: ['TEXT'],
      checksums: [{ algorithm: 'SHA1', checksumValue: 'c'.repeat(40) }],
      licenseConcluded: 'MIT',
      copyrightText: '2026 F',
      comment: 'a file',
      noticeText: 'notice',
    },
  ],
  relationships: [
    ...TYPES.map((type) => ({ spdxElementId: 'SPDXRef-b', relationshipType: type, relatedSpdxElement: 'SPDXRef-c' })),
    { spdxElementId: 'SPDXRef-b', relationshipType: 'OTHER', relatedSpdxElement: 'SPDXRef-a', comment: 'for a reason' },
    { spdxElementId: 'SPDXRef-b', relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-f' },
    { spdxElementId: 'SPDXRef-b', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'NONE' },
  ],
  hasExtractedLicensingInfos: [{ licenseId: 'LicenseRef-own', extractedText: 'do as you like' }],
};

const relationsOf = ({ relationships }: Document) =>
  (relationships as Document[])
    .filter((r) => r['relationshipType'] !== 'DESCRIBES')
    .map((r) => [r['spdxElementId'], r['relationshipType'], r['relatedSpdxElement'], r['comment']].join(' '));

test('SPDX 2.3 through SPDX 3 and back says the same', () => {
  const back = through(spdx, 'spdx-json@3.0', 'spdx-json');
  expect(back['packages']).toEqual([
    expect.objectContaining(spdx.packages[0]),
    expect.objectContaining(spdx.packages[1]),
    expect.objectContaining(spdx.packages[2]),
  ]);
  expect(back['files']).toEqual([expect.objectContaining(spdx.files[0])]);
  expect(back['hasExtractedLicensingInfos']).toEqual(spdx.hasExtractedLicensingInfos);
  expect(back['documentNamespace']).toBe(spdx.documentNamespace);
  // SPDX 3 has one word for some pairs: their annex names them.
  const one = new Map([
    ['CONTAINED_BY', 'CONTAINS'],
    ['DEPENDENCY_OF', 'DEPENDS_ON'],
    ['GENERATED_FROM', 'GENERATES'],
    ['PREREQUISITE_FOR', 'HAS_PREREQUISITE'],
    ['PATCH_APPLIED', 'PATCH_FOR'],
  ]);
  const expected = TYPES.filter((type) => !one.has(type) || type === 'PATCH_APPLIED').map(
    (type) => one.get(type) ?? type,
  );
  const got = relationsOf(back).filter((text) => text.startsWith('SPDXRef-b ') && text.includes(' SPDXRef-c '));
  expect(new Set(got)).toEqual(new Set(expected.map((type) => `SPDXRef-b ${type} SPDXRef-c `)));
  expect(relationsOf(back)).toContain('SPDXRef-c DEPENDS_ON SPDXRef-b ');
  expect(relationsOf(back)).toContain('SPDXRef-b OTHER SPDXRef-a for a reason');
  expect(relationsOf(back)).toContain('SPDXRef-b DEPENDS_ON NONE ');
});

test.each(['cyclonedx-json', 'cyclonedx-xml', 'cyclonedx-json@1.7'] as const)(
  'SPDX 2.3 through %s and back says the same of packages and relations',
  (format) => {
    const back = readBack(format);
    const [a] = back['packages'] as Document[];
    expect(a).toMatchObject({
      ...spdx.packages[0],
      checksums: expect.arrayContaining(spdx.packages[0]?.checksums ?? []) as unknown,
    });
    expect(back['files']).toEqual([expect.objectContaining(spdx.files[0])]);
    expect(back['hasExtractedLicensingInfos']).toEqual(spdx.hasExtractedLicensingInfos);
    const relations = relationsOf(back);
    // Needing is one relation in CycloneDX, whichever end says so.
    const expected = TYPES.filter((type) => !['DEPENDENCY_OF', 'CONTAINED_BY'].includes(type));
    for (const type of expected) expect(relations).toContain(`SPDXRef-b ${type} SPDXRef-c `);
    expect(relations).toContain('SPDXRef-c DEPENDS_ON SPDXRef-b ');
    expect(relations).toContain('SPDXRef-b OTHER SPDXRef-a for a reason');
    expect(relations).toContain('SPDXRef-b CONTAINS SPDXRef-f ');
  },
);

function readBack(format: DocumentFormat): Document {
  const bom = readBom(Buffer.from(JSON.stringify(spdx)), 'spdx');
  const between = readBom(Buffer.from([...writeBom(bom, format, tool)].join('')), format);
  return JSON.parse([...writeBom(between, 'spdx-json', tool)].join('')) as Document;
}

const cyclonedx = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  version: 4,
  metadata: {
    timestamp: '2026-09-12T07:55:41Z',
    component: { type: 'application', 'bom-ref': 'root', name: 'root', version: '1' },
  },
  components: [
    {
      type: 'library',
      'bom-ref': 'a',
      group: 'org.example',
      name: 'a',
      version: '1',
      purl: 'pkg:maven/org.example/a@1',
      scope: 'optional',
      components: [{ type: 'library', 'bom-ref': 'inner', name: 'inner', version: '2' }],
      evidence: { occurrences: [{ location: '/app.jar!/a.jar' }] },
      properties: [{ name: 'x:y', value: 'a = b' }],
    },
    { type: 'cryptographic-asset', 'bom-ref': 'standard', name: 'a-standard' },
  ],
  dependencies: [
    { ref: 'root', dependsOn: ['a'] },
    { ref: 'a', dependsOn: ['inner'], provides: ['standard'] },
    { ref: 'inner', dependsOn: [] },
  ],
  compositions: [
    { aggregate: 'complete', dependencies: ['a'] },
    { aggregate: 'incomplete', assemblies: ['a'] },
  ],
  vulnerabilities: [
    {
      id: 'CVE-2026-1',
      source: { name: 'NVD', url: 'https://example.org/nvd' },
      ratings: [
        { score: 9.8, severity: 'critical', method: 'CVSSv31', vector: 'CVSS:3.1/AV:N' },
        { severity: 'high', method: 'other' },
      ],
      cwes: [79],
      description: 'bad',
      recommendation: 'update',
      advisories: [{ url: 'https://example.org/advisory' }],
      published: '2026-01-01T00:00:00Z',
      analysis: {
        state: 'not_affected',
        justification: 'protected_at_runtime',
        response: ['will_not_fix'],
        detail: 'why',
      },
      affects: [{ ref: 'a' }, { ref: 'inner' }],
    },
    { id: 'GHSA-1', affects: [{ ref: 'a' }], analysis: { state: 'exploitable' } },
    { id: 'GHSA-2', affects: [{ ref: 'a' }] },
  ],
  annotations: [
    {
      subjects: ['a'],
      annotator: { individual: { name: 'Reviewer', email: 'r@example.org' } },
      timestamp: '2026-09-12T07:55:42Z',
      text: 'looked at',
    },
  ],
};

test('CycloneDX through SPDX 3 and back keeps vulnerabilities, nesting, completeness and what provides what', () => {
  const back = through(cyclonedx, 'spdx-json@3.0', 'cyclonedx-json');
  const ref = (name: string) => `SPDXRef-Package-${name}`;
  const renamed = JSON.parse(
    JSON.stringify(cyclonedx)
      .replaceAll('"root"]', '"SPDXRef-Root"]')
      .replace('"ref":"root"', '"ref":"SPDXRef-Root"')
      .replace('"bom-ref":"root"', '"bom-ref":"SPDXRef-Root"')
      .replaceAll(/"(ref|bom-ref)":"a"/g, `"$1":"${ref('maven-org.example-a-1')}"`)
      .replaceAll('["a"]', `["${ref('maven-org.example-a-1')}"]`)
      .replaceAll(/"(ref|bom-ref)":"inner"/g, `"$1":"${ref('inner-2')}"`)
      .replaceAll('["inner"]', `["${ref('inner-2')}"]`)
      .replaceAll('"bom-ref":"standard"', `"bom-ref":"${ref('a-standard')}"`)
      .replaceAll('["standard"]', `["${ref('a-standard')}"]`),
  ) as typeof cyclonedx;
  expect(back['vulnerabilities']).toEqual(renamed.vulnerabilities);
  expect(back['components']).toEqual(renamed.components);
  expect(back['dependencies']).toEqual(renamed.dependencies);
  expect(back['compositions']).toEqual(renamed.compositions);
  expect(back['annotations']).toEqual(renamed.annotations);
  expect(back['serialNumber']).toBe(cyclonedx.serialNumber);
  expect(back['version']).toBe(4);
});

test('CycloneDX through SPDX 2.3 and back keeps components and needs', () => {
  const back = through(cyclonedx, 'spdx-json', 'cyclonedx-json');
  const [a] = back['components'] as Document[];
  expect(a).toMatchObject({
    group: 'org.example',
    name: 'a',
    version: '1',
    purl: 'pkg:maven/org.example/a@1',
    scope: 'optional',
    evidence: { occurrences: [{ location: '/app.jar!/a.jar' }] },
    properties: [{ name: 'x:y', value: 'a = b' }],
  });
  expect(a?.['components']).toMatchObject([{ name: 'inner', version: '2' }]);
  expect(back['dependencies']).toContainEqual({
    ref: 'SPDXRef-Package-maven-org.example-a-1',
    dependsOn: ['SPDXRef-Package-inner-2'],
    provides: ['SPDXRef-Package-a-standard'],
  });
  expect(back['annotations']).toMatchObject([{ text: 'looked at', annotator: { individual: { name: 'Reviewer' } } }]);
});
