import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultOr } from '../../test/fakes/broken.ts';
import { bomOf } from '../../test/fakes/packages.ts';
import { file } from '../../test/fakes/sides.ts';
import type { Fault } from '../lib/faults.ts';
import { readBom } from './read.ts';
import type { BomFile } from './types.ts';
import { writeBom } from './write.ts';

const plainFile = file('usr/bin/x');

const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));
const codeOf = (read: () => unknown) => {
  try {
    return read();
  } catch (fault) {
    return [(fault as Fault).code, (fault as Fault).message];
  }
};

const openssl = 'pkg:deb/debian/libssl3@3.0.1-1?arch=amd64&distro=debian-12&upstream=openssl';
const spdx = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'image',
  creationInfo: { created: '2026-09-12T07:55:41Z', creators: ['Tool: syft-1'] },
  packages: [
    { SPDXID: 'SPDXRef-root', name: 'image', versionInfo: '1', primaryPackagePurpose: 'CONTAINER' },
    {
      SPDXID: 'SPDXRef-a',
      name: 'libssl3',
      versionInfo: '3.0.1-1',
      supplier: 'Person: A Person (a@example.org)',
      licenseDeclared: 'LicenseRef-odd',
      sourceInfo: 'acquired package info from DPKG DB: /var/lib/dpkg/status, /usr/share/doc/libssl3/copyright',
      externalRefs: [
        { referenceCategory: 'PACKAGE_MANAGER', referenceType: 'purl', referenceLocator: openssl },
        { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: 'cpe:2.3:a:openssl:libssl3:3' },
      ],
    },
    { SPDXID: 'SPDXRef-b', name: 'app', versionInfo: '1', downloadLocation: 'NOASSERTION' },
  ],
  hasExtractedLicensingInfos: [{ licenseId: 'LicenseRef-odd', extractedText: 'do as you like' }],
  relationships: [
    { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-root' },
    { spdxElementId: 'SPDXRef-a', relationshipType: 'DEPENDENCY_OF', relatedSpdxElement: 'SPDXRef-b' },
  ],
};

test('reads packages, their sources, licences, places and needs from SPDX', () => {
  const { packages, subject } = readBom(bytes(spdx), 'image.spdx.json');
  expect(subject).toMatchObject({
    name: 'image',
    created: 1_789_199_741,
    distribution: { id: 'debian', versionId: '12' },
  });
  expect(packages).toMatchObject([
    {
      purl: openssl,
      kind: 'deb',
      architecture: 'amd64',
      source: { name: 'openssl', version: '3.0.1-1' },
      maintainer: 'A Person <a@example.org>',
      licence: { expression: 'LicenseRef-odd', texts: { 'LicenseRef-odd': 'do as you like' } },
      locations: [{ path: 'var/lib/dpkg/status' }, { path: 'usr/share/doc/libssl3/copyright' }],
      cpes: ['cpe:2.3:a:openssl:libssl3:3'],
    },
    { purl: 'pkg:generic/app@1', dependencies: [openssl] },
  ]);
});

test('reads nested components and the operating system from CycloneDX, and names packages as their ecosystems do', () => {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.4',
    metadata: { component: { type: 'container', name: 'image', 'bom-ref': 'i' } },
    components: [
      { type: 'operating-system', name: 'debian', version: '12' },
      {
        type: 'library',
        'bom-ref': 'x',
        group: 'org.example',
        name: 'outer',
        purl: 'pkg:maven/org.example/outer@1',
        components: [
          { type: 'library', group: '@a', name: 'b', version: '2', purl: 'pkg:npm/%40a/b@2', 'bom-ref': 'y' },
        ],
      },
    ],
    dependencies: [{ ref: 'x', dependsOn: ['y'] }],
  };
  const bom = readBom(bytes(document), 'image.cdx.json');
  expect(bom.subject.distribution).toMatchObject({ id: 'debian', versionId: '12' });
  expect(bom.packages.map((p) => [p.kind, p.name, p.version, p.dependencies])).toEqual([
    ['maven', 'org.example:outer', '1', ['pkg:npm/%40a/b@2']],
    ['npm', '@a/b', '2', []],
  ]);
});

test('names what is wrong with a document, and where', () => {
  expect(codeOf(() => readBom(bytes({ ...spdx, packages: [{ SPDXID: 'a', name: 1 }] }), 'x'))).toEqual([
    'sbom/malformed',
    '"packages[0].name" is no text.',
  ]);
  expect(codeOf(() => readBom(bytes({ ...spdx, spdxVersion: 'SPDX-1.2' }), 'x'))).toEqual([
    'sbom/unknown-version',
    'x is of version "SPDX-1.2".',
  ]);
  expect(codeOf(() => readBom(bytes({ hello: 1 }), 'x'))).toEqual([
    'sbom/unknown-format',
    'x is no SBOM that Temper reads.',
  ]);
  expect(codeOf(() => readBom(Buffer.from('{'), 'x'))).toContain('json/malformed');
});

test('digests of files that are none are refused in its own JSON, and no digests elsewhere', () => {
  const [sha1, sha256] = ['a1'.repeat(20), 'b2'.repeat(32)];
  const bom = bomOf([]);
  const written = (digests: Pick<BomFile, 'sha1' | 'sha256'>, format: 'json' | 'spdx-json'): Buffer =>
    Buffer.from(
      [...writeBom({ ...bom, files: [{ ...plainFile, ...digests }] }, format, { name: 'temper', version: '1' })].join(
        '',
      ),
    );
  expect(readBom(written({ sha1, sha256 }, 'json'), 'x').files).toMatchObject([{ sha1, sha256 }]);
  expect(readBom(written({ sha1, sha256 }, 'spdx-json'), 'x').files).toMatchObject([{ sha1, sha256 }]);
  const upper = { sha1: sha1.toUpperCase(), sha256 };
  expect(codeOf(() => readBom(written(upper, 'json'), 'x'))).toEqual([
    'sbom/malformed',
    '"files[0].sha1" is not 20 bytes in lower-case hexadecimal.',
  ]);
  for (const odd of [`${sha256}b`, `${sha256.slice(1)}g`, '']) {
    expect(codeOf(() => readBom(written({ sha1, sha256: odd }, 'json'), 'x'))).toContain('sbom/malformed');
    expect(readBom(written({ sha1, sha256: odd }, 'spdx-json'), 'x').files).toEqual([]);
  }
});

test('a document cannot reach into prototypes', () => {
  const text = '{"bomFormat":"CycloneDX","specVersion":"1.6","__proto__":{"components":1},"components":[]}';
  expect(readBom(Buffer.from(text), 'x').packages).toEqual([]);
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [],
  predicateType: 'https://spdx.dev/Document',
  predicate: spdx,
};
const envelope = { payloadType: 'application/vnd.in-toto+json', payload: base64(statement), signatures: [] };

test.each([
  ['in-toto', statement],
  ['in-toto', { ...statement, _type: 'https://in-toto.io/Statement/v0.1', predicate: { Data: JSON.stringify(spdx) } }],
  ['dsse', envelope],
  ['sigstore', { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: envelope }],
])('reads an SBOM inside %s, and says that it was', (wrapped, document) => {
  const bom = readBom(bytes(document), 'x');
  expect(bom.document).toMatchObject({ wrapped, family: 'spdx-2', version: '2.3' });
  expect(bom.packages).toHaveLength(2);
});

test.each([
  ['a payload that is no base64', { ...envelope, payload: '%' }, 'sbom/malformed'],
  ['a payload that is no JSON', { ...envelope, payload: Buffer.from('x').toString('base64') }, 'json/malformed'],
  ['a statement of something else', { ...statement, predicate: { buildType: 'x' } }, 'sbom/unknown-format'],
])('refuses %s', (_, document, code) => {
  expect(codeOf(() => readBom(bytes(document), 'x'))).toContain(code);
});

test('tells formats apart by their content', () => {
  const families = [
    'SPDXVersion: SPDX-2.2\nSPDXID: SPDXRef-DOCUMENT\n',
    '# comment\nSPDXVersion: SPDX-2.3\n',
    '\ufeff<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>',
    JSON.stringify({ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': [] }),
    JSON.stringify({ artifacts: [], descriptor: { name: 'syft' }, schema: { version: '16.1.3' } }),
  ].map((text) => readBom(Buffer.from(text), 'x').document);
  expect(families.map((document) => [document?.family, document?.version])).toEqual([
    ['spdx-2', '2.2'],
    ['spdx-2', '2.3'],
    ['cyclonedx', '1.4'],
    ['spdx-3', '3.0.1'],
    ['syft', '16.1.3'],
  ]);
  expect(codeOf(() => readBom(Buffer.from('hello'), 'x'))).toContain('sbom/unknown-format');
  expect(codeOf(() => readBom(Buffer.from([0x7b, 0xff]), 'x'))).toContain('sbom/malformed');
  expect(codeOf(() => readBom(Buffer.from(''), 'x'))).toContain('sbom/unknown-format');
});

test('whatever is changed in a document, it is read or a fault says why', () => {
  const whole = JSON.stringify(spdx);
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(20), fc.string({ maxLength: 5 }), (at, gone, text) => {
      const broken = whole.slice(0, at) + text + whole.slice(at + gone);
      expect(faultOr(() => readBom(Buffer.from(broken), 'x'))).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});

test('reads what Trivy and syft say of sources and owners in their own ways', () => {
  const purl = 'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12.5';
  const component = {
    type: 'library',
    name: 'libc6',
    version: '2.36-9',
    purl,
    properties: [
      { name: 'aquasecurity:trivy:SrcName', value: 'glibc' },
      { name: 'aquasecurity:trivy:SrcVersion', value: '2.36' },
      { name: 'aquasecurity:trivy:SrcRelease', value: '9' },
      { name: 'aquasecurity:trivy:SrcEpoch', value: '1' },
    ],
  };
  const cycloneDx = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [component] };
  expect(readBom(bytes(cycloneDx), 'x').packages).toMatchObject([{ source: { name: 'glibc', version: '1:2.36-9' } }]);
  const reference = (locator: string) => [
    { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator },
  ];
  const python = 'pkg:deb/debian/python3-urllib3@2.3.0-3?arch=all&distro=debian-13';
  const document = {
    ...spdx,
    packages: [
      {
        SPDXID: 'SPDXRef-a',
        name: 'libc6',
        versionInfo: '2.36-9',
        sourceInfo: 'built package from: glibc 2.36-9',
        externalRefs: reference(purl),
      },
      { SPDXID: 'SPDXRef-b', name: 'python3-urllib3', versionInfo: '2.3.0-3', externalRefs: reference(python) },
      { SPDXID: 'SPDXRef-c', name: 'urllib3', versionInfo: '2.3.0', externalRefs: reference('pkg:pypi/urllib3@2.3.0') },
    ],
    relationships: [
      {
        spdxElementId: 'SPDXRef-b',
        relationshipType: 'OTHER',
        relatedSpdxElement: 'SPDXRef-c',
        comment: 'ownership-by-file-overlap: indicates that the parent package claims ownership',
      },
    ],
  };
  expect(readBom(bytes(document), 'x').packages).toMatchObject([
    { name: 'libc6', source: { name: 'glibc', version: '2.36-9' } },
    { name: 'python3-urllib3' },
    { name: 'urllib3', ownedBy: python },
  ]);
});

test('packages are known by their package URLs, however oddly these are written', () => {
  const odd = ['pkg://npm/a@1', 'PKG:NPM/a@1', 'pkg:npm/a/@1', 'pkg:deb/debian/b@1?Distro=debian-12&Arch=all'];
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    components: odd.map((purl) => ({ type: 'library', name: purl.includes('deb') ? 'b' : 'a', version: '1', purl })),
  };
  const { packages, subject } = readBom(bytes(document), 'a.cdx.json');
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:deb/debian/b@1?arch=all&distro=debian-12', 'pkg:npm/a@1']);
  expect(subject.distribution).toMatchObject({ id: 'debian', versionId: '12' });
});

test('what has the package URL of a package is one, of whatever type the document has it', () => {
  const of = (type: string, purl: string) => ({ type, name: 'lodash', version: '4.17.0', purl });
  const lodash = 'pkg:npm/lodash@4.17.0';
  const read = (root: object, ...components: readonly object[]) =>
    readBom(bytes({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component: root }, components }), 'x');
  const image = { 'bom-ref': 'root', type: 'container', name: 'image' };
  const system = read(image, of('operating-system', lodash));
  expect(system.packages.map(({ purl }) => purl)).toEqual([lodash]);
  expect(read({ ...of('container', lodash), 'bom-ref': 'root' }).packages.map(({ purl }) => purl)).toEqual([lodash]);
  for (const purl of ['pkg:oci/lodash@sha256:1', 'pkg:generic/lodash@4.17.0'])
    expect(read({ ...of('container', purl), 'bom-ref': 'root' }).packages).toEqual([]);
  const debian = { type: 'operating-system', name: 'debian', version: '13' };
  expect(read(image, debian)).toMatchObject({ packages: [], subject: { distribution: { id: 'debian' } } });
});

test('packages of one package URL without a version are as many as their versions', () => {
  const of = (version: string) => ({ type: 'library', name: 'lodash', version, purl: 'pkg:npm/lodash' });
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [of('4.17.99'), of('4.17.0'), of('4.17.0')],
  };
  expect(readBom(bytes(document), 'x').packages.map(({ purl, version }) => [purl, version])).toEqual([
    ['pkg:npm/lodash@4.17.0', '4.17.0'],
    ['pkg:npm/lodash@4.17.99', '4.17.99'],
  ]);
});

test("a package is the system's only where all that has its package URL is", () => {
  const place = (id: string, purl: string) => ({
    SPDXID: id,
    name: 'x',
    versionInfo: '1',
    externalRefs: [{ referenceCategory: 'PACKAGE_MANAGER', referenceType: 'purl', referenceLocator: purl }],
  });
  const owns = (id: string) => ({ spdxElementId: 'deb', relationshipType: 'CONTAINS', relatedSpdxElement: id });
  const read = (...owned: readonly string[]) =>
    readBom(
      bytes({
        ...spdx,
        packages: [place('deb', openssl), place('one', 'pkg:npm/x@1'), place('other', 'pkg:npm/x@1')],
        relationships: owned.map(owns),
      }),
      'a.spdx.json',
    ).packages.find(({ kind }) => kind === 'npm')?.ownedBy;
  expect([read('one'), read('other'), read('one', 'other')]).toEqual([undefined, undefined, openssl]);
});
