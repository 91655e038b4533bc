// Small whole files for catalogers that neither the contract's samples nor the shared archives have any of.
import { deflateSync } from 'node:zlib';
import { elfOf } from '../fakes/programs.ts';
import { hashRpmDatabase, ndbRpmDatabase, rpmPackage, sqliteRpmDatabase } from '../fakes/rpm.ts';
import { zipOf } from '../fakes/zip.ts';

type Files = Readonly<Record<string, string | Buffer>>;

const headers = [
  rpmPackage({
    name: 'bash',
    requires: [['libc.so.6', 0, '']],
    provides: [['bash', 8, '1-1']],
    files: ['/usr/bin/bash', '/etc/x'],
  }),
  rpmPackage({ name: 'glibc', provides: [['libc.so.6', 0, '']], files: ['/lib64/libc.so.6'] }),
];

function goProgram(): Buffer {
  const modules =
    'path\texample/a\nmod\texample/a\tv1.2.3\th1:a=\ndep\texample/b\tv1.0.0\n=>\texample/f\tv1.0.1\th1:f=\n';
  const text = Buffer.from(`${'s'.repeat(16)}${modules}${'e'.repeat(16)}`);
  const version = 'go1.22.1';
  const content = Buffer.concat([
    Buffer.from('\xff Go buildinf:\x08\x02', 'latin1'),
    Buffer.alloc(16),
    Buffer.from([version.length]),
    Buffer.from(version),
    Buffer.from([(text.length & 0x7f) | 0x80, text.length >> 7]),
    text,
  ]);
  return elfOf([{ name: '.go.buildinfo', content }]);
}

const crates = {
  packages: [
    { name: 'app', version: '0.1.0', source: 'local', dependencies: [1], root: true },
    { name: 'libc', version: '0.2.1', source: 'crates.io' },
  ],
};

const pom =
  '<project><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version><properties><v>1</v></properties>' +
  '<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent><dependencies><dependency>' +
  '<groupId>g</groupId><artifactId>b</artifactId><version>[1,2)</version></dependency></dependencies></project>';
const jar = zipOf([
  {
    name: 'META-INF/MANIFEST.MF',
    content: 'Manifest-Version: 1.0\nImplementation-Title: a\nImplementation-Version: 1\n',
  },
  { name: 'META-INF/maven/g/a/pom.properties', content: 'groupId=g\nartifactId=a\nversion=1\n' },
  { name: 'META-INF/maven/g/a/pom.xml', content: pom },
]);

const info = 'usr/lib/python3/dist-packages/idna-3.3.dist-info';
const lock = {
  name: 'a',
  lockfileVersion: 3,
  packages: {
    '': { name: 'a', version: '1.0.0', dependencies: { b: '^1' } },
    'node_modules/b': { version: '1.0.1', resolved: 'https://r.example/b/-/b-1.0.1.tgz', dependencies: { c: '*' } },
    'node_modules/c': { version: '2.0.0', integrity: `sha512-${'A'.repeat(86)}==` },
  },
};

export const moreSamples: Readonly<Record<string, Files>> = {
  'os-release': {
    'etc/os-release': 'ID=debian\nVERSION_ID="13"\nPRETTY_NAME="Debian GNU/Linux 13"\nID_LIKE=\'a b\'\n',
  },
  dpkg: {
    'var/lib/dpkg/status':
      'Package: a\nStatus: install ok installed\nVersion: 1:2.0-1+b1\nArchitecture: amd64\nSource: s (2.0-1)\nDepends: b (>= 1) | c, d [amd64]\nProvides: e (= 1)\nDescription: x\n y\n\n' +
      'Package: b\nStatus: install ok installed\nVersion: 1\nArchitecture: all\nMulti-Arch: foreign\n',
    'var/lib/dpkg/info/a.list': '/.\n/usr\n/usr/bin/a\n',
    'var/lib/dpkg/info/b:amd64.list': '/.\n/usr/bin/b\n',
    'var/lib/dpkg/diversions': '/bin/sh\n/bin/sh.distrib\ndash\n',
    'usr/share/doc/a/copyright':
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: me\nLicense: MIT\n text\n',
  },
  apk: {
    'lib/apk/db/installed':
      'C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:a\nV:3.3.2-r0\nA:x86_64\nL:MIT\no:s\nD:so:libc.so.1 !old b~1\np:so:liba.so=1\nF:etc\nR:x\na:0:0:755\nZ:Q1Z2L7yL8LMtXMdzHN9pTWEJp7fMs=\n\nP:b\nV:1.2.5-r0\n',
  },
  rpm: {
    'var/lib/rpm/rpmdb.sqlite': sqliteRpmDatabase(headers),
    'var/lib/rpm/Packages.db': ndbRpmDatabase(headers),
    'var/lib/rpm/Packages': hashRpmDatabase(headers),
    'var/lib/rpmmanifest/container-manifest-2': 'bash\t5.1-1\t0\t0\tV\t(none)\t1\tx86_64\t0\tbash-5.1-1.src.rpm\n',
  },
  alpm: {
    'var/lib/pacman/local/bash-5.2-2/desc':
      '%NAME%\nbash\n\n%VERSION%\n5.2-2\n\n%ARCH%\nx86_64\n\n%DEPENDS%\nreadline>=8\n\n',
    'var/lib/pacman/local/bash-5.2-2/files': '%FILES%\nusr/\nusr/bin/bash\n\n%BACKUP%\netc/x\t01\n',
  },
  npm: {
    'app/node_modules/b/package.json': '{"name":"b","version":"1.0.1","license":"MIT","dependencies":{"@x/c":"^2"}}',
    'app/node_modules/@x/c/package.json': '{"name":"@x/c","version":"2.0.0","author":{"name":"x"},"repository":"a/b"}',
    'app/node_modules/.package-lock.json': JSON.stringify(lock),
  },
  'npm-lock': {
    'package-lock.json': JSON.stringify(lock),
    'one/yarn.lock':
      '# yarn lockfile v1\n\nb@^1, b@~1:\n  version "1.0.1"\n  resolved "https://r.example/b.tgz#00"\n  dependencies:\n    c "*"\n\nc@*:\n  version "2.0.0"\n',
    'two/yarn.lock':
      '__metadata:\n  version: 6\n\n"b@npm:^1":\n  version: 1.0.1\n  resolution: "b@npm:1.0.1"\n  dependencies:\n    c: "*"\n  languageName: node\n',
    'pnpm-lock.yaml':
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      b:\n        specifier: ^1\n        version: 1.0.1(c@2.0.0)\npackages:\n  b@1.0.1:\n    resolution: {integrity: sha512-AA==}\nsnapshots:\n  b@1.0.1(c@2.0.0):\n    dependencies:\n      c: 2.0.0\n",
    'bun.lock':
      '{"lockfileVersion":1,"workspaces":{"":{"name":"a","dependencies":{"b":"^1"}}},"packages":{"b":["b@1.0.1","",{},"sha512-AA=="],},}',
  },
  python: {
    [`${info}/METADATA`]:
      'Metadata-Version: 2.1\nName: idna\nVersion: 3.3\nRequires-Dist: x (>=1) ; extra == "a" and python_version < "3.8"\nLicense: BSD\n\ntext\n',
    [`${info}/RECORD`]: 'idna/__init__.py,sha256=AAAA,10\n../../bin/x,,\n"a,b",,\n',
    [`${info}/direct_url.json`]: '{"url":"https://git.example/x","vcs_info":{"vcs":"git","commit_id":"ab"}}',
    'usr/lib/python3/dist-packages/old-1.egg-info': 'Metadata-Version: 1.1\nName: old\nVersion: 1\n',
    'opt/venv/pyvenv.cfg': 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n',
  },
  'python-lock': {
    'poetry.lock':
      '[[package]]\nname = "a"\nversion = "1"\n\n[package.dependencies]\nb = {version = ">=1", markers = "python_version < \\"3\\""}\n\n[[package]]\nname = "b"\nversion = "2"\n',
    'uv.lock':
      'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "https://p.example" }\ndependencies = [{ name = "b" }]\n',
    'Pipfile.lock':
      '{"default":{"a":{"version":"==1","hashes":["sha256:ab"]}},"develop":{"b":{"git":"https://x","ref":"1"}}}',
    'requirements.txt':
      'a==1.0 \\\n  --hash=sha256:ab\nb[x]>=1,<2; python_version>="3"\n-r other.txt\n-e git+https://x#egg=c\nd @ https://x/d.whl\n',
    'pdm.lock': '[[package]]\nname = "a"\nversion = "1"\ndependencies = ["b>=1"]\n',
    'pylock.toml': 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\n',
  },
  java: {
    'app/a.jar': jar,
    'app/w.war': zipOf([
      { name: 'WEB-INF/lib/a-1.jar', content: jar, method: 0 },
      { name: 'WEB-INF/lib/b-2.0.jar', content: zipOf([{ name: 'x', content: '' }]) },
    ]),
  },
  maven: { 'pom.xml': pom, 'b/pom.xml': pom.replace('<artifactId>a<', '<artifactId>p<') },
  'gradle-lock': {
    'gradle.lockfile': '# comment\ng:a:1.0=runtimeClasspath,compileClasspath\nempty=annotationProcessor\n',
  },
  go: { 'bin/a': goProgram() },
  'go-mod': {
    'go.mod':
      'module example/a\n\ngo 1.22\n\nrequire (\n\texample/b v1.0.0 // indirect\n\t"example/c" v2.0.0+incompatible\n)\nreplace example/b => ../b\nexclude example/c v1.0.0\n',
    'go.sum': 'example/b v1.0.0 h1:AA==\nexample/b v1.0.0/go.mod h1:AA==\n',
  },
  rust: { 'bin/r': elfOf([{ name: '.dep-v0', content: deflateSync(JSON.stringify(crates)) }]) },
  'cargo-lock': {
    'Cargo.lock':
      'version = 3\n\n[[package]]\nname = "a"\nversion = "0.1.0"\ndependencies = [\n "b 1.0.0",\n]\n\n[[package]]\nname = "b"\nversion = "1.0.0"\nsource = "registry+https://x"\nchecksum = "ab"\n',
  },
  'java-runtime': {
    'opt/java/release': 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.9"\nJAVA_RUNTIME_VERSION="17.0.9+9"\n',
  },
  binaries: {
    'usr/bin/python3.11': elfOf([{ name: '.rodata', content: Buffer.from('\x003.11.2\0Python 3.11.2\0') }]),
    'usr/bin/redis-server': elfOf([
      { name: '.rodata', content: Buffer.from('\0redis-server\x007.0.11\0Redis 7.0.11\0') },
    ]),
  },
};
