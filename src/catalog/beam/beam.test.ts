import { expect, test } from 'vitest';
import { samples } from '../../../test/contracts/cataloger-samples.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { mix, rebar } from './locks.ts';
import { otp } from './otp.ts';

test('applications need each other wherever they are', () => {
  const { edges } = catalogFiles(otp, samples['otp'] ?? {});
  expect(edges).toEqual({ 'pkg:otp/kernel@10.0': [], 'pkg:otp/stdlib@6.0': ['pkg:otp/kernel@10.0'] });
});

test("Mix's lock file has edges; what is optional and not locked is not missed", () => {
  const { edges, packages } = catalogFiles(mix, samples['mix-lock'] ?? {});
  expect(edges['pkg:hex/finch@0.13.0']).toEqual(['pkg:hex/castore@0.1.17']);
  expect(packages.find(({ name }) => name === 'finch')?.unmetDependencies).toBeUndefined();
  expect(packages.find(({ name }) => name === 'castore')?.hashes).toEqual([
    { algorithm: 'SHA-256', value: 'ab'.repeat(32) },
  ]);
  expect(packages.find(({ name }) => name === 'mine')?.purl).toContain('vcs_url=git%2Bhttps:%2F%2Fgit.example');
});

test("rebar3's lock file", () => {
  const { packages } = catalogFiles(rebar, samples['rebar-lock'] ?? {});
  expect(packages.map(({ name, version }) => [name, version])).toEqual([
    ['mine', 'cd'.repeat(20)],
    ['certifi', '2.9.0'],
  ]);
  expect(packages[1]?.hashes).toEqual([{ algorithm: 'SHA-256', value: 'ab'.repeat(32) }]);
});

test("Mix's older lock files start on their first line and say only versions", () => {
  const { packages } = catalogFiles(mix, {
    'mix.lock': '%{"cowboy": {:hex, :cowboy, "1.0.0"},\n  "plug": {:hex, :plug, "0.11.0"}}\n',
  });
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:hex/cowboy@1.0.0', 'pkg:hex/plug@0.11.0']);
});
