// Which SBOMs a user asks for, and where.
import { type SbomFormat, sbomFormat, sbomFormats } from '../bom/formats.ts';
import type { SbomTarget } from '../flow/write-sboms.ts';
import { Fault } from '../lib/faults.ts';

/**
 * Where the SBOMs go.
 * @param outputs `FILE` or `FORMAT=FILE`
 * @param format asked for on standard output and for files that say none
 * @throws Fault `sbom/unknown-output`, `usage/output`
 */
export function targetsOf(outputs: readonly string[], format: string | undefined): readonly SbomTarget<SbomFormat>[] {
  if (outputs.length === 0) return [{ format: sbomFormat(format ?? 'table'), file: undefined }];
  return outputs.map((output) => {
    const at = output.indexOf('=');
    const [name, file] =
      at > 0 && !output.slice(0, at).includes('/')
        ? [output.slice(0, at), output.slice(at + 1)]
        : [format ?? 'json', output];
    if (file === output && isFormatName(output)) {
      throw new Fault(
        'usage/output',
        `--output ${output} names a format and no file.`,
        `Write --format ${output} for standard output, --output ${output}=FILE for a file, or ./${output} for a file of that name.`,
      );
    }
    if (file === '') {
      throw new Fault(
        'usage/output',
        `--output ${output} names no file.`,
        'Write --output FILE or --output FORMAT=FILE.',
      );
    }
    return { format: sbomFormat(name), file };
  });
}

function isFormatName(text: string): boolean {
  const list: readonly { readonly name: string; readonly aliases?: readonly string[] }[] = sbomFormats;
  return list.some(({ name, aliases }) => name === text || aliases?.includes(text) === true);
}

/** Whether a format lists files unless that is refused: SPDX packages are not analysed without them. */
export function wantsFiles(format: SbomFormat): boolean {
  return format.startsWith('spdx');
}

/** One line for each format. */
export function formatsHelp(): string {
  const width = Math.max(...sbomFormats.map(({ name }) => name.length));
  return sbomFormats.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n');
}
