// The formats of signatures that are written, and what each has a place for.
import { Fault } from '../../lib/faults.ts';
import type { Witness } from '../../sign/witness.ts';

export const signatureFormats = ['bundle', 'cosign-tag', 'notation-jws', 'notation-cose', 'docker'] as const;
export type SignatureFormat = (typeof signatureFormats)[number];

/** Those that hold statements, too. */
export const attestationFormats = ['bundle', 'cosign-tag', 'docker'] as const;
export type AttestationFormat = (typeof attestationFormats)[number];

type Given = NonNullable<Witness['gives']>;

const PLACES: Readonly<Record<SignatureFormat, readonly Given[]>> = {
  bundle: ['timestamp', 'promise', 'proof'],
  'cosign-tag': ['timestamp', 'promise'],
  docker: ['timestamp', 'promise'],
  'notation-jws': ['timestamp'],
  'notation-cose': ['timestamp'],
};

export function isNotation(format: SignatureFormat): format is 'notation-jws' | 'notation-cose' {
  return format === 'notation-jws' || format === 'notation-cose';
}

/** The witnesses whose word has a place in a format. */
export function carriedBy(format: SignatureFormat, witnesses: readonly Witness[]): readonly Witness[] {
  return witnesses.filter(({ gives }) => gives === undefined || PLACES[format].includes(gives));
}

/**
 * The formats that are asked for, each once, in their usual order.
 * @param all what there is to choose from
 * @throws Fault `option/signature-format`
 */
export function formatsOf<Format extends SignatureFormat>(asked: readonly string[], all: readonly Format[]): Format[] {
  const wrong = asked.find((name) => !all.some((format) => format === name));
  if (wrong !== undefined) {
    const known = signatureFormats.some((format) => format === wrong);
    throw new Fault(
      'option/signature-format',
      known
        ? `Signatures of the format ${wrong} cannot hold this.`
        : `"${wrong.slice(0, 100)}" is no format of signatures.`,
      `Write ${all.join(', ')}.`,
    );
  }
  return all.filter((format) => asked.includes(format));
}

/** @throws Fault `sign/witness` for a witness whose word has a place in none of the formats: nobody would ever see it */
export function checkWitnesses(formats: readonly SignatureFormat[], witnesses: readonly Witness[]): void {
  const lost = witnesses.find((one) => !formats.some((format) => carriedBy(format, [one]).length > 0));
  if (lost === undefined) return;
  const what = lost.gives === 'timestamp' ? 'a timestamp' : `an entry of a log that gives ${words(lost.gives)}`;
  throw new Fault(
    'sign/witness',
    `Signatures of the format ${formats.join(', ')} have no place for ${what}, such as that of ${lost.name}.`,
    'Sign also as a bundle, or without that witness.',
  );
}

function words(gives: Witness['gives']): string {
  return gives === 'proof' ? 'a proof and no promise' : 'a promise';
}
