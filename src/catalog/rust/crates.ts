// Crates with the crates that each needs, as packages.
import { compareStrings } from '../../lib/bytes.ts';
import { cargoPurl } from '../../purl/cargo.ts';
import { barePackage, purlOrNone } from '../bare-package.ts';
import type { CatalogedPackage, Found } from '../types.ts';

export interface Crate {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`, or an address as Cargo.lock has it. */
  readonly source: string | undefined;
  /** Whether it ran only while the program was built: build scripts and macros. */
  readonly built: boolean;
  /** SHA-256 of the crate's archive. */
  readonly checksum?: string | undefined;
  /** Places in the graph. */
  readonly dependencies: readonly number[];
}

export type CrateGraph = readonly Crate[];

/** One package for each crate; those that only building needs are left out. */
export function cratePackages(graph: CrateGraph, path: Found<CrateGraph>['path']): CatalogedPackage[] {
  const purls = graph.map(({ name, version }) => purlOrNone(() => cargoPurl(name, version)));
  return graph.flatMap((crate, i): CatalogedPackage[] => {
    const purl = purls[i];
    if (crate.built || purl === undefined) return [];
    const needed = crate.dependencies
      .filter((at) => graph[at]?.built === false)
      .map((at) => purls[at])
      .filter((other) => other !== undefined)
      .filter((other) => other !== purl);
    return [
      {
        ...barePackage(purl, 'cargo', crate.name, crate.version, [{ path }]),
        dependencies: [...new Set(needed)].sort(compareStrings),
        hashes: crate.checksum === undefined ? undefined : [{ algorithm: 'SHA-256', value: crate.checksum }],
        properties: crate.source === undefined ? undefined : [{ name: 'cargo:source', value: crate.source }],
      },
    ];
  });
}
