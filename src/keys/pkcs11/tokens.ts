// The tokens that a library sees, and the one that is meant.
import type { Handle, PKCS11 } from 'pkcs11js';
import { Fault } from '../../lib/faults.ts';
import type { TokenDescription } from '../types.ts';
import { CKF_TOKEN } from './constants.ts';
import type { TokenChoice } from './messages.ts';

export interface Token {
  readonly slot: Handle;
  readonly slotId: number;
  readonly description: TokenDescription;
  /** {@link CKF_TOKEN} */
  readonly flags: number;
}

/** The tokens that fit, initialised ones only. A slot whose token leaves meanwhile has none. */
export function tokensOf(library: PKCS11, choice: TokenChoice): Token[] {
  return library.C_GetSlotList(true).flatMap((slot) => {
    const token = tokenIn(library, slot);
    return token !== undefined && (token.flags & CKF_TOKEN.initialized) !== 0 && fits(token, choice) ? [token] : [];
  });
}

/** @throws Fault `key/token-missing`, `key/token-ambiguous` */
export function theToken(library: PKCS11, choice: TokenChoice, shown: string): Token {
  const [token, ...others] = tokensOf(library, choice);
  if (token === undefined) {
    const there = tokensOf(library, {}).map(({ description }) => `"${description.label}"`);
    throw new Fault(
      'key/token-missing',
      `There is no token for ${shown}; ${there.length === 0 ? 'the library sees none' : `the library sees ${there.slice(0, 10).join(', ')}`}.`,
      'Plug it in, or correct token=, serial=, model= or manufacturer= in the URI.',
    );
  }
  if (others.length > 0) {
    throw new Fault(
      'key/token-ambiguous',
      `${shown} fits ${others.length + 1} tokens.`,
      'Add serial= to the URI; `temper key list` with the URI shows the serial numbers.',
    );
  }
  return token;
}

/** The token's flags now; `undefined` when it is gone, or another is in its place. */
export function flagsNow(library: PKCS11, { slot, description }: Token): number | undefined {
  const now = tokenIn(library, slot);
  return now?.description.serial === description.serial ? now.flags : undefined;
}

function tokenIn(library: PKCS11, slot: Handle): Token | undefined {
  try {
    const { label, manufacturerID, model, serialNumber, flags } = library.C_GetTokenInfo(slot);
    const description = {
      label: unpadded(label),
      manufacturer: unpadded(manufacturerID),
      model: unpadded(model),
      serial: unpadded(serialNumber),
    };
    return { slot, slotId: slotIdOf(slot), description, flags };
  } catch {
    return undefined;
  }
}

function fits({ slotId, description }: Token, choice: TokenChoice): boolean {
  const same = (wanted: string | undefined, is: string): boolean => wanted === undefined || wanted === is;
  return (
    same(choice.label, description.label) &&
    same(choice.manufacturer, description.manufacturer) &&
    same(choice.model, description.model) &&
    same(choice.serial, description.serial) &&
    (choice.slotId === undefined || choice.slotId === slotId)
  );
}

/** Fields are padded with blanks (PKCS #11 2.40, 3.2); some libraries use zero bytes. */
function unpadded(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\0')) end--;
  return text.slice(0, end);
}

/** A handle is a CK_ULONG in the machine's order, which is little-endian where this program runs. */
function slotIdOf(slot: Handle): number {
  return slot.readUIntLE(0, Math.min(6, slot.length));
}
