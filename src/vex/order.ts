// Which statements count, and which of them is the last word.
import type { VexDocument, VexStatement } from './types.ts';

export interface OrderedStatement {
  readonly statement: VexStatement;
  readonly document: VexDocument;
  /** Higher is later: by time, then by the order of the documents, then of the statements. */
  readonly rank: number;
}

/**
 * Documents that no other one takes the place of: superseded by name, or older versions of the same id. What was attested takes
 * the place of what was attested of the same alone: who may speak of a base does not take back what is said of the image.
 */
export function liveDocuments(documents: readonly VexDocument[]): VexDocument[] {
  const highest = new Map<string, number>();
  const replaced = new Set<string>();
  for (const { format, id, version, about, supersedes = [] } of documents) {
    const key = scoped(`${format} ${id}`, about);
    if (version !== undefined && version > (highest.get(key) ?? 0)) highest.set(key, version);
    for (const other of supersedes) if (other !== id) replaced.add(scoped(other, about));
  }
  const places = (about: VexDocument['about']) => (about === undefined ? [about] : [about, undefined]);
  return documents.filter(({ format, id, version = Infinity, about }) =>
    places(about).every(
      (place) => !replaced.has(scoped(id, place)) && version >= (highest.get(scoped(`${format} ${id}`, place)) ?? 0),
    ),
  );
}

function scoped(key: string, about: VexDocument['about']): string {
  return `${about ?? ''} ${key}`;
}

/**
 * Statements that count by the ids of their vulnerabilities in lower case, the last word first. What is dated after `now` is not
 * later than what is dated `now`; what has no date is before everything.
 */
export function orderedStatements(documents: readonly VexDocument[], now: number): Map<string, OrderedStatement[]> {
  const all = liveDocuments(documents).flatMap((document) =>
    document.statements.map((statement) => ({ statement, document })),
  );
  const time = ({ statement }: { readonly statement: VexStatement }) => Math.min(statement.at ?? -1, now);
  const sorted = all.sort((a, b) => time(a) - time(b)).map((one, rank) => ({ ...one, rank }));
  const byId = new Map<string, OrderedStatement[]>();
  for (const one of sorted.reverse()) {
    for (const id of new Set(one.statement.vulnerabilities.map(vulnerabilityKey))) {
      const list = byId.get(id);
      if (list === undefined) byId.set(id, [one]);
      else list.push(one);
    }
  }
  return byId;
}

/** Ids are the same in whatever case they are written. */
export function vulnerabilityKey(id: string): string {
  return id.toLowerCase();
}
