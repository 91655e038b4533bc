import { expect, test } from 'vitest';
import { isCsaf, parseCsaf, readCsaf, statementsOf } from './document.ts';

const head = {
  category: 'csaf_vex',
  csaf_version: '2.0',
  title: 'A flaw',
  publisher: { category: 'vendor', name: 'Example', namespace: 'https://example.org' },
  aggregate_severity: { text: 'Important' },
  references: [{ category: 'self', url: 'https://example.org/a.json' }, { url: 5 }],
  tracking: {
    id: 'CVE-2024-0001',
    status: 'final',
    initial_release_date: '2024-03-05T00:00:00+00:00',
    current_release_date: '2024-03-05T02:00:00.5+02:00',
  },
};

const branch = (category: string, id: string, helper: object, inner: object[] = []) => ({
  category,
  name: id,
  product: { name: `The ${id}`, product_id: id, product_identification_helper: helper },
  branches: inner,
});
const relation = (id: string, component: string, of: string) => ({
  category: 'default_component_of',
  full_product_name: { name: `${component} of ${of}`, product_id: id },
  product_reference: component,
  relates_to_product_reference: of,
});

const tree = {
  branches: [
    {
      category: 'vendor',
      name: 'Example',
      branches: [
        branch('product_name', 'os-9', { cpe: 'cpe:/o:example:os:9' }),
        branch('architecture', 'module', { purl: 'pkg:rpmmod/example/m@1' }, [
          branch('product_version', 'lib', { purl: 'pkg:rpm/example/lib@1-1?arch=x86_64' }),
        ]),
      ],
    },
  ],
  full_product_names: [
    {
      name: 'An image',
      product_id: 'image',
      product_identification_helper: {
        hashes: [
          { filename: 'x', file_hashes: [{ algorithm: 'SHA256', value: 'AB'.repeat(32) }, { algorithm: 'md5' }] },
        ],
      },
    },
  ],
  relationships: [relation('os-9:module', 'module', 'os-9'), relation('os-9:module:lib', 'lib', 'os-9:module')],
  product_groups: [{ group_id: 'both', product_ids: ['os-9:module:lib', 'image'] }],
};

function vulnerability(more: object) {
  return {
    cve: 'CVE-2024-0001',
    ids: [{ system_name: 'X', text: 'X-1' }],
    cwe: { id: 'CWE-79', name: 'XSS' },
    ...more,
  };
}

const document = (more: object = {}, product_tree: object = tree) => ({
  document: head,
  product_tree,
  vulnerabilities: [vulnerability(more)],
});

test('reads what a document says of itself', () => {
  const { products: _, vulnerabilities: __, ...read } = parseCsaf(JSON.stringify(document()), 'a.json');
  expect(read).toEqual({
    version: '2.0',
    category: 'csaf_vex',
    title: 'A flaw',
    publisher: 'Example',
    id: 'CVE-2024-0001',
    status: 'final',
    published: 1_709_596_800,
    modified: 1_709_596_800,
    severity: 'Important',
    references: [{ category: 'self', url: 'https://example.org/a.json' }],
  });
});

test('resolves a component of a module of a product', () => {
  const { products } = readCsaf(document());
  const resolved = products.resolve('os-9:module:lib');
  expect(resolved?.name).toBe('lib of os-9:module');
  expect(resolved?.component.purls).toEqual(['pkg:rpm/example/lib@1-1?arch=x86_64']);
  expect(resolved?.within.map(({ id, cpe }) => [id, cpe])).toEqual([
    ['module', undefined],
    ['os-9', 'cpe:/o:example:os:9'],
  ]);
  expect(products.resolve('image')?.component.digests).toEqual([`sha256:${'ab'.repeat(32)}`]);
  expect(products.resolve('nothing')).toBeUndefined();
});

test("resolves 2.1's product paths, purls, metrics, cwes and dates", () => {
  const { products, vulnerabilities } = readCsaf({
    document: { ...head, csaf_version: '2.1' },
    product_tree: {
      branches: [branch('product_name', 'os', {}), branch('product_version', 'lib', { purls: ['pkg:a/b', 'pkg:c/d'] })],
      product_paths: [
        {
          beginning_product_reference: 'lib',
          full_product_name: { name: 'lib of os', product_id: 'os:lib' },
          subpaths: [{ category: 'installed_on', next_product_reference: 'os' }],
        },
      ],
    },
    vulnerabilities: [
      {
        cve: 'CVE-2025-0001',
        cwes: [{ id: 'CWE-1' }, { id: 'CWE-2' }],
        disclosure_date: '2025-01-01T00:00:00Z',
        metrics: [{ products: ['os:lib'], content: { cvss_v4: { vectorString: 'CVSS:4.0/…', baseScore: 11 } } }],
      },
    ],
  });
  expect(products.resolve('os:lib')).toMatchObject({
    component: { purls: ['pkg:a/b', 'pkg:c/d'] },
    within: [{ id: 'os' }],
  });
  expect(vulnerabilities[0]).toMatchObject({ cwes: ['CWE-1', 'CWE-2'], published: 1_735_689_600 });
  expect(vulnerabilities[0]?.scores).toEqual([
    { products: new Set(['os:lib']), cvss: [{ vector: 'CVSS:4.0/…', score: undefined }] },
  ]);
});

test('gives what is said of each product: justification, threats and remediations, of groups too', () => {
  const read = readCsaf(
    document({
      product_status: { known_not_affected: ['os-9:module:lib', 'nothing'], known_affected: ['image'] },
      flags: [{ label: 'vulnerable_code_not_present', product_ids: ['os-9:module:lib'], date: '2024-01-01T00:00:00Z' }],
      threats: [{ category: 'impact', details: 'Low', group_ids: ['both'] }],
      remediations: [
        { category: 'vendor_fix', details: 'Update.', url: 'https://example.org/E-1', product_ids: ['image'] },
        { category: 'workaround', details: 'Switch it off.' },
      ],
    }),
  );
  const workaround = { category: 'workaround', details: 'Switch it off.', url: '', at: undefined };
  const impact = { category: 'impact', details: 'Low', at: undefined };
  expect(
    [...statementsOf(read)].map(({ vulnerability: { ids }, product, ...said }) => [ids, product.id, said]),
  ).toEqual([
    [
      ['CVE-2024-0001', 'X-1'],
      'image',
      {
        status: 'known_affected',
        flags: [],
        threats: [impact],
        remediations: [
          { category: 'vendor_fix', details: 'Update.', url: 'https://example.org/E-1', at: undefined },
          workaround,
        ],
      },
    ],
    [
      ['CVE-2024-0001', 'X-1'],
      'os-9:module:lib',
      {
        status: 'known_not_affected',
        flags: [{ label: 'vulnerable_code_not_present', at: 1_704_067_200 }],
        threats: [impact],
        remediations: [workaround],
      },
    ],
  ]);
});

test('tells a CSAF document from other JSON', () => {
  expect(isCsaf(document())).toBe(true);
  expect([null, [], 'x', {}, { document: null }, { document: { csaf_version: 2 } }].map(isCsaf)).toEqual(
    Array.from({ length: 6 }, () => false),
  );
});

const cycle = { relationships: [relation('a', 'b', 'c'), relation('b', 'a', 'c'), relation('c', 'a', 'b')] };
const chain = {
  full_product_names: [{ name: 'x', product_id: 'p0' }],
  relationships: Array.from({ length: 100_000 }, (_, i) => relation(`p${i + 1}`, `p${i}`, 'p0')),
};
const doubling = {
  full_product_names: [{ name: 'x', product_id: 'p0' }],
  relationships: Array.from({ length: 12 }, (_, i) => relation(`p${i + 1}`, `p${i}`, `p${i}`)),
};
let deep: object = {};
for (let i = 0; i < 40; i++) deep = { branches: [deep] };

test.each([
  ['no object', [], 'it has no csaf_version'],
  ['a version that is none', { document: { csaf_version: '1.2' } }, 'its version is 1.2'],
  ['a list that is none', document({ product_status: { fixed: 'all' } }), 'fixed is no list'],
  ['branches that are no list', document({}, { branches: {} }), 'branches is no list'],
  ['branches that nest too deeply', document({}, deep), 'its branches nest deeper than 30'],
  [
    'a product that is a part of itself',
    document({ product_status: { fixed: ['a'] } }, cycle),
    '"a" is a part of itself',
  ],
  [
    'a long chain of parts',
    document({ product_status: { fixed: ['p100000'] } }, chain),
    'is a part of more than 16 others',
  ],
  ['parts that double', document({ product_status: { fixed: ['p12'] } }, doubling), 'is a part of more than 16 others'],
  [
    'entries that speak of a large group again and again',
    document(
      { flags: Array.from({ length: 2100 }, () => ({ label: 'x', group_ids: ['g'] })) },
      { product_groups: [{ group_id: 'g', product_ids: Array.from({ length: 2100 }, (_, i) => `p${i}`) }] },
    ),
    'more than 4000000 times it says something of a product',
  ],
])('refuses %s', (_, json, why) => {
  const read = () => [...statementsOf(readCsaf(json))];
  expect(read).toThrow(expect.objectContaining({ code: 'csaf/malformed', message: expect.stringContaining(why) }));
});

test('refuses what many vulnerabilities say of one large group, and many things that are said of all', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => `P${i}`);
  const groups = { product_groups: [{ group_id: 'g', product_ids: ids }] };
  const flags = [{ label: 'component_not_present', group_ids: ['g'] }];
  const many = { ...document({}, groups), vulnerabilities: ids.map(() => ({ flags })) };
  expect(() => readCsaf(many)).toThrow(expect.objectContaining({ code: 'csaf/malformed' }));
  const remediations = ids.map(() => ({ category: 'workaround', details: 'x' }));
  expect(() => readCsaf(document({ remediations }))).toThrow(
    expect.objectContaining({ message: expect.stringContaining('more than 1000 things of every product') as unknown }),
  );
});

test('says of a product that is listed twice one thing', () => {
  const read = readCsaf(document({ product_status: { fixed: ['__proto__', '__proto__'] } }));
  expect(read.vulnerabilities[0]?.statuses).toEqual([{ status: 'fixed', products: ['__proto__'] }]);
});

test('takes members of the wrong type for missing ones', () => {
  const read = readCsaf({
    document: { ...head, tracking: [], publisher: 'x', title: 5, references: [null, 5, {}] },
    product_tree: {
      branches: [null, 5, { product: { product_id: 5 } }],
      relationships: [{}, { full_product_name: 1 }],
    },
    vulnerabilities: [null, { cve: 5, notes: [1], cwe: 'x', scores: [{ products: [1], cvss_v3: 'x' }] }],
  });
  expect(read).toMatchObject({ id: '', title: '', publisher: '', published: undefined, references: [] });
  expect(read.vulnerabilities[0]).toMatchObject({ ids: [], notes: [], cwes: [], scores: [{ cvss: [] }] });
  expect([...statementsOf(read)]).toEqual([]);
});

test('keeps a product named __proto__ apart', () => {
  const read = readCsaf(
    document(
      { product_status: { fixed: ['__proto__', 'constructor'] } },
      { full_product_names: [{ name: 'x', product_id: '__proto__' }] },
    ),
  );
  expect([...statementsOf(read)].map(({ product }) => product.id)).toEqual(['__proto__']);
});
