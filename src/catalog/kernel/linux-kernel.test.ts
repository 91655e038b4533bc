import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { linuxKernel } from './linux-kernel.ts';

test('the version of a boot image', () => {
  const { packages } = catalogFiles(linuxKernel, samples['linux-kernel'] ?? {});
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:generic/linux-kernel@6.12.48-cloud-amd64']);
});

test('other programs and images without a header are none', () => {
  const { packages, read } = catalogFiles(linuxKernel, { 'boot/vmlinuz': 'MZ', 'usr/bin/tool': 'MZ' });
  expect(packages).toEqual([]);
  expect(read).toEqual(['boot/vmlinuz']);
});
