import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finding, foundPackage } from '../../test/fakes/findings.ts';
import { digestOf } from '../lib/digest.ts';
import type { Finding } from '../match/types.ts';
import { applyStatements } from './apply.ts';
import { aboutSubject, parseVex, readVex } from './read.ts';
import type { VexSubject } from './subject.ts';
import type { VexDocument, VexStatement } from './types.ts';

const digest = digestOf('image');
const other = digestOf('other');
const NOW = 2_000_000_000;
const subject: VexSubject = {
  digests: [digest],
  names: ['registry.example/team/app:1'],
  platform: 'linux/amd64',
  distribution: { id: 'rhel', versionId: '9.4', prettyName: '' },
  base: { digests: [digestOf('base')], names: ['registry.example/base:2'] },
};
const part = { '@id': 'pkg:deb/debian/libssl3' };

function openVex(products: readonly unknown[], change: object = {}, head: object = {}): VexDocument {
  return readVex(
    {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.org/1',
      author: 'A',
      timestamp: '2026-01-01T00:00:00Z',
      version: 1,
      ...head,
      statements: [
        {
          vulnerability: { name: 'CVE-2026-1' },
          products,
          status: 'not_affected',
          justification: 'vulnerable_code_not_present',
          ...change,
        },
      ],
    },
    'vex.json',
  );
}
const said = (documents: VexDocument[], one: Finding = finding(), about = subject) =>
  applyStatements([one], documents, about, NOW)[0];
const status = (documents: VexDocument[], one?: Finding, about?: VexSubject) => said(documents, one, about)?.status;

describe('a product is', () => {
  test.each([
    [`pkg:oci/app@${encodeURIComponent(digest)}`, true],
    [`pkg:oci/app@${encodeURIComponent(other)}`, false],
    ['pkg:oci/app', true],
    ['pkg:oci/app?repository_url=registry.example/team/app', true],
    ['pkg:oci/app?repository_url=registry.example/team', true],
    ['pkg:oci/app?repository_url=registry.other/team/app', false],
    ['pkg:oci/app?tag=2', false],
    ['pkg:oci/app?arch=arm64', false],
    ['pkg:docker/team/app@1', true],
    [digest, true],
    [digest.slice(7), true],
    ['registry.example/team/app:1', true],
    ['registry.example/team/app', true],
    ['registry.example/team/app:2', false],
    [`registry.other/x@${digest}`, true],
    ['cpe:/o:redhat:enterprise_linux:9', true],
    ['cpe:/o:redhat:enterprise_linux:9.4::baseos', true],
    ['cpe:2.3:o:redhat:enterprise_linux:8:*:*:*:*:*:*:*', false],
    ['cpe:/o:redhat:enterprise_linux:9.40', false],
  ])('the image: %s %s', (id, matches) => {
    expect(status([openVex([{ '@id': id, subcomponents: [part] }])])).toBe(matches ? 'not-affected' : 'affected');
    expect(status([openVex([{ '@id': id }])])).toBe(matches ? 'not-affected' : 'affected');
    expect(status([openVex([{ '@id': id, subcomponents: [{ '@id': 'pkg:deb/debian/zlib' }] }])])).toBe('affected');
  });

  test('no image of another version that begins alike', () => {
    const ten = { ...subject, distribution: { id: 'rhel', versionId: '10.1', prettyName: '' } };
    const of = (cpe: string) => status([openVex([{ '@id': cpe }])], undefined, ten);
    expect([of('cpe:/o:redhat:enterprise_linux:1'), of('cpe:/o:redhat:enterprise_linux:10')]).toEqual([
      'affected',
      'not-affected',
    ]);
  });

  test('the image by a hash', () => {
    const product = { '@id': 'urn:x', hashes: { 'sha-256': digest.slice(7) }, subcomponents: [part] };
    expect(status([openVex([product])])).toBe('not-affected');
  });

  test.each([
    ['pkg:deb/debian/libssl3', true],
    ['pkg:deb/debian/libssl3@3.0.1-1', true],
    ['pkg:deb/debian/libssl3@3.0.1-2', false],
    ['pkg:deb/debian/libssl3?arch=amd64', true],
    ['pkg:deb/debian/libssl3?arch=arm64', false],
    ['pkg:deb/debian/libssl3?vendor=x', false],
    ['pkg:deb/debian/libssl3#lib', false],
    ['pkg:deb/ubuntu/libssl3', false],
    ['pkg:deb/debian/openssl@3.0.1-1', true],
    ['pkg:deb/debian/openssl?arch=source', true],
    ['pkg:deb/debian/openssl@1', false],
    ['pkg:deb/debian/ssl', false],
    ['pkg:', false],
    ['pkg:deb/debian/libssl3@%', false],
    ['urn:cdx:not-a-link', false],
  ])('a package: %s %s', (id, matches) => {
    expect(status([openVex([id])])).toBe(matches ? 'not-affected' : 'affected');
  });

  test('a package with an epoch, also where that is a qualifier', () => {
    const one = finding({ package: foundPackage({ purl: 'pkg:deb/debian/a@1:2-3?arch=amd64', source: undefined }) });
    for (const id of ['pkg:deb/debian/a@1:2-3', 'pkg:deb/debian/a@1%3A2-3', 'pkg:deb/debian/a@2-3?epoch=1'])
      expect(status([openVex([id])], one)).toBe('not-affected');
    expect(status([openVex(['pkg:deb/debian/a@2-3'])], one)).toBe('affected');
  });

  test('what every way to the package leads through', () => {
    const through = (...parents: string[][]) =>
      finding({ package: foundPackage({ purl: 'pkg:npm/b@1', source: undefined, parents }) });
    const document = openVex([{ '@id': 'pkg:npm/a@1', subcomponents: [{ '@id': 'pkg:npm/b' }] }]);
    expect(status([document], through(['pkg:npm/a@1']))).toBe('not-affected');
    expect(status([document], through(['pkg:npm/a@1'], ['pkg:npm/c@1']))).toBe('affected');
    expect(status([document], through())).toBe('affected');
    expect(status([document], through(...Array.from({ length: 5 }, () => ['pkg:npm/a@1'])))).toBe('affected');
  });

  test('the base image, of what it brings', () => {
    const document = openVex([{ '@id': 'registry.example/base:2' }]);
    expect(status([document], finding({ package: foundPackage({ origin: 'base' }) }))).toBe('not-affected');
    expect(status([document], finding({ package: foundPackage({ origin: 'added' }) }))).toBe('affected');
  });

  test('what was attested, where none is named', () => {
    const document = openVex([]);
    expect(status([document])).toBe('affected');
    expect(status([aboutSubject(document, digest)])).toBe('not-affected');
    expect(status([aboutSubject(document, other)])).toBe('affected');
  });
});

describe('a system, by its CPE, is', () => {
  const npm = finding({ package: foundPackage({ kind: 'npm', purl: 'pkg:npm/a@1', source: undefined }) });
  const system = 'cpe:/o:redhat:enterprise_linux:9';

  test('what it packaged, not what others put on it', () => {
    expect(status([openVex([{ '@id': system }])])).toBe('not-affected');
    expect(status([openVex([{ '@id': system }])], npm)).toBe('affected');
    expect(status([openVex([{ '@id': system, subcomponents: ['pkg:npm/a'] }])], npm)).toBe('affected');
  });
});

describe('what was attested', () => {
  const base = digestOf('base');

  test('counts for what it was attested of alone, whatever it names', () => {
    const document = openVex([part]);
    expect(status([document])).toBe('not-affected');
    expect(status([aboutSubject(document, digest)])).toBe('not-affected');
    expect(status([aboutSubject(document, other)])).toBe('affected');
  });

  test('of the base counts for what the base brings', () => {
    const documents = [aboutSubject(openVex([part, { '@id': digest }]), base)];
    const of = (origin: 'base' | 'added' | undefined) => finding({ package: foundPackage({ origin }) });
    expect(status(documents, of('base'))).toBe('not-affected');
    expect([of('added'), of(undefined)].map((one) => status(documents, one))).toEqual(['affected', 'affected']);
  });

  test('of the base takes back nothing that is said of the image, nor in a file', () => {
    const said = openVex([part], { status: 'under_investigation', justification: undefined });
    const newer = aboutSubject(openVex([], {}, { version: 9 }), base);
    const replacing = aboutSubject(openVex([], {}, { '@id': 'c', supersedes: ['https://example.org/1'] }), base);
    for (const document of [said, aboutSubject(said, digest)])
      expect(status([newer, document, replacing])).toBe('under-investigation');
    const own = openVex([], {}, { version: 9 });
    expect(status([own, aboutSubject(said, digest)])).toBe('affected');
  });
});

test('many statements on one vulnerability are not held against every package that has it', () => {
  const numbers = Array.from({ length: 10_000 }, (_, i) => i);
  const findings = numbers.map((i) =>
    finding({ package: foundPackage({ purl: `pkg:npm/a@${i}`, source: undefined }) }),
  );
  const [statement] = openVex([part]).statements;
  const product = (id: string) => ({ ids: [id], digests: [], subcomponents: [] });
  const of = (...lists: string[][]): VexDocument => ({
    ...openVex([]),
    statements: lists.map((ids) => ({ ...(statement as VexStatement), products: ids.map(product) })),
  });
  const count = (document: VexDocument) =>
    applyStatements(findings, [document], subject, NOW).filter((one) => one.status === 'not-affected').length;
  expect(count(of(...numbers.map((i) => [`pkg:npm/${i % 2 === 0 ? 'a' : 'b'}@${i}`])))).toBe(5000);
  expect(count(of(numbers.map((i) => `pkg:npm/a@${i * 2}`)))).toBe(5000);
});

describe('the last word', () => {
  const not = (time: string) => openVex([part], { timestamp: time });
  const is = (time: string, more: object = {}) =>
    openVex(
      [part],
      { timestamp: time, status: 'under_investigation', justification: undefined, ...more },
      { '@id': 'b' },
    );

  test('is the newest, whatever the order of the documents', () => {
    const [old, recent] = [not('2026-01-01T00:00:00Z'), is('2026-01-02T00:00:00Z')];
    expect(status([old, recent])).toBe('under-investigation');
    expect(status([recent, old])).toBe('under-investigation');
    expect(status([is('2025-01-01T00:00:00Z'), old])).toBe('not-affected');
  });

  test('is of the later document where both say the same time; a time to come is no later than now', () => {
    expect(status([not('2026-01-01T00:00:00Z'), is('2026-01-01T00:00:00Z')])).toBe('under-investigation');
    const now = new Date(NOW * 1000).toISOString();
    expect(status([not('2199-01-01T00:00:00Z'), is(now)])).toBe('under-investigation');
  });

  test('is not of a document that another takes the place of', () => {
    const newer = openVex([], {}, { version: 2 });
    expect(status([not('2026-01-01T00:00:00Z'), newer])).toBe('affected');
    const by = openVex([], {}, { '@id': 'c', supersedes: ['https://example.org/1'] });
    expect(status([by, not('2026-01-01T00:00:00Z')])).toBe('affected');
  });

  test('is told with its source, and the packager’s where that is later', () => {
    const decision = { by: 'packager', status: 'not-affected', reason: 'r', source: 'debian' } as const;
    const rest = { justification: undefined, author: undefined, expires: undefined };
    const one = finding({ status: 'not-affected', decisions: [{ ...decision, ...rest, at: NOW }] });
    expect(said([is('2026-01-01T00:00:00Z')], one)).toMatchObject({
      status: 'not-affected',
      decisions: [{ by: 'vex' }, decision],
    });
    expect(said([not('2026-01-01T00:00:00Z')])?.decisions).toMatchObject([
      {
        by: 'vex',
        source: 'vex.json (https://example.org/1)',
        author: 'A',
        justification: 'vulnerable_code_not_present',
      },
    ]);
  });

  test('speaks of aliases in any case', () => {
    const one = finding({ id: 'GHSA-aaaa-bbbb-cccc', aliases: ['cve-2026-1'] });
    expect(status([openVex([part])], one)).toBe('not-affected');
  });
});

const cyclonedx = (vulnerability: object, more: object = {}) =>
  readVex(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
      version: 1,
      components: [{ 'bom-ref': 'x', type: 'library', name: 'libssl3', purl: 'pkg:deb/debian/libssl3@3.0.1-1' }],
      vulnerabilities: [
        { id: 'CVE-2026-1', affects: [{ ref: 'x' }], analysis: { state: 'not_affected' }, ...vulnerability },
      ],
      ...more,
    },
    'cdx.json',
  );

describe('CycloneDX', () => {
  test('names components by bom-ref, package URL and BOM-Link', () => {
    const link = 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1';
    expect(status([cyclonedx({})])).toBe('not-affected');
    expect(status([cyclonedx({ affects: [{ ref: 'pkg:deb/debian/libssl3?package-id=1' }] })])).toBe('not-affected');
    const linked = cyclonedx({ affects: [{ ref: `${link}#pkg%3Adeb%2Fdebian%2Flibssl3` }] });
    expect(status([linked])).toBe('not-affected');
    const links = (document: string) => ({ ...subject, links: { document, packages: new Map(), root: undefined } });
    expect(status([linked], undefined, links(link))).toBe('not-affected');
    expect(status([linked], undefined, links('urn:cdx:other/1'))).toBe('affected');
    expect(status([cyclonedx({ affects: [{ ref: `${link}#%` }] })])).toBe('affected');
  });

  test('puts its words into OpenVEX’s', () => {
    const read = cyclonedx({
      analysis: {
        state: 'false_positive',
        justification: 'code_not_reachable',
        detail: 'd',
        lastUpdated: '2026-03-01T00:00:00Z',
      },
    });
    expect(read.statements[0]).toMatchObject({
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      impact: 'd',
      at: 1_772_323_200,
    });
    expect(
      cyclonedx({ analysis: { state: 'exploitable', response: ['will_not_fix', 'update'] } }).statements[0],
    ).toMatchObject({
      status: 'affected',
      action: 'will not fix, update',
    });
    expect(cyclonedx({ analysis: undefined }).statements).toEqual([]);
  });

  test('versions narrow, and a range is not taken for everything', () => {
    const of = (versions: unknown) => status([cyclonedx({ affects: [{ ref: 'pkg:deb/debian/libssl3', versions }] })]);
    expect(of([{ version: '3.0.1-1', status: 'affected' }])).toBe('not-affected');
    expect(of([{ version: '3.0.1-2' }])).toBe('affected');
    expect(of([{ range: 'vers:deb/<9' }])).toBe('affected');
  });
});

test('CycloneDX: a version that is said to be affected is not the one that is resolved', () => {
  const components = [{ 'bom-ref': 'x', type: 'library', name: 'a', purl: 'pkg:npm/a' }];
  const of = (state: string, version: string) => {
    const versions = [
      { version: '1', status: 'affected' },
      { version: '2', status: 'unaffected' },
      { version: '3', status: 'unknown' },
      { version: '4' },
    ];
    const document = cyclonedx(
      { id: 'CVE-2026-1', analysis: { state }, affects: [{ ref: 'x', versions }] },
      { components },
    );
    return status([document], finding({ package: foundPackage({ purl: `pkg:npm/a@${version}`, source: undefined }) }));
  };
  expect(['1', '2', '3', '4'].map((version) => of('resolved', version))).toEqual([
    'affected',
    'fixed',
    'affected',
    'fixed',
  ]);
  expect([of('exploitable', '1'), of('in_triage', '2')]).toEqual(['affected', 'affected']);
  const own = { id: 'CVE-2026-1', analysis: { state: 'resolved' } };
  const named = { ref: 'pkg:deb/debian/libssl3@3.0.1-1', versions: [{ version: '3.0.1-1', status: 'affected' }] };
  expect(status([cyclonedx({ ...own, affects: [named] })])).toBe('affected');
});

test('CSAF: a component of the system that is scanned, and of no other', () => {
  const csaf = (cpe: string) =>
    readVex(
      {
        document: {
          csaf_version: '2.0',
          category: 'csaf_vex',
          publisher: { name: 'Red Hat' },
          tracking: { id: 'CVE-2026-1', current_release_date: '2026-01-01T00:00:00Z' },
        },
        product_tree: {
          full_product_names: [
            { product_id: 'os', name: 'RHEL', product_identification_helper: { cpe } },
            {
              product_id: 'lib',
              name: 'lib',
              product_identification_helper: { purl: 'pkg:rpm/redhat/openssl?arch=src' },
            },
          ],
          relationships: [
            {
              category: 'default_component_of',
              product_reference: 'lib',
              relates_to_product_reference: 'os',
              full_product_name: { product_id: 'os:lib', name: 'x' },
            },
          ],
        },
        vulnerabilities: [
          {
            cve: 'CVE-2026-1',
            product_status: { known_not_affected: ['os:lib'] },
            flags: [{ label: 'vulnerable_code_not_present', product_ids: ['os:lib'] }],
          },
        ],
      },
      'rh.json',
    );
  const one = finding({
    package: foundPackage({
      purl: 'pkg:rpm/redhat/openssl-libs@3.0.7-6.el9?arch=x86_64',
      source: { name: 'openssl', version: '3.0.7-6.el9' },
    }),
  });
  expect(said([csaf('cpe:/o:redhat:enterprise_linux:9')], one)).toMatchObject({
    status: 'not-affected',
    decisions: [{ justification: 'vulnerable_code_not_present', author: 'Red Hat' }],
  });
  expect(status([csaf('cpe:/o:redhat:enterprise_linux:6')], one)).toBe('affected');
});

test.each([
  ['{}', 'vex/unknown-format', 'a.json is no VEX document.'],
  ['[', 'json/malformed', 'a.json is not valid JSON'],
  [
    '{"bomFormat":"CycloneDX","vulnerabilities":{}}',
    'vex/malformed',
    'a.json: The CycloneDX document is malformed: vulnerabilities is no list.',
  ],
  [
    '{"document":{"csaf_version":"1.0"}}',
    'csaf/malformed',
    'a.json: The CSAF document is malformed: its version is 1.0.',
  ],
  [
    '{"@context":"https://openvex.dev/ns"}',
    'openvex/malformed',
    'a.json: The OpenVEX document is malformed: it has no @id.',
  ],
])('refuses %s', (text, code, message) => {
  expect(() => parseVex(text, 'a.json')).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }),
  );
});

describe('whatever is said', () => {
  const ids = fc.constantFrom('CVE-1', 'CVE-2', 'CVE-3');
  const purls = fc.constantFrom('pkg:npm/a@1', 'pkg:npm/b@1', 'pkg:npm/a', digest);
  const statement: fc.Arbitrary<VexStatement> = fc.record({
    vulnerabilities: fc.array(ids, { minLength: 1, maxLength: 2 }),
    status: fc.constantFrom(
      'not_affected' as const,
      'affected' as const,
      'fixed' as const,
      'under_investigation' as const,
    ),
    justification: fc.constant(undefined),
    impact: fc.constant('x'),
    action: fc.constant(undefined),
    at: fc.option(fc.nat(10), { nil: undefined }),
    products: fc.array(
      fc.record({ ids: fc.array(purls, { maxLength: 2 }), digests: fc.constant([]), subcomponents: fc.constant([]) }),
    ),
  });
  const documentOf = (statements: VexStatement[]): VexDocument => ({
    format: 'openvex',
    id: 'x',
    source: 's',
    author: undefined,
    issued: 0,
    statements,
  });
  const findings = ['CVE-1', 'CVE-2'].flatMap((id) =>
    ['pkg:npm/a@1', 'pkg:npm/b@1'].map((purl) => finding({ id, package: foundPackage({ purl, source: undefined }) })),
  );

  test('no finding is added, lost or moved', () => {
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        const result = applyStatements(findings, [documentOf(statements)], subject, NOW);
        expect(result.map((f) => [f.id, f.package.purl])).toEqual(findings.map((f) => [f.id, f.package.purl]));
      }),
    );
  });

  test('the order of unrelated statements does not matter', () => {
    fc.assert(
      fc.property(fc.uniqueArray(statement, { selector: (s) => s.at ?? -1 }), (statements) => {
        const result = (list: VexStatement[]) =>
          applyStatements(findings, [documentOf(list)], subject, NOW).map((f) => f.status);
        expect(result([...statements].reverse())).toEqual(result(statements));
      }),
    );
  });
});
