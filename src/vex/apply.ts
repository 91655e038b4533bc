// Findings × VEX statements → findings: the last word on each counts.
import type { Finding, FindingDecision, FindingStatus } from '../match/types.ts';
import { Matcher, packageForms, type PackageForms } from './matching.ts';
import { type OrderedStatement, orderedStatements, vulnerabilityKey } from './order.ts';
import { SaidOf } from './said-of.ts';
import type { VexSubject } from './subject.ts';
import type { VexDocument, VexStatement } from './types.ts';

const statuses: Readonly<Record<VexStatement['status'], FindingStatus>> = {
  not_affected: 'not-affected',
  affected: 'affected',
  fixed: 'fixed',
  under_investigation: 'under-investigation',
};

/**
 * Gives findings the status that the newest statement about them says: `not_affected` and `fixed` suppress, `affected` and
 * `under_investigation` lift what was said before. Whose documents count is the caller's. As many findings as there were, in
 * their order; those that nobody speaks of are the same objects. Ignored findings stay ignored.
 * @param now seconds since 1970
 */
export function applyStatements(
  findings: readonly Finding[],
  documents: readonly VexDocument[],
  subject: VexSubject,
  now: number,
): Finding[] {
  const byId = orderedStatements(documents, now);
  if (byId.size === 0) return [...findings];
  const matcher = new Matcher(subject);
  const said = new Map<string, SaidOf>();
  const packages = new Map<Finding['package'], PackageForms>();
  const lastWord = (finding: Finding): OrderedStatement | undefined => {
    const forms = packages.get(finding.package) ?? packageForms(finding.package);
    packages.set(finding.package, forms);
    let last: OrderedStatement | undefined;
    for (const key of new Set([finding.id, ...finding.aliases].map(vulnerabilityKey))) {
      const statements = byId.get(key);
      if (statements === undefined) continue;
      const about = said.get(key) ?? new SaidOf(matcher, statements);
      said.set(key, about);
      const found = about.lastWord(forms);
      if (found !== undefined && (last === undefined || found.rank > last.rank)) last = found;
    }
    return last;
  };
  return findings.map((finding) => {
    const last = lastWord(finding);
    return last === undefined ? finding : judged(finding, last);
  });
}

/** What the packager said later than the statement stands. */
function judged(finding: Finding, { statement, document }: OrderedStatement): Finding {
  const { at } = statement;
  const decision = decisionOf(statement, document);
  const before = finding.decisions.at(-1);
  const isLater = before?.at !== undefined && at !== undefined && before.at > at;
  const keeps = finding.status === 'ignored' || isLater;
  const decisions = isLater ? [decision, ...finding.decisions] : [...finding.decisions, decision];
  return { ...finding, status: keeps ? finding.status : decision.status, decisions };
}

function decisionOf(statement: VexStatement, document: VexDocument): FindingDecision {
  const { justification, impact, action, status, at } = statement;
  return {
    by: 'vex',
    status: statuses[status],
    justification,
    reason: impact ?? action ?? justification?.replaceAll('_', ' ') ?? status.replaceAll('_', ' '),
    source: document.source === document.id ? document.id : `${document.source} (${document.id})`,
    author: document.author,
    at,
    expires: undefined,
  };
}
