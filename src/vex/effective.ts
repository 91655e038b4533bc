// What documents say of the packages of one image: the last word on each, for those who do not judge themselves.
import { Matcher, packageForms } from './matching.ts';
import { liveDocuments, orderedStatements, type OrderedStatement, vulnerabilityKey } from './order.ts';
import type { AskedPackage } from './scope.ts';
import type { VexSubject } from './subject.ts';
import type { VexDocument, VexStatement } from './types.ts';

export interface EffectiveStatement {
  readonly statement: VexStatement;
  readonly document: VexDocument;
  /** Package URLs of the packages that it has the last word on, sorted. */
  readonly packages: readonly string[];
}

/**
 * One entry for each statement that has the last word on a package, in the order of documents and statements. Scanners that
 * take the oldest statement, or any, read the same from these as those that take the newest.
 */
export function effectiveStatements(
  documents: readonly VexDocument[],
  packages: readonly AskedPackage[],
  subject: VexSubject,
  now: number,
): EffectiveStatement[] {
  const newestFirst = [...new Set([...orderedStatements(documents, now).values()].flat())].sort(
    (a, b) => b.rank - a.rank,
  );
  const matcher = new Matcher(subject);
  const forms = packages.map(packageForms);
  const byKey = Map.groupBy(
    forms.flatMap((form) => form.keys.map((key) => ({ key, form }))),
    ({ key }) => key,
  );
  const claimed = new Set<string>();
  const found = new Map<VexStatement, { readonly one: OrderedStatement; readonly packages: string[] }>();
  for (const one of newestFirst) {
    const prepared = matcher.prepare(one.statement, one.document.about);
    const ids = one.statement.vulnerabilities.map(vulnerabilityKey);
    const named = [...prepared.parts.keys()].flatMap((key) => (byKey.get(key) ?? []).map(({ form }) => form));
    const asked = prepared.whole.size > 0 ? forms : [...new Set(named)];
    const about = asked.filter((form) => matcher.isAbout(prepared, form)).map((form) => form.asked.purl);
    const own = about.filter((purl) => !ids.some((id) => claimed.has(`${id} ${purl}`)));
    for (const purl of about) for (const id of ids) claimed.add(`${id} ${purl}`);
    if (own.length > 0) found.set(one.statement, { one, packages: own.sort() });
  }
  return liveDocuments(documents).flatMap((document) =>
    document.statements.flatMap((statement) => {
      const entry = found.get(statement);
      return entry === undefined ? [] : [{ statement, document, packages: entry.packages }];
    }),
  );
}
