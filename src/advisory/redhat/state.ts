// What a reading of Red Hat's documents leaves for the next one.
import { compareStrings } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { fieldsOf, listOf } from '../../lib/fields.ts';
import { canonicalJson, parseJson } from '../../lib/json.ts';
import { normalEcosystem } from './product.ts';

export interface RedHatState {
  /** The time of the newest change that was read, seconds since 1970. */
  readonly at: number;
  /** Sorted; `undefined`: all. */
  readonly ecosystems: readonly string[] | undefined;
}

export function writeState({ at, ecosystems }: RedHatState): string {
  return canonicalJson({ version: 1, at, ecosystems });
}

/** `undefined` where it is none of this program. */
export function readState(text: string | undefined): RedHatState | undefined {
  if (text === undefined) return undefined;
  const { version, at, ecosystems } = fieldsOf(parsed(text)) ?? {};
  if (version !== 1 || typeof at !== 'number') return undefined;
  const names = listOf(ecosystems).filter((name): name is string => typeof name === 'string');
  return { at, ecosystems: ecosystems === undefined ? undefined : names };
}

/** Wanted ecosystems by their normal names, sorted. */
export function wantedOf(ecosystems: readonly string[] | undefined): readonly string[] | undefined {
  return ecosystems && [...new Set(ecosystems.map(normalEcosystem))].sort(compareStrings);
}

function parsed(text: string): unknown {
  try {
    return parseJson(text, 'The state of the feed');
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
