import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { finding, foundPackage } from '../../test/fakes/findings.ts';
import { digestOf } from '../lib/digest.ts';
import { openVexJson } from '../openvex/write.ts';
import { applyStatements } from './apply.ts';
import { effectiveStatements } from './effective.ts';
import { exportCsaf } from './export-csaf.ts';
import { exportCycloneDx } from './export-cyclonedx.ts';
import { exportOpenVex } from './export-openvex.ts';
import type { VexExport } from './export-types.ts';
import { readVex } from './read.ts';
import { scannerPurls } from './scanner-purls.ts';
import type { VexSubject } from './subject.ts';

const schemas = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'schemas');
const digest = digestOf('image');
const NOW = 1_780_000_000;
const subject: VexSubject = { digests: [digest], names: ['registry.example/team/App:1'] };

const ssl = foundPackage();
const other = foundPackage({
  purl: 'pkg:deb/debian/git@1:2-3?arch=amd64&distro=debian-12',
  name: 'git',
  source: undefined,
});
const zlib = foundPackage({
  purl: 'pkg:deb/debian/zlib1g@1?arch=amd64&distro=debian-12&upstream=zlib',
  source: { name: 'zlib', version: '1' },
});
const packages = [ssl, other, zlib];

const said = (name: string, product: string, more: object) => ({
  vulnerability: { name, aliases: [`GHSA-${name.slice(-1)}`] },
  products: [product],
  ...more,
});
const document = readVex(
  {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.org/1',
    author: 'A',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: [
      said('CVE-2026-0001', 'pkg:deb/debian/openssl', {
        status: 'affected',
        action_statement: 'x',
        timestamp: '2025-01-01T00:00:00Z',
      }),
      said('CVE-2026-0001', 'pkg:deb/debian/openssl', {
        status: 'not_affected',
        justification: 'component_not_present',
      }),
      said('CVE-2026-0002', 'pkg:deb/debian/git', { status: 'not_affected', impact_statement: 'it is not run' }),
      said('CVE-2026-0002', 'pkg:deb/debian/zlib', { status: 'affected', action_statement: 'wait' }),
      said('CVE-2026-0003', 'pkg:deb/debian/git', { status: 'fixed' }),
      said('CVE-2026-0004', 'pkg:deb/debian/git', { status: 'under_investigation' }),
      said('CVE-2026-0005', 'pkg:deb/debian/absent', { status: 'fixed' }),
    ],
  },
  'a.json',
);
const effective = effectiveStatements([document], packages, subject, NOW);
const from: VexExport = {
  statements: effective,
  image: { name: 'registry.example/team/App:1', digests: [digest], links: undefined },
  author: 'A',
  time: NOW,
  tooling: 'temper 0.1.0',
  imageOnly: false,
};
const exports = {
  openvex: (more: Partial<VexExport> = {}) => openVexJson(exportOpenVex({ ...from, ...more })),
  csaf: (more: Partial<VexExport> = {}) => exportCsaf({ ...from, ...more }),
  cyclonedx: (more: Partial<VexExport> = {}) => exportCycloneDx({ ...from, ...more }),
};
const plain = (json: unknown) => JSON.parse(JSON.stringify(json)) as Record<string, unknown>;

test('only the last word on each package is told, by the package that is installed', () => {
  expect(effective.map((one) => [one.statement.vulnerabilities[0], one.statement.status, one.packages])).toEqual([
    ['CVE-2026-0001', 'not_affected', [ssl.purl]],
    ['CVE-2026-0002', 'not_affected', [other.purl]],
    ['CVE-2026-0002', 'affected', [zlib.purl]],
    ['CVE-2026-0003', 'fixed', [other.purl]],
    ['CVE-2026-0004', 'under_investigation', [other.purl]],
  ]);
});

test('package URLs are written as both scanners know them', () => {
  expect(scannerPurls(ssl.purl)).toEqual(['pkg:deb/debian/libssl3@3.0.1-1']);
  expect(scannerPurls(other.purl)).toEqual(['pkg:deb/debian/git@1:2-3', 'pkg:deb/debian/git@2-3?epoch=1']);
  expect(scannerPurls('pkg:rpm/redhat/a@2-3?arch=x86_64&epoch=1')).toEqual(['pkg:rpm/redhat/a@2-3?epoch=1']);
  expect(scannerPurls('pkg:golang/stdlib@1.22.4')).toEqual(['pkg:golang/stdlib@1.22.4', 'pkg:golang/stdlib@v1.22.4']);
});

describe.each(Object.entries(exports))('%s', (name, write) => {
  const findings = ['1', '2', '3', '4', '5'].flatMap((n) =>
    packages.map((p) => finding({ id: `CVE-2026-000${n}`, package: p })),
  );
  const statuses = (documents: Parameters<typeof applyStatements>[1], about = subject) =>
    applyStatements(findings, documents, about, NOW).map((one) => one.status);

  test('read again, says the same', () => {
    expect(statuses([readVex(plain(write()), 'b')])).toEqual(statuses([document]));
  });

  test('is the same for the same content', () => {
    expect(write()).toEqual(write());
  });

  test('suppresses nothing in another image where it is said of this one alone', () => {
    if (name === 'cyclonedx') return;
    const elsewhere: VexSubject = { digests: [], names: ['registry.example/other:1'] };
    const scoped = readVex(plain(write({ imageOnly: true })), 'b');
    expect(statuses([scoped])).toEqual(statuses([document]));
    expect(new Set(statuses([scoped], elsewhere))).toEqual(new Set(['affected']));
  });

  test.skipIf(!existsSync(schemas))('holds under its schema (of the shared folder)', () => {
    const load = (file: string) => JSON.parse(readFileSync(join(schemas, file), 'utf8')) as AnySchema & object;
    const file = {
      openvex: 'openvex.schema.json',
      csaf: 'csaf-2.0.schema.json',
      cyclonedx: 'cyclonedx-bom-1.6.schema.json',
    }[name];
    const Validator = name === 'cyclonedx' ? Ajv : Ajv2020;
    const ajv = new Validator({ strict: false, logger: false });
    addFormats.default(ajv);
    const others = {
      csaf: ['cvss-v2.0.json', 'cvss-v3.0.json', 'cvss-v3.1.json'],
      cyclonedx: ['spdx.schema.json', 'jsf-0.82.schema.json'],
    }[name];
    for (const one of others ?? [])
      ajv.addSchema(
        name === 'csaf' ? withoutDraft(load(one)) : load(one),
        name === 'csaf' ? `https://www.first.org/cvss/${one}` : undefined,
      );
    const valid = ajv.compile(name === 'cyclonedx' ? load(file ?? '') : withoutDraft(load(file ?? '')));
    expect(valid(plain(write())) ? [] : valid.errors).toEqual([]);
  });
});

/** The schemas of CVSS are of an older draft; what they say means the same. */
function withoutDraft(schema: AnySchema & object): AnySchema {
  const kept = Object.entries(schema).filter(([key]) => key !== '$schema' && key !== 'id' && key !== '$id');
  return Object.fromEntries(kept) as AnySchema;
}

test('OpenVEX names the image by its digest and the packages by themselves', () => {
  const [first] = plain(exports.openvex())['statements'] as { products: unknown[] }[];
  const part = { '@id': 'pkg:deb/debian/libssl3@3.0.1-1', identifiers: { purl: 'pkg:deb/debian/libssl3@3.0.1-1' } };
  expect(first?.products).toMatchObject([
    { '@id': `pkg:oci/app@${digest}`, hashes: { 'sha-256': digest.slice(7) }, subcomponents: [part] },
    part,
  ]);
});

test('CSAF gives Grype its own spelling, letter for letter', () => {
  const { product_tree: tree } = plain(exports.csaf()) as {
    product_tree: { relationships: { full_product_name: { product_identification_helper: { purl: string } } }[] };
  };
  const purls = tree.relationships.map((one) => one.full_product_name.product_identification_helper.purl);
  expect(purls).toContain(ssl.purl);
  expect(purls).toContain('pkg:deb/debian/git@2-3?epoch=1');
});

test('CycloneDX links into the document that was scanned', () => {
  const links = {
    document: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/2',
    packages: new Map([['ref 1', ssl.purl]]),
    root: undefined,
  };
  const image = { ...from.image, links };
  const { vulnerabilities: [first] = [] } = plain(exports.cyclonedx({ image })) as {
    vulnerabilities?: { affects: unknown }[];
  };
  expect(first?.affects).toEqual([{ ref: `${links.document}#ref%201` }]);
});
