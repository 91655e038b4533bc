import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { expect, test } from 'vitest';
import { barePackage } from './bare-package.ts';
import { type AssemblyContext, assemblePackages } from './catalog.ts';
import type { CatalogedPackage, Cataloger } from './types.ts';

const context: AssemblyContext = {
  distribution: undefined,
  platform: undefined,
  environment: [],
  files: { kind: () => undefined, resolve: () => undefined },
};

function cataloger(
  id: string,
  evidence: 'installed' | 'declared',
  seen: readonly CatalogedPackage[],
): Cataloger<unknown> {
  return { id, version: 1, evidence, reads: [{ name: id }], limit: 1, parse: () => undefined, assemble: () => seen };
}

function seen(path: string, more: Partial<CatalogedPackage> = {}): CatalogedPackage {
  return { ...barePackage('pkg:npm/a@1', 'npm', 'a', '1', [{ path }]), ...more };
}

function assembled(...catalogers: readonly Cataloger<unknown>[]) {
  const facts = new Map(catalogers.map(({ id }) => [id, [{ path: id, fact: 1, layer: undefined }]]));
  return assemblePackages(catalogers, facts, context).packages;
}

test('what several catalogers see is one package: the first tells what it is, others what it leaves open', () => {
  const [one, ...others] = assembled(
    cataloger('lock', 'declared', [seen('lock', { dependencies: ['pkg:npm/z@1'], homepage: 'https://a.example' })]),
    cataloger('disk', 'installed', [
      seen('b', { dependencies: ['pkg:npm/c@1'], homepage: 'https://b.example', maintainer: 'B' }),
    ]),
  );
  expect(others).toEqual([]);
  expect(one).toMatchObject({
    foundBy: 'lock',
    evidence: 'installed',
    homepage: 'https://a.example',
    maintainer: 'B',
    dependencies: ['pkg:npm/c@1', 'pkg:npm/z@1'],
  });
  expect(one?.locations?.map(({ path }) => path)).toEqual(['b', 'lock']);
});

test('a package that is seen very often is put together once', () => {
  const many = Array.from({ length: 50_000 }, (_, i) => seen(`p/${i}`));
  const before = cpuTime();
  expect(assembled(cataloger('disk', 'installed', many))[0]?.locations).toHaveLength(50_000);
  expect(cpuTime() - before).toBeLessThan(4000);
});
