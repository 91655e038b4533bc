import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { pypiPurl } from '../../purl/pypi.ts';
import { pythonLock } from './python-lock.ts';

const HASH = 'ab'.repeat(32);
const GIT = pypiPurl('g', '2.0', { vcs: 'git+https://host.example/g.git@c0ffee' });

function locked(name: string, text: string | Buffer) {
  const { packages, edges, faults } = catalogFiles(pythonLock, { [`src/${name}`]: text });
  const facts = Object.fromEntries(
    packages.flatMap((p) =>
      p.properties === undefined ? [] : [[p.name, p.properties.map((one) => `${one.name}=${one.value}`)]],
    ),
  );
  return { packages, edges, facts, faults, purls: packages.map((p) => p.purl) };
}

test('requirements: only exact pins, edges where comments say who asks', () => {
  const { edges, facts, packages } = locked(
    'requirements-dev.txt',
    `# made by a tool
-r base.txt
--index-url https://index.example/simple
Flask[async]==3.0.0 ; python_version >= "3.8" \\
    --hash=sha256:${HASH}
    # via -r requirements.in
jinja2===3.1.0  # via flask
markupsafe==2.1.0
    # via
    #   jinja2
    #   flask
star==1.*
range>=1,<2
-e ./local
https://host.example/x.zip
g @ git+https://host.example/g.git
`,
  );
  expect(edges).toEqual({
    'pkg:pypi/flask@3.0.0': ['pkg:pypi/jinja2@3.1.0', 'pkg:pypi/markupsafe@2.1.0'],
    'pkg:pypi/jinja2@3.1.0': ['pkg:pypi/markupsafe@2.1.0'],
    'pkg:pypi/markupsafe@2.1.0': [],
  });
  expect(facts).toEqual({ Flask: ['python:marker=python_version >= "3.8"'] });
  expect(packages[0]?.hashes).toEqual([{ algorithm: 'SHA-256', value: HASH }]);
});

test("what a comment says after a line that is no pin is nobody's", () => {
  const { edges } = locked('requirements.txt', 'a==1\nb>=2\n    # via a\nc==3\n    # via\n    #   b\n    #   a\n');
  expect(edges).toEqual({ 'pkg:pypi/a@1': ['pkg:pypi/c@3'], 'pkg:pypi/c@3': [] });
});

test('requirements in a folder of that name, and in UTF-16 as PowerShell writes', () => {
  expect(locked('requirements/base.txt', 'a==1\n').purls).toEqual(['pkg:pypi/a@1']);
  expect(locked('requirements.txt', Buffer.from('\ufeffa==1\r\n', 'utf16le')).purls).toEqual(['pkg:pypi/a@1']);
  expect(catalogFiles(pythonLock, { 'src/notes.txt': 'a==1\n' }).read).toEqual([]);
});

test('Pipfile.lock', () => {
  const { purls, facts } = locked(
    'Pipfile.lock',
    JSON.stringify({
      _meta: { hash: {} },
      default: {
        a: { version: '==1.0', hashes: [`sha256:${HASH}`], markers: "python_version > '3'" },
        g: { git: 'https://host.example/g.git', ref: 'c0ffee', version: '==2.0' },
        own: { path: '.', editable: true },
      },
      develop: { t: { version: '==3.0' } },
    }),
  );
  expect(purls).toEqual(['pkg:pypi/a@1.0', GIT, 'pkg:pypi/t@3.0']);
  expect(facts).toEqual({
    a: ['python:groups=default', "python:marker=python_version > '3'"],
    g: ['python:groups=default'],
    t: ['python:dev=true', 'python:groups=develop'],
  });
});

test('poetry.lock', () => {
  const { edges, facts, packages } = locked(
    'poetry.lock',
    `[[package]]
name = "a"
version = "1.0"
description = "An a"
optional = false
groups = ["main", "dev"]
markers = "python_version > '3'"
files = [{file = "a.whl", hash = "sha256:${HASH}"}]
[package.dependencies]
G = {version = ">=1", optional = true}
missing = "*"

[[package]]
name = "g"
version = "2.0"
groups = ["dev"]
optional = true
[package.source]
type = "git"
url = "https://host.example/g.git"
reference = "main"
resolved_reference = "c0ffee"

[[package]]
name = "own"
version = "0"
[package.source]
type = "directory"
url = "."

[metadata]
lock-version = "2.1"
`,
  );
  expect(edges).toEqual({ 'pkg:pypi/a@1.0': [GIT], [GIT]: [] });
  expect(facts).toEqual({
    a: ['python:groups=main,dev', "python:marker=python_version > '3'"],
    g: ['python:dev=true', 'python:groups=dev', 'python:optional=true'],
  });
  expect(packages[0]).toMatchObject({ description: 'An a', hashes: [{ algorithm: 'SHA-256', value: HASH }] });
});

test('poetry.lock of version 1 has categories, and its archives in one table', () => {
  const { facts, packages } = locked(
    'poetry.lock',
    `[[package]]
name = "a"
version = "1.0"
category = "dev"
[metadata.files]
a = [{file = "a.whl", hash = "sha256:${HASH}"}]
`,
  );
  expect(facts).toEqual({ a: ['python:dev=true', 'python:groups=dev'] });
  expect(packages[0]?.hashes).toHaveLength(1);
});

test('uv.lock: the version that an entry names, and what only development needs', () => {
  const { edges, facts, packages } = locked(
    'uv.lock',
    `version = 1
[[package]]
name = "app"
version = "0.1"
source = { editable = "." }
dependencies = [{ name = "a" }]
[package.dev-dependencies]
dev = [{ name = "t" }]

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://index.example/simple" }
dependencies = [{ name = "b", version = "2.0", marker = "os_name == 'nt'" }]
sdist = { url = "https://host.example/a.tar.gz", hash = "sha256:${HASH}" }
[package.optional-dependencies]
x = [{ name = "g" }]

[[package]]
name = "b"
version = "1.0"
[[package]]
name = "b"
version = "2.0"
[[package]]
name = "g"
version = "2.0"
source = { git = "https://host.example/g.git?rev=main#c0ffee" }
[[package]]
name = "t"
version = "3.0"
dependencies = [{ name = "b", version = "1.0" }, { name = "b", version = "2.0" }]
`,
  );
  expect(edges).toEqual({
    'pkg:pypi/a@1.0': ['pkg:pypi/b@2.0', GIT],
    'pkg:pypi/b@1.0': [],
    'pkg:pypi/b@2.0': [],
    [GIT]: [],
    'pkg:pypi/t@3.0': ['pkg:pypi/b@1.0', 'pkg:pypi/b@2.0'],
  });
  expect(facts).toEqual({ b: ['python:dev=true'], t: ['python:dev=true'] });
  // What both need is not only for development.
  expect(packages.find((p) => p.purl === 'pkg:pypi/b@2.0')?.properties).toBeUndefined();
});

test('pdm.lock', () => {
  const { edges, facts } = locked(
    'pdm.lock',
    `[[package]]
name = "a"
version = "1.0"
groups = ["default"]
summary = "An a"
dependencies = ["G[x]>=1; python_version > '3'", "none"]
files = [{file = "a.whl", hash = "sha256:${HASH}"}]
[[package]]
name = "g"
version = "2.0"
groups = ["dev"]
git = "https://host.example/g.git"
ref = "main"
revision = "c0ffee"
[[package]]
name = "g"
version = "2.0"
extras = ["x"]
groups = ["dev"]
git = "https://host.example/g.git"
revision = "c0ffee"
dependencies = ["t==3.0"]
[[package]]
name = "t"
version = "3.0"
groups = ["default", "dev"]
`,
  );
  expect(edges).toEqual({ 'pkg:pypi/a@1.0': [GIT], [GIT]: ['pkg:pypi/t@3.0'], 'pkg:pypi/t@3.0': [] });
  expect(facts['g']).toEqual(['python:dev=true', 'python:groups=dev']);
});

test('pylock.toml, also with a name of its own', () => {
  const text = `lock-version = "1.0"
created-by = "a tool"
[[packages]]
name = "a"
version = "1.0"
dependencies = [{name = "g"}]
wheels = [{url = "https://host.example/a.whl", hashes = {sha256 = "${HASH}"}}]
[[packages]]
name = "g"
version = "2.0"
marker = "'dev' in dependency_groups"
vcs = {type = "git", url = "https://host.example/g.git", commit-id = "c0ffee"}
[[packages]]
name = "own"
directory = {path = "."}
`;
  const { edges, facts, packages } = locked('pylock.toml', text);
  expect(edges).toEqual({ 'pkg:pypi/a@1.0': [GIT], [GIT]: [] });
  expect(facts).toEqual({ g: ['python:dev=true', "python:marker='dev' in dependency_groups"] });
  expect(packages[0]?.hashes).toHaveLength(1);
  expect(locked('pylock.web.toml', text).purls).toHaveLength(2);
  expect(catalogFiles(pythonLock, { 'src/pyproject.toml': text }).read).toEqual([]);
});

test.each([
  ['poetry.lock', '[[package', 'lock/malformed'],
  ['uv.lock', `a = ${'['.repeat(1000)}${']'.repeat(1000)}`, 'lock/malformed'],
  ['Pipfile.lock', '{"default":', 'json/malformed'],
])('names a broken %s', (name, text, code) => {
  expect(locked(name, text).faults).toEqual({ [`src/${name}`]: code });
});
