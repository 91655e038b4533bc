import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { expect, test } from 'vitest';
import { deb, pkg } from '../../test/fakes/packages.ts';
import { packageChanges } from './packages.ts';
import type { PackageChange } from './types.ts';

const shown = (changes: readonly PackageChange[]) => changes.map(({ name, a, b }) => [name, a?.version, b?.version]);

test('tells what came, went, went up and went down by the order of its ecosystem', () => {
  const a = [
    deb('libc6', '2.36-9'),
    deb('old', '1'),
    pkg('pkg:npm/ws@8.9.0'),
    pkg('pkg:generic/x@b'),
    deb('same', '1'),
  ];
  const b = [
    deb('libc6', '2.41-12'),
    deb('new', '1'),
    pkg('pkg:npm/ws@8.10.0'),
    pkg('pkg:generic/x@a'),
    deb('same', '1'),
  ];
  const changes = packageChanges(a, b);
  expect(shown(changes.added)).toEqual([['new', undefined, '1']]);
  expect(shown(changes.removed)).toEqual([['old', '1', undefined]]);
  expect(shown(changes.upgraded)).toEqual([
    ['libc6', '2.36-9', '2.41-12'],
    ['ws', '8.9.0', '8.10.0'],
  ]);
  expect(shown(changes.changed)).toEqual([['x', 'b', 'a']]);
  expect(changes.unchanged).toBe(1);
  expect(shown(packageChanges(b, a).downgraded)).toEqual([
    ['libc6', '2.41-12', '2.36-9'],
    ['ws', '8.10.0', '8.9.0'],
  ]);
});

test('the later one is told by the order of Debian, where a tilde is before nothing', () => {
  expect(shown(packageChanges([deb('x', '1.0')], [deb('x', '1.0~rc1')]).downgraded)).toEqual([['x', '1.0', '1.0~rc1']]);
});

test('several versions of one name are held against each other, the same ones first', () => {
  const ms = (version: string, more = '') => pkg(`pkg:npm/ms@${version}${more}`);
  const changes = packageChanges([ms('2.0.0'), ms('2.1.2'), ms('0.7.1')], [ms('2.1.3'), ms('2.0.0')]);
  expect(shown(changes.upgraded)).toEqual([['ms', '2.1.2', '2.1.3']]);
  expect(shown(changes.removed)).toEqual([['ms', '0.7.1', undefined]]);
  expect(changes.unchanged).toBe(1);
});

test('the architecture and the release of a package are not its name, a namespace is', () => {
  const purl = (distro: string, arch: string) => pkg(`pkg:deb/debian/a@1?arch=${arch}&distro=${distro}`);
  expect(packageChanges([purl('debian-12', 'amd64')], [purl('debian-13', 'arm64')])).toMatchObject({ unchanged: 1 });
  const other = packageChanges([pkg('pkg:deb/debian/a@1')], [pkg('pkg:deb/ubuntu/a@1')]);
  expect([other.added.length, other.removed.length]).toEqual([1, 1]);
});

test('many packages of one name take no longer than others', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => pkg(`pkg:npm/x@1.0.0?n=${i}`));
  const start = cpuTime();
  expect(packageChanges(many, many.slice(1)).unchanged).toBe(many.length - 1);
  expect(cpuTime() - start).toBeLessThan(2000);
});
