import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { isOpenVex, parseOpenVex, readOpenVex, statementTime } from './read.ts';
import { newStatementProblem } from './rules.ts';
import type { OpenVexDocument } from './types.ts';
import { writeOpenVex } from './write.ts';

const shared = process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared');
const schema = join(shared, 'schemas/openvex.schema.json');

const head = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.org/vex-1',
  author: 'Example',
  timestamp: '2026-01-02T03:04:05Z',
  version: 2,
};
const statement = {
  vulnerability: { name: 'CVE-2026-1', '@id': 'https://example.org/CVE-2026-1', aliases: ['GHSA-a'] },
  products: [
    {
      '@id': 'pkg:oci/app@sha256%3A11',
      identifiers: { purl: 'pkg:oci/app@sha256%3A11', cpe23: 'cpe:2.3:a:b:c' },
      hashes: { 'sha-256': 'AB'.repeat(32) },
      subcomponents: [{ '@id': 'pkg:deb/debian/openssl' }],
    },
  ],
  status: 'not_affected',
  justification: 'vulnerable_code_not_present',
  timestamp: '2026-02-02T03:04:05+01:00',
};
const document = (...statements: unknown[]) => ({ ...head, statements });

test('reads what a document says, and writes it again', () => {
  const read = parseOpenVex(JSON.stringify(document(statement)), 'a.json');
  expect(read).toMatchObject({ id: head['@id'], author: 'Example', version: 2, timestamp: 1_767_323_045 });
  expect(read.statements[0]).toMatchObject({
    vulnerability: { name: 'CVE-2026-1', aliases: ['GHSA-a'] },
    timestamp: 1_769_997_845,
    status: 'not_affected',
    products: [{ purl: 'pkg:oci/app@sha256%3A11', subcomponents: [{ id: 'pkg:deb/debian/openssl' }] }],
  });
  expect(read.statements[0]?.products[0]?.hashes.get('sha-256')).toBe('ab'.repeat(32));
  expect(parseOpenVex(writeOpenVex(read), 'a.json')).toEqual({ ...read, supersedes: [] });
});

test('reads the forms of before 0.2.0', () => {
  const old = {
    ...document({
      vulnerability: 'CVE-2026-1',
      products: ['pkg:npm/a@1'],
      subcomponents: ['pkg:npm/b'],
      status: 'fixed',
    }),
    '@context': 'https://openvex.dev/ns',
    version: '3',
    supersedes: 'https://example.org/vex-0',
  };
  const read = readOpenVex(old);
  expect(read).toMatchObject({ version: 3, supersedes: ['https://example.org/vex-0'] });
  expect(read.statements[0]).toMatchObject({
    vulnerability: { name: 'CVE-2026-1', aliases: [] },
    products: [{ id: 'pkg:npm/a@1', subcomponents: [{ id: 'pkg:npm/b' }] }],
  });
});

test('a statement without a time has the document’s, and what was updated counts', () => {
  const times = { timestamp: 10, lastUpdated: 20 };
  expect(statementTime({}, times)).toBe(20);
  expect(statementTime({ timestamp: 5 }, times)).toBe(5);
  expect(statementTime({ timestamp: 5, lastUpdated: 7 }, times)).toBe(7);
  expect(statementTime({}, { timestamp: undefined })).toBeUndefined();
});

describe('refuses, naming it,', () => {
  test.each([
    [{ justification: undefined }, 'statement 1 (CVE-2026-1) says not_affected without a justification or an impact'],
    [{ status: 'affected' }, 'says affected, and yet gives a justification (vulnerable_code_not_present)'],
    [
      { status: 'not-affected' },
      'its status is "not-affected", none of not_affected, affected, fixed, under_investigation; perhaps not_affected is meant',
    ],
    [{ justification: 'because' }, 'its justification is "because"'],
    [{ status: undefined }, 'its status is missing'],
    [{ vulnerability: {} }, 'statement 1 names no vulnerability'],
    [{ timestamp: 'yesterday' }, 'statement 1 (CVE-2026-1), timestamp, is no date and time: "yesterday"'],
    [{ products: {} }, 'products is no list'],
    [{ products: [5] }, 'a product is neither an object nor a text'],
  ])('%j', (change, message) => {
    expect(() => readOpenVex(document({ ...statement, ...change }))).toThrow(
      expect.objectContaining({ code: 'openvex/malformed', message: expect.stringContaining(message) as unknown }),
    );
  });

  test('what is no OpenVEX, or has no id', () => {
    expect(isOpenVex({ '@context': 'https://spdx.org/rdf' })).toBe(false);
    expect(() => readOpenVex({})).toThrow('its @context is not that of OpenVEX');
    expect(() => readOpenVex({ '@context': head['@context'] })).toThrow('it has no @id');
    expect(() => parseOpenVex('['.repeat(200), 'a.json')).toThrow('nested deeper');
  });

  test('a prototype is no member', () => {
    const text = '{"@context":"https://openvex.dev/ns","@id":"x","__proto__":{"author":"evil"},"statements":[]}';
    expect(parseOpenVex(text, 'a.json').author).toBe('');
  });
});

test('a new statement says all that belongs to its status and nothing else', () => {
  expect(newStatementProblem({ status: 'affected' })).toContain('without an action statement');
  expect(newStatementProblem({ status: 'fixed', impactStatement: 'x' })).toContain('has no impact statement');
  expect(newStatementProblem({ status: 'under_investigation', actionStatement: 'x' })).toContain('no action statement');
  expect(newStatementProblem({ status: 'fixed', justification: 'component_not_present' })).toContain(
    'no justification',
  );
  expect(newStatementProblem({ status: 'not_affected', impactStatement: 'x' })).toBeUndefined();
});

test.skipIf(!existsSync(schema))('what is written holds under the schema (of the shared folder)', () => {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  const valid = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
  const read: OpenVexDocument = readOpenVex(document(statement));
  expect(valid(JSON.parse(writeOpenVex(read))) ? [] : valid.errors).toEqual([]);
});

test('refuses many subcomponents that many products share', () => {
  const names = Array.from({ length: 1001 }, (_, i) => `pkg:npm/a${i}`);
  const shared = (count: number) =>
    document({ ...statement, products: names.slice(0, count), subcomponents: names.slice(0, 1000) });
  expect(readOpenVex(shared(1000)).statements).toHaveLength(1);
  expect(() => readOpenVex(shared(1001))).toThrow(
    expect.objectContaining({
      code: 'openvex/malformed',
      message: expect.stringContaining('more than 1000000 subcomponents') as unknown,
    }),
  );
});
