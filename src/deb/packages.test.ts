import { expect, test } from 'vitest';
import { PackagesIndex } from './packages.ts';

const HEX = 'b'.repeat(64);

function stanza(name: string, fields = '', version = '1.0-1'): string {
  return `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n${fields}Filename: pool/${name}.deb\nSize: 10\nSHA256: ${HEX}\n`;
}

const index = (...stanzas: string[]) => new PackagesIndex(Buffer.from(stanzas.join('\n')));

test('finds every version of a package by name, in the order of the index', () => {
  const found = index(stanza('a'), stanza('b'), stanza('a', '', '2.0')).named('a');
  expect(found.map((p) => p.version)).toEqual(['1.0-1', '2.0']);
});

test('finds packages by what they provide, also over several lines', () => {
  const provides = 'Provides: x (= 1), y,\n z:any,\n  w\nPriority: extra\n';
  const it = index(stanza('a', provides), stanza('b', 'provides: y\n'));
  const names = (virtual: string) => it.providing(virtual).map((p) => p.name);
  expect(['x', 'y', 'z', 'w', 'Priority', ''].map(names)).toEqual([['a'], ['a', 'b'], ['a'], ['a'], [], []]);
});

test('does not take a line inside a field for a field', () => {
  const it = index(stanza('a', 'Description: one\n Package: evil\n\tProvides: evil\n'));
  expect(it.named('evil')).toEqual([]);
  expect(it.providing('evil')).toEqual([]);
});

test('reads every field of a package that is asked for', () => {
  const fields = [
    'Source: src (1:2.0)',
    'Maintainer: Jürgen <j@example.org>',
    'Pre-Depends: p',
    'Depends: d | e',
    'Breaks: x (<< 1)',
    'Conflicts: y',
    'Multi-Arch: same',
    'Priority: required',
    'Homepage: https://example.org',
    'Description: first\n second',
    '',
  ].join('\n');
  const [found] = index(stanza('a', fields)).named('a');
  expect(found).toMatchObject({
    source: { name: 'src', version: '1:2.0' },
    maintainer: 'Jürgen <j@example.org>',
    filename: 'pool/a.deb',
    size: 10,
    digest: `sha256:${HEX}`,
    priority: 'required',
    multiArch: 'same',
    description: 'first',
    homepage: 'https://example.org',
  });
  expect(found?.dependencies.map((g) => g.map((r) => r.name))).toEqual([['p'], ['d', 'e']]);
  expect(found?.conflicts.map((r) => r.name)).toEqual(['y', 'x']);
});

test('takes the package for its own source where none is named', () => {
  expect(index(stanza('a')).named('a')[0]?.source).toEqual({ name: 'a', version: '1.0-1' });
  expect(index(stanza('a', 'Source: s\n')).named('a')[0]?.source).toEqual({ name: 's', version: '1.0-1' });
});

test.each([
  ['a file name that climbs', (text: string) => text.replace('pool/', '../')],
  ['an absolute file name', (text: string) => text.replace('pool/', '/pool/')],
  ['a size that is none', (text: string) => text.replace('Size: 10', 'Size: ten')],
  ['a size of nothing', (text: string) => text.replace('Size: 10', 'Size: 0')],
  ['a short digest', (text: string) => text.replace(HEX, 'abc')],
  ['a version that is none', (text: string) => text.replace('1.0-1', '1_0')],
  ['a source that is none', () => stanza('a', 'Source: s (\n')],
  ['an unknown Multi-Arch', () => stanza('a', 'Multi-Arch: maybe\n')],
])('refuses %s', (_name, change) => {
  const it = index(change(stanza('a')));
  expect(() => it.named('a')).toThrow('cannot be read');
});

test('refuses a package without a digest', () => {
  expect(() => index('Package: a\nVersion: 1\nArchitecture: all\nFilename: a\nSize: 1\n').named('a')).toThrow(
    'The package a has no field SHA256.',
  );
});

test('does not care about empty lines before, between and after', () => {
  expect([...index('\n\n', stanza('a'), '\n\n\n', stanza('b'), '\n').names()]).toEqual(['a', 'b']);
  expect([...index('').names()]).toEqual([]);
});

test('leaves alone what nobody asks for', () => {
  expect(index(stanza('a'), 'Package: broken\nnonsense\n').named('a')).toHaveLength(1);
});

test('finds packages by the source that they were made from', () => {
  const it = index(
    stanza('a', 'source: s (1.0)\n'),
    stanza('b', 'Description: x\n Source: evil\nSource: s\n'),
    stanza('s'),
    stanza('c'),
  );
  expect(it.ofSource('s').map((p) => [p.name, p.source.version])).toEqual([
    ['a', '1.0'],
    ['b', '1.0-1'],
    ['s', '1.0-1'],
  ]);
  expect(it.ofSource('evil')).toEqual([]);
  expect([...it.sourceNames()]).toEqual(['s', 'c']);
});
