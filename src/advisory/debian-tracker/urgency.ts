// The tracker's urgencies: "Security tracker introduction", severity levels.
import type { Severity, SeverityLevel } from '../types.ts';

const LEVELS: ReadonlyMap<string, SeverityLevel> = new Map([
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['unimportant', 'negligible'],
  ['end-of-life', 'negligible'],
]);

/** Stars behind a level say that it was given by a program, or for issues that are exploited from afar. */
const STARS = /\*{1,3}$/;

/** The level that an urgency stands for; nothing where none was assigned yet, the word alone where it is unknown. */
export function severitiesOf(urgency: string): Severity[] {
  const level = LEVELS.get(urgency.replace(STARS, ''));
  if (level !== undefined) return [{ source: 'debian', level, stated: urgency }];
  return urgency === '' || urgency === 'not yet assigned' ? [] : [{ source: 'debian', stated: urgency.slice(0, 40) }];
}
