// Files as the tools write them, by the cataloger that reads them: what its contract is tried on.
import { fakeAssembly } from '../fakes/assembly.ts';

const SHA256 = 'ab'.repeat(32);
const SHA1 = 'cd'.repeat(20);

function kernel(): Buffer {
  const image = Buffer.alloc(0x800);
  image.write('MZ', 0, 'latin1');
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(0x300, 0x20e);
  image.write('6.12.48-cloud-amd64 (debian-kernel@example) #1 SMP\0', 0x500, 'latin1');
  return image;
}

export const samples: Readonly<Record<string, Readonly<Record<string, string | Buffer>>>> = {
  portage: {
    'var/db/pkg/dev-libs/openssl-3.0.13-r2/CONTENTS': `dir /usr\nobj /usr/bin/openssl ${'0'.repeat(32)} 1700000000\nsym /usr/lib/a b.so -> c.so 1700000000\n`,
    'var/db/pkg/dev-libs/openssl-3.0.13-r2/LICENSE': 'Apache-2.0\n',
    'var/db/pkg/dev-libs/openssl-3.0.13-r2/RDEPEND':
      '>=sys-libs/zlib-1.3[static-libs?] || ( app-misc/ca-certs sys-apps/other ) !dev-libs/libressl\n',
    'var/db/pkg/sys-libs/zlib-1.3/CONTENTS': '',
    'var/db/pkg/sys-libs/zlib-1.3/HOMEPAGE': 'https://zlib.example https://other.example\n',
    'usr/bin/openssl': '',
  },
  nix: {
    'nix/store/0c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc-openssl-3.0.13-bin/bin/openssl': '',
    'nix/store/1c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc-glibc-2.39-52/lib/libc.so': '',
    'nix/store/0c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc-openssl-3.0.13-bin/nix-support/propagated-build-inputs':
      ' /nix/store/1c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc-glibc-2.39-52 ',
    'nix/store/2c6mr3bvxs2ll9rmg1v9hyg1ds1n7mzc-entrypoint.sh': '',
  },
  snap: {
    'snap/hello/42/meta/snap.yaml':
      'name: hello\nversion: "2.10"\nsummary: GNU Hello\nbase: core20\narchitectures:\n- amd64\nlicense: GPL-3.0\napps:\n  hello:\n    command: bin/hello\n',
    'snap/core20/1/meta/snap.yaml': "name: core20\nversion: '20240416'\ntype: base\n",
  },
  homebrew: {
    'home/linuxbrew/.linuxbrew/Cellar/jq/1.7.1/INSTALL_RECEIPT.json': JSON.stringify({
      homebrew_version: '4.3.0',
      source: { tap: 'homebrew/core' },
      arch: 'x86_64',
      runtime_dependencies: [
        { full_name: 'oniguruma', version: '6.9.9' },
        { full_name: 'gone', version: '1' },
      ],
    }),
    'home/linuxbrew/.linuxbrew/Cellar/oniguruma/6.9.9/INSTALL_RECEIPT.json': JSON.stringify({
      source: { tap: 'other/tap' },
    }),
  },
  'linux-kernel': { 'boot/vmlinuz-6.12.48-cloud-amd64': kernel() },
  gem: {
    'usr/share/rubygems-integration/all/specifications/rack-3.0.8.gemspec':
      '# stub: rack 3.0.8 ruby lib\nGem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "3.0.8".freeze\n  s.licenses = ["MIT".freeze]\n  s.add_runtime_dependency(%q<webrick>.freeze, ["~> 1.8".freeze])\nend\n',
    'usr/share/rubygems-integration/all/specifications/webrick-1.8.1.gemspec':
      '# stub: webrick 1.8.1 ruby lib\nGem::Specification.new do |s|\n  s.name = "webrick".freeze\n  s.version = "1.8.1".freeze\nend\n',
  },
  'gem-lock': {
    'app/Gemfile.lock':
      'GEM\n  remote: https://gems.example/\n  specs:\n    rack (3.0.8)\n      webrick (~> 1.8)\n    webrick (1.8.1)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack\n',
  },
  composer: {
    'app/vendor/composer/installed.json': JSON.stringify({
      packages: [
        {
          name: 'monolog/monolog',
          version: '3.5.0',
          require: { php: '>=8.1', 'psr/log': '^2.0 || ^3.0', 'ext-json': '*' },
          dist: { type: 'zip', shasum: SHA1 },
          license: ['MIT', 'LGPL-2.1-only'],
          provide: { 'psr/log-implementation': '3.0.0' },
        },
        { name: 'psr/log', version: 'v3.0.0', 'install-path': '../psr/log' },
        { name: 'App/Tests', version: '1.0.0', require: { 'psr/log-implementation': '*', 'x/gone': '^1' } },
      ],
      dev: true,
      'dev-package-names': ['App/Tests'],
    }),
  },
  'composer-lock': {
    'app/composer.lock': JSON.stringify({
      packages: [{ name: 'psr/log', version: '3.0.0' }],
      'packages-dev': [{ name: 'monolog/monolog', version: '3.5.0', require: { 'psr/log': '^3.0' } }],
    }),
  },
  pear: {
    'usr/share/php/.registry/xml_util.reg':
      'a:6:{s:4:"name";s:8:"XML_Util";s:7:"channel";s:12:"pear.example";s:7:"version";a:2:{s:7:"release";s:5:"1.4.5";s:3:"api";s:5:"1.4.0";}s:7:"license";a:2:{s:7:"attribs";a:0:{}s:8:"_content";s:12:"BSD-3-Clause";}s:8:"filelist";a:1:{s:8:"Util.php";a:1:{s:12:"installed_as";s:27:"/usr/share/php/XML/Util.php";}}s:12:"dependencies";a:1:{s:8:"required";a:1:{s:7:"package";a:2:{s:4:"name";s:4:"PEAR";s:7:"channel";s:12:"pear.example";}}}}',
    'usr/share/php/.registry/pear.reg':
      'a:4:{s:4:"name";s:4:"PEAR";s:7:"channel";s:12:"pear.example";s:7:"version";a:1:{s:7:"release";s:7:"1.10.16";}s:7:"license";s:3:"MIT";}',
    'usr/share/php/XML/Util.php': '',
  },
  wordpress: {
    'var/www/wp-includes/version.php': "<?php\n$wp_version = '6.8.1';\n",
    'var/www/wp-content/plugins/akismet/akismet.php':
      '<?php\n/*\nPlugin Name: Akismet\nVersion: 5.5\nAuthor: Automattic\nLicense: GPLv2 or later\n*/\n',
    'var/www/wp-content/plugins/hello.php': '<?php\n/**\n * Plugin Name: Hello Dolly\n * Version: 1.7.2\n */\n',
    'var/www/wp-content/themes/twenty/style.css': '/*\nTheme Name: Twenty\nVersion: 1.2\n*/\n',
    'var/www/wp-content/plugins/index.php': '<?php\n// Silence is golden.\n',
  },
  dotnet: {
    'app/App.deps.json': JSON.stringify({
      runtimeTarget: { name: 't' },
      targets: { t: { 'App/1.0.0': { dependencies: { Serilog: '3.1.1' } }, 'Serilog/3.1.1': {} } },
      libraries: { 'App/1.0.0': { type: 'project' }, 'Serilog/3.1.1': { type: 'package' } },
    }),
    'app/YamlDotNet.dll': fakeAssembly({ InternalName: 'YamlDotNet.dll', ProductVersion: '18.0.0+4d2f' }),
  },
  'dotnet-lock': {
    'packages.lock.json': JSON.stringify({
      version: 1,
      dependencies: {
        'net8.0': { A: { resolved: '1.0.0', dependencies: { B: '2.0.0' } }, B: { resolved: '2.0.0' } },
      },
    }),
    'a.csproj': '<Project><ItemGroup><PackageReference Include="C" Version="1.2.3" /></ItemGroup></Project>',
  },
  conda: {
    'opt/conda/conda-meta/requests-2.27.1-pyhd8ed1ab_0.json': JSON.stringify({
      name: 'requests',
      version: '2.27.1',
      build: 'pyhd8ed1ab_0',
      channel: 'conda-forge/noarch',
      subdir: 'noarch',
      fn: 'requests-2.27.1-pyhd8ed1ab_0.tar.bz2',
      license: 'Apache-2.0',
      md5: '0'.repeat(32),
      sha256: SHA256,
      depends: ['conda-forge::idna >=2.5,<4', 'python >=3.6', 'idna>=2'],
      files: ['lib/python3.9/site-packages/requests/api.py'],
    }),
    'opt/conda/conda-meta/idna-3.3-pyhd8ed1ab_0.json': JSON.stringify({
      name: 'idna',
      version: '3.3',
      build: 'pyhd8ed1ab_0',
      channel: 'https://conda.example/pkgs/main/noarch',
      subdir: 'noarch',
      fn: 'idna-3.3-pyhd8ed1ab_0.conda',
    }),
    'opt/conda/lib/python3.9/site-packages/requests/api.py': '',
  },
  cran: {
    'usr/lib/R/site-library/ggplot2/DESCRIPTION':
      'Package: ggplot2\nVersion: 3.5.1\nTitle: Create Elegant\n    Data Visualisations\nLicense: MIT + file LICENSE\nURL: https://ggplot2.example,\n    https://other.example\nDepends: R (>= 3.5)\nImports: cli, gtable (>=\n        0.1.1)\nBuilt: R 4.4.0; ; 2024; unix\n',
    'usr/lib/R/site-library/cli/DESCRIPTION':
      'Package: cli\nVersion: 3.6.4\nLicense: GPL-2 | GPL (>= 3)\nBuilt: R 4.4.0\n',
    'src/pkg/DESCRIPTION': 'Package: source\nVersion: 1.0\n',
  },
  luarocks: {
    'usr/local/lib/luarocks/rocks-5.1/lpeg/1.0.2-1/lpeg-1.0.2-1.rockspec':
      'package = "LPeg"\nversion = "1.0.2-1"\ndescription = {\n   summary = "Parsing",\n   homepage = "http://lpeg.example",\n   license = "MIT/X11"\n}\ndependencies = {\n   "lua >= 5.1"\n}\n',
    'usr/local/lib/luarocks/rocks-5.1/lulpeg/0.1-1/lulpeg-0.1-1.rockspec':
      "package = 'lulpeg'\nversion = '0.1-1'\ndependencies = { 'lua >= 5.1, < 5.5', 'LPeg ~> 1', 'gone' }\n",
  },
  opam: {
    'home/o/.opam/default/.opam-switch/packages/dune.3.15.0/opam':
      'opam-version: "2.0"\nsynopsis: "Build system"\nlicense: "MIT"\ndepends: [\n  "ocaml" {>= "4.08"}\n  "base-unix"\n]\nconflicts: [ "x" ]\n',
    'home/o/.opam/default/.opam-switch/packages/ocaml.5.1.1/opam':
      'opam-version: "2.0"\nlicense: ["LGPL-2.1-or-later WITH OCaml-LGPL-linking-exception"]\n',
  },
  'opam-file': { 'src/mine.opam': 'opam-version: "2.0"\nname: "mine"\nversion: "1.2"\n' },
  otp: {
    'usr/lib/erlang/lib/stdlib-6.0/ebin/stdlib.app':
      '%% comment\n{application, stdlib,\n [{description, "ERTS  CXC 138 10"},\n  {vsn, "6.0"},\n  {modules, [array, base64]},\n  {applications, [kernel]},\n  {env, []}]}.\n',
    'usr/lib/erlang/lib/kernel-10.0/ebin/kernel.app': '{application, kernel, [{vsn, "10.0"}, {applications, []}]}.',
  },
  'mix-lock': {
    'mix.lock': `%{\n  "castore": {:hex, :castore, "0.1.17", "inner", [:mix], [], "hexpm", "${SHA256}"},\n  "finch": {:hex, :finch, "0.13.0", "inner", [:mix], [{:castore, "~> 0.1", [hex: :castore, repo: "hexpm", optional: false]}, {:telemetry, "~> 1.0", [hex: :telemetry, optional: true]}], "hexpm", "${SHA256}"},\n  "mine": {:git, "https://git.example/mine.git", "${SHA1}", []},\n}\n`,
  },
  'rebar-lock': {
    'rebar.lock': `{"1.2.0",\n[{<<"certifi">>,{pkg,<<"certifi">>,<<"2.9.0">>},0},\n {<<"mine">>,\n  {git,"https://git.example/mine.git",\n       {ref,"${SHA1}"}},\n  0}]}.\n[\n{pkg_hash,[\n {<<"certifi">>, <<"${'EF'.repeat(32)}">>}]},\n{pkg_hash_ext,[\n {<<"certifi">>, <<"${SHA256.toUpperCase()}">>}]}\n].\n`,
  },
  'hackage-lock': {
    'cabal.project.freeze':
      'active-repositories: hackage:merge\nconstraints: any.HUnit ==1.6.2.0,\n             any.base ==4.18.2.1,\n             HUnit +flag\n',
    'stack.yaml.lock': `packages:\n- completed:\n    hackage: fuzzyset-0.2.4@sha256:${SHA256},1618\n    pantry-tree:\n      size: 574\n  original:\n    hackage: fuzzyset-0.2.4@sha256:${SHA256},1618\n`,
  },
  'conan-lock': {
    'a/conan.lock': JSON.stringify({
      graph_lock: {
        nodes: {
          '0': { ref: 'app/1.0', requires: ['1'] },
          '1': { ref: 'zlib/1.2.11#abc123', requires: [] },
        },
      },
    }),
    'b/conan.lock': JSON.stringify({ version: '0.5', requires: ['bzip2/1.0.8@user/stable#abc%1700000000.1'] }),
    'conanfile.txt': '[requires]\npoco/1.12.4 # a comment\nboost/[>=1.70]\n[generators]\nCMakeDeps\n',
  },
  'pub-lock': {
    'pubspec.lock': `# Generated by pub\npackages:\n  analyzer:\n    dependency: transitive\n    description:\n      name: analyzer\n      sha256: "${SHA256}"\n      url: "https://pub.example"\n    source: hosted\n    version: "1.4.0"\n  flutter:\n    dependency: "direct main"\n    description: flutter\n    source: sdk\n    version: "0.0.0"\n  mine:\n    dependency: "direct main"\n    description:\n      path: "."\n      resolved-ref: ${SHA1}\n      url: "https://git.example/mine.git"\n    source: git\n    version: "0.2.0"\nsdks:\n  dart: ">=2.12.0 <3.0.0"\n`,
  },
  'swift-lock': {
    'Package.resolved': JSON.stringify({
      pins: [
        {
          identity: 'swift-nio',
          kind: 'remoteSourceControl',
          location: 'https://git.example/apple/swift-nio.git',
          state: { revision: SHA1, version: '2.40.0' },
        },
        { identity: 'x', location: 'git@git.example:o/x.git', state: { branch: 'main', revision: SHA1 } },
      ],
      version: 2,
    }),
    'old/Package.resolved': JSON.stringify({
      object: { pins: [{ package: 'Old', repositoryURL: 'https://git.example/o/Old', state: { version: '1.0.0' } }] },
      version: 1,
    }),
  },
  'cocoapods-lock': {
    'Podfile.lock': `PODS:\n  - Firebase/Core (10.0.0):\n    - Firebase/CoreOnly\n    - Alamofire (~> 5)\n  - Firebase/CoreOnly (10.0.0)\n  - Alamofire (5.8.0)\n\nDEPENDENCIES:\n  - Firebase/Core\n\nSPEC CHECKSUMS:\n  Alamofire: ${SHA1}\n\nPODFILE CHECKSUM: ${SHA1}\n\nCOCOAPODS: 1.14.3\n`,
  },
  swiplpack: {
    'root/.local/share/swi-prolog/pack/hmac/pack.pl':
      "name(hmac).\nversion('1.0').\ntitle('Message authentication').\nrequires(condition).\nhome('https://hmac.example').\n",
    'root/.local/share/swi-prolog/pack/condition/pack.pl': "name(condition).\nversion('0.1.1').\n",
  },
  'github-actions': {
    '.github/workflows/ci.yml':
      'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4 # the code\n      - name: b\n        uses: "github/codeql-action/init@v3"\n      - uses: ./local\n      - uses: docker://alpine:3\n      - uses: actions/checkout@v4\n',
  },
  'terraform-lock': {
    'infra/.terraform.lock.hcl': `provider "registry.example/hashicorp/aws" {\n  version     = "5.72.1"\n  constraints = "~> 5.0"\n  hashes = [\n    "h1:jhd5O5o0CfZCNEwwN0EiDAzb7ApuFrtxJqa6HXW4EKE=",\n    "zh:${SHA256}",\n  ]\n}\n`,
  },
  sbom: {
    'opt/bitnami/redis/.spdx-redis.spdx': JSON.stringify({
      spdxVersion: 'SPDX-2.3',
      packages: [
        {
          SPDXID: 'SPDXRef-a',
          name: 'redis',
          versionInfo: '7.2.4',
          licenseDeclared: 'BSD-3-Clause',
          supplier: 'Organization: B',
          externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:bitnami/redis@7.2.4?arch=amd64' }],
        },
        {
          SPDXID: 'SPDXRef-b',
          name: 'jemalloc',
          externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:generic/jemalloc@5.3.0' }],
        },
      ],
      relationships: [
        { spdxElementId: 'SPDXRef-b', relationshipType: 'DEPENDENCY_OF', relatedSpdxElement: 'SPDXRef-a' },
      ],
    }),
    'app/bom.json': JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { 'bom-ref': 'root', name: 'app', version: '1', purl: 'pkg:npm/app@1' } },
      components: [
        {
          'bom-ref': 'x',
          group: '@s',
          name: 'x',
          version: '2',
          purl: 'pkg:npm/%40s/x@2',
          licenses: [{ license: { id: 'MIT' } }],
          hashes: [{ alg: 'SHA-256', content: SHA256 }],
          components: [{ name: 'nested', purl: 'pkg:npm/nested@3' }],
        },
      ],
      dependencies: [{ ref: 'root', dependsOn: ['x', 'gone'] }],
    }),
    'usr/share/sbom/three.spdx.json': JSON.stringify({
      '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
      '@graph': [
        { type: 'software_Package', spdxId: 'urn:p', name: 'p', software_packageUrl: 'pkg:pypi/p@1' },
        {
          type: 'software_Package',
          spdxId: 'urn:q',
          name: 'q',
          externalIdentifier: [{ externalIdentifierType: 'packageUrl', identifier: 'pkg:pypi/q@1' }],
        },
        { type: 'Relationship', relationshipType: 'dependsOn', from: 'urn:p', to: ['urn:q'] },
      ],
    }),
    'usr/share/doc/t.spdx':
      'SPDXVersion: SPDX-2.3\nPackageName: t\nSPDXID: SPDXRef-t\nPackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:golang/example.org/t@v1.0.0\n\nPackageName: u\nSPDXID: SPDXRef-u\nExternalRef: PACKAGE_MANAGER purl pkg:golang/example.org/u@v1.0.0\n\nRelationship: SPDXRef-t DEPENDS_ON SPDXRef-u\n',
    'i18n/bom.json': '{"@metadata":{"authors":[]}}',
  },
};
