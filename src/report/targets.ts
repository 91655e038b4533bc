// Which documents a user asks for, and where.
import type { Target } from '../flow/write-targets.ts';
import { closest } from '../lib/closest.ts';
import { Fault } from '../lib/faults.ts';

/** A form that a document can be had in. */
export interface NamedFormat<Name extends string = string> {
  readonly name: Name;
  /** One line, for `--help`. */
  readonly about: string;
  /** Other names that people know it by. */
  readonly aliases?: readonly string[];
}

/**
 * Where the documents go.
 * @param outputs `FILE` or `FORMAT=FILE`
 * @param formatOf gives a format's name, or throws
 * @throws Fault `usage/output`, what `formatOf` throws
 */
export function targetsOf<Name extends string>(
  outputs: readonly string[],
  format: string | undefined,
  of: { readonly formats: readonly NamedFormat[]; readonly formatOf: (text: string) => Name },
): readonly Target<Name>[] {
  if (outputs.length === 0) return [{ format: of.formatOf(format ?? 'table'), file: undefined }];
  return outputs.map((output) => {
    const at = output.indexOf('=');
    const [name, file] =
      at > 0 && !output.slice(0, at).includes('/')
        ? [output.slice(0, at), output.slice(at + 1)]
        : [format ?? 'json', output];
    if (file === output && of.formats.some((one) => isNamed(one, output))) {
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
    if (of.formats.some((one) => isNamed(one, file)) && !of.formats.some((one) => isNamed(one, name.toLowerCase()))) {
      throw new Fault(
        'usage/output',
        `--output ${output} has the file before the format.`,
        `Write --output ${file}=${name}.`,
      );
    }
    return { format: of.formatOf(name), file };
  });
}

function isNamed({ name, aliases }: NamedFormat, text: string): boolean {
  return name === text || aliases?.includes(text) === true;
}

/** The format of a name or an alias. @param what `scan` for `scan/unknown-output` @throws Fault `WHAT/unknown-output` */
export function formatNamed<Name extends string>(
  formats: readonly NamedFormat<Name>[],
  text: string,
  what: string,
): Name {
  const wanted = text.toLowerCase();
  const found = formats.find((one) => isNamed(one, wanted));
  if (found !== undefined) return found.name;
  const names = formats.map(({ name }) => name);
  const [near] = closest(wanted, names, 1);
  throw new Fault(
    `${what}/unknown-output`,
    `There is no ${what} format "${text.slice(0, 100)}".`,
    near === undefined ? `Formats are ${names.join(', ')}.` : `Did you mean ${near}?`,
  );
}

/** One line for each format. */
export function helpOf(formats: readonly NamedFormat[]): string {
  const width = Math.max(...formats.map(({ name }) => name.length));
  return formats.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n');
}
