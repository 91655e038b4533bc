import { expect, test } from 'vitest';
import { type Link, catalogFiles } from '../../../test/fakes/catalog.ts';
import type { CatalogContext } from '../types.ts';
import { python } from './python.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';

type Files = Record<string, string | Buffer | Link>;

function cataloged(files: Files, context: Partial<CatalogContext> = {}) {
  return catalogFiles(python, files, context);
}

function metadata(name: string, version: string, ...headers: string[]): string {
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${headers.join('\n')}\n\nThe description: Name: none\n`;
}

/** Distributions below a folder, by name, with what they require. */
function installed(site: string, requires: Record<string, string[]>): Files {
  return Object.fromEntries(
    Object.entries(requires).map(([name, specifiers]) => [
      `${site}/${name}-1.0.dist-info/METADATA`,
      metadata(name, '1.0', ...specifiers.map((specifier) => `Requires-Dist: ${specifier}`)),
    ]),
  );
}

test('reads what a distribution says of itself', () => {
  const { packages } = cataloged({
    [`${SITE}/zope.interface-5.4.dist-info/METADATA`]: metadata(
      'zope.interface',
      '5.4',
      'Summary: Interfaces for Python',
      'Author-email: Zope <zope@host.example>',
      'License: UNKNOWN',
      'Classifier: License :: OSI Approved :: MIT License',
      'Project-URL: Bug Tracker, https://bugs.example',
      'Project-URL: Homepage, https://host.example',
    ),
    [`${SITE}/zope.interface-5.4.dist-info/INSTALLER`]: 'pip\n',
    [`${SITE}/zope.interface-5.4.dist-info/top_level.txt`]: 'zope\n',
  });
  expect(packages).toHaveLength(1);
  expect(packages[0]).toMatchObject({
    purl: 'pkg:pypi/zope-interface@5.4',
    name: 'zope.interface',
    description: 'Interfaces for Python',
    maintainer: 'Zope <zope@host.example>',
    homepage: 'https://host.example',
    licence: { expression: 'MIT' },
    properties: [
      { name: 'python:installer', value: 'pip' },
      { name: 'python:topLevel', value: 'zope' },
    ],
    locations: [{ path: `${SITE}/zope.interface-5.4.dist-info/METADATA` }],
    foundBy: 'python',
    evidence: 'installed',
  });
});

test.each([
  [['License-Expression: MIT OR Apache-2.0', 'License: BSD'], 'MIT OR Apache-2.0'],
  [['License: Apache 2.0', 'Classifier: License :: OSI Approved :: BSD License'], 'Apache-2.0'],
  [['License: see file', 'Classifier: License :: OSI Approved :: MIT License'], 'MIT'],
  [
    [
      'Classifier: License :: OSI Approved :: MIT License',
      'Classifier: License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)',
    ],
    'MIT AND MPL-2.0',
  ],
  [['License: Something Of Our Own'], 'LicenseRef-Something-Of-Our-Own'],
  [['Classifier: License :: OSI Approved'], undefined],
])('of %j the licence is %s', (headers, expected) => {
  const { packages } = cataloged({ [`${SITE}/a-1.dist-info/METADATA`]: metadata('a', '1', ...headers) });
  expect(packages[0]?.licence?.expression).toBe(expected);
});

test('RECORD says which files are its own, never above the root', () => {
  const { owners } = cataloged({
    [`${SITE}/a-1.dist-info/METADATA`]: metadata('a', '1'),
    [`${SITE}/a-1.dist-info/RECORD`]:
      'a/__init__.py,sha256=x,1\r\n../../../bin/a,,\n"a/with,""comma"".py",,\n../../../../../../../etc/passwd,,\n/opt/a.conf,,\n\n',
  });
  expect(Object.keys(owners).sort()).toEqual([
    'etc/passwd',
    'opt/a.conf',
    'usr/local/bin/a',
    `${SITE}/a/__init__.py`,
    `${SITE}/a/with,"comma".py`,
  ]);
});

test('files of another folder are found through links', () => {
  const { owners } = cataloged({
    'venv/lib64': { link: 'lib' },
    'venv/lib/python3.11/site-packages/a-1.dist-info/METADATA': metadata('a', '1'),
    'venv/lib/python3.11/site-packages/a-1.dist-info/RECORD': '../../../lib64/python3.11/site-packages/a.so,,\n',
  });
  expect(Object.keys(owners)).toEqual(['venv/lib/python3.11/site-packages/a.so']);
});

test('egg-info folders, single files and eggs are distributions, too', () => {
  const { edges, owners } = cataloged({
    'usr/lib/python3/dist-packages/a.egg-info/PKG-INFO': metadata('a', '1'),
    'usr/lib/python3/dist-packages/a.egg-info/requires.txt':
      "b>=1\n\n[x]\nc\n\n[:python_version < '3']\nd\n[x:os_name == 'nt']\nd\n",
    'usr/lib/python3/dist-packages/a.egg-info/installed-files.txt': '../a/__init__.py\nPKG-INFO\n',
    'usr/lib/python3.11/os.py': '',
    'usr/lib/python3/dist-packages/b-2.egg-info': metadata('b', '2'),
    'usr/lib/python3/dist-packages/c-3-py3.11.egg/EGG-INFO/PKG-INFO': metadata('c', '3'),
    'usr/lib/python3/dist-packages/d-4.dist-info/METADATA': metadata('d', '4', 'Requires-Dist: a[x]'),
  });
  expect(edges).toEqual({
    'pkg:pypi/a@1': ['pkg:pypi/b@2', 'pkg:pypi/c@3'],
    'pkg:pypi/b@2': [],
    'pkg:pypi/c@3': [],
    'pkg:pypi/d@4': ['pkg:pypi/a@1'],
  });
  expect(Object.keys(owners)).toEqual([
    'usr/lib/python3/dist-packages/a/__init__.py',
    'usr/lib/python3/dist-packages/a.egg-info/PKG-INFO',
  ]);
});

test('an edge stands where the marker holds for the interpreter of the folder', () => {
  const { edges, packages } = cataloged({
    ...installed('opt/lib/python3.7/site-packages', {
      a: [
        "old>=1; python_version < '3.8'",
        "new>=1; python_version >= '3.8'",
        'gone[x]>2',
        "gone-too; sys_platform == 'win32'",
      ],
      old: [],
      new: [],
    }),
  });
  expect(edges['pkg:pypi/a@1.0']).toEqual(['pkg:pypi/old@1.0']);
  expect(packages[0]?.unmetDependencies).toEqual(['gone[x]>2']);
});

test('an extra counts where an installed distribution asks for it, through others and itself', () => {
  const { edges } = cataloged(
    installed(SITE, {
      a: ['b[all]'],
      b: ["b[one]; extra == 'all'", "c; extra == 'one'", "d; extra == 'two'"],
      c: [],
      d: [],
    }),
  );
  expect(edges).toMatchObject({ 'pkg:pypi/a@1.0': ['pkg:pypi/b@1.0'], 'pkg:pypi/b@1.0': ['pkg:pypi/c@1.0'] });
});

test('the machine is that of the platform', () => {
  const files = installed(SITE, { a: ["b; platform_machine == 'aarch64'"], b: [] });
  expect(cataloged(files, { platform: 'linux/arm64' }).edges['pkg:pypi/a@1.0']).toEqual(['pkg:pypi/b@1.0']);
  expect(cataloged(files, { platform: 'linux/amd64' }).edges['pkg:pypi/a@1.0']).toEqual([]);
});

test("PYTHON_VERSION and pyvenv.cfg say the interpreter's last digit", () => {
  const requires = { a: ["b; python_full_version < '3.11.3'"], b: [] };
  const image = (said: string) => cataloged(installed(SITE, requires), { environment: [`PYTHON_VERSION=${said}`] });
  expect(image('3.11.2').edges['pkg:pypi/a@1.0']).toEqual(['pkg:pypi/b@1.0']);
  expect(image('3.11.7').edges['pkg:pypi/a@1.0']).toEqual([]);
  const venv = cataloged({
    ...installed('srv/v/lib/python3.11/site-packages', requires),
    'srv/v/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.9\n',
  });
  expect(venv.edges['pkg:pypi/a@1.0']).toEqual([]);
});

test('a virtual environment sees its own distributions, and the system only where it says so', () => {
  const files = (system: string) => ({
    ...installed('usr/lib/python3.11/site-packages', { b: [] }),
    ...installed('srv/v/lib/python3.11/site-packages', { a: ['b'] }),
    'srv/v/pyvenv.cfg': `include-system-site-packages = ${system}\n`,
  });
  const alone = cataloged(files('false'));
  expect(alone.edges['pkg:pypi/a@1.0']).toEqual([]);
  expect(alone.packages[0]?.unmetDependencies).toEqual(['b']);
  expect(cataloged(files('true')).edges['pkg:pypi/a@1.0']).toEqual(['pkg:pypi/b@1.0']);
});

test('the folders of one interpreter are searched together, those of another are not', () => {
  const { edges, packages } = cataloged({
    ...installed('usr/local/lib/python3.11/dist-packages', { a: ['b', 'c', 'd'] }),
    ...installed('usr/lib/python3/dist-packages', { b: [] }),
    ...installed('root/.local/lib/python3.11/site-packages', { c: [] }),
    ...installed('opt/conda/lib/python3.11/site-packages', { d: [] }),
    ...installed('app/deps', { e: ['b'] }),
  });
  expect(edges['pkg:pypi/a@1.0']).toEqual(['pkg:pypi/b@1.0', 'pkg:pypi/c@1.0']);
  expect(edges['pkg:pypi/e@1.0']).toEqual(['pkg:pypi/b@1.0']);
  expect(packages.find((p) => p.name === 'a')?.unmetDependencies).toEqual(['d']);
});

test('PYTHONPATH comes first', () => {
  const { edges } = cataloged(
    {
      ...installed(SITE, { a: ['b'] }),
      'app/deps/b-9.dist-info/METADATA': metadata('b', '9'),
      [`${SITE}/b-1.0.dist-info/METADATA`]: metadata('b', '1.0'),
    },
    { environment: ['PYTHONPATH=/app:/app/deps'] },
  );
  expect(edges['pkg:pypi/a@1.0']).toEqual(['pkg:pypi/b@9']);
});

test('a copy that a distribution carries is needed by it, and satisfies nobody else', () => {
  const { edges, packages } = cataloged({
    ...installed(SITE, { a: [], b: ['copy'] }),
    [`${SITE}/a-1.0.dist-info/RECORD`]: 'a/_vendor/copy-1.0.dist-info/METADATA,,\n',
    ...installed(`${SITE}/a/_vendor`, { copy: ['b'] }),
  });
  expect(edges).toEqual({
    'pkg:pypi/a@1.0': ['pkg:pypi/copy@1.0'],
    'pkg:pypi/b@1.0': [],
    'pkg:pypi/copy@1.0': ['pkg:pypi/b@1.0'],
  });
  expect(packages.find((p) => p.name === 'b')?.unmetDependencies).toEqual(['copy']);
});

test('direct_url.json says what came from elsewhere', () => {
  const { packages } = cataloged({
    ...installed(SITE, { a: [], b: [], c: [] }),
    [`${SITE}/a-1.0.dist-info/direct_url.json`]:
      '{"url":"https://user:secret@host.example/a.git","vcs_info":{"vcs":"git","commit_id":"c0ffee"}}',
    [`${SITE}/b-1.0.dist-info/direct_url.json`]: `{"url":"https://host.example/b.whl","archive_info":{"hash":"sha256=${'ab'.repeat(32)}"}}`,
    [`${SITE}/c-1.0.dist-info/direct_url.json`]: '{"url":"file:///src/c","dir_info":{"editable":true}}',
  });
  const [a, b, c] = packages;
  expect(decodeURIComponent(a?.purl ?? '')).toBe('pkg:pypi/a@1.0?vcs_url=git+https://host.example/a.git@c0ffee');
  expect(decodeURIComponent(b?.purl ?? '')).toBe('pkg:pypi/b@1.0?download_url=https://host.example/b.whl');
  expect(b?.hashes).toEqual([{ algorithm: 'SHA-256', value: 'ab'.repeat(32) }]);
  expect(c).toMatchObject({ purl: 'pkg:pypi/c@1.0', properties: [{ name: 'python:editable', value: 'true' }] });
});

test('names what is broken and passes over what is no distribution', () => {
  const { packages, faults } = cataloged({
    [`${SITE}/a-1.dist-info/METADATA`]: 'Name: ../../a\nVersion: 1\n\n',
    [`${SITE}/b-1.dist-info/METADATA`]: Buffer.from([0xff, 0, 1, 2]),
    [`${SITE}/c-1.dist-info/direct_url.json`]: '{',
    [`${SITE}/METADATA`]: metadata('d', '1'),
  });
  expect(packages).toEqual([]);
  expect(faults).toEqual({
    [`${SITE}/a-1.dist-info/METADATA`]: 'python/no-name',
    [`${SITE}/b-1.dist-info/METADATA`]: 'python/no-name',
    [`${SITE}/c-1.dist-info/direct_url.json`]: 'json/malformed',
  });
});
