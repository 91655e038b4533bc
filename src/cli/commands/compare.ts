import type { Command } from 'commander';
import { Fault } from '../../lib/faults.ts';
import { tool } from '../../lib/tool.ts';
import { compareFormatsHelp, compareRenderer, compareTargets } from '../../report/compare-formats.ts';
import { addCommon, type CommonOptions, type Context, contextOf, each, formatAsked, repeatable } from '../options.ts';

interface Options extends Omit<CommonOptions, 'cache'> {
  readonly to?: string;
  readonly db?: string;
  readonly dbBefore?: string;
  readonly maxDbAge?: string;
  readonly output?: readonly string[];
  readonly platform?: string;
  readonly declared?: boolean;
  readonly severity?: readonly string[];
  readonly onlyFixed?: boolean;
  readonly onlyKev?: boolean;
  readonly minEpss?: string;
  readonly package?: readonly string[];
  readonly failOn?: readonly string[];
  readonly exitOn?: readonly string[];
  readonly ignoreUnchanged?: boolean;
  readonly all?: boolean;
  readonly files?: boolean;
  readonly vex?: readonly string[];
  readonly ignore?: readonly string[];
  readonly key?: readonly string[];
  readonly policy?: string;
  /** False for `--no-cache`. */
  readonly cache?: string | false;
}

const SIDES = `
temper compare OLD NEW is the same as temper compare NEW --to OLD.
Sides are named as for temper scan: NAME[:TAG], oci:DIR, docker-archive:FILE, rootfs:DIR, dir:DIR, sbom:FILE, …; also a result that
temper scan --format json saved. What a side does not tell is not known, never none.
`;
const STATUS = `
Exit status: 0; 1 when --exit-on or --fail-on holds; 2 when it could not be answered.
`;

export function addCompare(temper: Command): void {
  addCommon(temper.command('compare <a> [b]'), 'text unless given; --help lists them')
    .description(
      'show what is new, gone and changed from one image to another, and whether the image or the data caused it',
    )
    .option('--to <a>', 'the older side; the image that is named is the newer one then')
    .option(
      '-x, --exit-on <reasons>',
      'exit with 1 on a new vulnerability, a package that came or changed, a policy that B fails and A does not: vulnerability, package, policy; repeatable',
      repeatable,
    )
    .option(
      '--fail-on <conditions>',
      'exit with 1 where findings of B meet a condition that those of A do not; conditions as for temper scan; repeatable',
      repeatable,
    )
    .option('--ignore-unchanged', 'show only what is different')
    .option('--all', 'list everything in text, however long it is')
    .option('--files', 'list each file that came, went or changed')
    .option('--db <file>', "the vulnerability database; Temper's own in the cache folder unless given")
    .option(
      '--db-before <file>',
      'the database of the time of A: then findings that only the data brought are told apart',
    )
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
    .option(
      '--package <name>',
      'only findings of this package, by its name, its source or its package URL; repeatable',
      each,
    )
    .option('--vex <path>', 'a VEX document, or a folder of them, that counts as true; repeatable', each)
    .option(
      '--ignore <file>',
      'ignore rules; .temper-ignore.yaml in the working directory unless given; repeatable',
      each,
    )
    .option(
      '--key <key>',
      'public key of whose VEX attestations count, and that the policy is held against; repeatable',
      each,
    )
    .option('--policy <file>', "the policy that names them; policy.yaml in Temper's configuration folder unless given")
    .option(
      '--platform <platform>',
      'of both: os/architecture[/variant], or all; of this machine, else the only one, unless given',
    )
    .option('--declared', 'count what lock files and manifests in an image speak of, too')
    .option('--no-cache', 'neither use nor keep what was read of layers')
    .addHelpText('after', () => `${SIDES}\nFormats:\n${compareFormatsHelp()}\n${STATUS}`)
    .action(async (first: string, second: string | undefined, options: Options) => {
      const { cache, ...rest } = options;
      await run(
        sidesOf(first, second, options.to),
        options,
        contextOf(typeof cache === 'string' ? { ...rest, cache } : rest),
      );
    });
}

interface Named {
  readonly a: string;
  readonly b: string;
}

/** @throws Fault `usage/sides` */
function sidesOf(first: string, second: string | undefined, to: string | undefined): Named {
  if (to !== undefined && second === undefined) return { a: to, b: first };
  if (to === undefined && second !== undefined) return { a: first, b: second };
  throw new Fault(
    'usage/sides',
    `A comparison has two sides, and ${to === undefined ? 'one is' : 'three are'} named.`,
    'Write `temper compare OLD NEW`, or `temper compare NEW --to OLD`.',
  );
}

async function run({ a, b }: Named, options: Options, context: Context): Promise<void> {
  const targets = compareTargets(options.output ?? [], formatAsked(options));
  const [{ compareNamed }, { selectionOf }] = await Promise.all([
    import('../../flow/compare.ts'),
    import('../../flow/scan-selection.ts'),
  ]);
  const { reports, notes, warnings } = await compareNamed(a, b, {
    ...context,
    ...selectionOf(options),
    exitOn: options.exitOn ?? [],
    remember: options.cache !== false,
    db: options.db,
    dbBefore: options.dbBefore,
    maxDbAge: options.maxDbAge,
    platform: options.platform,
    declared: options.declared === true,
    statements: {
      vex: options.vex ?? [],
      ignore: options.ignore ?? [],
      keys: options.key ?? [],
      policy: options.policy,
    },
    progress: (line) => context.output.progress(line),
  });
  const { writeTargets } = await import('../../flow/write-targets.ts');
  await writeTargets(reports, targets, {
    what: { area: 'compare', plural: 'comparisons' },
    render: async (report, format) =>
      (await compareRenderer(format))(report, {
        tool,
        all: options.all === true,
        ignoreUnchanged: options.ignoreUnchanged === true,
        files: options.files === true,
      }),
    print: async (pieces) => await context.output.pieces(pieces),
  });
  for (const note of notes) context.output.note(note);
  for (const warning of warnings) context.output.warn(warning);
  if (reports.some(({ objections }) => objections.length > 0)) process.exitCode = 1;
}
