// Whether a token's private key never could be anywhere else.
import { Fault } from '../../lib/faults.ts';
import type { KeyAttributes } from '../types.ts';

const WANTED: readonly (readonly [keyof KeyAttributes, boolean, string])[] = [
  ['extractable', false, 'it may be taken out of the token (CKA_EXTRACTABLE)'],
  ['neverExtractable', true, 'it could be taken out of the token once (CKA_NEVER_EXTRACTABLE)'],
  ['sensitive', true, 'it can be read in the clear (CKA_SENSITIVE)'],
  ['alwaysSensitive', true, 'it could be read in the clear once (CKA_ALWAYS_SENSITIVE)'],
  ['local', true, 'it was not made in the token (CKA_LOCAL)'],
];

/** What speaks against a key, in words; what the token does not tell, too. Empty for a key that was always in the token alone. */
export function weaknessesOf(attributes: KeyAttributes): string[] {
  return WANTED.flatMap(([name, wanted, problem]) => {
    if (attributes[name] === wanted) return [];
    return [
      attributes[name] === undefined ? `the token does not say ${/\((\w+)\)/.exec(problem)?.[1] ?? name}` : problem,
    ];
  });
}

/** @throws Fault `key/extractable` */
export function refuseWeak(attributes: KeyAttributes, shown: string): void {
  const weaknesses = weaknessesOf(attributes);
  if (weaknesses.length === 0) return;
  throw new Fault(
    'key/extractable',
    `There may be copies of the private key of ${shown}: ${weaknesses.join('; ')}.`,
    'Make a key in the token with `temper key create`, or sign with this one all the same with --allow-extractable-key.',
  );
}
