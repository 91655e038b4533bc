// The forms that a scan's result can be had in, and where a user wants them.
import type { ScanReport } from '../flow/scan/scan.ts';
import type { Target } from '../flow/write-targets.ts';
import type { Tool } from '../lib/tool.ts';
import { formatNamed, helpOf, type NamedFormat, targetsOf } from './targets.ts';

export interface RenderOptions {
  readonly tool: Tool;
  /** Whether suppressed findings are listed, in formats for people; those for programs always have them. */
  readonly showSuppressed: boolean;
  /** Whether the table lists all, of whatever length. */
  readonly all?: boolean | undefined;
}

/** Pieces of the text, which ends in a line feed; the same for the same report. */
export type ScanRenderer = (report: ScanReport, options: RenderOptions) => Iterable<string>;

interface ScanFormatEntry extends NamedFormat {
  /** Loads what that format needs, and no more. */
  readonly renderer: () => Promise<ScanRenderer>;
  /** Whether it says all of each package, beyond what finding vulnerabilities takes. */
  readonly whole?: true;
}

/** A new format is a file here and a line below. */
export const scanFormats = [
  {
    name: 'table',
    about: 'findings in columns, the worst first',
    renderer: async () => (await import('./scan-table.ts')).scanTable,
  },
  {
    name: 'json',
    about: "all that is known, in a schema of Temper's own",
    aliases: ['temper-json'],
    renderer: async () => (await import('./scan-json.ts')).scanJson,
  },
  {
    name: 'sarif',
    about: "SARIF 2.1.0, for GitHub's code scanning",
    renderer: async () => (await import('./scan-sarif.ts')).scanSarif,
  },
  {
    name: 'cyclonedx-json',
    about: 'CycloneDX 1.6: the SBOM with its vulnerabilities',
    aliases: ['cyclonedx', 'cdx', 'cyclonedx-json@1.6'],
    renderer: async () => (await import('./scan-cyclonedx.ts')).scanCycloneDx,
    whole: true,
  },
  {
    name: 'gitlab',
    about: "GitLab's container scanning report",
    aliases: ['gitlab-container-scanning'],
    renderer: async () => (await import('./scan-gitlab.ts')).scanGitlab,
  },
  {
    name: 'in-toto-vulns',
    about: 'an in-toto statement of type vulns v0.2 about the image, unsigned',
    aliases: ['vulns'],
    renderer: async () => (await import('./scan-statement.ts')).scanVulnsStatement,
  },
  {
    name: 'scout-vulns',
    about: "an in-toto statement of Docker Scout's type about the image, unsigned",
    renderer: async () => (await import('./scan-statement.ts')).scanScoutStatement,
  },
  {
    name: 'markdown',
    about: 'for a comment on a pull request: the numbers, the worst findings, the others folded',
    aliases: ['md'],
    renderer: async () => (await import('./scan-markdown.ts')).scanMarkdown,
  },
  {
    name: 'html',
    about: 'one page for a browser: a table to sort and to search',
    renderer: async () => (await import('./scan-html.ts')).scanHtml,
  },
] as const satisfies readonly ScanFormatEntry[];

export type ScanFormat = (typeof scanFormats)[number]['name'];

/**
 * Where the results go.
 * @param outputs `FILE` or `FORMAT=FILE`
 * @param format asked for on standard output and for files that say none
 * @throws Fault `scan/unknown-output`, `usage/output`
 */
export function scanTargets(outputs: readonly string[], format: string | undefined): readonly Target<ScanFormat>[] {
  return targetsOf(outputs, format, {
    formats: scanFormats,
    formatOf: (text) => formatNamed<ScanFormat>(scanFormats, text, 'scan'),
  });
}

export async function scanRenderer(format: ScanFormat): Promise<ScanRenderer> {
  const entries: readonly ScanFormatEntry[] = scanFormats;
  const entry = entries.find(({ name }) => name === format);
  if (entry === undefined) throw new RangeError(`no format ${format}`);
  return await entry.renderer();
}

/** Whether the format says all of each package: then SBOMs are read whole. */
export function isWhole(format: ScanFormat): boolean {
  const entries: readonly ScanFormatEntry[] = scanFormats;
  return entries.some(({ name, whole }) => name === format && whole === true);
}

/** One line for each format. */
export function scanFormatsHelp(): string {
  return helpOf(scanFormats);
}
