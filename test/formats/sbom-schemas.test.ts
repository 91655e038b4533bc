// Documents of every kind that the official schemas allow: read, written as they were, and as every other format.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DocumentFormat } from '../../src/bom/formats.ts';
import { readBom } from '../../src/bom/read.ts';
import type { Bom } from '../../src/bom/types.ts';
import { compareStrings } from '../../src/lib/bytes.ts';
import { writeBom } from '../../src/bom/write.ts';
import { boms } from '../fakes/boms.ts';
import { schemaDocuments } from '../fakes/schema-documents.ts';
import { Spdx3Model } from '../fakes/spdx3-model.ts';
import { commonSchemas, hasSchemas, schemaOf, schemaText, schemaValidator } from './official-schemas.ts';

const tool = { name: 'temper', version: '0.1.0' };
const temperSchema = join(import.meta.dirname, '../../docs/schemas/sbom-1.json');

type Document = Record<string, unknown>;
const text = (bom: Bom, format: DocumentFormat) => [...writeBom(bom, format, tool)].join('');
const read = (document: unknown) => readBom(Buffer.from(JSON.stringify(document)), 'the document');
const parsed = (bom: Bom, format: DocumentFormat) => JSON.parse(text(bom, format)) as Document;

/** Members of SPDX that are one word each. */
const WORDS = new Set(
  (
    'SPDXID spdxElementId relatedSpdxElement referenceType referenceLocator externalDocumentId ' +
    'spdxDocument checksumValue snippetFromFile reference licenseId ' +
    'packageVerificationCodeValue hasFiles documentDescribes packageVerificationCodeExcludedFiles'
  ).split(' '),
);
const TIMES = /^(?:created|.*Date|timestamp)$/;

function textOf(member: string): fc.Arbitrary<string> {
  if (WORDS.has(member)) return fc.constantFrom('a', 'SPDXRef-a', 'SPDXRef-b', 'LicenseRef-c', 'ü');
  if (TIMES.test(member)) return fc.constantFrom('2026-01-02T03:04:05Z', '2020-10-01T00:00:00Z');
  return fc.constantFrom('a', 'b c', '<x>&"', 'ü', 'SPDXRef-DOCUMENT', 'MIT', 'pkg:npm/a@1', 'NONE');
}

describe.skipIf(!hasSchemas)('under the official schemas (of the shared folder)', { timeout: 60_000 }, () => {
  const problems = (name: string, document: unknown) => {
    const valid = schemaValidator(name);
    return valid(document) ? [] : [{ schema: name, ...valid.errors?.[0] }];
  };
  const cyclonedx = (version: string) => `cyclonedx-bom-${version}.schema.json`;
  const spdx = 'spdx-2.3.schema.json';
  const model = hasSchemas
    ? new Spdx3Model(
        schemaText('spdx-3-model.ttl'),
        (schemaOf('spdx-3-context.jsonld') as Document)['@context'] as Document,
      )
    : undefined;
  const problems3 = (document: Document) => model?.problemsOf(document) ?? [];

  const documents = (schema: string, members: Document) =>
    schemaDocuments({
      root: schemaOf(schema),
      others: new Map(commonSchemas.map((name) => [name, schemaOf(name)])),
      // Signatures hold for the bytes that they were made of.
      without: new Set(['signature']),
      text: textOf,
    })
      .map((document) => ({ ...(document as Document), ...members }))
      .filter((document) => schemaValidator(schema)(document));
  const ofCycloneDx = (version: string) =>
    documents(cyclonedx(version), {
      $schema: `http://cyclonedx.org/schema/bom-${version}.schema.json`,
      bomFormat: 'CycloneDX',
      specVersion: version,
      version: 1,
    });
  const ofSpdx = () =>
    documents(spdx, { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', dataLicense: 'CC0-1.0', name: 'a' });
  const documentsOf = {
    '1.6': (bom: Bom) => parsed(bom, 'cyclonedx-json'),
    '1.7': (bom: Bom) => parsed(bom, 'cyclonedx-json@1.7'),
  };
  const everyFormat = (bom: Bom) => [
    ...problems(spdx, parsed(bom, 'spdx-json')),
    ...problems(cyclonedx('1.6'), parsed(bom, 'cyclonedx-json')),
    ...problems(cyclonedx('1.7'), parsed(bom, 'cyclonedx-json@1.7')),
    ...problems3(parsed(bom, 'spdx-json@3.0')),
  ];

  test('a Bom is valid in every format, and the schemas would have said so', () => {
    fc.assert(
      fc.property(boms, (bom) => {
        expect(everyFormat(bom)).toEqual([]);
      }),
      { numRuns: 25, seed: 1 },
    );
    expect(problems(spdx, { packages: 'none' })).not.toEqual([]);
    expect(problems(cyclonedx('1.7'), { bomFormat: 'CycloneDX', specVersion: '1.7', components: 'none' })).not.toEqual(
      [],
    );
    expect(problems3({ '@graph': [{ type: 'software_Package', spdxId: 'a', creationInfo: 'b', colour: 1 }] })).toEqual([
      '@graph[0].creationInfo: nothing is b',
      '@graph[0]: software_Package has no colour',
    ]);
    expect(problems3({ '@graph': [{ type: 'Element', spdxId: 'a' }] })).toContain('@graph[0]: Element is abstract');
  });

  test.each(['1.4', '1.5', '1.6', '1.7'])('CycloneDX %s: read and written, valid in every version', (version) => {
    fc.assert(
      fc.property(ofCycloneDx(version), (document) => {
        const bom = read(document);
        const same = version === '1.6' || version === '1.7' ? documentsOf[version](bom) : withoutEmpty(document);
        expect(same).toEqual(withoutEmpty(document));
        expect(everyFormat(bom)).toEqual([]);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  test('CycloneDX 1.6 through XML is the same document', () => {
    fc.assert(
      fc.property(ofCycloneDx('1.6'), (document) => {
        const xml = text(read(document), 'cyclonedx-xml');
        const again = parsed(readBom(Buffer.from(xml), 'x'), 'cyclonedx-json');
        expect(comparable(again)).toEqual(comparable(document));
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  test('SPDX 2.3: read and written, valid in every format', () => {
    fc.assert(
      fc.property(ofSpdx(), (document) => {
        const bom = read(document);
        expect(parsed(bom, 'spdx-json')).toEqual(withoutEmpty(document));
        expect(everyFormat(bom)).toEqual([]);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  test('SPDX 2.3 through tags and values is the same document', () => {
    fc.assert(
      fc.property(ofSpdx(), (document) => {
        const ids = ['packages', 'files', 'snippets'].flatMap((list) => listOf(document[list]));
        fc.pre(new Set(ids.map((one) => (one as Document)['SPDXID'])).size === ids.length);
        fc.pre(listOf(document['revieweds']).every((one) => (one as Document)['reviewer'] !== undefined));
        const again = parsed(readBom(Buffer.from(text(read(document), 'spdx-tag-value')), 'x'), 'spdx-json');
        expect(tagComparable(again)).toEqual(tagComparable(document));
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  test("Temper's own JSON is what its schema says", () => {
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    addFormats.default(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync(temperSchema, 'utf8')) as AnySchema);
    fc.assert(
      fc.property(boms, (bom) => {
        expect([valid(parsed(bom, 'json')), valid.errors]).toEqual([true, null]);
      }),
      { numRuns: 25, seed: 1 },
    );
    expect(valid({})).toBe(false);
  });
});

/** Empty lists at the top say nothing and are left out. */
function withoutEmpty(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

/** What XML cannot tell apart: an empty list or object and none, a value that is empty and none, one identity and a list of it. */
function comparable(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => comparable(item));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).flatMap(([member, it]) => {
    const kept = member === 'identity' && name === 'evidence' && !Array.isArray(it) ? [it as unknown] : it;
    const inner = comparable(kept, member);
    const isEmpty = inner === '' || (typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0);
    return isEmpty || member === '$schema' ? [] : [[member, inner] as const];
  });
  return Object.fromEntries(members);
}

/** What tags and values have no words for is left out; what is contained or described is a relationship. */
function tagComparable({ documentDescribes, relationships, packages, ...document }: Document): unknown {
  const relations = new Set([
    ...listOf(documentDescribes).map((id) => relation('SPDXRef-DOCUMENT', 'DESCRIBES', id)),
    ...listOf(packages).flatMap((p) =>
      listOf((p as Document)['hasFiles']).map((id) => relation((p as Document)['SPDXID'], 'CONTAINS', id)),
    ),
    ...listOf(relationships).map((one) =>
      JSON.stringify(one, ['spdxElementId', 'relationshipType', 'relatedSpdxElement', 'comment']),
    ),
  ]);
  return { ...(spoken(document) as Document), packages: spoken(listOf(packages)), relations: [...relations].sort() };
}

function relation(spdxElementId: unknown, relationshipType: string, relatedSpdxElement: unknown): string {
  return JSON.stringify({ spdxElementId, relationshipType, relatedSpdxElement });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function spoken(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spoken);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const it: unknown = name === 'ranges' ? rangesOf(member) : spoken(member);
    const isSaid = !['artifactOfs', 'crossRefs', 'hasFiles'].includes(name) && (!Array.isArray(it) || it.length > 0);
    return isSaid ? [[name, it] as const] : [];
  });
  return Object.fromEntries(members);
}

function rangesOf(ranges: unknown): unknown {
  type Pointer = { offset?: number; lineNumber?: number };
  return (ranges as { startPointer: Pointer; endPointer: Pointer }[])
    .flatMap(({ startPointer: from, endPointer: to }) => [
      ...(from.offset === undefined || to.offset === undefined ? [] : [['offset', from.offset, to.offset]]),
      ...(from.lineNumber === undefined || to.lineNumber === undefined
        ? []
        : [['line', from.lineNumber, to.lineNumber]]),
    ])
    .sort((a, b) => compareStrings(String(a), String(b)));
}
