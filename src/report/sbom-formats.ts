// Which SBOMs a user asks for, and where.
import { type SbomFormat, sbomFormat, sbomFormats } from '../bom/formats.ts';
import type { SbomTarget } from '../flow/sbom/write-sboms.ts';
import * as targets from './targets.ts';

/**
 * Where the SBOMs go.
 * @param outputs `FILE` or `FORMAT=FILE`
 * @param format asked for on standard output and for files that say none
 * @throws Fault `sbom/unknown-output`, `usage/output`
 */
export function targetsOf(outputs: readonly string[], format: string | undefined): readonly SbomTarget<SbomFormat>[] {
  return targets.targetsOf(outputs, format, { formats: sbomFormats, formatOf: sbomFormat });
}

/** Whether a format lists files unless that is refused: SPDX packages are not analysed without them. */
export function wantsFiles(format: SbomFormat): boolean {
  return format.startsWith('spdx');
}

/** One line for each format. */
export function formatsHelp(): string {
  return targets.helpOf(sbomFormats);
}
