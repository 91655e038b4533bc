// What a reading of NVD leaves for the next one.
import { canonicalJson, parseJson } from '../../lib/json.ts';
import { fieldsOf } from '../../lib/fields.ts';
import { Fault } from '../../lib/faults.ts';

export interface NvdState {
  /** When what was read was changed last, seconds since 1970. */
  readonly modified: number;
  /** SHA-256 of each year's content. */
  readonly years: ReadonlyMap<string, string>;
}

export function writeState({ modified, years }: NvdState): string {
  return canonicalJson({ version: 1, modified, years: Object.fromEntries(years) });
}

/** `undefined` where it is none of this program. */
export function readState(text: string | undefined): NvdState | undefined {
  if (text === undefined) return undefined;
  const { version, modified, years } = fieldsOf(parsed(text)) ?? {};
  if (version !== 1 || typeof modified !== 'number') return undefined;
  const entries = Object.entries(fieldsOf(years) ?? {});
  return {
    modified,
    years: new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text, 'The state of the feed');
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
