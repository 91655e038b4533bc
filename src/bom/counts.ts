// How much a Bom says.
import { compareStrings } from '../lib/bytes.ts';
import type { Bom } from './types.ts';

export interface BomCounts {
  readonly packages: number;
  /** What packages need, and which of them others bring. */
  readonly relationships: number;
  /** Packages of each kind, by its name. */
  readonly kinds: Readonly<Record<string, number>>;
}

export function countsOf({ packages }: Bom): BomCounts {
  const kinds = new Map<string, number>();
  for (const { kind } of packages) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return {
    packages: packages.length,
    relationships: packages.reduce((sum, p) => sum + p.dependencies.length + (p.ownedBy === undefined ? 0 : 1), 0),
    kinds: Object.fromEntries([...kinds].sort(([a], [b]) => compareStrings(a, b))),
  };
}
