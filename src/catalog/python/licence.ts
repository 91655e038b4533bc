// Which of the three places where a distribution may name its licence counts (PEP 639).
import type { LicenceFinding } from '../../bom/types.ts';
import { licenceOf, licenceOfAll } from '../licences.ts';
import type { Metadata } from './metadata.ts';

/**
 * `License-Expression` alone where there is one; else `License` or the classifiers, whichever is SPDX's; else what is said.
 * Classifiers do not tell whether all or any of them apply; all is the stricter reading.
 */
export function distributionLicence({ expression, licence, classifiers }: Metadata): LicenceFinding | undefined {
  if (expression !== undefined) return licenceOf(expression, 'pypi');
  const stated = licence === undefined ? undefined : licenceOf(licence, 'pypi');
  if (stated !== undefined && isKnown(stated)) return stated;
  const classified = licenceOfAll(classifiers ?? [], 'pypi');
  if (classified !== undefined && isKnown(classified)) return classified;
  const isText = licence !== undefined && licence.includes('\n');
  return isText ? (classified ?? stated) : (stated ?? classified);
}

function isKnown({ texts }: LicenceFinding): boolean {
  return Object.keys(texts).length === 0;
}
