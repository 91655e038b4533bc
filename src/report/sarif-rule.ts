// A vulnerability as a rule of SARIF (2.1.0, section 3.49), with the properties that GitHub's code scanning reads.
import type { Finding, FindingSeverity } from '../match/types.ts';
import { cut, cweNumber, vulnerabilityPage } from './finding-words.ts';

type Level = FindingSeverity['level'];

/** GitHub shows no more of a rule. */
const MOST_TAGS = 10;
const MOST_TEXT = 1000;

/** GitHub's levels of a score, lowest and highest, and what stands for a level without a score. */
const SCORES: Readonly<Record<Exclude<Level, 'unknown'>, readonly [low: number, high: number, otherwise: number]>> = {
  critical: [9, 10, 9.5],
  high: [7, 8.9, 8],
  medium: [4, 6.9, 5.5],
  low: [0.1, 3.9, 2],
  negligible: [0.1, 3.9, 0.1],
};

const LEVELS: Readonly<Record<Level, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  unknown: 'warning',
  low: 'note',
  negligible: 'note',
};

export function sarifLevel(level: Level): 'error' | 'warning' | 'note' {
  return LEVELS[level];
}

/** @param finding the worst of the vulnerability's */
export function sarifRule(finding: Finding): object {
  const { id, summary, severity, aliases, references, cwes, exploited } = finding;
  const page = vulnerabilityPage(id);
  const title = cut(summary === '' ? id : summary, MOST_TEXT);
  const numbers = [...new Set(cwes.flatMap((cwe) => cweNumber(cwe) ?? []))];
  const tags = [
    'security',
    'vulnerability',
    ...(exploited === undefined ? [] : ['known-exploited']),
    ...numbers.map((number) => `external/cwe/cwe-${String(number).padStart(3, '0')}`),
  ];
  const help = [title, ...(aliases.length === 0 ? [] : [`Also known as ${cut(aliases.join(', '), MOST_TEXT)}.`])];
  return {
    id,
    shortDescription: { text: sarifText(title) },
    fullDescription: { text: sarifText(title) },
    helpUri: page,
    help: { text: sarifText([...help, page, ...references().slice(0, 10)].join('\n')) },
    defaultConfiguration: { level: sarifLevel(severity.level) },
    properties: {
      tags: tags.slice(0, MOST_TAGS),
      precision: 'very-high',
      'security-severity': securitySeverity(severity),
      aliases: aliases.length === 0 ? undefined : aliases.slice(0, 50),
    },
  };
}

/** A score within the level that counts; `undefined` where nobody has rated it. */
function securitySeverity({ level, score }: FindingSeverity): string | undefined {
  if (level === 'unknown') return undefined;
  const [low, high, otherwise] = SCORES[level];
  return (score === undefined || level === 'negligible' ? otherwise : Math.min(high, Math.max(low, score))).toFixed(1);
}

/** Text as a message: brackets and braces stand for themselves (3.11.5 and 3.11.6). */
export function sarifText(text: string): string {
  return text.replace(/[[\]\\]/g, (c) => `\\${c}`).replace(/[{}]/g, (c) => c + c);
}
