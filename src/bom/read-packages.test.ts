import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advisory, affected, fakeIndex } from '../../test/fakes/advisory-index.ts';
import { boms } from '../../test/fakes/boms.ts';
import { brokenCopies } from '../../test/fakes/broken.ts';
import { told } from '../../test/fakes/findings.ts';
import { records, vulnerableBoms } from '../../test/fakes/vulnerable.ts';
import { Fault } from '../lib/faults.ts';
import { match } from '../match/match.ts';
import { packagesOfCycloneDx } from './cyclonedx/read-packages.ts';
import { readBom } from './read.ts';
import { readPackages, type SbomFile } from './read-packages.ts';
import type { Bom } from './types.ts';
import { writeBom } from './write.ts';

const tool = { name: 'temper', version: '0.1.0' };
/** A file of these bytes, in chunks that are used again. */
function fileOf(bytes: Buffer, size = 64): SbomFile {
  const chunk = Buffer.alloc(size);
  return {
    size: bytes.length,
    start: async (length) => await Promise.resolve(bytes.subarray(0, length)),
    all: async () => await Promise.resolve(bytes),
    async *chunks() {
      for (let at = 0; at < bytes.length; at += size) {
        const length = bytes.copy(chunk, 0, at, at + size);
        yield await Promise.resolve(chunk.subarray(0, length));
      }
    },
  };
}
const packagesOf = async (bytes: Buffer, size?: number) => await packagesOfCycloneDx(fileOf(bytes, size).chunks(), 'x');
const written = (bom: Bom) => Buffer.from([...writeBom(bom, 'cyclonedx-json', tool)].join(''));

/** What is kept of a Bom, as JSON has it. */
function kept({ packages, subject, notRead }: Bom): unknown {
  const slim = packages.map((p) => ({
    ...p,
    licence: undefined,
    description: undefined,
    homepage: undefined,
    cpes: undefined,
    hashes: undefined,
    archive: undefined,
    properties: p.properties?.filter(({ name }) => !/^syft:(?:cpe23|package|metadata)/.test(name)),
  }));
  return JSON.parse(JSON.stringify({ packages: slim, subject, notRead }));
}

async function outcome(read: () => Bom | Promise<Bom>): Promise<unknown> {
  try {
    return kept(await read());
  } catch (fault) {
    if (fault instanceof Fault) return fault.code;
    throw fault;
  }
}

/** As syft writes it: files beside packages, of one each, and many properties. */
const document = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: {
    timestamp: '2026-01-02T03:04:05Z',
    component: { 'bom-ref': 'root', type: 'container', name: 'image', version: 'sha256:1' },
  },
  components: [
    {
      'bom-ref': 'a',
      type: 'library',
      group: '@s',
      name: 'a',
      version: '1.0.0',
      description: 'it has "type":"file" and {brackets} in it',
      licenses: [{ license: { id: 'MIT' } }],
      cpe: 'cpe:2.3:a:a:a:1.0.0:*:*:*:*:*:*:*',
      purl: 'pkg:npm/%40s/a@1.0.0',
      externalReferences: [{ type: 'website', url: 'https://example.org/a' }],
      properties: [
        { name: 'syft:package:foundBy', value: 'javascript-package-cataloger' },
        { name: 'syft:cpe23', value: 'cpe:2.3:a:x:a:1.0.0:*:*:*:*:*:*:*' },
        { name: 'syft:location:0:path', value: '/app/package.json' },
        { name: 'syft:metadata:mainModule', value: 'x' },
      ],
    },
    { 'bom-ref': 'f', type: 'file', name: '/bin/ls', hashes: [{ alg: 'SHA-256', content: 'ab' }] },
    { 'bom-ref': 'g', type: 'file', name: '/etc/link' },
    {
      'bom-ref': 'h',
      hashes: [{ alg: 'MD5', content: 'ab' }],
      name: '/odd',
      type: 'file',
      components: [{ type: 'library', name: 'in', purl: 'pkg:npm/in@2.0.0' }],
    },
    { 'bom-ref': 'i', name: 'own', purl: 'pkg:npm/own@1.0.0', type: 'file', hashes: [{ alg: 'MD5', content: 'ab' }] },
    { 'bom-ref': 'j', name: 'other', type: 'library', externalReferences: [{ type: 'file', url: 'x' }] },
    { type: 'operating-system', name: 'debian', version: '13', 'bom-ref': 'os' },
  ],
  dependencies: [{ ref: 'j', dependsOn: ['a'] }],
  vulnerabilities: [{ id: 'CVE-2026-1001' }],
};

describe('packages alone', () => {
  test('are those of the whole document', async () => {
    const bytes = Buffer.from(JSON.stringify(document));
    const bom = await packagesOf(bytes);
    expect(bom?.packages.map(({ purl }) => purl)).toEqual([
      'pkg:generic/other',
      'pkg:npm/%40s/a@1.0.0',
      'pkg:npm/in@2.0.0',
      'pkg:npm/own@1.0.0',
    ]);
    expect(bom?.packages[1]).toMatchObject({ licence: undefined, locations: [{ path: 'app/package.json' }] });
    expect(bom?.document).toBeUndefined();
    expect(bom === undefined ? undefined : kept(bom)).toEqual(kept(readBom(bytes, 'x')));
    for (const size of [1, 7, 1 << 16]) {
      expect(await packagesOf(Buffer.from(JSON.stringify(document, undefined, 2)), size)).toEqual(bom);
    }
  });

  test('are found in any Bom, with the same findings', async () => {
    await fc.assert(
      fc.asyncProperty(vulnerableBoms, records, async (bom, advisories) => {
        const index = fakeIndex({ advisories });
        expect(told(match((await packagesOf(written(bom))) ?? bom, index))).toEqual(told(match(bom, index)));
      }),
      { numRuns: 100 },
    );
    const only = affected('npm', '@s/a', '2.0.0');
    const bom = await packagesOf(Buffer.from(JSON.stringify(document)));
    expect(bom && match(bom, fakeIndex({ advisories: [advisory('GHSA-1', 'osv', [only])] })).findings).toHaveLength(1);
  });

  test('are the same of documents with files and everything else', async () => {
    await fc.assert(
      fc.asyncProperty(boms, async (bom) => {
        const bytes = written(bom);
        expect(await outcome(() => readPackages(fileOf(bytes), 'x'))).toEqual(await outcome(() => readBom(bytes, 'x')));
      }),
      { numRuns: 60 },
    );
  });

  test('of damaged documents are those of the reader of whole ones, or its fault', async () => {
    const originals = [Buffer.from(JSON.stringify(document)), Buffer.from(JSON.stringify(document, undefined, 1))];
    await fc.assert(
      fc.asyncProperty(brokenCopies(originals, 3), async (bytes) => {
        const whole = await outcome(() => readBom(bytes, 'x'));
        const lean = await outcome(() => readPackages(fileOf(bytes), 'x'));
        // What is passed over is not looked at.
        const isOverlooked = whole === 'json/malformed' || whole === 'sbom/malformed';
        expect(isOverlooked ? whole : lean).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['no UTF-8', Buffer.from(JSON.stringify(document).replace('"own"', '"ow\u00ff"'), 'latin1')],
    ['a comma too many', Buffer.from(JSON.stringify(document).replace('],"dependencies"', ',],"dependencies"'))],
    ['one that is cut off', Buffer.from(JSON.stringify(document).slice(0, -2))],
    ['one with more behind it', Buffer.from(`${JSON.stringify(document)} x`)],
    ['a version that nobody knows', Buffer.from(JSON.stringify({ ...document, specVersion: '9' }))],
    ['a list', Buffer.from(JSON.stringify([document]))],
    ['components that are none', Buffer.from(JSON.stringify({ ...document, components: [1, 'x'] }))],
    [
      'one that nests too deeply',
      Buffer.from(JSON.stringify({ ...document, x: 0 }).replace('"x":0', `"x":${'['.repeat(200)}${']'.repeat(200)}`)),
    ],
  ])('of %s give the fault that the other reader gives', async (_, bytes) => {
    const whole = await outcome(() => readBom(bytes, 'x'));
    expect(whole).toBeTypeOf('string');
    expect(await outcome(() => readPackages(fileOf(bytes), 'x'))).toBe(whole);
  });

  test('of any other format are read as before, without the document', async () => {
    const spdx = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', comment: '"CycloneDX"', packages: [] };
    const bom = await readPackages(fileOf(Buffer.from(JSON.stringify(spdx))), 'x');
    expect(bom.packages).toEqual([]);
    expect(bom.document).toBeUndefined();
    const inner = {
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://cyclonedx.org/bom',
      subject: [],
      predicate: document,
    };
    expect((await readPackages(fileOf(Buffer.from(JSON.stringify(inner))), 'x')).packages).toHaveLength(4);
  });
});
