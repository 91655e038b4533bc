// What a database takes of a feed: the bounds that its readers rely on.
import type { Advisory } from '../types.ts';
import { isIdentifier } from './identifiers.ts';

/** Most names, and vulnerabilities covered, of one record. */
const MOST_IDS = 10_000;
/** Most packages of one record. */
const MOST_AFFECTED = 100_000;
/** Longest name of a package, ecosystem or record, and longest address, in characters. */
const LONGEST = 2000;
const LONGEST_DETAILS = 4000;

/** Why a record cannot be taken; `undefined`: it can. */
export function advisoryProblem(advisory: Advisory): string | undefined {
  const { id, record, aliases, covers, affected, references, summary, details } = advisory;
  const ids = [id, ...aliases, ...covers];
  if (ids.length > MOST_IDS) return `it has more than ${MOST_IDS} names`;
  if (!ids.every(isIdentifier)) return 'one of its ids is none';
  if (affected.length > MOST_AFFECTED) return `it speaks of more than ${MOST_AFFECTED} packages`;
  if (!isName(record) || !affected.every(({ ecosystem, name }) => isName(ecosystem) && isName(name))) {
    return 'a name in it is none';
  }
  if (!references.every(isName)) return 'an address in it is none';
  return summary.length + details.length > 2 * LONGEST_DETAILS ? 'its texts are too long' : undefined;
}

/** Without control characters, and not too long. */
function isName(text: string): boolean {
  return text.length > 0 && text.length <= LONGEST && !/[\x00-\x1f\x7f]/.test(text);
}
