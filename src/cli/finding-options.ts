// The options of every command that finds vulnerabilities: of what, by which data, which of them, and what is said of them.
import type { Command } from 'commander';
import { addCommon, type CommonOptions, each, repeatable } from './options.ts';
import { addReferrersRepository } from './trust-options.ts';

export interface FindingOptions extends Omit<CommonOptions, 'cache'> {
  readonly db?: string;
  readonly maxDbAge?: string;
  readonly output?: readonly string[];
  readonly platform?: string;
  readonly declared?: boolean;
  readonly kernelHeaders?: boolean;
  readonly severity?: readonly string[];
  readonly onlyFixed?: boolean;
  readonly onlyKev?: boolean;
  readonly minEpss?: string;
  readonly package?: readonly string[];
  readonly failOn?: readonly string[];
  readonly all?: boolean;
  readonly vex?: readonly string[];
  readonly ignore?: readonly string[];
  readonly key?: readonly string[];
  readonly policy?: string;
  /** False for `--no-cache`. */
  readonly cache?: string | false;
}

/** What the options that differ mean to a command. */
export interface FindingTexts {
  readonly formats: string;
  readonly failOn: string;
  readonly package: string;
  readonly key: string;
  readonly all: string;
  readonly platform: string;
}

export const ALL = 'list all in the table, also where one package has more than 50 findings';
export const SHOW_SUPPRESSED = 'list what does not count, with the reasons';
export const DECLARED = 'count what lock files and manifests in an image speak of, too';
export const KERNEL_HEADERS = "look up packages of the kernel's headers, too, from which nothing of the kernel runs";

/** Where the help has what is said of findings. */
export const STATEMENTS = 'Statement options:';

export function addFindingOptions(command: Command, texts: FindingTexts): Command {
  addCommon(command, texts.formats)
    .optionsGroup('Database options:')
    .option('--db <file>', "the vulnerability database; Temper's own in the cache folder unless given")
    .option('--max-db-age <age>', 'do not answer where a feed of the database is older: 36h, 3d, 2w')
    .optionsGroup('Output options:')
    .option(
      '-o, --output <file>',
      'FILE or FORMAT=FILE instead of stdout; a FILE alone gets json or what --format says, whatever its name; {platform} in it stands for the platform; repeatable',
      each,
    )
    .optionsGroup('Filter options:')
    .option(
      '--severity <levels>',
      'only these: critical, high, medium, low, negligible, unknown; repeatable',
      repeatable,
    )
    .option('--only-fixed', 'only what a version fixes')
    .option('--only-kev', 'only what is known to be exploited')
    .option('--min-epss <share>', 'only what is exploited in the next 30 days with this probability: 0.1, 10%')
    .option('--package <name>', texts.package, each)
    .option('--fail-on <conditions>', texts.failOn, repeatable)
    .optionsGroup(STATEMENTS)
    .option('--vex <path>', 'a VEX document, or a folder of them, that counts as true; repeatable', each)
    .option(
      '--ignore <file>',
      'ignore rules; .temper-ignore.yaml in the working directory unless given; repeatable',
      each,
    )
    .option('--key <key>', texts.key, each)
    .option('--policy <file>', "the policy that names them; policy.yaml in Temper's configuration folder unless given")
    .optionsGroup('Output options:')
    .option('--all', texts.all)
    .optionsGroup('Image options:')
    .option('--platform <platform>', texts.platform)
    .option('--declared', DECLARED)
    .option('--kernel-headers', KERNEL_HEADERS)
    .option('--no-cache', 'neither use nor keep what was read of layers');
  return addReferrersRepository(command, STATEMENTS);
}

/** What the options ask of a flow, but for the filters. */
export function findingRequest(options: FindingOptions) {
  const { db, maxDbAge, platform, vex = [], ignore = [], key = [], policy } = options;
  return {
    remember: options.cache !== false,
    db,
    maxDbAge,
    platform,
    declared: options.declared === true,
    kernelHeaders: options.kernelHeaders === true,
    statements: { vex, ignore, keys: key, policy },
  };
}
