import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { gem } from './gem.ts';
import { gemLock } from './gem-lock.ts';
import { readGemspec } from './gemspec.ts';

function spec(name: string, version: string, ...lines: readonly string[]): string {
  return `# stub: ${name} ${version} ruby lib\n\nGem::Specification.new do |s|\n  s.name = "${name}".freeze\n  s.version = "${version}".freeze\n${lines.map((line) => `  s.${line}\n`).join('')}end\n`;
}

const INSTALLED = 'usr/lib/ruby/gems/3.3.0/specifications';

test('a gem needs the installed versions that satisfy, prereleases where there is nothing else', () => {
  const { edges, packages } = catalogFiles(gem, {
    [`${INSTALLED}/app-1.0.gemspec`]: spec(
      'app',
      '1.0',
      'add_runtime_dependency(%q<rack>.freeze, ["~> 2.0".freeze, "!= 2.2.9".freeze])',
      'add_runtime_dependency(%q<json>.freeze, [">= 0".freeze])',
      'add_runtime_dependency(%q<absent>.freeze, ["> 1".freeze])',
      'add_development_dependency(%q<rake>.freeze, [">= 0".freeze])',
    ),
    [`${INSTALLED}/rack-2.2.8.gemspec`]: spec('rack', '2.2.8'),
    ['opt/gems/specifications/rack-2.2.7.gemspec']: spec('rack', '2.2.7'),
    [`${INSTALLED}/rack-2.2.9.gemspec`]: spec('rack', '2.2.9'),
    [`${INSTALLED}/rack-3.0.gemspec`]: spec('rack', '3.0'),
    [`${INSTALLED}/rake-13.gemspec`]: spec('rake', '13'),
    [`${INSTALLED}/json-3.0.rc1.gemspec`]: spec('json', '3.0.rc1'),
    [`${INSTALLED}/default/json-2.9.gemspec`]: spec('json', '2.9'),
  });
  expect(edges['pkg:gem/app@1.0']).toEqual(['pkg:gem/json@2.9', 'pkg:gem/rack@2.2.7', 'pkg:gem/rack@2.2.8']);
  expect(packages.find(({ name }) => name === 'app')?.unmetDependencies).toEqual(['absent (> 1)']);
});

test('names a specification whose name or version is computed, given twice or missing', () => {
  const of = (...lines: string[]) => `Gem::Specification.new do |s|\n${lines.join('\n')}\nend\n`;
  const { packages, faults } = catalogFiles(gem, {
    'specifications/a-1.gemspec': of('s.name = "a" + "b"', 's.version = "1"'),
    'specifications/b-1.gemspec': of('s.name = "b"', 's.version = "1"', 's.name = "c"'),
    'specifications/c-1.gemspec': '',
    'specifications/d-1.gemspec': of('s.name = %q{d}.freeze', 's.version = Gem::Version.new("1".freeze) # one'),
  });
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:gem/d@1']);
  expect(Object.entries(faults)).toEqual(
    ['a', 'b', 'c'].map((name) => [`specifications/${name}-1.gemspec`, 'gem/computed']),
  );
});

test('reads what RubyGems writes, escapes and platforms too', () => {
  const { packages } = catalogFiles(gem, {
    'opt/specifications/nokogiri-1.18.2-x86_64-linux-gnu.gemspec': `# stub: nokogiri 1.18.2 x86_64-linux-gnu lib\n${spec(
      'nokogiri',
      '1.18.2',
      'platform = "x86_64-linux-gnu".freeze',
      "authors = [\"Rafael Mendon\\u00E7a\".freeze, 'It\\'s']",
      'licenses = ["MIT".freeze, "Ruby".freeze]',
      'homepage = "https://nokogiri.example".freeze',
    )}`,
  });
  expect(packages).toMatchObject([
    {
      purl: 'pkg:gem/nokogiri@1.18.2?platform=x86_64-linux-gnu',
      name: 'nokogiri',
      maintainer: "Rafael Mendonça, It's",
      homepage: 'https://nokogiri.example',
      licence: { expression: 'MIT OR Ruby' },
      evidence: 'installed',
    },
  ]);
});

test('what older RubyGems state again for those before them is no dependency at run time', () => {
  const text = `${spec('mail', '2.8')}
  if s.respond_to? :specification_version then
    s.add_runtime_dependency(%q<net-smtp>.freeze, [">= 0"])
    s.add_development_dependency(%q<rspec>.freeze, ["~> 3.0"])
  else
    s.add_dependency(%q<net-smtp>.freeze, [">= 0"])
    s.add_dependency(%q<rspec>.freeze, ["~> 3.0"])
  end`;
  expect(readGemspec(text)?.needs).toEqual([{ name: 'net-smtp', requirements: [] }]);
});

test('a gem brings the files that it lists in its own folder', () => {
  const { owners } = catalogFiles(gem, {
    [`${INSTALLED}/a-1.gemspec`]: spec('a', '1', 'files = ["bin/a".freeze, "lib/none.rb".freeze]'),
    'usr/lib/ruby/gems/3.3.0/gems/a-1/bin/a': '',
  });
  expect(owners).toEqual({
    [`${INSTALLED}/a-1.gemspec`]: 'pkg:gem/a@1',
    'usr/lib/ruby/gems/3.3.0/gems/a-1/bin/a': 'pkg:gem/a@1',
  });
});

test('reads only specifications as installed, only literals of source trees as declared', () => {
  const files = {
    'src/a.gemspec':
      "Gem::Specification.new do |spec|\n  spec.name = 'a'\n  spec.version = '1.2'\n  spec.add_dependency 'b', '~> 1'\nend\n",
    'src/c.gemspec': "Gem::Specification.new do |spec|\n  spec.name = 'c'\n  spec.version = C::VERSION\nend\n",
    'src/d.gemspec': 'Gem::Specification.new do |spec|\n  spec.name = "d-#{x}"\n  spec.version = "1"\nend\n',
  };
  expect(catalogFiles(gem, files).read).toEqual([]);
  const { packages } = catalogFiles(gemLock, files);
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:gem/a@1.2']);
  expect(packages[0]?.unmetDependencies).toEqual(['b (~> 1)']);
});

const LOCK = `GIT
  remote: https://git.example/x.git
  revision: 0123abc
  specs:
    x (0.9)
      rack

PATH
  remote: .
  specs:
    mine (0.1.0)
      nokogiri (>= 1.15, < 2)
      x

GEM
  remote: https://gems.example/
  specs:
    nokogiri (1.15.4-x86_64-linux)
      racc (~> 1.4)
    racc (1.7.1)
    rack (3.0.8)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  mine!
  rack (~> 3.0)

CHECKSUMS
  mine (0.1.0)
  nokogiri (1.15.4-x86_64-linux) sha256=${'ab'.repeat(32)}

BUNDLED WITH
   2.4.19
`;

test('reads every source of a lock file, edges and digests', () => {
  const { edges, packages } = catalogFiles(gemLock, { 'app/Gemfile.lock': LOCK });
  const nokogiri = 'pkg:gem/nokogiri@1.15.4?platform=x86_64-linux';
  const x = 'pkg:gem/x@0.9?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fx.git%400123abc';
  expect(edges).toEqual({
    'pkg:gem/mine@0.1.0': [nokogiri, x],
    [nokogiri]: ['pkg:gem/racc@1.7.1'],
    'pkg:gem/racc@1.7.1': [],
    'pkg:gem/rack@3.0.8': [],
    [x]: ['pkg:gem/rack@3.0.8'],
  });
  expect(packages.find(({ purl }) => purl === nokogiri)).toMatchObject({
    hashes: [{ algorithm: 'SHA-256', value: 'ab'.repeat(32) }],
    evidence: 'declared',
  });
});

test('literals that never end take no time', () => {
  const start = cpuTime();
  for (const opener of ['%<', '"', "'", '%q(', '%w[', '["a", '])
    readGemspec(`  s.add_dependency ${opener.repeat(200_000)}`);
  expect(cpuTime() - start).toBeLessThan(3000);
});
