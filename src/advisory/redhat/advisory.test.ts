import { expect, test } from 'vitest';
import { type VexSpec, vexDocument } from '../../../test/fakes/redhat.ts';
import { parseCsaf } from '../../csaf/document.ts';
import { advisoriesOf } from './advisory.ts';

const read = (spec: VexSpec, wanted: (ecosystem: string) => boolean = () => true) =>
  advisoriesOf(parseCsaf(vexDocument(spec), 'it'), '2024/cve-2024-0001.json', wanted);
const affected = (spec: VexSpec) => read(spec).flatMap((advisory) => advisory.affected);

const main = 'BaseOS-9.4.0.Z.MAIN.EUS';
const eus = 'BaseOS-9.2.0.Z.EUS';
const unfixed = 'red_hat_enterprise_linux_9';
const eight = 'AppStream-8.10.0.Z.MAIN.EUS';
const nine = { ecosystem: 'Red Hat:enterprise_linux:9', ranges: [], versions: [] };

const libs = 'openssl-libs-1:3.0.7-27.el9_4.x86_64';
const fixed: VexSpec = {
  components: {
    [libs]: 'pkg:rpm/redhat/openssl-libs@3.0.7-27.el9_4?arch=x86_64&epoch=1',
    'openssl-1:3.0.7-27.el9_4.src': 'pkg:rpm/redhat/openssl@3.0.7-27.el9_4?arch=src&epoch=1',
  },
  status: { fixed: [`${main}:${libs}`, `${main}:openssl-1:3.0.7-27.el9_4.src`] },
  remediations: [
    { category: 'workaround', details: 'Do not use it.', product_ids: [`${main}:${libs}`] },
    {
      category: 'vendor_fix',
      date: '2024-05-09T11:14:49+00:00',
      details: 'For details …',
      product_ids: [`${main}:${libs}`],
      url: 'https://access.redhat.com/errata/RHSA-2024:1234',
    },
  ],
};

test('gives the version that fixes a package, what brought it and when, source packages beside binary ones', () => {
  expect(affected(fixed)).toEqual([
    {
      ...nine,
      name: 'openssl',
      status: 'affected',
      ranges: [{ introduced: '0', fixed: '1:3.0.7-27.el9_4' }],
      fix: 'fixed',
      fixedBy: undefined,
      fixedAt: undefined,
    },
    {
      ...nine,
      name: 'openssl-libs',
      status: 'affected',
      ranges: [{ introduced: '0', fixed: '1:3.0.7-27.el9_4' }],
      fix: 'fixed',
      fixedBy: 'RHSA-2024:1234',
      fixedAt: 1_715_253_289,
      only: { architectures: ['x86_64'] },
    },
  ]);
});

test('says what the document says of the vulnerability', () => {
  const vector = 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H';
  const scores = [{ cvss_v3: { baseScore: 5.9, vectorString: vector, version: '3.1' }, products: [`${main}:${libs}`] }];
  expect(read({ ...fixed, scores })[0]).toMatchObject({
    id: 'CVE-2024-0001',
    feed: 'redhat',
    record: '2024/cve-2024-0001.json',
    aliases: [],
    covers: [],
    summary: 'openssl: a flaw',
    details: 'A flaw was found in OpenSSL.',
    references: ['https://access.redhat.com/security/cve/CVE-2024-0001'],
    published: 1_709_596_800,
    modified: 1_717_200_000,
    severities: [
      { source: 'redhat', level: 'high', stated: 'Important' },
      { source: 'redhat', vector, score: 5.9 },
    ],
    cwes: ['CWE-79'],
  });
});

test('takes an epoch from the id where the purl has none, and none for 0', () => {
  const components = {
    'a-2:1.0-1.el9.noarch': 'pkg:rpm/redhat/a@1.0-1.el9?arch=noarch',
    'b-c-0:1.0-1.el9.noarch': 'pkg:rpm/redhat/b-c@1.0-1.el9?arch=noarch&epoch=0',
  };
  const found = affected({ components, status: { fixed: Object.keys(components).map((id) => `${main}:${id}`) } });
  expect(found.map(({ name, ranges, only }) => [name, ranges[0]?.fixed, only])).toEqual([
    ['a', '2:1.0-1.el9', undefined],
    ['b-c', '1.0-1.el9', undefined],
  ]);
});

test.each([
  ['Will not fix', 'no_fix_planned', 'wont-fix'],
  ['Out of support scope', 'no_fix_planned', 'wont-fix'],
  ['Affected', 'none_available', 'not-fixed'],
  ['Fix deferred', 'none_available', 'deferred'],
])('"%s" is %s', (details, category, fix) => {
  const id = `${unfixed}:openssl`;
  const found = affected({
    components: { openssl: 'pkg:rpm/redhat/openssl?arch=src' },
    status: { known_affected: [id] },
    remediations: [{ category, details, product_ids: [id] }],
  });
  expect(found).toEqual([{ ...nine, name: 'openssl', status: 'affected', fix }]);
});

test.each([
  ['known_not_affected', 'not-affected'],
  ['under_investigation', 'under-investigation'],
])('keeps what is %s as %s', (status, expected) => {
  const found = affected({ components: { openssl: '' }, status: { [status]: [`${unfixed}:openssl`] } });
  expect(found).toEqual([{ ...nine, name: 'openssl', status: expected, fix: 'unknown' }]);
});

test('counts a fix before what is said without one, and that before an explicit negative', () => {
  const components = {
    a: 'pkg:rpm/redhat/a?arch=src',
    b: '',
    'a-0:1-1.el9.noarch': 'pkg:rpm/redhat/a@1-1.el9?arch=noarch',
  };
  const status = {
    known_affected: [`${unfixed}:a`, `${unfixed}:b`],
    fixed: [`${main}:a-0:1-1.el9.noarch`],
    known_not_affected: [`${main}:a`, `${main}:b`],
  };
  expect(affected({ components, status }).map(({ name, fix }) => [name, fix])).toEqual([
    ['a', 'fixed'],
    ['b', 'not-fixed'],
  ]);
});

test('takes the highest of several fixes of one major release, for each architecture', () => {
  const arches = ['aarch64', 'ppc64le', 's390x', 'x86_64'];
  const build = (version: string) =>
    arches.map((arch) => [`a-0:${version}.${arch}`, `pkg:rpm/redhat/a@${version}?arch=${arch}`] as const);
  const extra = ['a-0:1-11.el9.s390x', 'pkg:rpm/redhat/a@1-11.el9?arch=s390x'] as const;
  const components = Object.fromEntries([...build('1-9.el9'), ...build('1-10.el9')]);
  const ids = (all: object) => Object.keys(all).map((id) => `${main}:${id}`);
  expect(affected({ components, status: { fixed: ids(components) } })).toMatchObject([
    { name: 'a', ranges: [{ introduced: '0', fixed: '1-10.el9' }] },
  ]);
  const all = { ...components, [extra[0]]: extra[1] };
  const found = affected({ components: all, status: { fixed: ids(all) } });
  expect(found.map(({ ranges, only }) => [ranges[0]?.fixed, only?.architectures])).toEqual([
    ['1-10.el9', ['aarch64', 'ppc64le', 'x86_64']],
    ['1-11.el9', ['s390x']],
  ]);
});

test('keeps products apart: extended updates from the main stream', () => {
  const id = 'a-0:1-1.el9_2.noarch';
  const found = affected({
    components: { [id]: 'pkg:rpm/redhat/a@1-1.el9_2?arch=noarch', a: '' },
    status: { fixed: [`${eus}:${id}`], known_affected: [`${unfixed}:a`] },
  });
  expect(found.map(({ ecosystem, fix }) => [ecosystem, fix])).toEqual([
    ['Red Hat:enterprise_linux:9', 'not-fixed'],
    ['Red Hat:rhel_eus:9.2', 'fixed'],
  ]);
});

test('finds the module in the purl, around the package and before its name', () => {
  const rpm = 'nodejs-1:18.20.4-1.module+el8.10.0+22166+cbbfd7dc.x86_64';
  const module = 'nodejs:18:8100020240808073736:489197e6';
  const purl = 'pkg:rpm/redhat/nodejs@18.20.4-1.module%2Bel8.10.0%2B22166%2Bcbbfd7dc?arch=x86_64&epoch=1';
  const other = 'npm-1:10.7.0-1.module+el8.10.0+22166+cbbfd7dc.x86_64';
  const found = affected({
    components: {
      [module]: `pkg:rpmmod/redhat/nodejs@18:8100020240808073736:489197e6`,
      [rpm]: purl,
      [other]: `pkg:rpm/redhat/npm@10.7.0-1.module%2Bel8.10.0%2B22166%2Bcbbfd7dc?arch=x86_64&epoch=1&rpmmod=nodejs%3A20:8100020240808073736:489197e6`,
      'ruby:2.6/ruby': 'pkg:rpmmod/redhat/ruby:2.6/ruby',
    },
    status: {
      fixed: [`${eight}:${module}:${rpm}`, `${eight}:${other}`, `${eight}:${module}`],
      known_affected: [`${eight}:ruby:2.6/ruby`],
    },
  });
  expect(found.map(({ name, ranges, only }) => [name, ranges[0]?.fixed, only?.module])).toEqual([
    ['nodejs', '1:18.20.4-1.module+el8.10.0+22166+cbbfd7dc', 'nodejs:18'],
    ['npm', '1:10.7.0-1.module+el8.10.0+22166+cbbfd7dc', 'nodejs:20'],
    ['ruby', undefined, 'ruby:2.6'],
  ]);
});

test('leaves out what is no rpm package of a product of Red Hat’s, and packages for debugging', () => {
  const components = {
    'ose@sha256:00_amd64': 'pkg:oci/ose@sha256:00?arch=amd64',
    'a.jar': 'pkg:maven/a/a@1',
    'other-1-1': 'pkg:rpm/other/other@1-1?arch=noarch',
    'a-debuginfo-0:1-1.x86_64': 'pkg:rpm/redhat/a-debuginfo@1-1?arch=x86_64',
    'a-debugsource-0:1-1.x86_64': 'pkg:rpm/redhat/a-debugsource@1-1?arch=x86_64',
    'no-release': 'pkg:rpm/redhat/b@1?arch=noarch',
    'no purl 1:2': '',
    a: '',
  };
  const ids = Object.keys(components).map((id) => `${main}:${id}`);
  expect(read({ components, status: { fixed: ids } })).toEqual([]);
  const products = { x: 'cpe:/o:other:enterprise_linux:9', y: 'enterprise_linux' };
  expect(read({ products, components: { a: '' }, status: { known_affected: ['x:a', 'y:a'] } })).toEqual([]);
  const middleware = { quarkus: 'cpe:/a:redhat:quarkus:2' };
  expect(read({ products: middleware, components: { a: '' }, status: { known_affected: ['quarkus:a'] } })).toEqual([]);
});

test('tells a product’s own severity where it is another', () => {
  const ids = ['a', 'b', 'c'].map((name) => `${unfixed}:${name}`);
  const score = (vectorString: string, products: unknown[]) => ({ cvss_v3: { vectorString, baseScore: 5 }, products });
  const found = affected({
    components: { a: '', b: '', c: '' },
    status: { known_affected: ids },
    threats: [
      { category: 'impact', details: 'Important', product_ids: [ids[0], ids[2]] },
      { category: 'impact', details: 'Low', product_ids: [ids[1]] },
    ],
    scores: [score('CVSS:3.1/one', [ids[0], ids[1]]), score('CVSS:3.1/two', [ids[2]])],
  });
  expect(found.map(({ severities }) => severities)).toEqual([
    undefined,
    [
      { source: 'redhat', level: 'low', stated: 'Low' },
      { source: 'redhat', vector: 'CVSS:3.1/one', score: 5 },
    ],
    [
      { source: 'redhat', level: 'high', stated: 'Important' },
      { source: 'redhat', vector: 'CVSS:3.1/two', score: 5 },
    ],
  ]);
});

test('gives wanted ecosystems alone, and no vulnerability without a CVE', () => {
  expect(read(fixed, (ecosystem) => ecosystem === 'Red Hat:enterprise_linux:8')).toEqual([]);
  expect(read({ ...fixed, id: 'RHSA-2024:1' })).toEqual([]);
});
