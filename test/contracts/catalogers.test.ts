import { describe, expect, test } from 'vitest';
import { catalogers } from '../../src/catalog/all.ts';
import { samples as small } from './cataloger-samples.ts';
import { catalogerContract } from './cataloger.contract.ts';
import { languageSamples } from './language-samples.ts';

const samples = { ...small, ...languageSamples };
/** They tell of the distribution and of licences, not of packages. */
const bare = new Set(['os-release', 'licence-files']);

test('every cataloger has a name of its own', () => {
  const ids = catalogers.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
});

test('no cataloger is without a sample', () => {
  expect(catalogers.map(({ id }) => id).filter((id) => samples[id] === undefined && !bare.has(id))).toEqual([]);
});

describe.each(catalogers.filter(({ id }) => samples[id] !== undefined))('$id', (cataloger) => {
  catalogerContract(cataloger, samples[cataloger.id] ?? {});
});
