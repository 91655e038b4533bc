// A comparison for a comment on a pull request.
import { shown } from '../compare/findings.ts';
import type { Comparison, FindingChange, PackageChange } from '../compare/types.ts';
import type { CompareReport } from '../flow/compare/compare.ts';
import type { CompareRenderOptions } from './compare-formats.ts';
import {
  causesText,
  causeText,
  compareRows,
  databaseLines,
  differencesText,
  objectionText,
  PACKAGE_WAYS,
  packagesLine,
  privilegedText,
  settingText,
  silenceLines,
  versionText,
} from './compare-words.ts';
import { cut, vulnerabilityPage } from './finding-words.ts';
import { markdownCode, markdownText } from './markdown-text.ts';

/** GitHub refuses a comment that is longer, in characters. */
const MOST = 65_536;
/** Of it, for the columns, and for each list. */
const COLUMNS = 14_000;
const LIST = 6000;
const WIDEST = 80;

/** The columns, what is new, and the rest folded; at most {@link MOST} characters: says what is left out. */
export function* compareMarkdown(report: CompareReport, options: CompareRenderOptions): Generator<string> {
  const { comparison, objections } = report;
  const { vulnerabilities, packages, files, configuration } = comparison;
  const parts = [
    heading(comparison, options),
    ...objections.map((one) => `**${markdownText(objectionText(one))}.**\n\n`),
    findings('New vulnerabilities', vulnerabilities.added, false),
    findings('Changed vulnerabilities', vulnerabilities.changed, true),
    findings('Gone vulnerabilities', vulnerabilities.gone, true),
    ...(options.ignoreUnchanged ? [] : [findings('Vulnerabilities of both', vulnerabilities.unchanged, true)]),
    packages === undefined
      ? ''
      : packageList(
          PACKAGE_WAYS.flatMap((way) => packages[way].map((one) => [way, one] as const)),
          packagesLine(packages),
        ),
    plain('Files with rights of others', (files?.privileged ?? []).map(privilegedText)),
    plain('Configuration', (configuration ?? []).map(settingText)),
    `<sub>${[...silenceLines(comparison), ...databaseLines(report)].map((line) => markdownText(cut(line, 1000))).join('<br>')}</sub>\n`,
  ];
  let left = MOST - 100;
  let out = 0;
  for (const part of parts) {
    if (part.length > left) out++;
    else {
      left -= part.length;
      yield part;
    }
  }
  if (out > 0) yield `\n${out} more parts are left out: a comment has at most ${MOST} characters.\n`;
}

function heading(comparison: Comparison, { ignoreUnchanged }: CompareRenderOptions): string {
  const { a, b } = comparison;
  const name = (side: Comparison['a']): string => markdownCode(cut(side.subject.name, 200));
  const body = lines(
    compareRows(comparison, ignoreUnchanged),
    ({ name: what, part, ...cells }) => {
      const first = `${part ? '&nbsp;&nbsp;' : ''}${markdownText(cut(what, WIDEST))}`;
      const both = [cells.a, cells.b].map((text) => markdownText(cut(text, WIDEST)));
      return `| ${[first, ...both, cells.change].join(' | ')} |\n`;
    },
    COLUMNS,
  );
  return `## ${name(b)} compared with ${name(a)}\n\n|  | A | B | Change |\n|---|--:|--:|--:|\n${body}\n`;
}

function findings(title: string, changes: readonly FindingChange[], folded: boolean): string {
  if (changes.length === 0) return '';
  const isOther = changes.some(({ differences }) => differences.length > 0);
  const head = `| Vulnerability | Severity | Package | Version | Fixed in | ${isOther ? 'Difference | ' : ''}Cause |\n|---|---|---|---|---|${isOther ? '---|' : ''}---|\n`;
  const body = lines(changes, (change) => {
    const { id, severity, package: p, fix } = shown(change);
    const cells = [
      `[${code(id)}](${vulnerabilityPage(cut(id, 200))})`,
      severity.level,
      code(p.name),
      code(p.version),
      code(fix.versions[0] ?? ''),
      ...(isOther ? [markdownText(differencesText(change))] : []),
      causeText(change.cause),
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  const said = `${title} (${causesText(changes)})`;
  return folded ? fold(said, `${head}${body}`) : `### ${said}\n\n${head}${body}\n`;
}

function packageList(changes: readonly (readonly [string, PackageChange])[], title: string): string {
  if (changes.length === 0) return '';
  const body = lines(
    changes,
    ([way, { kind, name, a, b }]) =>
      `| ${way} | ${markdownText(kind)} | ${code(name)} | ${code(versionText({ a, b }))} |\n`,
  );
  return fold(`Packages: ${title}`, `|  | Type | Package | Version |\n|---|---|---|---|\n${body}`);
}

function plain(title: string, texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return fold(
    `${title} (${texts.length})`,
    lines(texts, (text) => `- ${markdownText(cut(text, 300))}\n`),
  );
}

/** As many as fit, and how many do not. */
function lines<T>(all: readonly T[], line: (item: T) => string, most = LIST): string {
  let text = '';
  for (const [i, item] of all.entries()) {
    const next = line(item);
    if (text.length + next.length > most) return `${text}\n${all.length - i} more are left out.\n`;
    text += next;
  }
  return text;
}

function code(text: string): string {
  return markdownCode(cut(text, WIDEST));
}

function fold(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n</details>\n\n`;
}
