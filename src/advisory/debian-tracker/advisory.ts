// The tracker's issues and advisories in the common shape.
import type { Advisory, Affected } from '../types.ts';
import { membersOf, textOf } from './issue.ts';
import type { Notice } from './notices.ts';

const SUMMARY = 200;
const DETAILS = 4000;

/** @param affected what it says of the wanted releases */
export function issueAdvisory(source: string, id: string, issue: unknown, affected: readonly Affected[]): Advisory {
  const { description, debianbug: bug } = membersOf(issue, 'it');
  const text = textOf(description).slice(0, DETAILS);
  const bugs =
    typeof bug === 'number' && Number.isSafeInteger(bug) && bug > 0 ? [`https://bugs.debian.org/${bug}`] : [];
  return {
    ...blank,
    id,
    record: `json#${source}/${id}`,
    summary: oneLine(text),
    details: text,
    references: [`https://security-tracker.debian.org/tracker/${id}`, ...bugs],
    affected,
  };
}

/** An advisory that names no vulnerability. @returns `undefined` where it is of none of the wanted releases */
export function noticeAdvisory(notice: Notice, wanted: ReadonlySet<string> | undefined): Advisory | undefined {
  const { id, date, title, fixes } = notice;
  const affected = fixes
    .filter(({ ecosystem }) => wanted?.has(ecosystem) !== false)
    .map(({ ecosystem, source, version }): Affected => {
      const ranges = [{ introduced: '0', fixed: version }];
      return {
        ecosystem,
        name: source,
        status: 'affected',
        ranges,
        versions: [],
        fix: 'fixed',
        fixedBy: id,
        fixedAt: date,
      };
    });
  if (affected.length === 0) return undefined;
  const references = [`https://security-tracker.debian.org/tracker/${id}`];
  const record = `${id.slice(0, 3)}/list#${id}`;
  return { ...blank, id, record, summary: oneLine(title), references, published: date, affected };
}

const blank: Omit<Advisory, 'id' | 'record' | 'affected'> = {
  feed: 'debian-tracker',
  aliases: [],
  covers: [],
  summary: '',
  details: '',
  references: [],
  published: undefined,
  modified: undefined,
  withdrawn: undefined,
  severities: [],
  cwes: [],
};

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * SUMMARY)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= SUMMARY ? line : `${line.slice(0, SUMMARY - 1).trimEnd()}…`;
}
