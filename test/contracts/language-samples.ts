// Files of the operating systems' databases and of the large ecosystems, by the cataloger that reads them.
import { deflateSync } from 'node:zlib';
import { elfOf } from '../fakes/programs.ts';
import { rpmPackage, sqliteRpmDatabase } from '../fakes/rpm.ts';
import { zipOf } from '../fakes/zip.ts';

const SHA256 = 'ab'.repeat(32);

function goProgram(): Buffer {
  const modules = `${'s'.repeat(16)}path\texample.com/a\nmod\texample.com/a\tv1.2.3\th1:a=\ndep\texample.com/b\tv2.0.1\n${'e'.repeat(16)}`;
  const content = Buffer.concat([
    Buffer.from('\xff Go buildinf:\x08\x02', 'latin1'),
    Buffer.alloc(16),
    Buffer.from('\x08go1.22.1', 'latin1'),
    Buffer.from([(modules.length & 0x7f) | 0x80, modules.length >> 7]),
    Buffer.from(modules),
  ]);
  return elfOf([{ name: '.go.buildinfo', content }]);
}

const CRATES = {
  packages: [
    { name: 'adler', version: '0.2.3', source: 'crates.io' },
    { name: 'app', version: '0.1.0', source: 'local', dependencies: [0], root: true },
  ],
};

export const languageSamples: Readonly<Record<string, Readonly<Record<string, string | Buffer>>>> = {
  dpkg: {
    'var/lib/dpkg/status':
      'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-3\nDepends: libc6 (>= 2.36), gone\n\nPackage: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc (2.41-12)\nVersion: 2.41-12+b1\nDescription: libs\n more\n',
    'var/lib/dpkg/info/bash.list': '/.\n/bin\n/bin/bash\n',
    'bin/bash': '',
  },
  apk: {
    'lib/apk/db/installed':
      'P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\no:musl\np:so:libc.musl-x86_64.so.1=1\nF:lib\nR:ld-musl.so\n\nP:zlib\nV:1.3.1-r1\nA:x86_64\nL:Zlib\nD:so:libc.musl-x86_64.so.1 gone\n\n',
    'lib/ld-musl.so': '',
  },
  rpm: {
    'var/lib/rpm/rpmdb.sqlite': sqliteRpmDatabase([
      rpmPackage({ name: 'bash', version: '5.2.26', release: '3.fc40', files: ['/usr/bin/bash'] }),
      rpmPackage({ name: 'filesystem', version: '3.18', release: '8.fc40' }),
    ]),
    'usr/bin/bash': '',
  },
  alpm: {
    'var/lib/pacman/local/bash-5.2.026-2/desc':
      '%NAME%\nbash\n\n%VERSION%\n5.2.026-2\n\n%ARCH%\nx86_64\n\n%LICENSE%\nGPL-3.0-or-later\n\n%DEPENDS%\nreadline\n\n',
    'var/lib/pacman/local/bash-5.2.026-2/files': '%FILES%\nusr/\nusr/bin/bash\n',
    'var/lib/pacman/local/readline-8.2-1/desc': '%NAME%\nreadline\n\n%VERSION%\n8.2-1\n\n%ARCH%\nx86_64\n\n',
    'usr/bin/bash': '',
  },
  npm: {
    'app/package.json': JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { a: '^1.0.0' } }),
    'app/node_modules/a/package.json': JSON.stringify({
      name: 'a',
      version: '1.2.0',
      license: 'MIT',
      dependencies: { '@s/b': '2', gone: '1' },
    }),
    'app/node_modules/@s/b/package.json': JSON.stringify({ name: '@s/b', version: '2.0.0' }),
  },
  'npm-lock': {
    'app/package-lock.json': JSON.stringify({
      name: 'app',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'app', version: '1.0.0', dependencies: { a: '^1.0.0' } },
        'node_modules/a': { version: '1.2.0', integrity: 'sha512-AA==', dependencies: { b: '*' } },
        'node_modules/b': { version: '2.0.0' },
      },
    }),
    'other/yarn.lock':
      '# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.2.0"\n  dependencies:\n    b "*"\n\nb@*:\n  version "2.0.0"\n',
  },
  python: {
    'usr/lib/python3/site-packages/requests-2.31.0.dist-info/METADATA':
      'Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\nLicense: Apache 2.0\nRequires-Dist: idna (<4,>=2.5)\nRequires-Dist: gone\n\nText\n',
    'usr/lib/python3/site-packages/idna-3.4.dist-info/METADATA': 'Metadata-Version: 2.1\nName: idna\nVersion: 3.4\n',
    'usr/lib/python3/site-packages/idna-3.4.dist-info/RECORD': 'idna/__init__.py,sha256=AA,1\n',
  },
  'python-lock': {
    'app/requirements.txt': `requests==2.31.0 --hash=sha256:${SHA256}\nidna>=3\n`,
    'app/poetry.lock':
      '[[package]]\nname = "requests"\nversion = "2.31.0"\noptional = false\n\n[package.dependencies]\nidna = ">=2.5,<4"\n\n[[package]]\nname = "idna"\nversion = "3.4"\noptional = false\n',
  },
  java: {
    'app/lib/a-1.0.jar': zipOf([
      {
        name: 'META-INF/MANIFEST.MF',
        content: 'Manifest-Version: 1.0\nImplementation-Title: a\nImplementation-Version: 1.0\n',
      },
      {
        name: 'META-INF/maven/org.example/a/pom.properties',
        content: 'groupId=org.example\nartifactId=a\nversion=1.0\n',
      },
    ]),
  },
  maven: {
    'pom.xml':
      '<project><groupId>org.example</groupId><artifactId>app</artifactId><version>1.0</version><dependencies><dependency><groupId>org.other</groupId><artifactId>lib</artifactId><version>2.0</version></dependency></dependencies></project>',
  },
  'gradle-lock': {
    'gradle.lockfile': 'org.example:a:1.0=compileClasspath,runtimeClasspath\nempty=annotationProcessor\n',
  },
  go: { 'usr/bin/a': goProgram() },
  'go-mod': { 'src/go.mod': 'module example.com/a\ngo 1.24\nrequire (\n\texample.com/b v1.0.0\n)\n', 'src/go.sum': '' },
  rust: { 'usr/bin/app': elfOf([{ name: '.dep-v0', content: deflateSync(JSON.stringify(CRATES)) }]) },
  'cargo-lock': {
    'src/Cargo.lock':
      'version = 4\n[[package]]\nname = "app"\nversion = "0.1.0"\ndependencies = ["libc"]\n[[package]]\nname = "libc"\nversion = "0.2.150"\nsource = "registry+https://example.com/index"\n',
  },
  'java-runtime': {
    'opt/java/release': 'IMPLEMENTOR="Example"\nJAVA_VERSION="17.0.9"\nJAVA_RUNTIME_VERSION="17.0.9+9"\n',
  },
  binaries: {
    'usr/local/bin/busybox': Buffer.concat([elfOf([]), Buffer.from('\0BusyBox v1.36.1 (2023-11-07 18:53:09 UTC)\0')]),
  },
};
