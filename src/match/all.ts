// Every matcher. A new one is a file here and a line below.
import type { BomPackage, Distribution } from '../bom/types.ts';
import { alpine } from './alpine.ts';
import { debian } from './debian.ts';
import { go } from './go.ts';
import { languagePackages } from './languages.ts';
import { type Matcher, NO_KIND, type Plan } from './lookup.ts';
import { programs } from './programs.ts';
import { rpm } from './rpm.ts';

export const matchers: readonly Matcher[] = [debian, alpine, rpm, languagePackages, go, programs];

const byKind: ReadonlyMap<string, Matcher> = new Map(matchers.flatMap((one) => one.kinds.map((kind) => [kind, one])));

/** What to look up for a package. Of kinds that no matcher knows, nothing. */
export function planOf(p: BomPackage, distribution: Distribution | undefined): Plan {
  return byKind.get(p.kind)?.plan(p, distribution) ?? NO_KIND;
}
