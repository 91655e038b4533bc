// How bad Red Hat says that something is: https://access.redhat.com/security/updates/classification/
import type { CsafDocument, CsafStatement, CsafVulnerability } from '../../csaf/types.ts';
import type { Severity, SeverityLevel } from '../types.ts';

const SOURCE = 'redhat';
const LONGEST_VECTOR = 300;

const levels: ReadonlyMap<string, SeverityLevel> = new Map([
  ['critical', 'critical'],
  ['important', 'high'],
  ['moderate', 'medium'],
  ['low', 'low'],
]);

/** Of the vulnerability as a whole: the document's level, and the CVSS vectors of its first scores. */
export function documentSeverities({ severity }: CsafDocument, { scores }: CsafVulnerability): Severity[] {
  return [...stated(severity), ...vectorsOf(scores[0])];
}

/**
 * Of one product, where it is not the same as of the whole; `undefined` where it is.
 * @param whole as {@link documentSeverities} gives it
 */
export function productSeverities(statement: CsafStatement, whole: readonly Severity[]): Severity[] | undefined {
  const { vulnerability, product, threats } = statement;
  const impact = threats.find(({ category }) => category === 'impact')?.details ?? '';
  const own = stated(impact);
  const sameLevel = own.length === 0 || own[0]?.level === whole.find(({ level }) => level !== undefined)?.level;
  const [first] = vulnerability.scores;
  const scores =
    first?.products.has(product.id) === true ? first : vulnerability.scores.find((s) => s.products.has(product.id));
  if (sameLevel && (scores === undefined || scores === first)) return undefined;
  return [
    ...(own.length === 0 ? whole.filter(({ level }) => level !== undefined) : own),
    ...vectorsOf(scores ?? first),
  ];
}

function stated(word: string): Severity[] {
  const level = levels.get(word.trim().toLowerCase());
  return level === undefined ? [] : [{ source: SOURCE, level, stated: word.trim() }];
}

function vectorsOf(scores: CsafVulnerability['scores'][number] | undefined): Severity[] {
  return (scores?.cvss ?? [])
    .filter(({ vector }) => vector.length <= LONGEST_VECTOR)
    .map(({ vector, score }) => ({ source: SOURCE, vector, score }));
}
