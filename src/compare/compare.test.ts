import { expect, test } from 'vitest';
import { deb, pkg } from '../../test/fakes/packages.ts';
import { findingIn } from '../../test/fakes/scan-report.ts';
import { file, plain, side } from '../../test/fakes/sides.ts';
import { compare } from './compare.ts';
import { changedSize } from './files.ts';
import { percentOf } from './measures.ts';
import type { Comparison } from './types.ts';

const measure = ({ measures }: Comparison, name: string) => {
  const found = measures.find((one) => one.name === name);
  return found && [found.a, found.b];
};

test('a side against itself differs in nothing', () => {
  const libc = deb('libc6', '1', 'glibc', '1', { dependencies: [deb('gcc', '1').purl] });
  const one = side([libc, deb('gcc', '1')], [findingIn(libc, 'CVE-1')], { files: [file('bin/sh', { mode: 0o4755 })] });
  const same = compare(one, one, { kind: 'same-data' }, {});
  expect(same.packages).toEqual({ added: [], removed: [], upgraded: [], downgraded: [], changed: [], unchanged: 2 });
  expect(same.relationships).toEqual({ added: [], removed: [] });
  expect(same.vulnerabilities).toMatchObject({ added: [], gone: [], changed: [], unchanged: [{ b: { id: 'CVE-1' } }] });
  expect(same.files).toMatchObject({ added: [], removed: [], changed: [], unchanged: 1 });
  expect(same.configuration).toEqual([]);
  for (const one of same.measures) expect([one.name, one.a === one.b]).toEqual([one.name, true]);
});

test('what a side cannot say is not known, never none', () => {
  const image = side([deb('a', '1')], [], { files: [file('a')], layers: [10, 20] });
  const sbom = side([deb('a', '1')], [], {
    kind: 'sbom',
    related: false,
    files: undefined,
    layers: undefined,
    configuration: undefined,
    findings: { findings: [], covered: 0, notCovered: 1 },
  });
  const result = compare(image, sbom, { kind: 'same-data' }, {});
  for (const name of [
    'relationships',
    'vulnerabilities',
    'vulnerabilities.high',
    'size',
    'unpacked',
    'layers',
    'files',
    'setuid',
  ])
    expect([name, measure(result, name)?.[1]]).toEqual([name, undefined]);
  expect(measure(result, 'size')?.[0]).toBe(30);
  expect(result.facts.map(({ name, b }) => [name, b])).toContainEqual(['user', undefined]);
  expect([result.files, result.relationships, result.configuration]).toEqual([undefined, undefined, undefined]);
});

test('the size is not known where one layer’s is not', () => {
  const image = side([], [], { layers: [10, undefined] });
  expect(measure(compare(image, image, { kind: 'same-data' }, {}), 'size')).toEqual([undefined, undefined]);
});

test('percentages have one decimal, and none of nothing', () => {
  expect(percentOf({ a: 2159, b: 25 })).toBe(-98.8);
  expect(percentOf({ a: 3, b: 4 })).toBe(33.3);
  expect(percentOf({ a: 0, b: 4 })).toBe('new');
  expect(percentOf({ a: 0, b: 0 })).toBe(0);
  expect(percentOf({ a: undefined, b: 0 })).toBeUndefined();
  // What is left is not said to be gone, nor what is different to be the same.
  expect(percentOf({ a: 100_000, b: 1 })).toBe(-99.9);
  expect(percentOf({ a: 100_000, b: 0 })).toBe(-100);
  expect(percentOf({ a: 100_000, b: 100_001 })).toBe(0.1);
});

test('relationships are compared by name', () => {
  const of = (version: string, ...needs: string[]) => pkg(`pkg:npm/app@${version}`, { dependencies: needs });
  const [ws, ms] = [pkg('pkg:npm/ws@1.0.0'), pkg('pkg:npm/ms@1.0.0')];
  const result = compare(side([of('1.0.0', ws.purl), ws]), side([of('2.0.0', ms.purl), ms]), { kind: 'same-data' }, {});
  expect(result.relationships).toEqual({
    added: [{ from: 'npm/app', to: 'npm/ms' }],
    removed: [{ from: 'npm/app', to: 'npm/ws' }],
  });
});

test('files are others by content, mode, owner and target; their sizes add up', () => {
  const link = (target: string) => file('d', { kind: 'symlink', target });
  const a = [file('a', { size: 5 }), file('b', { size: 2 }), file('c'), link('x'), file('f')];
  const b = [
    file('b', { size: 7, sha256: 'bb' }),
    file('c', { uid: 5 }),
    link('y'),
    file('e'),
    file('f', { mode: 0o755 }),
  ];
  const { files } = compare(side([], [], { files: a }), side([], [], { files: b }), { kind: 'same-data' }, {});
  expect(files?.changed.map((one) => one.b?.path)).toEqual(['b', 'c', 'd', 'f']);
  expect([files?.added.length, files?.removed.length, files?.unchanged]).toEqual([1, 1, 0]);
  expect(files && changedSize(files)).toEqual({ added: 1, removed: 5, changed: 5 });
});

test('names programs that run with another’s rights, shells and package managers', () => {
  const a = [
    file('bin', { kind: 'symlink', target: 'usr/bin' }),
    file('usr/bin/apt'),
    file('usr/bin/dash', { mode: 0o755 }),
    file('usr/bin/sh', { kind: 'symlink', target: 'dash' }),
    file('usr/bin/su', { mode: 0o4755 }),
    file('usr/bin/wall', { mode: 0o2755 }),
    file('usr/share/doc/bash'),
  ];
  const result = compare(side([], [], { files: a }), side([]), { kind: 'same-data' }, {});
  expect(result.files?.privileged.map((one) => one.a?.path)).toEqual(['usr/bin/su', 'usr/bin/wall']);
  expect([measure(result, 'setuid'), measure(result, 'setgid')]).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect(result.facts).toMatchObject([
    {},
    {},
    { name: 'user' },
    { name: 'shells', a: ['dash', 'sh'], b: [] },
    { name: 'package-managers', a: ['apt'], b: [] },
  ]);
});

test('only images tell of capabilities', () => {
  const [bare, able] = [file('bin/ping'), file('bin/ping', { capabilities: true })];
  const [a, b] = [side([], [], { files: [able] }), side([], [], { files: [bare] })];
  const images = compare(a, b, { kind: 'same-data' }, {});
  expect(measure(images, 'capabilities')).toEqual([1, 0]);
  expect([images.files?.changed.length, images.files?.privileged.length]).toEqual([1, 1]);
  const folder = compare(a, { ...b, kind: 'folder' }, { kind: 'same-data' }, {});
  expect(measure(folder, 'capabilities')).toEqual([1, undefined]);
  expect(folder.files?.changed).toEqual([]);
});

test('the configuration is compared member by member, variables by name, whatever they are called', () => {
  const a = {
    ...plain,
    environment: new Map([
      ['PATH', '/bin'],
      ['A', '1'],
    ]),
    cmd: ['sh'],
  };
  const b = {
    ...plain,
    environment: new Map([
      ['PATH', '/usr/bin'],
      ['__proto__', 'x'],
    ]),
    user: '65532',
  };
  const result = compare(
    side([], [], { configuration: a }),
    side([], [], { configuration: b }),
    { kind: 'same-data' },
    {},
  );
  expect(result.configuration).toEqual([
    { name: 'user', a: undefined, b: '65532' },
    { name: 'cmd', a: ['sh'], b: undefined },
    { name: 'environment', key: 'A', a: '1', b: undefined },
    { name: 'environment', key: 'PATH', a: '/bin', b: '/usr/bin' },
    { name: 'environment', key: '__proto__', a: undefined, b: 'x' },
  ]);
  expect(result.facts).toContainEqual({ name: 'user', a: 'root', b: '65532' });
});
