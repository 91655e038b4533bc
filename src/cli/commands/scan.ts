import type { Command } from 'commander';
import type { ScanReport } from '../../flow/scan.ts';
import { tool } from '../../lib/tool.ts';
import { isWhole, scanFormatsHelp, scanRenderer, scanTargets } from '../../report/scan-formats.ts';
import { addCommon, type CommonOptions, type Context, contextOf, each, formatAsked, repeatable } from '../options.ts';

interface Options extends Omit<CommonOptions, 'cache'> {
  readonly db?: string;
  readonly maxDbAge?: string;
  readonly output?: readonly string[];
  readonly platform?: string;
  readonly base?: string;
  readonly declared?: boolean;
  readonly severity?: readonly string[];
  readonly onlyFixed?: boolean;
  readonly onlyKev?: boolean;
  readonly minEpss?: string;
  readonly package?: readonly string[];
  readonly failOn?: readonly string[];
  readonly showSuppressed?: boolean;
  readonly all?: boolean;
  readonly vex?: readonly string[];
  readonly ignore?: readonly string[];
  readonly key?: readonly string[];
  readonly policy?: string;
  /** False for `--no-cache`. */
  readonly cache?: string | false;
}

const IMAGES = `
Images are named as for temper sbom: NAME[:TAG], oci:DIR, docker-archive:FILE, rootfs:DIR, dir:DIR, sbom:FILE, …
`;
const STATUS = `
Exit status: 0; 1 when --fail-on holds; 2 when it could not be answered.
`;

export function addScan(temper: Command): void {
  addCommon(temper.command('scan <image>'), 'table unless given; --help lists them')
    .description('show what is vulnerable in an image, a folder or an SBOM, and of what nothing is known')
    .option('--db <file>', "the vulnerability database; Temper's own in the cache folder unless given")
    .option('--max-db-age <age>', 'do not answer where a feed of the database is older: 36h, 3d, 2w')
    .option(
      '-o, --output <file>',
      'FILE or FORMAT=FILE instead of stdout; a FILE alone gets json or what --format says, whatever its name; {platform} in it stands for the platform; repeatable',
      each,
    )
    .option(
      '--severity <levels>',
      'only these: critical, high, medium, low, negligible, unknown; repeatable',
      repeatable,
    )
    .option('--only-fixed', 'only what a version fixes')
    .option('--only-kev', 'only what is known to be exploited')
    .option('--min-epss <share>', 'only what is exploited in the next 30 days with this probability: 0.1, 10%')
    .option('--package <name>', 'only this package, by its name, its source or its package URL; repeatable', each)
    .option(
      '--fail-on <conditions>',
      'exit with 1 on a finding of this level or a worse one, or that is fixable, kev, unknown, any; of those that the filters leave; repeatable',
      repeatable,
    )
    .option('--vex <path>', 'a VEX document, or a folder of them, that counts as true; repeatable', each)
    .option(
      '--ignore <file>',
      'ignore rules; .temper-ignore.yaml in the working directory unless given; repeatable',
      each,
    )
    .option('--key <key>', 'public key of whose VEX attestations on the image count, too; repeatable', each)
    .option('--policy <file>', "the policy that names them; policy.yaml in Temper's configuration folder unless given")
    .option('--show-suppressed', 'list what does not count, with the reasons')
    .option('--all', 'list all in the table, also where one package has more than 50 findings')
    .option(
      '--platform <platform>',
      'os/architecture[/variant], or all; of this machine, else the only one, unless given',
    )
    .option('--base <image>', 'the image that this one was made from')
    .option('--declared', 'count what lock files and manifests in an image speak of, too')
    .option('--no-cache', 'neither use nor keep what was read of layers')
    .addHelpText('after', () => `${IMAGES}\nFormats:\n${scanFormatsHelp()}\n${STATUS}`)
    .action(async (image: string, options: Options) => {
      const { cache, ...rest } = options;
      await run(image, options, contextOf(typeof cache === 'string' ? { ...rest, cache } : rest));
    });
}

async function run(image: string, options: Options, context: Context): Promise<void> {
  const targets = scanTargets(options.output ?? [], formatAsked(options));
  const [{ scan }, { selectionOf }] = await Promise.all([
    import('../../flow/scan.ts'),
    import('../../flow/scan-selection.ts'),
  ]);
  using result = await scan(image, {
    ...context,
    ...selectionOf(options),
    remember: options.cache !== false,
    db: options.db,
    whole: targets.some(({ format }) => isWhole(format)),
    maxDbAge: options.maxDbAge,
    platform: options.platform,
    base: options.base,
    declared: options.declared === true,
    statements: {
      vex: options.vex ?? [],
      ignore: options.ignore ?? [],
      keys: options.key ?? [],
      policy: options.policy,
    },
    progress: (line) => context.output.progress(line),
  });
  const { reports, notes, warnings } = result;
  const { writeTargets } = await import('../../flow/write-targets.ts');
  await writeTargets(reports, targets, {
    what: { area: 'scan', plural: 'results' },
    render: async (report, format) =>
      (await scanRenderer(format))(report, {
        tool,
        showSuppressed: options.showSuppressed === true,
        // Who names packages wants to see what is in them.
        all: options.all === true || options.package !== undefined,
      }),
    print: async (pieces) => await context.output.pieces(pieces),
  });
  for (const note of notes) context.output.note(note);
  for (const warning of warnings) context.output.warn(warning);
  if (!targets.some(({ format, file }) => format === 'table' && file === undefined)) sayWhyItFails(context, reports);
  for (const { bom } of reports) noteMissed(context, bom.notRead ?? []);
  if (reports.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

/** Where no table says it. */
function sayWhyItFails({ output }: Context, reports: readonly Pick<ScanReport, 'platform' | 'failures'>[]): void {
  for (const { platform, failures } of reports) {
    const where = platform === undefined || reports.length === 1 ? '' : `${platform}: `;
    for (const { condition, count: met } of failures)
      output.warn(`${where}fails on ${condition}: ${met} finding${met === 1 ? '' : 's'}`);
  }
}

function noteMissed(context: Context, missed: readonly { readonly reason: string }[]): void {
  const [first] = missed;
  if (first === undefined) return;
  const files = missed.length === 1 ? 'One file' : `${missed.length} files`;
  context.output.note(
    `${files} could not be read and may tell of more packages: ${first.reason} temper sbom --format json lists all.`,
  );
}
