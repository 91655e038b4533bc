// Files of npm and Python, damaged: whoever reads them says so by a Fault and by nothing else.
import { cpuTime } from '../../test/fakes/cpu-time.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Link, catalogFiles } from '../../test/fakes/catalog.ts';
import { npmLock } from './npm/npm-lock.ts';
import { npm } from './npm/npm.ts';
import { pythonLock } from './python/python-lock.ts';
import { python } from './python/python.ts';

const CATALOGERS = [npm, npmLock, python, pythonLock];

const SITE = 'usr/lib/python3.11/site-packages';

const FILES: Record<string, string> = {
  'app/package.json': '{"name":"app","version":"1.0.0","devDependencies":{"a":"^1"}}',
  'app/node_modules/a/package.json':
    '{"name":"a","version":"1.0.0","license":["MIT",{"type":"ISC"}],"author":{"name":"x"},"dependencies":{"b":"^1"},"peerDependenciesMeta":{"b":{"optional":true}}}',
  'app/node_modules/@s/b/package.json': '{"name":"@s/b","version":"2.0.0","optionalDependencies":{"a":"*"}}',
  'app/node_modules/.package-lock.json':
    '{"packages":{"node_modules/a":{"resolved":"git+ssh://git@host.example/a.git#c0ffee","integrity":"sha512-AAAA"}}}',
  'package-lock.json':
    '{"packages":{"":{},"node_modules/a":{"version":"1.0.0","dependencies":{"b":"1"}},"node_modules/b":{"version":"npm:c@1","link":true,"resolved":"c"}}}',
  'npm-shrinkwrap.json':
    '{"dependencies":{"a":{"version":"1.0.0","requires":{"b":"1"},"dependencies":{"b":{"version":"npm:c@1"}}}}}',
  'one/yarn.lock':
    '"a@^1", "a@^2":\n  version "1.0.0"\n  resolved "https://host.example/a.tgz#00"\n  dependencies:\n    b "^1"\n',
  'two/yarn.lock':
    '__metadata:\n  version: 8\n\n"a@npm:^1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  dependencies:\n    b: "npm:^1"\n  linkType: hard\n',
  'pnpm-lock.yaml':
    "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: 1, version: 1.0.0}\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\nsnapshots:\n  a@1.0.0:\n    dependencies:\n      a: 1.0.0\n",
  'bun.lock':
    '{"workspaces":{"":{"dependencies":{"a":"1",},},},"packages":{"a":["a@1.0.0","",{"dependencies":{"b":"1"}},"sha512-x"],},}',
  [`${SITE}/a-1.dist-info/METADATA`]:
    'Name: a\nVersion: 1\nLicense: MIT\nRequires-Dist: b[x]>=1; python_version > "3"\nRequires-Dist: a[y]; extra == "x"\n\nText\n',
  [`${SITE}/a-1.dist-info/RECORD`]: 'a/__init__.py,sha256=x,1\n../../../bin/a,,\n"x,y",,\n',
  [`${SITE}/a-1.dist-info/direct_url.json`]:
    '{"url":"https://host.example/a.git","vcs_info":{"vcs":"git","commit_id":"c0ffee"}}',
  [`${SITE}/b.egg-info/PKG-INFO`]: 'Name: b\nVersion: 2\nClassifier: License :: OSI Approved :: MIT License\n\n',
  [`${SITE}/b.egg-info/requires.txt`]: 'a\n[x:python_version<"4"]\na[x]\n',
  [`${SITE}/c-3.egg-info`]: 'Name: c\nVersion: 3\n',
  'usr/pyvenv.cfg': 'version = 3.11.2\ninclude-system-site-packages = true\n',
  'requirements.txt': 'a[x]==1 ; python_version > "3" \\\n --hash=sha256:00\n  # via b\nb==2\n',
  'Pipfile.lock':
    '{"default":{"a":{"version":"==1","hashes":["sha256:00"]}},"develop":{"b":{"git":"https://host.example/b.git"}}}',
  'poetry.lock': '[[package]]\nname = "a"\nversion = "1"\ngroups = ["main"]\n[package.dependencies]\nb = ">=1"\n',
  'uv.lock': '[[package]]\nname = "a"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "b" }]\n',
  'pdm.lock': '[[package]]\nname = "a"\nversion = "1"\ngroups = ["default"]\ndependencies = ["b>=1"]\n',
  'pylock.toml':
    '[[packages]]\nname = "a"\nversion = "1"\nvcs = {type = "git", url = "https://host.example/a.git", commit-id = "x"}\n',
};

const LINKS: Record<string, Link> = { 'app/node_modules/b': { link: '@s/b' } };

/** Pieces that mean something in one of the formats. */
const PIECE = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ',',
    ':',
    '\n',
    ' ',
    '#',
    '@',
    '..',
    '/',
    '\\',
    '%',
    '\0',
    '\u{d800}',
    '\u00e9',
    '__proto__',
    'constructor',
    'null',
    '1e999',
    '- ',
    '? ',
    '---',
    '&a',
    '*a',
    '|',
    ';',
    '()',
    'a'.repeat(5000),
  ),
  fc.string({ maxLength: 8 }),
);

const MUTATION = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: PIECE });

function mutated(text: string, mutations: readonly { at: number; remove: number; insert: string }[]): Buffer {
  let changed = text;
  for (const { at, remove, insert } of mutations) {
    const start = Math.floor(at * changed.length);
    changed = changed.slice(0, start) + insert + changed.slice(start + remove);
  }
  return Buffer.from(changed);
}

test.each(Object.entries(FILES))('%s, undamaged, is read', (path) => {
  const { read, faults } = catalogFiles(CATALOGERS, { ...FILES, ...LINKS });
  expect(read).toContain(path);
  expect(faults).toEqual({});
});

test.each(Object.entries(FILES))('%s, damaged in any way, gives packages or a Fault', (path, text) => {
  fc.assert(
    fc.property(fc.array(MUTATION, { minLength: 1, maxLength: 4 }), (mutations) => {
      const { packages } = catalogFiles(CATALOGERS, { ...FILES, ...LINKS, [path]: mutated(text, mutations) });
      const purls = new Set(packages.map(({ purl }) => purl));
      for (const one of packages) {
        expect(one.dependencies.filter((purl) => !purls.has(purl) || purl === one.purl)).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

test.each([
  [
    'app/node_modules/a/package.json',
    `{"dependencies":{${Array.from({ length: 50_000 }, (_, i) => `"d${i}":"1"`).join()}}}`,
  ],
  ['package-lock.json', `{"packages":{"${'a/'.repeat(200_000)}":{"dependencies":{"x":"1","y":"1"}}}}`],
  ['bun.lock', `{"packages":{"${'a/'.repeat(200_000)}":["a@1","",{"dependencies":{"x":"1","y":"1"}}]}}`],
  ['bun.lock', '/*'.repeat(300_000)],
  ['one/yarn.lock', `${'"a@^1", '.repeat(100_000)}b:\n${'  '.repeat(100_000)}`],
  ['requirements.txt', `a==1 ${'\\\n '.repeat(100_000)}`],
  ['requirements.txt', `${' '.repeat(500_000)}#`],
  [`${SITE}/a-1.dist-info/METADATA`, `Name: a\nRequires-Dist: b ${'('.repeat(500_000)}\n${' x\n'.repeat(200_000)}`],
  [`${SITE}/a-1.dist-info/RECORD`, `"${'"'.repeat(500_000)}`],
  ['uv.lock', `a = "${'\\n'.repeat(300_000)}"`],
])('%s made to take long does not', (path, text) => {
  const start = cpuTime();
  catalogFiles(CATALOGERS, { [path]: text });
  expect(cpuTime() - start).toBeLessThan(4000);
});
