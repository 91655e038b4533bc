// The one table of what is fuzzed.
import { catalogers } from '../../src/catalog/all.ts';
import { bomTarget } from './target-bom.ts';
import { catalogerTarget } from './target-cataloger.ts';
import { compressionTarget } from './target-compression.ts';
import { documentTarget } from './target-documents.ts';
import { sourceTarget } from './target-source.ts';
import { lenientTarTarget, strictTarTarget } from './target-tar.ts';
import { tufTarget } from './target-tuf.ts';
import type { Random } from './random.ts';
import type { Seeds } from './seeds.ts';

export interface Input {
  readonly bytes: Buffer;
  /** Where the bytes lie, for readers whom that tells something. */
  readonly path?: string;
}

export interface Target {
  readonly name: string;
  /** How often it is tried, against the others. */
  readonly weight: number;
  /** A broken input: the same from the same numbers. */
  make(random: Random): Input;
  /** Reads it. @throws Fault for what is refused; anything else is a failure */
  run(input: Input, random: Random): void | Promise<void>;
}

/** Catalogers whose formats are binary, nested or an attacker's choice. */
const HEAVY: ReadonlySet<string> = new Set([
  'dpkg',
  'rpm',
  'java',
  'go',
  'rust',
  'apk',
  'dotnet',
  'npm-lock',
  'python-lock',
  'sbom',
]);

export function allTargets(seeds: Seeds): readonly Target[] {
  return [
    lenientTarTarget(seeds),
    strictTarTarget(seeds),
    compressionTarget(seeds),
    documentTarget(seeds),
    sourceTarget(seeds),
    bomTarget(seeds),
    tufTarget(),
    ...catalogers
      .filter(({ id }) => (seeds.files.get(id) ?? []).length > 0)
      .map((cataloger) => catalogerTarget(cataloger, seeds, HEAVY.has(cataloger.id) ? 4 : 1)),
  ];
}
