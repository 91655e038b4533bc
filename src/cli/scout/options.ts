// Docker Scout's options of commands that find vulnerabilities, under its names.
import { type Command, Option } from 'commander';
import { repeatable } from '../options.ts';

export interface ScoutFilters {
  readonly onlySeverity?: readonly string[];
  readonly onlyFixed?: boolean;
  readonly onlyUnfixed?: boolean;
  readonly onlyBase?: boolean;
  readonly ignoreBase?: boolean;
  readonly onlyCveId?: readonly string[];
  readonly onlyPackage?: readonly string[];
  readonly onlyPackageType?: readonly string[];
  readonly onlyMetric?: readonly string[];
  readonly onlyCisaKev?: boolean;
  readonly epssScore?: string;
  readonly epssPercentile?: string;
}

type Row = readonly [flags: string, about: string];

const LISTS: readonly Row[] = [
  ['--only-severity <levels>', 'only these: critical, high, medium, low, unspecified'],
  ['--only-cve-id <ids>', 'only these vulnerabilities, by id or alias'],
  ['--only-package <expressions>', 'only packages whose names match one of these regular expressions'],
  ['--only-package-type <types>', 'only these types of packages: deb, npm, pypi, golang, …'],
  ['--only-metric <metrics>', 'only those whose CVSS vector has all of these: AV:N'],
];
const SWITCHES: readonly Row[] = [
  ['--only-unfixed', 'only what no version fixes'],
  ['--only-base', 'only what the base image brings, where one is recognised'],
  ['--ignore-base', 'nothing that the base image brings'],
  ['--only-cisa-kev', 'only what is known to be exploited'],
];
const VALUES: readonly Row[] = [
  ['--epss-score <share>', 'only what is exploited in the next 30 days with this probability: 0.1'],
  ['--epss-percentile <share>', 'only what is likelier to be exploited than this share of all: 0.9'],
];

/** @param hidden whether the help leaves them out: where the command has words of its own for them */
export function addScoutFilters(command: Command, hidden: boolean): Command {
  for (const [flags, about] of LISTS)
    command.addOption(new Option(flags, about).argParser(repeatable).hideHelp(hidden));
  for (const [flags, about] of [...SWITCHES, ...VALUES]) command.addOption(new Option(flags, about).hideHelp(hidden));
  return command;
}

/** The same in the words of `temper scan`. */
export function selectionWords(options: ScoutFilters) {
  const { onlySeverity, onlyBase, ignoreBase } = options;
  return {
    severity: onlySeverity?.map((level) => (level.toLowerCase() === 'unspecified' ? 'unknown' : level)),
    onlyFixed: options.onlyFixed,
    onlyUnfixed: options.onlyUnfixed,
    onlyKev: options.onlyCisaKev,
    minEpss: options.epssScore,
    minEpssPercentile: options.epssPercentile,
    ids: options.onlyCveId,
    names: options.onlyPackage,
    types: options.onlyPackageType,
    metrics: options.onlyMetric,
    origin: ignoreBase === true ? ('added' as const) : onlyBase === true ? ('base' as const) : undefined,
  };
}
